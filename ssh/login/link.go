package login

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"syncscope/ssh"
)

// Reconnecting: full jitter over a time that doubles, from the beginning again
// after a link that held.
const (
	firstWait = time.Second
	longWait  = 60 * time.Second
	healthy   = 30 * time.Second // a link that held so long is made again at once: a cut every minute is no host that refuses
)

// Link keeps a host's login: what is lost is dialled again. It is not tried
// again after a refused login or with another host key, nor while it takes a
// person: then Retry does.
type Link struct {
	dial   func(ctx context.Context, asked bool) (*Client, error)
	ctx    context.Context
	cancel context.CancelFunc
	jitter func(limit time.Duration) time.Duration
	retry  chan struct{}

	mu      sync.Mutex
	now     LinkState
	client  *Client
	changed chan struct{} // closed and replaced at each change
}

// LinkPhase is how a link is.
type LinkPhase uint8

// The phases.
const (
	LinkUp       LinkPhase = iota
	LinkLost               // it is tried again at Next
	LinkNeedsYou           // only Retry goes on
)

// LinkState is how a link is now.
type LinkState struct {
	Phase LinkPhase
	Since time.Time // of this phase
	Tries int       // since it was lost
	Next  time.Time // when it is tried again; zero: now
	Err   error     // of the last try
}

// Keep keeps a login that was made. dial makes another; asked: a person has
// asked for it, and may be asked.
func Keep(ctx context.Context, c *Client, dial func(ctx context.Context, asked bool) (*Client, error)) *Link {
	l := &Link{
		dial: dial, client: c, retry: make(chan struct{}, 1), changed: make(chan struct{}), now: LinkState{Since: time.Now()},
		jitter: func(limit time.Duration) time.Duration { return rand.N(limit) + time.Millisecond },
	}
	l.ctx, l.cancel = context.WithCancel(ctx)
	go l.run(c)
	return l
}

// State is how the link is now.
func (l *Link) State() LinkState {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.now
}

// Current is the login made last; it may be lost.
func (l *Link) Current() *Client {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.client
}

// Client waits for a login that holds. Where only a person can help, it gives
// the error that says so.
func (l *Link) Client(ctx context.Context) (*Client, error) {
	for {
		l.mu.Lock()
		c, st, changed := l.client, l.now, l.changed
		l.mu.Unlock()
		switch {
		case st.Phase == LinkNeedsYou:
			return nil, st.Err
		case st.Phase == LinkUp && !isDone(c):
			return c, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-l.ctx.Done():
			return nil, l.ctx.Err()
		}
	}
}

func isDone(c *Client) bool {
	select {
	case <-c.done:
		return true
	default:
		return false
	}
}

// Retry tries again now, if the link is lost. A person may be asked.
func (l *Link) Retry() {
	st := l.State()
	if st.Phase == LinkUp {
		return
	}
	st.Phase, st.Next = LinkLost, time.Time{}
	l.set(st, nil)
	select {
	case l.retry <- struct{}{}:
	default:
	}
}

// Close ends the link and its login.
func (l *Link) Close() {
	l.cancel()
	l.Current().Close()
}

func (l *Link) set(st LinkState, c *Client) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.now = st
	if c != nil {
		l.client = c
	}
	close(l.changed)
	l.changed = make(chan struct{})
}

// run waits for the link's end and makes another, for ever.
func (l *Link) run(c *Client) {
	n := 0
	for up := time.Now(); ; up = time.Now() {
		select {
		case <-c.Done():
		case <-l.ctx.Done():
			return
		}
		if time.Since(up) >= healthy {
			n = 0
		}
		if c, n = l.again(n); c == nil {
			return
		}
	}
}

// again dials until it holds. n is how often it was tried without a link that
// held; nil: we are leaving.
func (l *Link) again(n int) (*Client, int) {
	st := LinkState{Phase: LinkLost, Since: time.Now()}
	for asked := false; ; n++ {
		if !asked {
			wait := l.jitter(min(longWait, firstWait<<min(n, 10)))
			st.Next = time.Now().Add(wait)
			l.set(st, nil)
			if asked = l.sleep(wait); l.ctx.Err() != nil {
				return nil, n
			}
		}
		st.Next = time.Time{}
		l.set(st, nil)
		c, err := l.dial(l.ctx, asked)
		if err == nil {
			if l.ctx.Err() != nil {
				c.Close()
				return nil, n
			}
			l.set(LinkState{Phase: LinkUp, Since: time.Now()}, c)
			return c, n + 1
		}
		st.Tries++
		st.Err, st.Phase, asked = err, LinkLost, false
		if final(err) {
			st.Phase = LinkNeedsYou
			l.set(st, nil)
			if asked = l.sleep(-1); !asked {
				return nil, n
			}
			n = -1
		}
	}
}

// sleep waits; negative: until Retry. It reports whether a person woke it.
func (l *Link) sleep(d time.Duration) bool {
	var over <-chan time.Time
	if d >= 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		over = t.C
	}
	select {
	case <-l.retry:
		return true
	case <-over:
	case <-l.ctx.Done():
	}
	return false
}

// final: another try would be refused as well, or lock the account.
func final(err error) bool {
	var auth *ssh.AuthError
	var key *ssh.HostKeyError
	return errors.Is(err, ErrNeedsYou) || errors.As(err, &auth) || errors.As(err, &key)
}
