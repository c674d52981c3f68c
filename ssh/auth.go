package ssh

import (
	"context"
	"errors"
	"net"
	"os"
	"slices"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"syncscope/capture/redact"
)

// maxTries is how often a person may mistype: a third wrong password locks
// accounts on many hosts.
const maxTries = 2

// auth is one login's ways in: agent and keys, then what the host asks a person.
type auth struct {
	ctx   context.Context
	c     *Client
	clock *loginClock
	tried []string
	err   error // the Prompter's
	agent net.Conn
}

func newAuth(ctx context.Context, c *Client, clock *loginClock) *auth {
	return &auth{ctx: ctx, c: c, clock: clock}
}

func (a *auth) methods() []gossh.AuthMethod {
	return []gossh.AuthMethod{
		gossh.PublicKeysCallback(a.signers),
		gossh.RetryableAuthMethod(gossh.PasswordCallback(a.askPassword), maxTries),
		gossh.RetryableAuthMethod(gossh.KeyboardInteractive(a.interactive), maxTries),
	}
}

func (a *auth) note(method string) {
	if !slices.Contains(a.tried, method) {
		a.tried = append(a.tried, method)
	}
}

// forget closes the agent's connection.
func (a *auth) forget() {
	if a.agent != nil {
		_ = a.agent.Close()
	}
}

// signers are the agent's keys, then the key files'. It runs only if the host
// takes keys, so nobody is asked for a passphrase in vain.
func (a *auth) signers() ([]gossh.Signer, error) {
	a.note("publickey")
	var out []gossh.Signer
	if s := a.c.cfg.AgentSocket; s != "" {
		if conn, err := net.DialTimeout("unix", s, 2*time.Second); err == nil {
			a.agent = conn
			_ = conn.SetDeadline(time.Now().Add(a.clock.limit))
			if keys, err := agent.NewClient(conn).Signers(); err == nil {
				out = append(out, keys...)
			}
		}
	}
	for _, path := range a.c.cfg.Identities {
		if s := a.keyFile(path); s != nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// keyFile reads a private key; its passphrase is asked for here.
func (a *auth) keyFile(path string) gossh.Signer {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	defer clear(data)
	s, err := gossh.ParsePrivateKey(data)
	var locked *gossh.PassphraseMissingError
	for range maxTries {
		if !errors.As(err, &locked) {
			break
		}
		phrase, aerr := a.ask(a.c.cfg.Gate.Foreign("Passphrase for "+path+": "), false)
		if aerr != nil || len(phrase) == 0 {
			return nil
		}
		var again error
		if s, again = gossh.ParsePrivateKeyWithPassphrase(data, phrase); again == nil {
			err = nil
		}
		clear(phrase)
	}
	if err != nil {
		return nil
	}
	return s
}

func (a *auth) askPassword() (string, error) {
	a.note("password")
	p, err := a.ask(redact.Literal("Password: "), false)
	if err != nil {
		return "", err
	}
	a.keep(p)
	return string(p), nil
}

// interactive answers the host's own questions, a round at a time.
func (a *auth) interactive(_, instruction string, questions []string, echos []bool) ([]string, error) {
	a.note("keyboard-interactive")
	answers := make([]string, len(questions))
	for i, q := range questions {
		text := q
		if i == 0 && instruction != "" {
			text = instruction + " " + q
		}
		p, err := a.ask(a.c.cfg.Gate.Foreign(text), echos[i])
		if err != nil {
			return nil, err
		}
		if len(questions) == 1 && !echos[i] {
			a.keep(p)
		}
		answers[i] = string(p)
	}
	return answers, nil
}

// keep holds the login's password for sudo.
func (a *auth) keep(p []byte) {
	a.c.mu.Lock()
	defer a.c.mu.Unlock()
	clear(a.c.password)
	a.c.password = p
}

func (a *auth) ask(text redact.Text, echo bool) (answer []byte, err error) {
	if a.c.cfg.Prompter == nil {
		a.err = errors.New("a password is needed and nobody can be asked")
		return nil, a.err
	}
	err = a.clock.ask(func() error {
		answer, err = a.c.cfg.Prompter.Secret(a.ctx, Question{a.c.target, text, echo})
		return err
	})
	if err != nil {
		a.err = err
	}
	return answer, err
}
