package login

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// Pool is what the logins of one run share: one login for each host on the
// way, so that a one-time code is asked for once, and the turn to ask a person,
// one question at a time.
type Pool struct {
	turn    chan struct{} // held by who asks
	waiting atomic.Int32

	mu     sync.Mutex
	closed bool
	hops   map[string]*hopLogin
	told   map[string]bool
	files  []string // known_hosts files that a trusted host was added to
}

type hopLogin struct {
	waits string        // the login that this one waits for
	done  chan struct{} // closed when the rest is set
	c     *Client
	err   error
}

// NewPool gives an empty one.
func NewPool() *Pool {
	return &Pool{turn: make(chan struct{}, 1), hops: map[string]*hopLogin{}, told: map[string]bool{}}
}

// Close logs out of the hosts on the way.
func (p *Pool) Close() {
	p.mu.Lock()
	p.closed = true
	hops := p.hops
	p.hops = map[string]*hopLogin{}
	p.mu.Unlock()
	for _, h := range hops {
		go func() {
			<-h.done // each login has its time limit
			if h.c != nil {
				h.c.Close()
			}
		}()
	}
}

// ask waits for the turn to ask a person.
func (p *Pool) ask(ctx context.Context) (done func(), err error) {
	p.waiting.Add(1)
	defer p.waiting.Add(-1)
	select {
	case p.turn <- struct{}{}:
		return func() { <-p.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// turn waits for the turn to ask. What answers from memory needs none: a link is
// made again while a person is asked for another host.
func (c Config) turn(ctx context.Context) (done func(), err error) {
	if _, silent := c.Prompter.(*again); silent {
		return func() {}, nil
	}
	return c.Pool.ask(ctx)
}

// Waiting is how many questions wait for their turn.
func (p *Pool) Waiting() int { return int(p.waiting.Load()) }

// noted keeps the name of a file that a trusted host was added to.
func (p *Pool) noted(file string) {
	if p == nil {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.Contains(p.files, file) {
		p.files = append(p.files, file)
	}
}

// Noted are the files that trusted hosts were added to: those that ssh_config names
// for each.
func (p *Pool) Noted() []string {
	if p == nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.files)
}

// first reports whether text was not told yet.
func (p *Pool) first(text string) bool {
	if p == nil {
		return true
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	told := p.told[text]
	p.told[text] = true
	return !told
}

// hop is the login with this key: the one there is, or the one that login
// makes. Who waits for a login shares its failure: nobody is asked again, and
// no account is locked by targets that fail one after the other. from is the
// login that asks, if it is one of the pool's too.
func (p *Pool) hop(ctx context.Context, key, from string, login func() (*Client, error)) (*Client, error) {
	for {
		p.mu.Lock()
		if p.closed {
			p.mu.Unlock()
			return nil, context.Canceled
		}
		if p.circle(key, from) {
			p.mu.Unlock()
			return nil, errCircle
		}
		h, ok := p.hops[key]
		if !ok {
			h = &hopLogin{done: make(chan struct{})}
			p.hops[key] = h
		}
		p.mu.Unlock()
		if !ok {
			h.c, h.err = login()
			if h.err != nil {
				p.drop(key, h)
			}
			close(h.done)
			return h.c, h.err
		}
		select {
		case <-h.done:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		switch {
		case h.err != nil && errors.Is(h.err, context.Canceled) && ctx.Err() == nil: // its caller left
		case h.err != nil:
			return nil, h.err
		case isDone(h.c):
			p.drop(key, h)
		default:
			return h.c, nil
		}
	}
}

var errCircle = errors.New("the jump hosts lead in a circle")

// circle notes that from waits for key, and reports whether key, by way of
// others, waits for from: then neither would ever come about.
func (p *Pool) circle(key, from string) bool {
	if f := p.hops[from]; f != nil {
		f.waits = key
	}
	for k, n := key, 0; k != "" && from != ""; n++ {
		if k == from || n > len(p.hops) {
			return true
		}
		h := p.hops[k]
		if h == nil {
			return false
		}
		k = h.waits
	}
	return false
}

func (p *Pool) drop(key string, h *hopLogin) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hops[key] == h {
		delete(p.hops, key)
	}
}

// through is the login on the last host of via, reached through those before it.
func (c Config) through(ctx context.Context, r *route, depth int) (*Client, error) {
	names := make([]string, len(r.via))
	for i, t := range r.via {
		names[i] = t.String()
	}
	key := strings.Join(names, ",")
	last := len(r.via) - 1
	cfg := c
	cfg.Jumps, cfg.accepted, cfg.onWay = nil, nil, key
	if cfg.final == (ssh.Target{}) {
		cfg.final = r.target
	}
	hop, err := c.Pool.hop(ctx, key, c.onWay, func() (*Client, error) {
		before := r.via[:last:last]
		if last == 0 {
			before = nil // as ssh_config has it
		}
		return dial(ctx, r.via[last], cfg, before, depth+1)
	})
	if errors.Is(err, errCircle) {
		return nil, &ssh.DialError{Target: r.target, What: redact.Literal("the jump hosts lead in a circle"), Hint: "see ProxyJump in ssh_config", Err: errCircle}
	}
	if err != nil {
		return nil, &ssh.HopError{Target: r.target, Err: err}
	}
	r.jumps = append(append([]string(nil), hop.jumps...), hop.target.String())
	return hop, nil
}

// connect opens the connection that SSH is spoken on.
func (c Config) connect(ctx context.Context, r *route, depth int) (net.Conn, error) {
	if len(r.via) > 0 {
		return c.connectThrough(ctx, r, depth)
	}
	if r.proxy != "" {
		c.progress(r.target, Reaching, "ProxyCommand")
		r.jumps = []string{"ProxyCommand"}
		return startProxy(r.proxy, c.Gate)
	}
	return c.connectTCP(ctx, r)
}

// connectThrough opens the connection from the last host on the way. A login of
// the pool that turns out to be over is made anew, once.
func (c Config) connectThrough(ctx context.Context, r *route, depth int) (net.Conn, error) {
	for again := true; ; again = false {
		hop, err := c.through(ctx, r, depth)
		if err != nil {
			return nil, err
		}
		c.progress(r.target, Reaching, hop.target.String())
		conn, err := hop.reach(ctx, r.addr())
		if err == nil {
			return conn, nil
		}
		if !again || ctx.Err() != nil || !lost(err) {
			return nil, hopDialError(r, hop.target, c.Gate, err)
		}
		hop.Close()
	}
}

// reach opens a connection from c's host to addr.
func (c *Client) reach(ctx context.Context, addr string) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, connectTimeout)
	defer cancel()
	return c.ssh.DialContext(ctx, "tcp", addr)
}

// lost reports whether err, of a channel that could not be opened, says that
// the login is lost. A host that lives refuses or says nothing (RFC 4254, 5.1).
func lost(err error) bool {
	var refused *gossh.OpenChannelError
	return !errors.As(err, &refused) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled)
}

// hopDialError: the host on the way could not reach the next.
func hopDialError(r *route, hop ssh.Target, gate *redact.Session, err error) error {
	e := &ssh.DialError{Target: r.target, Err: err, Hint: "check the name and the port as that host sees them, and whether it forwards"}
	e.What = gate.Foreign("the jump host " + hop.String() + " cannot reach it: " + capped(err.Error(), maxError))
	if errors.Is(err, context.DeadlineExceeded) {
		e.What = gate.Foreign("no answer in time through the jump host " + hop.String())
	}
	return e
}
