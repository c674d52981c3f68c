//go:build linux

package ssh_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// TestMain is the test, or a program that asks on its terminal.
func TestMain(m *testing.M) {
	what := os.Getenv("SYNCSCOPE_TEST_ASK")
	if what == "" {
		os.Exit(m.Run())
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	to := ssh.Target{User: "ops", Host: "bastion", Port: 22}
	if what == "host" {
		ok, err := ssh.Terminal{}.TrustHost(ctx, ssh.UnknownHost{Target: to, KeyType: "ssh-ed25519", Fingerprint: "SHA256:x"})
		fmt.Println("ANSWER", ok, errors.Is(err, context.Canceled))
		return
	}
	b, err := ssh.Terminal{}.Secret(ctx, ssh.Question{Target: to, Text: redact.Literal("Password: ")})
	fmt.Println("ANSWER", len(b), errors.Is(err, context.Canceled))
}

// The terminal is after a prompt as it was before, also after Ctrl-C; a prompt
// names its host, and a secret is not shown.
func TestTheTerminalIsGivenBack(t *testing.T) {
	stty := tool(t, "stty")
	for _, c := range []struct{ what, typed, want string }{
		{"secret", "hunter2222\n", "ANSWER 10 false"},
		{"secret", "hunt\x03", "ANSWER 0 true"},
		{"host", "yes\n", "ANSWER true false"},
		{"host", "y\n", "ANSWER false false"},
		{"host", "ye\x03", "ANSWER false true"},
	} {
		t.Run(c.what+" "+strings.Trim(c.typed, "\n\x03"), func(t *testing.T) {
			ptm, tty, err := pty.Open()
			if err != nil {
				t.Skip("no terminal can be made: ", err)
			}
			defer ptm.Close()
			defer tty.Close()
			settings := func() string {
				cmd := exec.Command(stty, "-g")
				cmd.Stdin = tty
				out, err := cmd.Output()
				if err != nil {
					t.Fatal(err)
				}
				return string(out)
			}
			before := settings()
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), "SYNCSCOPE_TEST_ASK="+c.what)
			cmd.Stdin, cmd.Stdout, cmd.Stderr = tty, tty, tty
			cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			seen := make(chan string, 1)
			asked := make(chan struct{})
			go func() {
				var out strings.Builder
				b := make([]byte, 4096)
				for told := false; !strings.Contains(out.String(), "ANSWER"); {
					n, err := ptm.Read(b)
					if err != nil {
						break
					}
					out.Write(b[:n])
					if !told && (strings.Contains(out.String(), "Password: ") || strings.Contains(out.String(), "(yes/no)? ")) {
						told = true
						close(asked)
					}
				}
				seen <- out.String()
			}()
			select {
			case <-asked:
			case <-time.After(20 * time.Second):
				_ = cmd.Process.Kill()
				t.Fatal("nothing was asked")
			}
			time.Sleep(100 * time.Millisecond) // the echo goes off after the prompt
			if _, err := ptm.WriteString(c.typed); err != nil {
				t.Fatal(err)
			}
			_ = cmd.Wait()
			out := <-seen
			if after := settings(); after != before {
				t.Errorf("the terminal is %s, and was %s", after, before)
			}
			if !strings.Contains(out, c.want) || !strings.Contains(out, "ops@bastion") || strings.Contains(out, "hunt") {
				t.Errorf("%q", out)
			}
		})
	}
}
