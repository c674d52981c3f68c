package login

import (
	"context"
	"errors"
	"time"
)

// Keep-alives: a link that does not answer within keepAliveLimit is closed, so
// a dead one is seen within 25 s.
const (
	keepAliveEvery = 10 * time.Second
	keepAliveLimit = 15 * time.Second
)

var errNoAnswer = errors.New("no answer in time")

// keepAlive asks for a sign of life at every interval, and tells how long each
// took, until one does not come within limit (errNoAnswer), asking fails, or
// done is closed. On a dead link ask itself never returns: it is left behind,
// and ends when the connection is closed.
func keepAlive(every, limit time.Duration, done <-chan struct{}, ask func() error, took func(time.Duration)) error {
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		start := time.Now()
		answer := make(chan error, 1)
		go func() { answer <- ask() }()
		timer := time.NewTimer(limit)
		select {
		case err := <-answer:
			timer.Stop()
			if err != nil {
				return err
			}
			took(time.Since(start))
		case <-timer.C:
			return errNoAnswer
		case <-done:
			timer.Stop()
			return nil
		}
		select {
		case <-done:
			return nil
		case <-t.C:
		}
	}
}

// watchLink closes the connection when it is dead: at once where the network
// says so, else by keep-alives.
func (c *Client) watchLink() {
	go func() {
		_ = c.ssh.Wait() // how it ended does not matter
		c.Close()
	}()
	if c.shared {
		return // a follower's own signs of life tell
	}
	_ = keepAlive(keepAliveEvery, keepAliveLimit, c.done, func() error {
		_, _, err := c.ssh.SendRequest("keepalive@openssh.com", true, nil)
		return err
	}, func(rtt time.Duration) { c.rtt.Store(int64(rtt)); c.heard.Store(time.Now().UnixNano()) })
	c.Close()
}

// Heard is when the host last answered a keep-alive; zero: never.
func (c *Client) Heard() time.Time {
	if n := c.heard.Load(); n != 0 {
		return time.Unix(0, n)
	}
	return time.Time{}
}

// Silent reports whether a keep-alive is overdue, or the connection has ended.
func (c *Client) Silent() bool {
	return isDone(c) || !c.shared && time.Since(c.Heard()) > keepAliveEvery+keepAliveEvery/20
}

// While is ctx as long as the connection stands.
func (c *Client) While(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-c.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}
