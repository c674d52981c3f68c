package login

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// Bounds of a login.
const (
	maxTries     = 2 // answers of a person that are refused: a third locks accounts on many hosts
	maxRounds    = 16
	maxQuestions = 8
	maxPrompt    = 4 << 10
	maxStale     = 5 // logins begun for one question
)

// errStale: others were asked first, for longer than a login may take.
var errStale = errors.New("its question waited too long for its turn")

// Methods of RFC 4252 and RFC 4256.
const (
	publicKey   = "publickey"
	interactive = "keyboard-interactive"
	password    = "password"
)

// errRefused ends a login in which nothing is left to try.
var errRefused = errors.New("every way to log in was refused")

// auth is one login's ways in: agent and keys, then what the host asks a person.
type auth struct {
	ctx   context.Context
	c     *Client
	r     *route
	clock *loginClock
	agent net.Conn
	tried []string
	notes []string
	err   error       // the Prompter's
	said  redact.Text // what the host said of a try, last

	spoke   bool // a person was asked
	locked  []*lockedKey
	stages  int    // steps that succeeded, of a login of several
	keys    bool   // keys were offered in this step
	last    string // the method tried last
	asked   int    // questions in the last try
	refused int    // answers of a person refused in this step
	rounds  int
	looked  bool   // the keyring was asked
	typed   []byte // a password that a person typed; the client's
}

func newAuth(ctx context.Context, c *Client, r *route, clock *loginClock) *auth {
	return &auth{ctx: ctx, c: c, r: r, clock: clock}
}

// next picks the way to try, as ssh does: keys, then the host's own questions,
// then a password. Partial success begins a step of its own.
func (a *auth) next(s *gossh.ClientAuthContext) (gossh.AuthMethod, error) {
	if a.err != nil {
		return nil, a.err
	}
	if n := len(s.PartialSuccessMethods); n > a.stages {
		a.stages, a.keys, a.refused, a.last = n, false, 0, ""
	}
	if a.asked > 0 && a.last != "" {
		a.refused++
	}
	fruitless := a.last == interactive && a.asked == 0 // it is offered, but asks nothing
	a.asked = 0
	can := func(method string) bool { return slices.Contains(s.AllowedMethods, method) }
	switch {
	case can(publicKey) && !a.keys:
		a.keys = true
		return a.method(publicKey, gossh.PublicKeysCallback(a.signers)), nil
	case a.refused >= maxTries || a.stages > maxRounds:
	case can(interactive) && !fruitless:
		return a.method(interactive, gossh.KeyboardInteractive(a.interactive)), nil
	case can(password):
		return a.method(password, gossh.PasswordCallback(a.askPassword)), nil
	}
	return nil, errRefused
}

func (a *auth) method(name string, m gossh.AuthMethod) gossh.AuthMethod {
	a.last = name
	if !slices.Contains(a.tried, name) {
		a.tried = append(a.tried, name)
	}
	return m
}

// note is said if the login is refused.
func (a *auth) note(format string, args ...any) {
	if n := fmt.Sprintf(format, args...); !slices.Contains(a.notes, n) {
		a.notes = append(a.notes, n)
	}
}

// hints are what may help after a refusal.
func (a *auth) hints(err error) string {
	if strings.Contains(err.Error(), "oo many authentication") {
		a.note("the host takes no more tries: name the right key with -i, or set IdentitiesOnly")
	}
	return strings.Join(a.notes, "; ")
}

// forget closes the agent's connection.
func (a *auth) forget() {
	if a.agent != nil {
		_ = a.agent.Close()
	}
	for _, l := range a.locked {
		clear(l.data)
	}
}

func (a *auth) askPassword() (string, error) {
	p, err := a.secret(ssh.Question{Text: a.c.cfg.Gate.Foreign("Password: "), Method: password})
	return string(p), err
}

// interactive answers the host's own questions, a round at a time.
func (a *auth) interactive(name, instruction string, questions []string, echos []bool) ([]string, error) {
	if a.rounds++; a.rounds > maxRounds || len(questions) > maxQuestions {
		a.err = errors.New("the host asks without end")
		return nil, a.err
	}
	answers := make([]string, len(questions))
	for i, text := range questions {
		if i == 0 {
			text = strings.TrimSpace(strings.TrimSpace(name) + " " + strings.TrimSpace(instruction) + " " + text)
		}
		if !strings.HasSuffix(text, " ") {
			text += " "
		}
		asked := a.c.cfg.Gate.Foreign(capped(text, maxPrompt))
		p, err := a.secret(ssh.Question{Text: asked, Method: interactive, Echo: echos[i] && !redact.AsksSecret(asked)})
		if err != nil {
			return nil, err
		}
		answers[i] = string(p)
	}
	return answers, nil
}

// secret is the answer to a host's question: what the keyring has, once, or
// what a person types.
func (a *auth) secret(q ssh.Question) ([]byte, error) {
	a.asked++
	q.Try = a.refused + 1
	static := stays(q)
	if static && !a.looked {
		a.looked = true
		if p := a.c.cfg.kept(a.r.target); p != nil {
			a.c.cfg.Gate.Typed(p)
			a.hold(p)
			return p, nil
		}
	}
	p, err := a.ask(q)
	if err == nil && static {
		a.typed = a.hold(p)
	}
	return p, err
}

// hold keeps the login's password for sudo.
func (a *auth) hold(p []byte) []byte {
	a.c.mu.Lock()
	defer a.c.mu.Unlock()
	clear(a.c.password)
	a.c.password = slices.Clone(p)
	return a.c.password
}

// ask asks a person, in turn with the other logins of the run.
func (a *auth) ask(q ssh.Question) (answer []byte, err error) {
	cfg := a.c.cfg
	if cfg.Prompter == nil {
		a.err = errors.New("a password is needed and nobody can be asked")
		return nil, a.err
	}
	q.Target, q.For = a.r.target, cfg.final
	err = a.clock.ask(func() error {
		began := time.Now()
		done, err := cfg.turn(a.ctx)
		if err != nil {
			return err
		}
		defer done()
		if !a.spoke && time.Since(began) > cfg.LoginTimeout {
			return errStale
		}
		a.spoke = true
		answer, err = cfg.Prompter.Secret(a.ctx, q)
		if !q.Echo { // known before the host can repeat it
			cfg.Gate.Typed(answer)
		}
		return err
	})
	if err != nil {
		a.err = err
	}
	return answer, err
}
