package ssh

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
)

// connectTimeout is for TCP alone.
const connectTimeout = 10 * time.Second

// Client is a login on a host.
type Client struct {
	target   Target
	cfg      Config
	ssh      *gossh.Client
	banner   redact.Text
	rtt      atomic.Int64
	heard    atomic.Int64 // when the host last answered a keep-alive, Unix ns
	done     chan struct{}
	closing  sync.Once
	mu       sync.Mutex
	password []byte // what the login took; sudo may ask for it

	shared  bool          // a ControlMaster's connection: a keep-alive of ours would end it
	hostKey string        // its fingerprint
	jumps   []string      // the way there
	shells  sync.Once     // makes slot
	slot    chan struct{} // one for each open channel
	opened  atomic.Int64  // channels so far
}

// Dial logs in. Errors are *DialError, *HostKeyError or *AuthError.
func Dial(ctx context.Context, t Target, cfg Config) (*Client, error) {
	if cfg.LoginTimeout == 0 {
		cfg.LoginTimeout = defaultLogin
	}
	c, err := login(ctx, t, cfg)
	var unknown *unknownKey
	if !errors.As(err, &unknown) {
		return c, err
	}
	// The handshake is over before a person is asked: servers do not wait.
	if err := trust(ctx, t, cfg, unknown); err != nil {
		return nil, err
	}
	cfg.accepted = append(cfg.accepted, unknown.key)
	return login(ctx, t, cfg)
}

func login(ctx context.Context, t Target, cfg Config) (*Client, error) {
	cfg.progress(t, Resolving, "")
	d := net.Dialer{Timeout: connectTimeout, ControlContext: func(_ context.Context, _, addr string, _ syscall.RawConn) error {
		cfg.progress(t, Reaching, addr)
		return nil
	}}
	conn, err := d.DialContext(ctx, "tcp", t.Addr())
	if err != nil {
		return nil, dialError(t, cfg.Gate, err)
	}
	c := &Client{target: t, cfg: cfg, done: make(chan struct{})}
	clock := &loginClock{conn: conn, limit: cfg.LoginTimeout}
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	hosts, err := readKnownHosts(cfg.KnownHosts)
	if err != nil {
		conn.Close()
		return nil, dialError(t, cfg.Gate, err)
	}
	defer hosts.remove()
	auth := newAuth(ctx, c, clock)
	clock.start()
	cfg.progress(t, CheckingKey, conn.RemoteAddr().String())
	known := hosts.callback(t, cfg.accepted)
	sc, chans, reqs, err := gossh.NewClientConn(conn, t.Addr(), &gossh.ClientConfig{
		User: t.User, Auth: auth.methods(), HostKeyCallback: func(host string, remote net.Addr, key gossh.PublicKey) error {
			err := known(host, remote, key)
			c.hostKey = gossh.FingerprintSHA256(key)
			if err == nil {
				cfg.progress(t, LoggingIn, key.Type())
			}
			return err
		},
		HostKeyAlgorithms: hosts.algorithms(t), ClientVersion: "SSH-2.0-syncscope",
		BannerCallback: func(text string) error {
			c.banner = cfg.Gate.Foreign(text[:min(len(text), maxBanner)])
			return nil
		},
	})
	auth.forget()
	if err != nil {
		conn.Close()
		return nil, loginError(t, cfg, auth, err)
	}
	clock.stop()
	c.ssh = gossh.NewClient(sc, chans, reqs)
	cfg.progress(t, LoggedIn, "")
	go c.watchLink()
	return c, nil
}

// maxBanner bounds a banner that never ends.
const maxBanner = 16 << 10

func loginError(t Target, cfg Config, a *auth, err error) error {
	var key *HostKeyError
	var unknown *unknownKey
	switch {
	case errors.As(err, &key):
		return key
	case errors.As(err, &unknown):
		return unknown
	case a.err != nil:
		return &DialError{Target: t, What: cfg.Gate.Foreign(a.err.Error()), Hint: "start again where it can be asked for", Err: a.err}
	case strings.Contains(err.Error(), "unable to authenticate"):
		return &AuthError{t, strings.Join(a.tried, ", ")}
	}
	return dialError(t, cfg.Gate, err)
}

// loginClock limits a login, without the time that a person takes.
type loginClock struct {
	conn  net.Conn
	limit time.Duration
}

func (l *loginClock) start() { _ = l.conn.SetDeadline(time.Now().Add(l.limit)) }
func (l *loginClock) stop()  { _ = l.conn.SetDeadline(time.Time{}) }

// ask runs f, which asks a person, with the clock stopped.
func (l *loginClock) ask(f func() error) error {
	l.stop()
	defer l.start()
	return f()
}

// Close logs out. Streams end.
func (c *Client) Close() {
	c.closing.Do(func() {
		close(c.done)
		_ = c.ssh.Close() // it may be dead already
		c.mu.Lock()
		clear(c.password)
		c.password = nil
		c.mu.Unlock()
	})
}

// Done is closed when the connection has ended.
func (c *Client) Done() <-chan struct{} { return c.done }

// RTT is the last round trip of a keep-alive; 0 before the first.
func (c *Client) RTT() time.Duration { return time.Duration(c.rtt.Load()) }

// Banner is what the host said before the login.
func (c *Client) Banner() redact.Text { return c.banner }
