package session

import (
	"context"
	"fmt"
	"sync"

	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

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
