package session

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/checks/session/relay"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// host is one machine of the run.
type host struct {
	run *Live // that the host belongs to

	target          ssh.Target
	ssm             bool // else a Manager
	kept            keptLink
	credentials     *login.Credentials // the run's: hosts may share a jump host
	followed        *follow.Log
	printed         *follow.CLILog // where there is no vshell
	progress        *progress
	listed          relay.Open[command.Command] // captures on its command line
	log, cap, facts *source                     // of the SSM: log only
	picked          *cliout.Interface           // the person's answer; the zero value: he left it to us
	read            func()                      // its log was read back, or cannot be
}

// source is one stream of the run.
type source struct {
	run *Live // that the source belongs to

	src      event.Source
	dec      *capture.Decoder
	state    event.Stream
	detail   string
	lastByte time.Time
	alive    time.Time // the last sign of life, on a link or in a stream
	lostAt   time.Time // when the link was lost last
	lines    int       // of checks, which have no decoder
	host     *host
}

func (l *Live) newHost(t ssh.Target, manager bool) *host {
	return &host{run: l, target: t, ssm: !manager, read: func() {}, credentials: l.credentials, progress: newProgress(l.cfg.Gate.Foreign(t.String()).String(), manager, l.cfg.Gate, l.cfg.Now, l.feed.Nudge)}
}

// add registers a stream; its pane shows it from then on.
func (l *Live) add(kind event.Kind, level event.Level, title string, h *host) *source {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := &source{run: l, host: h, state: event.Connecting}
	s.src = event.Source{ID: event.SourceID(len(l.sources) + 1), Kind: kind, Level: level, Title: l.cfg.Gate.Foreign(title)}
	if h != nil {
		s.src.Host = l.cfg.Gate.Foreign(nameOf(l.all(), h.target))
	}
	l.sources = append(l.sources, s)
	return s
}

// keptLink is the login of a host. It is empty until the first login holds, so
// only this file reads the field: every other caller has to ask, and has to say
// what it does without a login.
type keptLink struct {
	mu    sync.Mutex
	link  *login.Link
	ended bool
}

// keep takes the link of the first login. After the end it closes it: a login
// may hold just when the run is left.
func (k *keptLink) keep(link *login.Link) {
	k.mu.Lock()
	ended := k.ended
	if !ended {
		k.link = link
	}
	k.mu.Unlock()
	if ended {
		link.Close()
	}
}

func (k *keptLink) get() (*login.Link, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.link, k.link != nil
}

// hangUp ends the login, and every one that comes later.
func (k *keptLink) hangUp() {
	k.mu.Lock()
	k.ended = true
	k.mu.Unlock()
	if link, in := k.get(); in {
		link.Close()
	}
}

// login is the kept login of the host; false: nobody is logged in yet.
func (h *host) login() (*login.Link, bool) { return h.kept.get() }

// client is the connection of the last login, which may be lost by now.
func (h *host) client() (*login.Client, error) {
	link, in := h.login()
	if !in {
		return nil, fmt.Errorf("%s: there is no login (wait for it, or press R where it failed)", h.progress.state().Name)
	}
	return link.Current(), nil
}

// cli opens the command line of a Manager.
func (h *host) cli(ctx context.Context) (*shell.CLI, error) {
	c, err := h.client()
	if err != nil {
		return nil, err
	}
	return shell.Manager(ctx, c)
}

// ssmShell opens a Linux shell on the SSM; the function that it returns leaves
// the shell again.
func (h *host) ssmShell(ctx context.Context, way shell.SSMLogin) (shell.Shell, func(), error) {
	c, err := h.client()
	if err != nil {
		return nil, nil, err
	}
	return shell.SSMShell(ctx, c, way)
}

// noShell runs nothing, and says why.
type noShell struct{ why error }

func (n noShell) Run(context.Context, command.Command) (command.Result, error) {
	return command.Result{}, n.why
}

// withSudo tries a command that may run under sudo so if it is refused without; only
// reading the SSM's log may. Where sudo itself did not go, it is not tried again: nobody
// is asked for a password once more, and no account is locked.
type withSudo struct {
	sh     shell.Shell
	denied error
}

func (w *withSudo) Run(ctx context.Context, c command.Command) (command.Result, error) {
	res, err := w.sh.Run(ctx, c)
	var refused *ssh.RefusedError
	sudo := c.WithSudo()
	switch {
	case !errors.As(err, &refused) || !sudo.Sudo():
		return res, err
	case w.denied != nil:
		return res, w.denied
	}
	res, err = w.sh.Run(ctx, sudo)
	if ran := errors.As(err, &refused) && refused.Exit > 1; err != nil && !ran { // sudo ends with 1
		w.denied = err
	}
	return res, err
}
