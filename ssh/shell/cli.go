package shell

import (
	"bytes"
	"context"
	"errors"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
)

// CLI is a shell on the Manager's command line. One command at a time.
type CLI struct {
	p      *pty
	prompt []byte // learned, then matched to the letter
	below  bool   // it is in vshell
}

// Manager opens the Manager's command line: waits for its prompt, turns the
// pager off, and keeps lines from being wrapped.
func Manager(ctx context.Context, c *login.Client) (*CLI, error) {
	p, err := openPTY(ctx, c)
	if err != nil {
		return nil, err
	}
	cli := &CLI{p: p}
	if err := cli.greet(ctx); err != nil {
		_ = p.Close()
		return nil, err
	}
	return cli, nil
}

// greet learns the prompt. What looks like one in a banner is none: it must
// come again after the first command.
func (c *CLI) greet(ctx context.Context) error {
	looks := func(b []byte) bool { return isPrompt(lastLine(b)) }
	out, err := c.p.until(ctx, promptWait, looks)
	if err != nil {
		return c.noPrompt(out, err)
	}
	if inConfig(lastLine(out)) {
		return &ssh.RefusedError{Target: c.p.c.Target(), Command: "the command line", Reply: redact.Literal("it is in configuration mode")}
	}
	first := command.PaginateFalse()
	if err := c.p.ch.enter(first.Typed()); err != nil {
		return err
	}
	out, err = c.p.until(ctx, first.Limit(), looks)
	if err != nil {
		return c.noPrompt(out, err)
	}
	c.prompt = bytes.Clone(lastLine(out))
	c.p.ch.end("prompt", nil)
	for _, cmd := range []command.Command{command.ScreenWidth(), command.IdleTimeout()} {
		var refused *ssh.RefusedError
		if _, err := c.Run(ctx, cmd); err != nil && !errors.As(err, &refused) {
			return err // a release without it goes on without it
		}
	}
	return nil
}

func (c *CLI) noPrompt(out []byte, err error) error {
	if !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	reply := c.p.c.Config().Gate.Foreign(string(lastLine(out)))
	return &ssh.RefusedError{Target: c.p.c.Target(), Command: "the command line", Reply: redact.Join(redact.Literal("no prompt came, the last line was"), reply)}
}

// isPrompt: "um8_vManage# " or "vmanage> ", one word on the last line.
func isPrompt(line []byte) bool {
	t := bytes.TrimRight(line, " ")
	return len(t) > 1 && len(t) < 128 && (t[len(t)-1] == '#' || t[len(t)-1] == '>') && bytes.IndexByte(t, ' ') < 0
}

// inConfig: "vmanage(config)#"; whoever is there could change something.
func inConfig(prompt []byte) bool { return bytes.HasSuffix(bytes.TrimSpace(prompt), []byte(")#")) }

// Name is the host's name in its prompt.
func (c *CLI) Name() redact.Text {
	return c.p.c.Config().Gate.Foreign(string(bytes.TrimRight(c.prompt, "#> ")))
}

func (c *CLI) atPrompt(b []byte) bool { return bytes.Equal(lastLine(b), c.prompt) }

// Run sends a command and gives its output, without echo and prompt.
func (c *CLI) Run(ctx context.Context, cmd command.Command) (command.Result, error) {
	if c.below {
		if err := c.Back(ctx); err != nil {
			return command.Result{}, err
		}
	}
	start := time.Now()
	if err := c.p.ch.enter(cmd.Typed()); err != nil {
		return command.Result{}, err
	}
	out, err := c.reply(ctx, cmd.Limit())
	if err != nil {
		return command.Result{}, c.late(cmd, err)
	}
	c.p.ch.end("prompt", nil)
	if out = c.strip(out, cmd); refused(out) {
		return command.Result{}, c.refusal(cmd, out)
	}
	return command.NewResult(out, -1, time.Since(start)), nil
}

// pagers are what stands on the last line where a pager waits for a key,
// although it was turned off.
var pagers = [][]byte{[]byte("--More--"), []byte("(END)")}

// maxPages bounds how often a pager is sent on.
const maxPages = 200

// reply collects a command's output up to the prompt. A pager is sent on; no
// question is ever answered.
func (c *CLI) reply(ctx context.Context, limit time.Duration) ([]byte, error) {
	deadline := time.Now().Add(limit)
	var all []byte
	for range maxPages {
		out, err := c.p.until(ctx, time.Until(deadline), func(b []byte) bool {
			return c.atPrompt(b) || pagerAt(b) >= 0 || question(lastLine(b))
		})
		if at := pagerAt(out); err == nil && at >= 0 {
			all = append(all, out[:at]...)
			if err := c.p.ch.Press(command.Space); err != nil {
				return all, err
			}
			continue
		}
		all = append(all, unpaged(out)...)
		if err == nil && question(lastLine(out)) {
			return all, c.asked(out)
		}
		return all, err
	}
	return all, context.DeadlineExceeded
}

// pagerAt is where the last line's pager begins, or -1.
func pagerAt(b []byte) int {
	line := lastLine(b)
	for _, p := range pagers {
		if bytes.HasSuffix(bytes.TrimRight(line, " "), p) && len(line) < 64 {
			return len(b) - len(line)
		}
	}
	return -1
}

// unpaged takes away how a pager wipes its line: CR, blanks or backspaces, CR.
func unpaged(b []byte) []byte {
	t := bytes.TrimLeft(b, "\r\b \x1b[Km")
	if len(t) < len(b) && bytes.ContainsAny(b[:len(b)-len(t)], "\r\b\x1b") {
		return t
	}
	return b
}

// question: "Uncommitted changes found, commit them? [yes/no/CANCEL]".
func question(line []byte) bool {
	l := bytes.ToLower(line)
	return bytes.Contains(l, []byte("uncommitted changes")) || bytes.Contains(l, []byte("[yes/no")) || bytes.Contains(l, []byte("(yes/no"))
}

// asked gives the terminal up: a question that is not answered stays open.
func (c *CLI) asked(out []byte) error {
	_ = c.p.Close()
	text := c.p.c.Config().Gate.Foreign(string(lastLine(out)))
	return &ssh.RefusedError{Target: c.p.c.Target(), Command: "the command line", Reply: redact.Join(redact.Literal("it asks, and no answer is ever given:"), text)}
}

func (c *CLI) late(cmd command.Command, err error) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return slow(c.p.c, cmd)
	}
	return err
}

// strip takes echo and prompt away.
func (c *CLI) strip(out []byte, cmd command.Command) []byte {
	out = bytes.TrimSuffix(out, c.prompt)
	if first, rest, ok := bytes.Cut(out, []byte("\n")); ok && bytes.Contains(first, []byte(cmd.Line())) {
		out = rest
	}
	return out
}

// refusals begin the replies of a command that was not run.
var refusals = [][]byte{
	[]byte("Usage: tcpdump"), []byte("syntax error"), []byte("Error:"), []byte("Aborted"), []byte("tcpdump: syntax error"), []byte("tcpdump: illegal"),
	[]byte("result false"), []byte("access denied"), []byte("permission denied"), []byte("Permission denied"), []byte("tcpdump: can't parse"),
}

// denials stand within such a line.
var denials = [][]byte{[]byte("You don't have permission to"), []byte("No such device exists"), []byte("Operation not permitted")}

func refused(out []byte) bool { return refusalLine(out) != nil }

// refusalLine is the line that says no.
func refusalLine(out []byte) []byte {
	head := out[:min(len(out), 2048)]
	for _, line := range bytes.Split(head, []byte("\n")) {
		line = bytes.TrimSpace(line)
		for _, r := range refusals {
			if bytes.HasPrefix(line, r) {
				return line
			}
		}
		for _, d := range denials {
			if bytes.HasPrefix(line, []byte("tcpdump:")) && bytes.Contains(line, d) {
				return line
			}
		}
	}
	return nil
}

func (c *CLI) refusal(cmd command.Command, out []byte) error {
	line := refusalLine(out)
	if line == nil {
		line, _, _ = bytes.Cut(bytes.TrimSpace(out), []byte("\n"))
	}
	return &ssh.RefusedError{Target: c.p.c.Target(), Command: cmd.ID(), Reply: c.p.c.Config().Gate.Foreign(string(bytes.TrimSpace(line)))}
}

// Close leaves vshell and the command line, so that no terminal stays open, and
// ends the shell. It does not wait for the host.
func (c *CLI) Close() error {
	select {
	case <-c.p.gone:
		return nil
	default:
	}
	if len(c.prompt) > 0 {
		if c.below {
			_ = c.p.ch.enter(command.Exit().Typed()) // the link may be gone
		}
		_ = c.p.ch.enter(command.Exit().Typed())
	}
	return c.p.Close()
}
