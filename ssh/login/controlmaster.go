package login

import (
	"context"
	"errors"
	"net"
	"os"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// overMaster logs in over the socket of an OpenSSH that is logged in already,
// nil if there is none: it did what we have no code for (Kerberos, smartcards,
// security keys), and checked the host's key.
func overMaster(ctx context.Context, r *route, cfg Config) *Client {
	st, err := os.Stat(r.control)
	if r.control == "" || err != nil || st.Mode()&os.ModeSocket == 0 {
		return nil
	}
	c := &Client{target: r.target, cfg: cfg, done: make(chan struct{}), hostKey: "checked by ControlMaster", jumps: []string{"ControlMaster"}, shared: true}
	conn, err := (&net.Dialer{Timeout: 2 * time.Second}).DialContext(ctx, "unix", r.control)
	if err == nil {
		clock := &loginClock{conn: conn, limit: cfg.LoginTimeout}
		clock.start()
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		defer stop()
		sc, chans, reqs, cerr := gossh.NewControlClientConn(conn)
		late := clock.stop()
		switch err = cerr; {
		case late:
			err = errors.New("it does not answer")
		case err == nil:
			c.ssh = gossh.NewClient(sc, chans, reqs)
			go c.watchLink()
			cfg.progress(r.target, CheckingKey, "ControlMaster")
			cfg.progress(r.target, LoggingIn, "by ControlMaster")
			cfg.progress(r.target, LoggedIn, "")
			return c
		}
		_ = conn.Close()
	}
	cfg.warn(cfg.Gate.Foreign(r.target.String() + ": its ControlMaster socket is left out: " + capped(err.Error(), maxError)))
	return nil
}

// Shared reports whether the login is that of a ControlMaster: the link has no
// round trip of ours then.
func (c *Client) Shared() bool { return c.shared }
