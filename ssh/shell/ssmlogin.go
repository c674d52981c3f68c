package shell

import (
	"context"
	"errors"
	"strings"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// SSMLogin is how the SSM's log is come by after the login.
type SSMLogin uint8

// The ways.
const (
	LoginShell    SSMLogin = iota // a shell that reads the log, under sudo where the user may not
	LoginConsole                  // a console comes first, which is left for its shell by a typed command
	LoginSudo                     // sudo is asked at once
	LoginJournald                 // the journal instead of a file
)

var ssmLogins = [...]string{"shell", "console", "sudo", "journald"}

// String is its name.
func (s SSMLogin) String() string {
	if int(s) >= len(ssmLogins) {
		return "unknown"
	}
	return ssmLogins[s]
}

// ParseSSMLogin reads a name; "" is the shell.
func ParseSSMLogin(s string) (SSMLogin, error) {
	for i, name := range ssmLogins {
		if s == name || s == "" {
			return SSMLogin(i), nil
		}
	}
	return 0, errors.New("--ssm-login: no such way (use shell, console, sudo or journald)")
}

// SSMShell is a shell on the SSM; end gives back what it holds.
func SSMShell(ctx context.Context, c *login.Client, way SSMLogin) (sh Shell, end func(), err error) {
	if way != LoginConsole {
		return Open(c), func() {}, nil
	}
	p, err := openPTY(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	s, err := p.console(ctx)
	if err != nil {
		_ = p.Close()
		return nil, nil, err
	}
	return s, func() { _ = p.Close() }, nil
}

// console leaves the SSM's console for its shell. A login that is in a shell
// already has nothing to leave.
func (p *pty) console(ctx context.Context) (*vshell, error) {
	shell := func(b []byte) bool { return isShellPrompt(lastLine(b)) || rootPrompt(lastLine(b)) }
	any := func(b []byte) bool { return shell(b) || isPrompt(lastLine(b)) }
	out, err := p.until(ctx, promptWait, any)
	if err != nil {
		return nil, p.refusedConsole(out, err)
	}
	if !shell(out) {
		first := string(lastLine(out))
		if err := p.ch.enter(command.ConsoleShell().Typed()); err != nil {
			return nil, err
		}
		out, err = p.until(ctx, command.ConsoleShell().Limit(), func(b []byte) bool { return shell(b) || string(lastLine(b)) == first })
		if err != nil || !shell(out) {
			return nil, p.refusedConsole(out, err)
		}
		p.ch.end("prompt", nil)
	}
	return p.quiet(ctx)
}

// rootPrompt: "[root@SSM-On-Prem log]# ", a shell's and no console's.
func rootPrompt(line []byte) bool {
	return len(line) > 4 && line[0] == '[' && string(line[len(line)-3:]) == "]# "
}

// refusedConsole is what the console said instead of a shell's prompt: the line
// before its own prompt.
func (p *pty) refusedConsole(out []byte, err error) error {
	if ssh.IsLost(err) {
		return err
	}
	said := spoken(out)
	return &ssh.RefusedError{Target: p.c.Target(), Command: command.ConsoleShell().ID(), Reply: redact.Join(redact.Literal("no shell came, the last line was"), p.c.Config().Gate.Foreign(said))}
}

// spoken is the last line before a prompt that is not blank.
func spoken(out []byte) string {
	lines := strings.Split(strings.TrimRight(string(out[:len(out)-len(lastLine(out))]), "\r\n "), "\n")
	return strings.TrimSpace(lines[len(lines)-1])
}
