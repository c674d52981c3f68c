package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// Shell runs commands of a Linux shell.
type Shell interface {
	// Run gives a command's whole output. A status other than 0 is a
	// *RefusedError with what the command said.
	Run(ctx context.Context, cmd command.Command) (command.Result, error)
	// Stream gives a command's output while it runs. Close or the end of ctx
	// end the command.
	Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error)
}

// Open runs commands on channels of their own, without a terminal: the output
// is clean, and errors come apart from it.
func Open(c *login.Client) Shell { return execShell{c} }

type execShell struct{ c *login.Client }

func (s execShell) Run(ctx context.Context, cmd command.Command) (command.Result, error) {
	start := time.Now()
	limited, cancel := context.WithCancel(ctx)
	defer cancel()
	limit := time.AfterFunc(cmd.Limit(), cancel)
	defer limit.Stop()
	out, err := s.whole(limited, cmd, limit)
	switch { // broken off by us, a host may tell of a good end: what came by then is no answer
	case ctx.Err() != nil:
		err = ctx.Err()
	case limited.Err() != nil:
		err = slow(s.c, cmd)
	}
	if err != nil {
		return command.Result{}, err
	}
	return command.NewResult(out, 0, time.Since(start)), nil
}

// slow is the error of a command whose time is over.
func slow(c *login.Client, cmd command.Command) error {
	return &ssh.SlowError{Target: c.Target(), Command: cmd.ID(), After: cmd.Limit(), Sudo: cmd.Sudo()}
}

// whole is all that a command prints. limit ends it; it does not run while a person
// is asked.
func (s execShell) whole(ctx context.Context, cmd command.Command, limit *time.Timer) ([]byte, error) {
	r, err := s.start(ctx, cmd, limit)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(io.LimitReader(r, 64<<20))
}

func (s execShell) Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error) {
	return s.start(ctx, cmd, nil)
}

// running is a command on a channel of its own.
type running struct {
	s      execShell
	cmd    command.Command
	ch     *Channel
	stop   func() bool
	errs   *stderr
	nonce  command.Nonce
	begun  bool          // the mark came: the command itself speaks
	before []byte        // what came before it
	said   []byte        // the end of what the command printed
	read   chan struct{} // closed when all of stderr was read
	wait   sync.Once
	waited error
}

func (s execShell) start(ctx context.Context, cmd command.Command, limit *time.Timer) (*running, error) {
	ch, err := openChannel(ctx, s.c)
	if err != nil {
		return nil, err
	}
	r := &running{s: s, cmd: cmd, ch: ch, nonce: command.NewNonce(), begun: cmd.Streams(), read: make(chan struct{})}
	r.errs = &stderr{c: s.c, ctx: ctx, ch: ch, cmd: cmd, limit: limit, sudo: sudoer{c: s.c, ch: ch}}
	if err := ch.exec(ctx, cmd.Exec(r.nonce)); err != nil {
		ch.close("lost")
		return nil, err
	}
	go func() {
		defer close(r.read)
		_, _ = io.Copy(r.errs, ch.errs) // its end is the channel's
	}()
	if cmd.Beat() > 0 && !cmd.Guarded() {
		if err := ch.Beat(cmd.Beat()); err != nil {
			ch.close("lost")
			return nil, err
		}
	}
	r.stop = context.AfterFunc(ctx, r.kill)
	return r, nil
}

// kill ends the command: by its signal, and by the end of its input, which a
// watchdog sees.
func (r *running) kill() {
	if r.cmd.Streams() {
		r.ch.terminate()
	}
	r.ch.close("closed by us")
}

// Host is where the shell runs.
func (s execShell) Host() ssh.Target { return s.c.Target() }

// Channel is what the command runs on.
func (r *running) Channel() *Channel { return r.ch }

// Close ends the command.
func (r *running) Close() error {
	if r.stop() {
		r.kill()
	}
	return nil
}

// mostSaid bounds what is kept of words around a command's output.
const mostSaid = 8 << 10

// Read gives the output behind the mark; at its end, the command's own failure if
// it failed.
func (r *running) Read(b []byte) (int, error) {
	for !r.begun {
		n, err := r.ch.Read(b)
		r.before = append(r.before, b[:n]...)
		if rest, found := behind(r.before, r.nonce.Begin()); found {
			r.begun, r.before = true, nil
			if len(rest) > 0 {
				n = copy(b, rest) // no more than was read now
				r.keep(b[:n])
				return n, nil
			}
		}
		if over := len(r.before) - mostSaid; over > 0 {
			r.before = append(r.before[:0], r.before[over:]...)
		}
		if err != nil {
			return r.over(0, err)
		}
	}
	n, err := r.ch.Read(b)
	r.keep(b[:n])
	return r.over(n, err)
}

// behind is what stands behind the line that is the mark.
func behind(b []byte, mark string) (rest []byte, found bool) {
	i := bytes.Index(b, []byte(mark))
	if i < 0 {
		return nil, false
	}
	nl := bytes.IndexByte(b[i:], '\n')
	if nl < 0 {
		return nil, false
	}
	return b[i+nl+1:], true
}

// keep remembers the end of what was printed.
func (r *running) keep(b []byte) {
	const most = 512
	r.said = append(r.said, b[max(0, len(b)-most):]...)
	if over := len(r.said) - most; over > 0 {
		r.said = append(r.said[:0], r.said[over:]...)
	}
}

// over waits at the end for how the command ended.
func (r *running) over(n int, err error) (int, error) {
	if err == io.EOF && n == 0 {
		r.wait.Do(func() { r.waited = r.end() })
		if r.waited != nil {
			return 0, r.waited
		}
	}
	return n, err
}

func (r *running) end() error {
	err := r.ch.wait()
	<-r.read // ends with the channel at the latest
	var exit *gossh.ExitError
	status := 0
	switch {
	case errors.As(err, &exit):
		status = exit.ExitStatus()
		r.ch.end("exit", &status)
	case err == nil:
		r.ch.end("exit", &status)
	default:
		r.ch.end("lost", nil)
	}
	switch {
	case r.errs.err() != nil:
		return r.errs.err()
	case !r.begun && (err == nil || exit != nil):
		return &ssh.OtherError{Target: r.s.c.Target(), Command: r.cmd.ID(), Said: r.words(r.before, r.errs.said()), Exit: status}
	case err == nil:
		return nil
	case exit != nil:
		reply := r.words(r.errs.said(), r.said)
		if reply.Empty() {
			reply = redact.Literal("it failed without a word")
		}
		return &ssh.RefusedError{Target: r.s.c.Target(), Command: r.cmd.ID(), Reply: reply, Exit: status}
	}
	return &ssh.LostError{Target: r.s.c.Target()}
}

// stderr keeps what a command says apart from its output, and answers sudo.
type stderr struct {
	c   *login.Client
	ctx context.Context
	ch  *Channel
	cmd command.Command

	limit *time.Timer // of the command; nil: it has none
	mu    sync.Mutex
	buf   []byte
	sudo  sudoer
	fail  error
	begun bool // a guarded command was told to
}

const maxStderr = 8 << 10

// Write takes what the command says. Only our own prompt is answered, and our
// own watchdog told to begin: nothing else is ever written to a command.
func (e *stderr) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if room := maxStderr - len(e.buf); room > 0 {
		e.buf = append(e.buf, b[:min(room, len(b))]...)
	}
	if i := bytes.Index(e.buf, []byte(command.SudoPrompt)); i >= 0 {
		e.buf = append(e.buf[:i:i], e.buf[i+len(command.SudoPrompt):]...)
		e.answer()
	}
	if e.cmd.Guarded() && !e.begun && e.fail == nil {
		e.begin()
	}
	return len(b), nil
}

// begin journals the watchdog that has said who it is, and lets it start.
func (e *stderr) begin() {
	i := bytes.Index(e.buf, []byte("\x1e"+e.cmd.Mark().String()+" "))
	if i < 0 {
		return
	}
	nl := bytes.IndexByte(e.buf[i:], '\n')
	if nl < 0 {
		return
	}
	run, err := audit.ParseRun(string(e.buf[i+1 : i+nl]))
	if err == nil {
		run.Host, run.HostKey, run.User = e.c.Target().Addr(), e.c.Origin().HostKey, e.c.Target().User
		run.Sudo = e.cmd.Sudo()
		err = e.c.Config().Journal.Begin(run)
	}
	e.buf = append(e.buf[:i:i], e.buf[i+nl+1:]...)
	if err == nil {
		e.begun = true
		err = e.ch.Beat(e.cmd.Beat())
	}
	if err != nil {
		e.fail = err
		e.ch.close("closed by us")
	}
}

func (e *stderr) answer() {
	if e.limit != nil {
		e.limit.Stop()
		defer e.limit.Reset(e.cmd.Limit())
	}
	if err := e.sudo.answer(e.ctx); err != nil {
		e.fail = err
		_ = e.ch.in.Close() // sudo gives up at the end of its input
	}
}

func (e *stderr) err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fail
}

// said is what the command said.
func (e *stderr) said() []byte {
	e.mu.Lock()
	defer e.mu.Unlock()
	return bytes.Clone(e.buf)
}

// words are the last line of the first text that has one.
func (r *running) words(texts ...[]byte) redact.Text {
	for _, t := range texts {
		t = bytes.TrimSpace(t)
		if i := bytes.LastIndexByte(t, '\n'); i >= 0 {
			t = t[i+1:]
		}
		if len(t) > 0 {
			return r.s.c.Config().Gate.Foreign(string(t))
		}
	}
	return redact.Text{}
}
