package ssh_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

func TestWayInTwoJumps(t *testing.T) {
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	a, b, s := realSSHD(t, o), realSSHD(t, o), realSSHD(t, o)
	cfg := knowing(t, a, b, s)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{a.Target(), b.Target()}
	in(t, s, cfg)
	if !strings.Contains(a.Log(), "Accepted") || !strings.Contains(b.Log(), "Accepted") {
		t.Error("it did not go through both")
	}
}

// A jump host that refuses is named as what it is.
func TestARefusingJumpIsNamed(t *testing.T) {
	file, key := keyPair(t, "")
	a, s := realSSHD(t, sshdOptions{}), realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := knowing(t, a, s)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{a.Target()}
	_, err := login.Dial(t.Context(), s.Target(), cfg)
	var hop *ssh.HopError
	var auth *ssh.AuthError
	if !errors.As(err, &hop) || !errors.As(err, &auth) || auth.Target != a.Target() || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	open := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg = knowing(t, open)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{open.Target()}
	to := s.Target()
	to.Port = 1
	var dial *ssh.DialError
	if _, err := login.Dial(t.Context(), to, cfg); !errors.As(err, &dial) || !strings.Contains(err.Error(), "jump host "+open.Target().String()) {
		t.Error(err)
	}
}

// Three Managers and an SSM behind a jump host that wants a one-time code: it
// is good once, and asked for once, though all log in at a time.
func TestOneCodeForAll(t *testing.T) {
	jump := realSSHD(t, sshdOptions{Password: "sesame", Codes: []string{"123456"}, Config: []string{"PasswordAuthentication no"}})
	p := &person{answers: map[string][]string{"Password": {"sesame"}, "One-time code": {"123456"}}}
	var servers []*sshd
	for range 4 {
		servers = append(servers, realSSHD(t, sshdOptions{Password: "sesame"}))
	}
	cfg := knowing(t, append(servers, jump)...)
	cfg.Prompter, cfg.Jumps, cfg.Pool = p, []ssh.Target{jump.Target()}, login.NewPool()
	t.Cleanup(cfg.Pool.Close)
	var all sync.WaitGroup
	for _, s := range servers {
		all.Go(func() {
			c, err := login.Dial(t.Context(), s.Target(), cfg)
			if err != nil {
				t.Errorf("%v\n%s", err, jump.Log())
				return
			}
			t.Cleanup(c.Close)
		})
	}
	all.Wait()
	codes := 0
	for _, q := range p.asked {
		if strings.Contains(q.Text.String(), "One-time code") {
			codes++
			if q.Target != jump.Target() || q.For.Port == 0 || q.For == q.Target {
				t.Errorf("it is asked for %v, on the way to %v", q.Target, q.For)
			}
		}
	}
	if codes != 1 || len(p.asked) != 2+len(servers) || p.most != 1 {
		t.Errorf("%d codes, %d questions, %d at a time", codes, len(p.asked), p.most)
	}
}

// The Manager's command line behind a jump host; and the jump host is logged in
// to anew when its login was lost.
func TestTheManagerBehindAJump(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	jump := realSSHD(t, sshdOptions{Password: "sesame"})
	p := &person{answers: map[string][]string{"Password": {"sesame"}}}
	cfg.KnownHosts = append(cfg.KnownHosts, knownHostsOf(t, jump))
	cfg.Prompter, cfg.Jumps, cfg.Pool = both{p, l.Manager()}, []ssh.Target{jump.Target()}, login.NewPool()
	t.Cleanup(cfg.Pool.Close)
	for try := range 2 {
		c, err := login.Dial(t.Context(), target(t, l.Manager()), cfg)
		if err != nil {
			t.Fatal(err)
		}
		cli, err := shell.Manager(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cli.Run(t.Context(), command.ShowVersion()); err != nil {
			t.Fatal(err)
		}
		if len(p.asked) != try+1 {
			t.Errorf("asked %d times", len(p.asked))
		}
		for _, pid := range descendants(jump.cmd.Process.Pid) {
			if proc, err := os.FindProcess(pid); err == nil {
				_ = proc.Kill()
			}
		}
		select {
		case <-c.Done():
		case <-time.After(10 * time.Second):
			t.Fatal("the end of the jump host is not seen")
		}
	}
}

// both answers for the jump host and for a simulated host.
type both struct {
	*person
	h lab.Host
}

func (b both) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	if q.Target.Addr() == b.h.Addr {
		return []byte(b.h.Password), nil
	}
	return b.person.Secret(ctx, q)
}

// A question that waits long for its turn, while others are asked, is asked on
// a connection that the host has not given up meanwhile.
func TestWaitingForTheTurn(t *testing.T) {
	slow := realSSHD(t, sshdOptions{Password: "sesame"})
	s := realSSHD(t, sshdOptions{Password: "sesame", Config: []string{"LoginGraceTime 2"}})
	cfg := knowing(t, slow, s)
	cfg.Pool, cfg.LoginTimeout = login.NewPool(), time.Second
	t.Cleanup(cfg.Pool.Close)
	asked := make(chan struct{})
	first := cfg
	first.Prompter = promptFunc(func() { close(asked); time.Sleep(3 * time.Second) })
	done := make(chan error, 1)
	go func() {
		c, err := login.Dial(t.Context(), slow.Target(), first)
		if err == nil {
			c.Close()
		}
		done <- err
	}()
	<-asked
	cfg.Prompter = promptFunc(func() {})
	in(t, s, cfg)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type promptFunc func()

func (f promptFunc) Secret(context.Context, ssh.Question) ([]byte, error) {
	f()
	return []byte("sesame"), nil
}
func (promptFunc) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// A link is made again from memory while a person is asked for another host.
func TestMemoryNeedsNoTurn(t *testing.T) {
	one, two := realSSHD(t, sshdOptions{Password: "sesame"}), realSSHD(t, sshdOptions{Password: "sesame"})
	var memory login.Credentials
	cfg := knowing(t, one, two)
	cfg.Pool = login.NewPool()
	t.Cleanup(cfg.Pool.Close)
	cfg.Prompter = memory.Asking(promptFunc(func() {}))
	in(t, one, cfg)
	asked, answer := make(chan struct{}), make(chan struct{})
	other := cfg
	other.Prompter = promptFunc(func() { close(asked); <-answer })
	done := make(chan error, 1)
	go func() {
		c, err := login.Dial(t.Context(), two.Target(), other)
		if err == nil {
			c.Close()
		}
		done <- err
	}()
	<-asked
	cfg.Prompter = memory.Again()
	in(t, one, cfg)
	close(answer)
	if err := <-done; err != nil {
		t.Error(err)
	}
}
