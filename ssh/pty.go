package ssh

import (
	"bytes"
	"context"
	"io"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"
)

// Bounds of a shell on a terminal.
const (
	ptyWidth    = 512 // wide enough that a CLI wraps nothing
	ptyHeight   = 100
	promptWait  = 15 * time.Second
	settle      = 150 * time.Millisecond // a prompt is one if nothing follows it
	maxReply    = 4 << 20
	interrupt   = "\x03"
	drainWait   = 3 * time.Second
	streamQueue = 256
)

// pty is a shell with a terminal: its output as chunks that one reader takes.
type pty struct {
	c      *Client
	sess   *gossh.Session
	in     io.WriteCloser
	chunks chan []byte
	rest   []byte // read from chunks, not used yet
	gone   chan struct{}
	close1 sync.Once
}

func (c *Client) openPTY(ctx context.Context) (*pty, error) {
	sess, err := c.session(ctx)
	if err != nil {
		return nil, err
	}
	in, err1 := sess.StdinPipe()
	out, err2 := sess.StdoutPipe()
	modes := gossh.TerminalModes{gossh.ECHO: 0}
	if err1 != nil || err2 != nil || sess.RequestPty("vt100", ptyHeight, ptyWidth, modes) != nil || sess.Shell() != nil {
		_ = sess.Close()
		return nil, &LostError{c.target}
	}
	p := &pty{c: c, sess: sess, in: in, chunks: make(chan []byte, streamQueue), gone: make(chan struct{})}
	go p.pump(out)
	return p, nil
}

// session opens a channel with a time limit: a dead link never answers.
func (c *Client) session(ctx context.Context) (*gossh.Session, error) {
	type opened struct {
		s   *gossh.Session
		err error
	}
	ch := make(chan opened, 1)
	go func() {
		s, err := c.ssh.NewSession()
		ch <- opened{s, err}
	}()
	select {
	case o := <-ch:
		if o.err != nil {
			return nil, &LostError{c.target}
		}
		return o.s, nil
	case <-time.After(promptWait):
		return nil, &LostError{c.target}
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// pump reads the terminal. The queue is bounded: when nobody takes, SSH's own
// window holds the host back.
func (p *pty) pump(out io.Reader) {
	defer close(p.chunks)
	for {
		buf := make([]byte, 32<<10)
		n, err := out.Read(buf)
		if n > 0 {
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

func (p *pty) Close() error {
	p.close1.Do(func() {
		close(p.gone)
		_ = p.sess.Close() // the host may have closed it already
	})
	return nil
}

func (p *pty) send(s string) error {
	if _, err := io.WriteString(p.in, s); err != nil {
		return &LostError{p.c.target}
	}
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
			return nil, false, &LostError{p.c.target}
		}
		return b, false, nil
	case <-wait:
		return nil, true, nil
	case <-p.gone:
		return nil, false, &LostError{p.c.target}
	case <-ctx.Done():
		return nil, false, ctx.Err()
	}
}

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
