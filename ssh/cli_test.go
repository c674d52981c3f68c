package ssh_test

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// mannered logs in to a Manager whose command line has a manner; heard is what
// it received.
func mannered(t *testing.T, m lab.Manner) (c *login.Client, heard func() string) {
	t.Helper()
	var mu sync.Mutex
	var got strings.Builder
	m.Heard = func() func([]byte) { return func(b []byte) { mu.Lock(); got.Write(b); mu.Unlock() } }
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: m})
	cfg.Prompter = &prompter{password: l.Manager().Password}
	c, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c, func() string { mu.Lock(); defer mu.Unlock(); return got.String() }
}

func openCLI(t *testing.T, c *login.Client) *shell.CLI {
	t.Helper()
	cli, err := shell.Manager(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { cli.Close() })
	return cli
}

func output(t *testing.T, cli *shell.CLI, cmd command.Command) string {
	t.Helper()
	res, err := cli.Run(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	out, err := io.ReadAll(res.Reader())
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(out), "\r", "")
}

func TestConfigModeIsRefused(t *testing.T) {
	c, heard := mannered(t, lab.Manner{Config: true})
	_, err := shell.Manager(t.Context(), c)
	var refused *ssh.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "configuration mode") {
		t.Fatalf("%v", err)
	}
	if heard() != "" {
		t.Errorf("it was sent %q", heard())
	}
}

// What looks like a prompt in a banner is none.
func TestThePromptIsLearnedBehindABanner(t *testing.T) {
	c, _ := mannered(t, lab.Manner{MOTD: "Property of Example Ltd.\nAuthorised>"})
	cli := openCLI(t, c)
	if got := output(t, cli, command.ShowVersion()); !strings.HasPrefix(got, "20.") {
		t.Errorf("%q", got)
	}
	if cli.Name().String() != "mgr-lab-1" {
		t.Errorf("name %q", cli.Name())
	}
}

func TestAPagerIsSentOn(t *testing.T) {
	c, heard := mannered(t, lab.Manner{Pages: 4})
	cli := openCLI(t, c)
	got := output(t, cli, command.ShowSystemStatus())
	for _, want := range []string{"Viptela (tm)", "System state:", "Load average:", "Personality:             vmanage\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if strings.Contains(got, "More") || strings.Count(heard(), " ") < 5 {
		t.Errorf("output %q, sent %q", got, heard())
	}
	if got := output(t, cli, command.ShowVersion()); !strings.HasPrefix(got, "20.") {
		t.Errorf("afterwards: %q", got)
	}
}

func TestAQuestionIsNeverAnswered(t *testing.T) {
	c, heard := mannered(t, lab.Manner{Uncommitted: true})
	cli := openCLI(t, c)
	_, err := cli.Run(t.Context(), command.ShowVersion())
	var refused *ssh.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "Uncommitted changes found") {
		t.Fatalf("%v", err)
	}
	time.Sleep(200 * time.Millisecond)
	cli.Close()
	time.Sleep(200 * time.Millisecond)
	if !strings.HasSuffix(heard(), "show version\n") {
		t.Errorf("after the question it was sent %q", heard())
	}
}

func TestAnIdleSessionEnds(t *testing.T) {
	c, heard := mannered(t, lab.Manner{Idle: time.Second})
	cli := openCLI(t, c)
	if !strings.Contains(heard(), "idle-timeout 3600\n") {
		t.Errorf("the time was not set: %q", heard())
	}
	time.Sleep(1500 * time.Millisecond)
	start := time.Now()
	_, err := cli.Run(t.Context(), command.ShowVersion())
	var ended *ssh.EndedError
	if !errors.As(err, &ended) || time.Since(start) > 5*time.Second { // the shell's end, not the link's
		t.Errorf("%v after %v", err, time.Since(start))
	}
}

func TestARefusedCaptureLeavesTheRest(t *testing.T) {
	c, _ := mannered(t, lab.Manner{NoCapture: true})
	cli := openCLI(t, c)
	eth0, _ := command.ParseInterface("eth0")
	cmd, err := command.Capture(command.CaptureSpec{Interface: eth0, Peer: netip.MustParseAddr("172.20.85.137")})
	if err != nil {
		t.Fatal(err)
	}
	r, err := cli.Stream(t.Context(), cmd)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, r)
	var refused *ssh.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "permission to capture") || !strings.Contains(err.Error(), "group netadmin") {
		t.Errorf("%v", err)
	}
	if got := output(t, cli, command.ShowVersion()); !strings.HasPrefix(got, "20.") {
		t.Errorf("afterwards: %q", got)
	}
}

func TestVShellAndBack(t *testing.T) {
	c, heard := mannered(t, lab.Manner{})
	cli := openCLI(t, c)
	for range 3 {
		sh, err := cli.Shell(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if res, err := sh.Run(t.Context(), command.Date()); err != nil || res.Exit != 0 {
			t.Fatal(err)
		}
		if got := output(t, cli, command.ShowVersion()); !strings.HasPrefix(got, "20.") {
			t.Fatalf("%q", got)
		}
	}
	if n := strings.Count(heard(), "exit\n"); n != 3 {
		t.Errorf("vshell was left %d times", n)
	}
}

func TestARefusedVShellSaysWhatItTakes(t *testing.T) {
	c, _ := mannered(t, lab.Manner{NoVShell: true})
	cli := openCLI(t, c)
	_, err := cli.Shell(t.Context())
	var refused *ssh.RefusedError
	if !errors.As(err, &refused) || !strings.Contains(err.Error(), "access denied") || !strings.Contains(err.Error(), "netadmin") {
		t.Errorf("%v", err)
	}
	if got := output(t, cli, command.ShowVersion()); !strings.HasPrefix(got, "20.") {
		t.Errorf("afterwards: %q", got)
	}
}

// A host gets four shells and no more.
func TestFourShells(t *testing.T) {
	c, _ := mannered(t, lab.Manner{})
	var open []*shell.CLI
	for range 4 {
		open = append(open, openCLI(t, c))
	}
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if _, err := shell.Manager(ctx, c); err == nil {
		t.Error("a fifth one was opened")
	}
	open[0].Close()
	openCLI(t, c)
}
