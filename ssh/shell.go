package ssh

import (
	"bytes"
	"context"
	"errors"
	"io"
	"sync"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh/command"
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

// Shell runs commands on channels of their own, without a terminal: the output
// is clean, and errors come apart from it.
func (c *Client) Shell() Shell { return execShell{c} }

type execShell struct{ c *Client }

// sudoPrompt is what sudo is told to ask with: no program prints it by itself.
const sudoPrompt = "syncscope-sudo-password:"

func (s execShell) Run(ctx context.Context, cmd command.Command) (command.Result, error) {
	start := time.Now()
	limited, cancel := context.WithTimeout(ctx, cmd.Limit())
	defer cancel()
	r, err := s.start(limited, cmd)
	if err != nil {
		return command.Result{}, err
	}
	defer r.Close()
	out, err := io.ReadAll(io.LimitReader(r, 64<<20))
	if err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			err = &RefusedError{Target: s.c.target, Command: cmd.ID(), Reply: redact.Literal("no answer in time")}
		}
		return command.Result{}, err
	}
	return command.NewResult(out, 0, time.Since(start)), nil
}

func (s execShell) Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error) {
	return s.start(ctx, cmd)
}

// running is a command on a channel of its own.
type running struct {
	io.Reader
	s      execShell
	cmd    command.Command
	sess   *gossh.Session
	stop   func() bool
	errs   *stderr
	wait   sync.Once
	waited error
}

func (s execShell) start(ctx context.Context, cmd command.Command) (*running, error) {
	sess, err := s.c.session(ctx)
	if err != nil {
		return nil, err
	}
	in, err1 := sess.StdinPipe()
	out, err2 := sess.StdoutPipe()
	r := &running{Reader: out, s: s, cmd: cmd, sess: sess}
	r.errs = &stderr{c: s.c, ctx: ctx, in: in}
	sess.Stderr = r.errs
	line := cmd.Line()
	if cmd.Sudo() {
		line = cmd.SudoLine(sudoPrompt)
	}
	if err1 != nil || err2 != nil || sess.Start(line) != nil {
		_ = sess.Close()
		return nil, &LostError{s.c.target}
	}
	r.stop = context.AfterFunc(ctx, r.kill)
	return r, nil
}

func (r *running) kill() {
	_ = r.sess.Signal(gossh.SIGTERM) // not every server passes signals on
	_ = r.sess.Close()
}

// Close ends the command.
func (r *running) Close() error {
	if r.stop() {
		r.kill()
	}
	return nil
}

// Read gives the output; at its end, the command's own failure if it failed.
func (r *running) Read(b []byte) (int, error) {
	n, err := r.Reader.Read(b)
	if err == io.EOF && n == 0 {
		r.wait.Do(func() { r.waited = r.end() })
		if r.waited != nil {
			return 0, r.waited
		}
	}
	return n, err
}

func (r *running) end() error {
	err := r.sess.Wait()
	var exit *gossh.ExitError
	switch {
	case err == nil:
		return nil
	case r.errs.err() != nil:
		return r.errs.err()
	case errors.As(err, &exit):
		return &RefusedError{Target: r.s.c.target, Command: r.cmd.ID(), Reply: r.errs.text(), Exit: exit.ExitStatus()}
	}
	return &LostError{r.s.c.target}
}

// stderr keeps what a command says apart from its output, and answers sudo.
type stderr struct {
	c   *Client
	ctx context.Context
	in  io.WriteCloser

	mu    sync.Mutex
	buf   []byte
	asked int
	fail  error
}

const maxStderr = 8 << 10

// Write takes what the command says. Only our own prompt is answered, and it
// alone: nothing else is ever written to a command.
func (e *stderr) Write(b []byte) (int, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if room := maxStderr - len(e.buf); room > 0 {
		e.buf = append(e.buf, b[:min(room, len(b))]...)
	}
	if i := bytes.Index(e.buf, []byte(sudoPrompt)); i >= 0 {
		e.buf = append(e.buf[:i:i], e.buf[i+len(sudoPrompt):]...)
		e.answer()
	}
	return len(b), nil
}

func (e *stderr) answer() {
	e.asked++
	p, err := e.password()
	if err != nil || e.asked > maxTries {
		if e.fail = err; err == nil {
			e.fail = &RefusedError{Target: e.c.target, Command: "sudo", Reply: redact.Literal("the password was refused")}
		}
		_ = e.in.Close() // sudo gives up at the end of its input
		return
	}
	_, _ = e.in.Write(append(bytes.Clone(p), '\n')) // a lost link shows at the reader
}

// password is the login's own, then what a person is asked for.
func (e *stderr) password() ([]byte, error) {
	e.c.mu.Lock()
	p := e.c.password
	e.c.mu.Unlock()
	if p != nil && e.asked == 1 {
		return p, nil
	}
	if e.c.cfg.Prompter == nil {
		return nil, errors.New("sudo asks for a password and nobody can be asked")
	}
	p, err := e.c.cfg.Prompter.Secret(e.ctx, Question{e.c.target, redact.Literal("Password for sudo: "), false})
	if err != nil {
		return nil, err
	}
	e.c.mu.Lock()
	e.c.password = p
	e.c.mu.Unlock()
	return p, nil
}

func (e *stderr) err() error {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.fail
}

func (e *stderr) text() redact.Text {
	e.mu.Lock()
	defer e.mu.Unlock()
	t := bytes.TrimSpace(e.buf)
	if i := bytes.LastIndexByte(t, '\n'); i >= 0 {
		t = t[i+1:]
	}
	if len(t) == 0 {
		return redact.Literal("it failed without a word")
	}
	return e.c.cfg.Gate.Foreign(string(t))
}
