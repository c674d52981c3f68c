package session

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// dial logs in to a host. From then on its link is kept: what is lost is made
// again, with what the person has answered before.
func (h *host) dial(ctx context.Context) error {
	c, err := h.logIn(ctx, true)
	if err != nil {
		return err
	}
	h.kept.keep(login.Keep(context.WithoutCancel(ctx), c, func(ctx context.Context, asked bool) (*login.Client, error) {
		return h.logIn(ctx, asked)
	}))
	return nil
}

// logIn is one login. asked: a person is there to be asked.
func (h *host) logIn(ctx context.Context, asked bool) (*login.Client, error) {
	cfg := h.run.cfg.SSH
	if cfg.Prompter == nil && h.run.patient {
		cfg.Prompter = h.prompts()
	}
	worked := func() {}
	switch {
	case !asked:
		cfg.Prompter = h.credentials.Again()
	case cfg.Prompter != nil:
		cfg.Progress = h.progress.login(h.target)
		p := h.credentials.Recalling(cfg.Prompter)
		cfg.Prompter, worked = p, p.Worked
	default:
		cfg.Progress = h.progress.login(h.target)
	}
	c, err := login.Dial(ctx, h.target, cfg)
	if err == nil {
		worked()
	}
	return c, err
}

func (l *Live) hangUp() {
	for _, h := range l.all() {
		h.kept.hangUp()
	}
	if !l.trying { // else they serve the run
		l.credentials.Forget()
	}
	l.cfg.SSH.Pool.Close()
}

// atOnce is how long a stream lives that is lost at once.
const atOnce = 10 * time.Second

// start runs a stream and shows how it ended. Where its link was lost it
// goes on once there is another; what else it could not do waits for Retry.
// steps are those that it goes through.
func (s *source) start(ctx context.Context, run func() error, steps ...view.Step) {
	if !s.run.tasks.begin() {
		return
	}
	go func() {
		defer s.run.tasks.done()
		for quick, short := 0, 0; ; {
			began := time.Now()
			err := run()
			lived := time.Since(began)
			if quick++; lived > atOnce { // a link that is cut every minute is no link that does not hold
				quick = 0
			}
			if short++; lived > time.Minute {
				short = 0
			}
			if again(ctx, s, err, short) {
				continue
			}
			var lost *ssh.LostError
			if ctx.Err() == nil && (errors.As(err, &lost) || err != nil && died(ctx, s.host)) {
				if err = s.lost(ctx, quick); err == nil {
					s.say(event.Connecting, "")
					continue
				}
				s.host.progress.begin(view.StepLogin)
				s.host.progress.fail(err, view.StepLogin)
			}
			switch {
			case ctx.Err() != nil:
				return
			case err == nil, errors.Is(err, io.EOF):
				s.say(event.Ended, "the stream ended")
				return
			}
			s.say(event.Refused, err.Error())
			s.host.progress.fail(err, steps...)
			if !s.run.wait(ctx) {
				return
			}
			if link, in := s.host.login(); in {
				link.Retry()
			}
			s.say(event.Connecting, "")
		}
	}()
}

// shellTries is how often a shell that the host ends is opened in a row: it may
// have been there for too long, or this account gets none.
const shellTries = 3

// again reports whether a stream is begun once more whose shell the host ended,
// and waits before. It says which try that is.
func again(ctx context.Context, s *source, err error, short int) bool {
	var ended *ssh.EndedError
	if ctx.Err() != nil || !errors.As(err, &ended) || short >= shellTries {
		return false
	}
	s.say(event.Lost, fmt.Sprintf("%v; try %d of %d", err, short+1, shellTries))
	select {
	case <-time.After(time.Second << short):
		return true
	case <-ctx.Done():
		return false
	}
}

// died reports whether a stream may have failed because its link is dead: the
// host has not been heard of, and is found dead soon.
func died(ctx context.Context, h *host) bool {
	c, err := h.client()
	if err != nil || !c.Silent() {
		return false
	}
	select {
	case <-c.Done():
		return true
	case <-time.After(30 * time.Second):
	case <-ctx.Done():
	}
	return false
}

// lost says so and waits for another link; quick is how often in a row the
// stream was lost at once: where the link itself holds, it is not tried in a
// loop.
func (s *source) lost(ctx context.Context, quick int) error {
	s.run.mu.Lock()
	s.lostAt = s.run.cfg.Now()
	s.run.mu.Unlock()
	why := "the connection was lost; it is being made again"
	if quick > 2 { // the host itself may let nobody stay, and only a login by hand shows its words
		why = fmt.Sprintf("the connection ended at once, %d times in a row; it is being made again (log in once with ssh to see what the host says)", quick)
	}
	s.say(event.Lost, why)
	if quick > 1 {
		select {
		case <-time.After(min(time.Minute, time.Second<<min(quick, 10)/2)):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	link, in := s.host.login()
	if !in {
		_, err := s.host.client()
		return err
	}
	_, err := link.Client(ctx)
	return err
}

// alarm says which host's connection is lost, and first of all whose key is
// another one: that must not be seen only where its pane is.
func (s *source) alarm() string {
	if s.host == nil {
		return ""
	}
	kept, in := s.host.login()
	if !in {
		return "" // the steps of the login tell
	}
	var key *ssh.HostKeyError
	switch st := kept.State(); {
	case st.Phase == login.LinkUp:
		return ""
	case errors.As(st.Err, &key) && key.Changed:
		return "HOST KEY CHANGED: " + s.src.Host.String()
	}
	return "CONNECTION LOST: " + s.src.Host.String()
}

// linked tells what is known of a stream's link: how old it is, how far the
// host is, and whether a silent stream is quiet or dead.
func linked(st *view.SourceStatus, s *source) {
	st.Alive = s.alive
	if s.host == nil {
		return
	}
	kept, in := s.host.login()
	if !in {
		return
	}
	c, link := kept.Current(), kept.State()
	st.RTT, st.LinkSince, st.Tries, st.NextTry = c.RTT(), link.Since, link.Tries, link.Next
	if h := c.Heard(); h.After(st.Alive) {
		st.Alive = h
	}
	st.NeedsYou = link.Phase == login.LinkNeedsYou
	if s.state == event.Lost && link.Err != nil {
		st.Detail = fmt.Sprintf("%s; last try: %v", s.detail, link.Err)
	}
}
