package shell

import (
	"context"
	"errors"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// sudoTries is how many answers sudo gets: a third refused one locks accounts on
// many hosts.
const sudoTries = 2

// sudoer answers sudo's own question on one channel.
type sudoer struct {
	c     *login.Client
	ch    *Channel
	asked int
}

// answer writes the password once more.
func (s *sudoer) answer(ctx context.Context) error {
	s.asked++
	p, err := s.password(ctx)
	if err == nil && s.asked > sudoTries {
		err = &ssh.RefusedError{Target: s.c.Target(), Command: "sudo", Reply: redact.Literal("the password was refused")}
	}
	if err != nil {
		return err
	}
	return s.ch.secret(p)
}

// password is the login's own, then what a person is asked for.
func (s *sudoer) password(ctx context.Context) ([]byte, error) {
	if p := s.c.Password(); p != nil && s.asked == 1 {
		return p, nil
	}
	if s.c.Config().Prompter == nil {
		return nil, errors.New("sudo asks for a password and nobody can be asked")
	}
	// A person takes his time, and may have other hosts' questions in front of this
	// one: a connection that ends meanwhile is told at once.
	standing, cancel := s.c.While(ctx)
	defer cancel()
	p, err := s.c.Config().Prompter.Secret(standing, ssh.Question{Target: s.c.Target(), Text: redact.Literal("Password for sudo: "), Method: "sudo", Try: s.asked})
	switch {
	case err != nil && standing.Err() != nil && ctx.Err() == nil:
		return nil, &ssh.LostError{Target: s.c.Target()}
	case err != nil:
		return nil, err
	}
	s.c.Config().Gate.Typed(p)
	s.c.KeepPassword(p)
	return p, nil
}

// validate has sudo ask for the password on this terminal, in a command of its
// own: so it is never typed into a command that reads, and no line of a log is
// taken for the question.
func (s *vshell) validate(ctx context.Context) error {
	cmd := command.SudoLogin()
	if err := s.p.ch.enter(cmd.Framed(s.nonce)); err != nil {
		return err
	}
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := time.AfterFunc(cmd.Limit(), cancel) // a person who is asked has all the time
	defer limit.Stop()
	ask := sudoer{c: s.p.c, ch: s.p.ch}
	r := &vstream{s: s, ctx: limited, asked: func() error {
		limit.Stop()
		defer limit.Reset(cmd.Limit())
		return ask.answer(ctx)
	}}
	out, err := readAll(r)
	switch {
	case err != nil && limited.Err() != nil && ctx.Err() == nil:
		return &ssh.SlowError{Target: s.p.c.Target(), Command: cmd.ID(), After: cmd.Limit(), Sudo: true}
	case err != nil:
		return err
	}
	if r.exit != 0 {
		return s.refusal(cmd, out, r.exit)
	}
	return nil
}
