package login

import (
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/audit"
)

// connectTimeout is for TCP alone.
const connectTimeout = 10 * time.Second

// Client is a login on a host.
type Client struct {
	target   ssh.Target
	cfg      Config
	ssh      *gossh.Client
	banner   redact.Text
	rtt      atomic.Int64
	heard    atomic.Int64 // when the host last answered a keep-alive, Unix ns
	done     chan struct{}
	closing  sync.Once
	mu       sync.Mutex
	password []byte // what the login took; sudo may ask for it

	shared  bool   // a ControlMaster's connection: a keep-alive of ours would end it
	hostKey string // its fingerprint
	legacy  string // the old algorithms in use
	ownPool *Pool  // ends with the client

	jumps  []string      // the way there
	shells sync.Once     // makes slot
	slot   chan struct{} // one for each open channel
	opened atomic.Int64  // channels so far
}

// Dial logs in. Errors are *DialError, *HostKeyError, *AuthError, or one of
// them in a *HopError.
func Dial(ctx context.Context, t ssh.Target, cfg Config) (*Client, error) {
	if cfg.LoginTimeout == 0 {
		cfg.LoginTimeout = defaultLogin
	}
	own := cfg.Pool == nil
	if own {
		cfg.Pool = NewPool()
	}
	via := cfg.Jumps
	if len(via) == 0 {
		via = nil
	}
	c, err := dial(ctx, t, cfg, via, 0)
	switch {
	case own && err != nil:
		cfg.Pool.Close()
	case own:
		c.ownPool = cfg.Pool
	}
	return c, err
}

// dial logs in to t, through the hosts of via if there are any.
func dial(ctx context.Context, t ssh.Target, cfg Config, via []ssh.Target, depth int) (*Client, error) {
	r, err := cfg.resolve(ctx, t, via)
	if err != nil {
		return nil, err
	}
	if depth == 0 {
		r.target = t // as every other part of the program knows it
	}
	if c := overMaster(ctx, r, cfg); c != nil {
		return c, nil
	}
	c, err := cfg.fresh(ctx, r, depth)
	var unknown *unknownKey
	if !errors.As(err, &unknown) || unknown.route != r {
		return c, err
	}
	// The handshake is over before a person is asked: servers do not wait.
	if err := trust(ctx, cfg, unknown); err != nil {
		return nil, err
	}
	cfg.accepted = append(cfg.accepted, unknown.key)
	return cfg.fresh(ctx, r, depth)
}

// fresh logs in, from the beginning again where a question had to wait so long
// for its turn that the host may have given up, and, a little later, where the
// host hung up before it said anything: it has too many logins under way.
func (c Config) fresh(ctx context.Context, r *route, depth int) (client *Client, err error) {
	for try := range maxStale {
		client, err = login(ctx, r, c, depth)
		switch {
		case errors.Is(err, errHungUp) && try < maxHungUp:
			select {
			case <-time.After(time.Second << try):
			case <-ctx.Done():
				return nil, err
			}
		case !errors.Is(err, errStale):
			return client, err
		}
	}
	return client, err
}

func (c Config) connectTCP(ctx context.Context, r *route) (net.Conn, error) {
	d := net.Dialer{Timeout: connectTimeout, ControlContext: func(_ context.Context, _, addr string, _ syscall.RawConn) error {
		c.progress(r.target, Reaching, addr)
		return nil
	}}
	return d.DialContext(ctx, "tcp", r.addr())
}

func login(ctx context.Context, r *route, cfg Config, depth int) (*Client, error) {
	cfg.progress(r.target, Resolving, "")
	conn, err := cfg.connect(ctx, r, depth)
	if err != nil {
		return nil, dialError(r.target, cfg.Gate, err)
	}
	c := &Client{target: r.target, cfg: cfg, done: make(chan struct{}), jumps: r.jumps}
	bounded := &loginConn{Conn: conn}
	clock := &loginClock{conn: conn, limit: cfg.LoginTimeout}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	auth := newAuth(ctx, c, r, clock)
	defer auth.forget()
	clock.start()
	cfg.progress(r.target, CheckingKey, conn.RemoteAddr().String())
	sc, chans, reqs, err := gossh.NewClientConn(bounded, r.keyAddr(), clientConfig(r, c, cfg.knownHosts(r.known), auth))
	late := clock.stop()
	if err != nil {
		conn.Close()
		switch {
		case late:
			err = os.ErrDeadlineExceeded
		case c.hostKey == "" && ctx.Err() == nil && (errors.Is(err, io.EOF) || errors.Is(err, syscall.ECONNRESET)):
			err = errHungUp
		}
		return nil, loginError(r.target, cfg, auth, err)
	}
	bounded.over.Store(true)
	c.legacy = oldOnes(sc)
	c.ssh = gossh.NewClient(sc, chans, reqs)
	cfg.keep(r.target, auth.typed)
	cfg.progress(r.target, LoggedIn, c.legacy)
	if c.legacy != "" {
		cfg.warn(cfg.Gate.Foreign(r.target.String() + ": protected by old algorithms only: " + c.legacy))
	}
	go c.watchLink()
	return c, nil
}

func clientConfig(r *route, c *Client, hosts knownHosts, a *auth) *gossh.ClientConfig {
	known := hosts.callback(r, c.cfg.accepted)
	said := ""
	return &gossh.ClientConfig{
		Config: algorithms(r.legacy), User: r.target.User, AuthCallback: a.next,
		HostKeyCallback: func(host string, remote net.Addr, key gossh.PublicKey) error {
			err := known(host, remote, key)
			c.hostKey = gossh.FingerprintSHA256(key)
			if err == nil {
				c.cfg.progress(r.target, LoggingIn, key.Type())
			}
			return err
		},
		HostKeyAlgorithms: hosts.algorithms(r), ClientVersion: "SSH-2.0-syncscope",
		BannerCallback: func(text string) error { // there may be several
			said = capped(said+text, maxBanner)
			c.banner = c.cfg.Gate.Foreign(said)
			if len(a.tried) > 0 && strings.TrimSpace(text) != "" { // it answers a try
				a.said = c.cfg.Gate.Foreign(capped(strings.TrimSpace(text), maxError))
			}
			return nil
		},
	}
}

// What a host may say before the login is over.
const (
	maxLogin  = 1 << 20 // bytes
	maxBanner = 16 << 10
	maxError  = 512
)

var errTooMuch = errors.New("the host sent too much before the login was over")

// loginConn bounds what is read before the login is over: banners and
// handshakes have no end of their own.
type loginConn struct {
	net.Conn
	got  atomic.Int64
	over atomic.Bool
}

func (l *loginConn) Read(b []byte) (int, error) {
	if l.over.Load() {
		return l.Conn.Read(b)
	}
	if l.got.Load() > maxLogin {
		return 0, errTooMuch
	}
	n, err := l.Conn.Read(b)
	l.got.Add(int64(n))
	return n, err
}

func loginError(t ssh.Target, cfg Config, a *auth, err error) error {
	var key *ssh.HostKeyError
	var unknown *unknownKey
	switch {
	case errors.As(err, &key):
		return key
	case errors.As(err, &unknown):
		return unknown
	case errors.Is(a.err, errStale):
		return errStale
	case a.err != nil && !errors.Is(err, os.ErrDeadlineExceeded):
		return &ssh.DialError{Target: t, What: cfg.Gate.Foreign(capped(a.err.Error(), maxError)), Hint: "start again where it can be asked for", Err: a.err}
	case errors.Is(err, errRefused), strings.Contains(err.Error(), "unable to authenticate"), strings.Contains(err.Error(), "oo many authentication"):
		return &ssh.AuthError{Target: t, Tried: strings.Join(a.tried, ", "), Said: a.said, Notes: cfg.Gate.Foreign(a.hints(err))}
	}
	return dialError(t, cfg.Gate, err)
}

// loginClock limits a login, without the time that a person takes. It closes
// the connection: those through other hosts take no deadlines.
type loginClock struct {
	conn  net.Conn
	limit time.Duration

	mu    sync.Mutex
	timer *time.Timer
	late  bool
}

func (l *loginClock) start() { l.startFor(l.limit) }

func (l *loginClock) startFor(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer = time.AfterFunc(d, func() {
		l.mu.Lock()
		l.late = true
		l.mu.Unlock()
		_ = l.conn.Close() // that ends the login
	})
}

// stop reports whether the time was over before.
func (l *loginClock) stop() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer.Stop()
	return l.late
}

// afterAnswer is longer than other steps of a login: a host may wait for a
// confirmation on somebody's telephone.
const afterAnswer = time.Minute

// ask runs f, which asks a person, with the clock stopped.
func (l *loginClock) ask(f func() error) error {
	l.stop()
	defer l.startFor(max(l.limit, afterAnswer))
	return f()
}

// Close logs out. Streams end.
func (c *Client) Close() {
	c.closing.Do(func() {
		close(c.done)
		_ = c.ssh.Close() // it may be dead already
		if c.ownPool != nil {
			c.ownPool.Close()
		}
		c.mu.Lock()
		clear(c.password)
		c.password = nil
		c.mu.Unlock()
	})
}

// Bounds of the channels of one connection.
const (
	maxShells   = 4 // open at a time
	sessionWait = 15 * time.Second
)

// Session opens a channel of the connection and gives its number. At most four
// are open at a time: release gives the place back.
func (c *Client) Session(ctx context.Context) (sess *gossh.Session, number int, release func(), err error) {
	wait := time.NewTimer(sessionWait)
	defer wait.Stop()
	slots := c.slots()
	select {
	case slots <- struct{}{}:
	case <-wait.C:
		return nil, 0, nil, errors.New(c.target.String() + ": four shells are open there, which is the most that a host gets (close one, or wait for the checks)")
	case <-ctx.Done():
		return nil, 0, nil, ctx.Err()
	}
	release = func() { <-slots }
	if sess, err = c.newSession(ctx); err != nil {
		release()
		return nil, 0, nil, err
	}
	return sess, int(c.opened.Add(1)), release, nil
}

func (c *Client) slots() chan struct{} {
	c.shells.Do(func() { c.slot = make(chan struct{}, maxShells) })
	return c.slot
}

// newSession opens a channel of the connection.
func (c *Client) newSession(ctx context.Context) (*gossh.Session, error) {
	type opened struct {
		s   *gossh.Session
		err error
	}
	ch := make(chan opened, 1)
	go func() {
		s, err := c.ssh.NewSession()
		ch <- opened{s, err}
	}()
	drop := func() { // it may still open
		go func() {
			if o := <-ch; o.err == nil {
				_ = o.s.Close()
			}
		}()
	}
	select {
	case o := <-ch:
		var refused *gossh.OpenChannelError
		if errors.As(o.err, &refused) {
			return nil, &ssh.CrowdedError{Target: c.target, Said: c.cfg.Gate.Foreign(refused.Message)}
		}
		if o.err != nil {
			return nil, &ssh.LostError{Target: c.target}
		}
		return o.s, nil
	case <-time.After(sessionWait):
		drop()
		return nil, &ssh.LostError{Target: c.target}
	case <-ctx.Done():
		drop()
		return nil, ctx.Err()
	}
}

// Target is the host as every other part of the program knows it.
func (c *Client) Target() ssh.Target { return c.target }

// Config is what the login was made with.
func (c *Client) Config() Config { return c.cfg }

// Origin is what an audit's record has of the host: address, user, the way
// there and the host key.
func (c *Client) Origin() audit.Record {
	return audit.Record{Host: c.target.Addr(), User: c.target.User, Jumps: c.jumps, HostKey: c.hostKey}
}

// Password is what the login took, for sudo's own question; nil: none. The
// client clears it when it closes.
func (c *Client) Password() []byte {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.password
}

// KeepPassword keeps what sudo was answered in place of the login's password.
func (c *Client) KeepPassword(p []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.password = p
}

// Done is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// RTT is the last round trip of a keep-alive; 0 before the first.
func (c *Client) RTT() time.Duration { return time.Duration(c.rtt.Load()) }

// Banner is what the host said before the login.
func (c *Client) Banner() redact.Text { return c.banner }
