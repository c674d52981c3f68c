package shell

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// Bounds of a shell on a terminal.
const (
	ptyWidth    = 512 // wide enough that a CLI wraps nothing
	ptyHeight   = 100
	promptWait  = 15 * time.Second
	settle      = 150 * time.Millisecond // a prompt is one if nothing follows it
	maxReply    = 4 << 20
	drainWait   = 3 * time.Second
	streamQueue = 256
)

// pty is a shell with a terminal: its output as chunks that one reader takes.
type pty struct {
	c      *login.Client
	ch     *Channel
	chunks chan []byte
	rest   []byte // read from chunks, not used yet
	said   []byte // the end of what came; read it when chunks is closed
	gone   chan struct{}
	close1 sync.Once
}

func openPTY(ctx context.Context, c *login.Client) (*pty, error) {
	ch, err := openChannel(ctx, c)
	if err != nil {
		return nil, err
	}
	if err := ch.terminal(ctx); err != nil {
		ch.close("lost")
		return nil, err
	}
	p := &pty{c: c, ch: ch, chunks: make(chan []byte, streamQueue), gone: make(chan struct{})}
	go p.pump()
	return p, nil
}

// pump reads the terminal. The queue is bounded: when nobody takes, SSH's own
// window holds the host back.
func (p *pty) pump() {
	defer close(p.chunks)
	for {
		buf := make([]byte, 32<<10)
		n, err := p.ch.Read(buf)
		if n > 0 {
			p.said = append(p.said, buf[max(0, n-mostLast):n]...)
			p.said = p.said[max(0, len(p.said)-mostLast):]
			select {
			case p.chunks <- buf[:n]:
			case <-p.gone:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Close ends the shell.
func (p *pty) Close() error {
	p.close1.Do(func() {
		close(p.gone)
		p.ch.close("closed by us")
	})
	return nil
}

// next waits for more output. ok is false at the end.
func (p *pty) next(ctx context.Context, wait <-chan time.Time) (b []byte, timeout bool, err error) {
	if len(p.rest) > 0 {
		b, p.rest = p.rest, nil
		return b, false, nil
	}
	select {
	case b, ok := <-p.chunks:
		if !ok {
			return nil, false, p.ended()
		}
		return b, false, nil
	case <-wait:
		return nil, true, nil
	case <-p.gone:
		return nil, false, &ssh.LostError{Target: p.c.Target()}
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

// mostLast is how much is kept of what a shell said last.
const mostLast = 512

// ended tells a shell that ended from a connection that did, with what the shell
// said last.
func (p *pty) ended() error {
	lines := strings.Split(strings.TrimSpace(string(p.said)), "\n")
	return gone(p.c, p.c.Config().Gate.Foreign(strings.TrimSpace(lines[len(lines)-1])))
}

// gone is why nothing comes any more: a connection that ends says so at once.
func gone(c *login.Client, said redact.Text) error {
	select {
	case <-c.Done():
		return &ssh.LostError{Target: c.Target()}
	case <-time.After(goneWait):
		return &ssh.EndedError{Target: c.Target(), Said: said}
	}
}

const goneWait = 300 * time.Millisecond

// until collects output up to where end says that it is whole: end gets all of
// it and tells whether it ends there. Output that goes on after it does not end.
func (p *pty) until(ctx context.Context, limit time.Duration, end func([]byte) bool) ([]byte, error) {
	deadline := time.NewTimer(limit)
	defer deadline.Stop()
	var out []byte
	for {
		var wait <-chan time.Time = deadline.C
		if end(out) {
			wait = time.After(settle)
		}
		b, timeout, err := p.next(ctx, wait)
		if err != nil {
			return out, err
		}
		if timeout {
			if end(out) {
				return out, nil
			}
			return out, context.DeadlineExceeded
		}
		if out = append(out, b...); len(out) > maxReply {
			return out, io.ErrShortBuffer
		}
	}
}

// lastLine is the line that no newline has ended yet.
func lastLine(b []byte) []byte {
	if i := bytes.LastIndexByte(b, '\n'); i >= 0 {
		b = b[i+1:]
	}
	return bytes.TrimLeft(b, "\r")
}
