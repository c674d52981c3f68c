package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"strconv"
	"time"

	"syncscope/ssh"
	"syncscope/ssh/command"
)

// vshell is a Linux shell on a terminal: the Manager's behind its command line,
// or the SSM's behind its console. A command's output stands between two marks
// with a nonce.
type vshell struct {
	p     *pty
	nonce command.Nonce
}

// Shell opens vshell. The command line cannot be used until Back.
func (c *CLI) Shell(ctx context.Context) (Shell, error) {
	cmd := command.VShell()
	if err := c.p.ch.enter(cmd.Typed()); err != nil {
		return nil, err
	}
	out, err := c.p.until(ctx, cmd.Limit(), func(b []byte) bool { return isShellPrompt(lastLine(b)) || c.atPrompt(b) })
	if err != nil {
		return nil, c.late(cmd, err)
	}
	if c.atPrompt(out) {
		return nil, c.refusal(cmd, c.strip(out, cmd))
	}
	s, err := c.p.quiet(ctx)
	if err != nil {
		return nil, c.late(cmd, err)
	}
	c.below = true
	return s, nil
}

// quiet makes the shell that waits at its prompt usable.
func (p *pty) quiet(ctx context.Context) (*vshell, error) {
	s := &vshell{p, command.NewNonce()}
	if err := p.ch.enter(command.Quiet(s.nonce)); err != nil {
		return nil, err
	}
	_, err := p.until(ctx, promptWait, func(b []byte) bool {
		i := bytes.LastIndex(b, []byte(s.nonce.Begin()))
		return i >= 0 && bytes.IndexByte(b[i:], '\n') >= 0
	})
	if err != nil {
		return nil, err
	}
	p.ch.end("prompt", nil)
	return s, nil
}

// Back leaves vshell: the command line can be used again.
func (c *CLI) Back(ctx context.Context) error {
	if !c.below {
		return nil
	}
	cmd := command.Exit()
	if err := c.p.ch.enter(cmd.Typed()); err != nil {
		return err
	}
	if _, err := c.p.until(ctx, cmd.Limit(), c.atPrompt); err != nil {
		return c.late(cmd, err)
	}
	c.p.ch.end("prompt", nil)
	c.below = false
	return nil
}

func isShellPrompt(line []byte) bool {
	t := bytes.TrimRight(line, " ")
	return len(t) > 1 && len(t) < 128 && (t[len(t)-1] == '$' || bytes.HasSuffix(t, []byte(":~#")))
}

// Run sends a command and gives its output.
func (s *vshell) Run(ctx context.Context, cmd command.Command) (command.Result, error) {
	start := time.Now()
	if err := s.enter(ctx, cmd); err != nil { // a person may be asked: that is not the command's time
		return command.Result{}, err
	}
	limited, cancel := context.WithTimeout(ctx, cmd.Limit())
	defer cancel()
	r := &vstream{s: s, ctx: limited}
	out, err := readAll(r)
	if err != nil {
		if errors.Is(err, context.DeadlineExceeded) && ctx.Err() == nil {
			err = slow(s.p.c, cmd)
		}
		return command.Result{}, err
	}
	if r.exit != 0 {
		return command.Result{}, s.refusal(cmd, out, r.exit)
	}
	return command.NewResult(out, r.exit, time.Since(start)), nil
}

func readAll(r io.Reader) ([]byte, error) { return io.ReadAll(io.LimitReader(r, 64<<20)) }

func (s *vshell) refusal(cmd command.Command, out []byte, exit int) error {
	line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	return &ssh.RefusedError{Target: s.p.c.Target(), Command: cmd.ID(), Reply: s.p.c.Config().Gate.Foreign(string(line)), Exit: exit}
}

// enter types a command; one under sudo, after sudo has asked what it asks.
func (s *vshell) enter(ctx context.Context, cmd command.Command) error {
	if cmd.Sudo() {
		if err := s.validate(ctx); err != nil {
			return err
		}
	}
	return s.p.ch.enter(cmd.Framed(s.nonce))
}

// Stream sends a command that runs until it is ended. Where it ended by itself,
// the shell can be used again; after Close it is gone.
func (s *vshell) Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error) {
	if err := s.enter(ctx, cmd); err != nil {
		return nil, err
	}
	if cmd.Beat() > 0 {
		if err := s.p.ch.Beat(cmd.Beat()); err != nil {
			return nil, err
		}
	}
	return &vstream{s: s, ctx: ctx}, nil
}

// vstream is what stands between the marks.
type vstream struct {
	s     *vshell
	ctx   context.Context
	begun bool
	ready []byte
	held  []byte // may be the beginning of a mark
	exit  int
	err   error
	asked func() error // answers sudo's question; nil: none is expected
}

// Host is where the shell runs.
func (s *vshell) Host() ssh.Target { return s.p.c.Target() }

// Channel is what the command runs on.
func (r *vstream) Channel() *Channel { return r.s.p.ch }

// Close ends the command and its shell.
func (r *vstream) Close() error {
	_ = r.s.p.ch.Press(command.Interrupt) // the link may be gone
	return r.s.p.Close()
}

func (r *vstream) Read(b []byte) (int, error) {
	for len(r.ready) == 0 && r.err == nil {
		r.fill()
	}
	if len(r.ready) > 0 {
		n := copy(b, r.ready)
		r.ready = r.ready[n:]
		return n, nil
	}
	return 0, r.err
}

func (r *vstream) fill() {
	got, _, err := r.s.p.next(r.ctx, nil)
	if err != nil {
		r.err = err
		return
	}
	out := append(r.held, got...)
	r.held = nil
	begin, end := r.s.nonce.Begin(), r.s.nonce.End()
	if !r.begun {
		i := bytes.Index(out, []byte(begin))
		nl := -1
		if i >= 0 {
			nl = bytes.IndexByte(out[i:], '\n')
		}
		if nl < 0 {
			r.held = out
			return
		}
		r.begun = true
		out = out[i+nl+1:]
	}
	if i := bytes.Index(out, []byte(end)); i >= 0 {
		nl := bytes.IndexByte(out[i:], '\n')
		if nl < 0 {
			r.ready, r.held = out[:i], bytes.Clone(out[i:])
			return
		}
		r.exit, _ = strconv.Atoi(string(bytes.TrimSpace(out[i+len(end) : i+nl])))
		r.s.p.rest = bytes.Clone(out[i+nl+1:])
		r.s.p.ch.end("exit", &r.exit)
		r.ready, r.err = out[:i], io.EOF
		return
	}
	if r.asked != nil && bytes.HasSuffix(out, []byte(command.SudoPrompt)) {
		if r.err = r.asked(); r.err != nil {
			_ = r.s.p.Close() // a question that is not answered stays open
		}
		return
	}
	if r.asked != nil { // the question may be torn, too
		r.held = out
		return
	}
	keep := 0 // a mark may be torn over two reads
	if i := bytes.LastIndexByte(out, end[0]); i >= 0 && len(out)-i < len(end) {
		keep = len(out) - i
	}
	r.ready, r.held = out[:len(out)-keep], bytes.Clone(out[len(out)-keep:])
}
