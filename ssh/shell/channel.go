package shell

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// Channel is one channel of a connection, and the only way by which anything
// gets to a host after the login. It takes commands of the closed list, the
// keys that may be pressed, and the secret that sudo asked for; each stands in
// the audit before it is sent.
type Channel struct {
	c    *login.Client
	id   int
	sess *gossh.Session
	in   io.WriteCloser
	out  io.Reader
	errs io.Reader

	got   atomic.Int64 // bytes of out
	beats atomic.Int64
	once  sync.Once
	quit  chan struct{}
	left  chan struct{} // closed some time after quit: whatever the host does, nobody waits longer

	sending sync.Mutex // what goes to in

	release func() // gives the place among the client's channels back

	mu    sync.Mutex
	of    int // the audit's line of the command that runs; 0: none
	from  int64
	begun time.Time
}

// openChannel opens one, with time limits: a dead link never answers.
func openChannel(ctx context.Context, c *login.Client) (*Channel, error) {
	sess, id, release, err := c.Session(ctx)
	if err != nil {
		return nil, err
	}
	ch := &Channel{c: c, id: id, sess: sess, release: release, quit: make(chan struct{}), left: make(chan struct{})}
	var err1, err2, err3 error
	ch.in, err1 = sess.StdinPipe()
	ch.out, err2 = sess.StdoutPipe()
	ch.errs, err3 = sess.StderrPipe()
	if errors.Join(err1, err2, err3) != nil {
		ch.close("lost")
		return nil, &ssh.LostError{Target: c.Target()}
	}
	ch.out, ch.errs = ch.leavable(ch.out), ch.leavable(ch.errs)
	return ch, nil
}

// leavable is r until the channel is left: a host that does not close its end
// keeps no reader.
func (ch *Channel) leavable(r io.Reader) io.Reader {
	out, in := io.Pipe()
	go func() {
		_, err := io.Copy(in, r)
		_ = in.CloseWithError(err)
	}()
	go func() {
		<-ch.left
		_ = in.Close()
	}()
	return out
}

// answered waits for what the host has to do for ask, with a time limit and not
// after the channel was closed: a host may answer keep-alives and nothing else.
func (ch *Channel) answered(ctx context.Context, ask func() error) error {
	done := make(chan error, 1)
	go func() { done <- ask() }()
	limit := time.NewTimer(promptWait)
	defer limit.Stop()
	select {
	case err := <-done:
		if err == nil {
			return nil
		}
		return gone(ch.c, redact.Text{})
	case <-limit.C:
	case <-ch.quit:
	case <-ctx.Done():
		return ctx.Err()
	}
	return &ssh.LostError{Target: ch.c.Target()}
}

// Client is the login that the channel belongs to.
func (ch *Channel) Client() *login.Client { return ch.c }

// account writes the audit's line for what is about to be sent.
func (ch *Channel) account(w command.Wire, how string) (int, error) {
	r := ch.c.Origin()
	r.Channel, r.How, r.Command, r.Send, r.Reason, r.Cost = ch.id, how, w.ID(), w.String(), w.Reason(), w.Cost()
	return ch.c.Config().Audit.Sent(r)
}

// exec runs a command on this channel, which is for it alone.
func (ch *Channel) exec(ctx context.Context, w command.Wire) error {
	if err := ch.begin(w, "exec"); err != nil {
		return err
	}
	return ch.answered(ctx, func() error { return ch.sess.Start(w.String()) })
}

// wait is how the command ended, once it has.
func (ch *Channel) wait() error {
	done := make(chan error, 1)
	go func() { done <- ch.sess.Wait() }()
	select {
	case err := <-done:
		return err
	case <-ch.left:
		return &ssh.LostError{Target: ch.c.Target()}
	}
}

// terminal makes the channel a shell on a terminal.
func (ch *Channel) terminal(ctx context.Context) error {
	modes := gossh.TerminalModes{gossh.ECHO: 0}
	err := ch.answered(ctx, func() error {
		if err := ch.sess.RequestPty("vt100", ptyHeight, ptyWidth, modes); err != nil {
			return err
		}
		return ch.sess.Shell()
	})
	var ended *ssh.EndedError
	if errors.As(err, &ended) {
		return &ssh.RefusedError{Target: ch.c.Target(), Command: "a terminal", Reply: redact.Literal("the host gives this account none (PermitTTY, or an option of its key)")}
	}
	return err
}

// enter types a command.
func (ch *Channel) enter(w command.Wire) error {
	if err := ch.begin(w, "typed"); err != nil {
		return err
	}
	return ch.write(w.String())
}

func (ch *Channel) begin(w command.Wire, how string) error {
	ch.end("ended", nil) // of the one before, if nobody said so
	n, err := ch.account(w, how)
	ch.mu.Lock()
	defer ch.mu.Unlock()
	ch.of, ch.from, ch.begun = n, ch.got.Load(), time.Now()
	return err
}

// Press presses a key.
func (ch *Channel) Press(w command.Wire) error {
	if _, err := ch.account(w, "stdin"); err != nil {
		return err
	}
	return ch.write(w.String())
}

// secret answers sudo. The audit names it only.
func (ch *Channel) secret(p []byte) error {
	if _, err := ch.account(command.Answer(), "stdin"); err != nil {
		return err
	}
	line := append(append(make([]byte, 0, len(p)+1), p...), '\n')
	return ch.send(line, func() { clear(line) })
}

// Beat tells the command that we are there, every so often, until the channel
// closes. The audit has the first one, and counts them at the end.
func (ch *Channel) Beat(every time.Duration) error {
	if err := ch.Press(command.Enter); err != nil {
		return err
	}
	ch.beats.Add(1)
	go func() {
		t := time.NewTicker(every)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				if ch.write(command.Enter.String()) != nil {
					return
				}
				ch.beats.Add(1)
			case <-ch.quit:
				return
			}
		}
	}()
	return nil
}

// terminate asks the command to end; not every server passes signals on.
func (ch *Channel) terminate() {
	if _, err := ch.account(command.Interrupt, "signal"); err == nil {
		_ = ch.sess.Signal(gossh.SIGTERM)
	}
}

func (ch *Channel) write(s string) error { return ch.send([]byte(s), func() {}) }

// send writes p, then calls sent. A key is pressed while a command is typed or a sign of
// life is given, and the connection's channel permits one writer at a time.
func (ch *Channel) send(p []byte, sent func()) error {
	return ch.answered(context.Background(), func() error {
		defer sent()
		ch.sending.Lock()
		defer ch.sending.Unlock()
		_, err := ch.in.Write(p)
		return err
	})
}

// Read reads what the host prints.
func (ch *Channel) Read(b []byte) (int, error) {
	n, err := ch.out.Read(b)
	ch.got.Add(int64(n))
	return n, err
}

// end tells the audit how the command ended.
func (ch *Channel) end(how string, exit *int) {
	ch.mu.Lock()
	of, bytes, took := ch.of, ch.got.Load()-ch.from, time.Since(ch.begun)
	ch.of = 0
	ch.mu.Unlock()
	ch.c.Config().Audit.Ended(of, how, exit, bytes, int(ch.beats.Swap(0)), took)
}

// close gives the channel back. It never waits for the host.
func (ch *Channel) close(how string) {
	ch.once.Do(func() {
		close(ch.quit)
		ch.end(how, nil)
		_ = ch.sess.Close() // the host may have closed it already
		ch.release()
		time.AfterFunc(drainWait, func() { close(ch.left) })
	})
}
