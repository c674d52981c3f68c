package ssh

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh/command"
)

// CLI is a shell on the Manager's command line. One command at a time.
type CLI struct {
	p      *pty
	prompt []byte // learned, then matched to the letter
}

// Manager opens the Manager's command line: waits for its prompt and turns the
// pager off.
func (c *Client) Manager(ctx context.Context) (*CLI, error) {
	p, err := c.openPTY(ctx)
	if err != nil {
		return nil, err
	}
	cli := &CLI{p: p}
	out, err := p.until(ctx, promptWait, func(b []byte) bool { return isPrompt(lastLine(b)) })
	if err != nil {
		_ = p.Close()
		return nil, cli.noPrompt(out, err)
	}
	cli.prompt = bytes.Clone(lastLine(out))
	if bytes.HasSuffix(bytes.TrimSpace(cli.prompt), []byte(")#")) {
		_ = p.Close()
		return nil, &RefusedError{Target: c.target, Command: "the command line", Reply: redact.Literal("it is in configuration mode")}
	}
	if _, err := cli.Run(ctx, command.PaginateFalse()); err != nil {
		var refused *RefusedError
		if !errors.As(err, &refused) { // a release without it has no pager on this terminal
			_ = p.Close()
			return nil, err
		}
	}
	return cli, nil
}

func (c *CLI) noPrompt(out []byte, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	reply := c.p.c.cfg.Gate.Foreign(string(lastLine(out)))
	return &RefusedError{Target: c.p.c.target, Command: "the command line", Reply: redact.Join(redact.Literal("no prompt came, the last line was"), reply)}
}

// isPrompt: "um8_vManage# " or "vmanage> ", one word on the last line.
func isPrompt(line []byte) bool {
	t := bytes.TrimRight(line, " ")
	return len(t) > 1 && len(t) < 128 && (t[len(t)-1] == '#' || t[len(t)-1] == '>') && bytes.IndexByte(t, ' ') < 0
}

// Name is the host's name in its prompt.
func (c *CLI) Name() redact.Text {
	return c.p.c.cfg.Gate.Foreign(string(bytes.TrimRight(c.prompt, "#> ")))
}

func (c *CLI) atPrompt(b []byte) bool { return bytes.Equal(lastLine(b), c.prompt) }

// Run sends a command and gives its output, without echo and prompt.
func (c *CLI) Run(ctx context.Context, cmd command.Command) (command.Result, error) {
	start := time.Now()
	if err := c.p.send(cmd.Line() + "\n"); err != nil {
		return command.Result{}, err
	}
	out, err := c.p.until(ctx, cmd.Limit(), c.atPrompt)
	if err != nil {
		return command.Result{}, c.late(cmd, err)
	}
	out = c.strip(out, cmd)
	if refused(out) {
		return command.Result{}, c.refusal(cmd, out)
	}
	return command.NewResult(out, -1, time.Since(start)), nil
}

func (c *CLI) late(cmd command.Command, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return &RefusedError{Target: c.p.c.target, Command: cmd.ID(), Reply: redact.Literal("no answer in time")}
	}
	return err
}

// strip takes echo and prompt away.
func (c *CLI) strip(out []byte, cmd command.Command) []byte {
	out = out[:len(out)-len(c.prompt)]
	if first, rest, ok := bytes.Cut(out, []byte("\n")); ok && bytes.Contains(first, []byte(cmd.Line())) {
		out = rest
	}
	return out
}

// refusals begin the replies of a command that was not run.
var refusals = [][]byte{[]byte("Usage: tcpdump"), []byte("syntax error"), []byte("Error:"), []byte("Aborted"), []byte("tcpdump: syntax error"), []byte("tcpdump: illegal")}

func refused(out []byte) bool {
	head := out[:min(len(out), 2048)]
	for _, line := range bytes.Split(head, []byte("\n")) {
		for _, r := range refusals {
			if bytes.HasPrefix(bytes.TrimSpace(line), r) {
				return true
			}
		}
	}
	return false
}

func (c *CLI) refusal(cmd command.Command, out []byte) error {
	line, _, _ := bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	return &RefusedError{Target: c.p.c.target, Command: cmd.ID(), Reply: c.p.c.cfg.Gate.Foreign(string(bytes.TrimSpace(line)))}
}

// Close ends the shell.
func (c *CLI) Close() error { return c.p.Close() }

// Stream sends a command that runs until it is ended: by Close or by ctx, with
// Ctrl-C, after which the reader still gets what the command says last. The
// reader gets io.EOF where the prompt comes back, *RefusedError if the command
// was refused.
func (c *CLI) Stream(ctx context.Context, cmd command.Command) (io.ReadCloser, error) {
	if err := c.p.send(cmd.Line() + "\n"); err != nil {
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
}

func (s *cliStream) interrupt() {
	_ = s.cli.p.send(interrupt) // the link may be gone: then nothing runs there for us
	time.AfterFunc(drainWait, s.cancel)
}

// Close ends the command. What it says last can still be read.
func (s *cliStream) Close() error {
	if s.stop() {
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
		s.ready, s.err = out[:len(out)-len(tail)], io.EOF
		if refused(s.head) {
			s.err = s.cli.refusal(s.cmd, s.head)
		}
	case len(tail) > 0 && bytes.HasPrefix(s.cli.prompt, tail):
		s.ready, s.held = out[:len(out)-len(tail)], bytes.Clone(tail)
	default:
		s.ready = out
	}
}
