package shell

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"syncscope/ssh/command"
)

// Stream sends a command that runs until it is ended: by Close or by ctx, with
// Ctrl-C, after which the reader still gets what the command says last. The
// reader gets io.EOF where the prompt comes back, *RefusedError if the command
// was refused.
func (c *CLI) Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error) {
	if err := c.Back(ctx); err != nil {
		return nil, err
	}
	if err := c.p.ch.enter(cmd.Typed()); err != nil {
		return nil, err
	}
	s := &cliStream{cli: c, cmd: cmd}
	s.ctx, s.cancel = context.WithCancel(context.WithoutCancel(ctx))
	s.stop = context.AfterFunc(ctx, s.interrupt)
	return s, nil
}

type cliStream struct {
	cli    *CLI
	cmd    command.Command
	ctx    context.Context // ends drainWait after the Ctrl-C
	cancel context.CancelFunc
	stop   func() bool
	echo   bool   // the echo is over
	head   []byte // the first output, to see a refusal
	ready  []byte
	held   []byte // may be the beginning of the prompt
	err    error
	over   bool // the prompt came back
}

// Ended reports whether the command was seen to end: the prompt came back. A stream
// that gives no more may be of one that runs on, over a link that is dead.
func (s *cliStream) Ended() bool { return s.over }

func (s *cliStream) interrupt() {
	_ = s.cli.p.ch.Press(command.Interrupt) // the link may be gone: then nothing runs there for us
	time.AfterFunc(drainWait, s.cancel)
}

// Close ends the command. What it says last can still be read.
func (s *cliStream) Close() error {
	if s.stop() && s.err == nil {
		s.interrupt()
	}
	return nil
}

func (s *cliStream) Read(b []byte) (int, error) {
	for len(s.ready) == 0 && s.err == nil {
		s.fill()
	}
	if len(s.ready) > 0 {
		n := copy(b, s.ready)
		s.ready = s.ready[n:]
		return n, nil
	}
	return 0, s.err
}

func (s *cliStream) fill() {
	got, _, err := s.cli.p.next(s.ctx, nil)
	if err != nil {
		s.ready, s.held, s.err = s.held, nil, err
		if errors.Is(err, context.Canceled) {
			s.err = io.EOF
		}
		return
	}
	out := append(s.held, got...)
	s.held = nil
	if !s.echo {
		nl := bytes.IndexByte(out, '\n')
		if nl < 0 {
			s.held = out
			return
		}
		s.echo = true
		if bytes.Contains(out[:nl], []byte(s.cmd.Line())) {
			out = out[nl+1:]
		}
	}
	if room := 2048 - len(s.head); room > 0 {
		s.head = append(s.head, out[:min(room, len(out))]...)
	}
	tail := lastLine(out)
	switch {
	case bytes.Equal(tail, s.cli.prompt):
		s.ready, s.err, s.over = out[:len(out)-len(tail)], io.EOF, true
		s.cli.p.ch.end("prompt", nil)
		if whole := s.cmd.Limit() > 0 && len(s.head) >= 2048; refused(s.head) && !whole { // a log has errors in it, a refusal is short
			s.err = s.cli.refusal(s.cmd, s.head)
		}
	case len(tail) > 0 && bytes.HasPrefix(s.cli.prompt, tail):
		s.ready, s.held = out[:len(out)-len(tail)], bytes.Clone(tail)
	default:
		s.ready = out
	}
}
