package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"golang.org/x/term"
)

// Terminal asks on the controlling terminal, whatever standard input is; where
// there is none, SSH_ASKPASS is called for secrets and no host is trusted.
type Terminal struct{}

func openTTY() (*os.File, error) {
	if os.Getenv("SSH_ASKPASS_REQUIRE") == "force" { // as ssh(1) has it
		return nil, errors.New("SSH_ASKPASS is to be used instead of the terminal")
	}
	name := "/dev/tty"
	if runtime.GOOS == "windows" {
		name = "CONIN$"
	}
	f, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil || !term.IsTerminal(int(f.Fd())) {
		return nil, errors.New("there is no terminal to ask on")
	}
	return f, nil
}

// Secret asks for a password without showing it.
func (Terminal) Secret(ctx context.Context, q Question) ([]byte, error) {
	prompt := q.Text.String()
	if q.Target != (Target{}) {
		prompt = q.Target.String() + ": " + prompt
	}
	if q.Try > 1 {
		prompt = "That was refused. " + prompt
	}
	tty, err := openTTY()
	if err != nil {
		return askpass(ctx, prompt)
	}
	defer tty.Close()
	fmt.Fprint(os.Stderr, prompt)
	if q.Echo { // the newline is typed
		return interruptible(ctx, tty, func() ([]byte, error) { return readLine(tty) })
	}
	defer fmt.Fprintln(os.Stderr)
	return readSecret(ctx, tty)
}

// readSecret reads a line that is not shown.
func readSecret(ctx context.Context, tty *os.File) ([]byte, error) {
	return interruptible(ctx, tty, func() ([]byte, error) { return term.ReadPassword(int(tty.Fd())) })
}

// interruptible gives the terminal back as it was when ctx ends, whatever read
// does to it: read itself is left behind.
func interruptible(ctx context.Context, tty *os.File, read func() ([]byte, error)) ([]byte, error) {
	state, err := term.GetState(int(tty.Fd()))
	if err != nil {
		return nil, err
	}
	type answer struct {
		b   []byte
		err error
	}
	ch := make(chan answer, 1)
	go func() {
		b, err := read()
		ch <- answer{b, err}
	}()
	select {
	case a := <-ch:
		return a.b, a.err
	case <-ctx.Done():
		_ = term.Restore(int(tty.Fd()), state) // we are leaving
		return nil, ctx.Err()
	}
}

// maxLine is how much is read of an answer that is shown.
const maxLine = 256

// readLine reads an answer that is shown while it is typed.
func readLine(tty *os.File) ([]byte, error) {
	line, one := make([]byte, 0, maxLine), make([]byte, 1)
	for len(line) < maxLine {
		if _, err := tty.Read(one); err == io.EOF || err == nil && one[0] == '\n' {
			break
		} else if err != nil {
			return nil, err
		}
		line = append(line, one[0])
	}
	return bytes.TrimRight(line, "\r"), nil
}

// askpassLimit is how long a graphical prompt may stand.
const askpassLimit = 2 * time.Minute

func askpass(ctx context.Context, prompt string) ([]byte, error) {
	program := os.Getenv("SSH_ASKPASS")
	if program == "" {
		return nil, errors.New("a password is needed, and there is neither a terminal nor SSH_ASKPASS")
	}
	ctx, cancel := context.WithTimeout(ctx, askpassLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, prompt).Output()
	return bytes.TrimRight(out, "\r\n"), err
}

// TrustHost shows the fingerprint and asks. Only a whole "yes" trusts.
func (Terminal) TrustHost(ctx context.Context, h UnknownHost) (bool, error) {
	tty, err := openTTY()
	if err != nil {
		return false, err
	}
	defer tty.Close()
	fmt.Fprintf(os.Stderr, "%s is not known. Its %s key is\n  %s\nCompare it with the host's own. Trust it from now on (yes/no)? ", h.Target, h.KeyType, h.Fingerprint)
	line, err := interruptible(ctx, tty, func() ([]byte, error) { return readLine(tty) })
	return strings.TrimSpace(string(line)) == "yes", err
}
