package follow

import (
	"bytes"
	"context"
	"errors"
	"io"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh/command"
	"syncscope/ssh/shell"
)

// CLILog is the Manager's log where its command line alone can be had: it is
// printed again and again, and what is new is found by the lines that came last.
// That is approximate: lines that are alike cannot be told apart, and what is
// written and rotated between two looks is not seen.
type CLILog struct {
	Tick time.Duration // between two looks
	cli  *shell.CLI
	last [][]byte // that were handed over
	came time.Time
}

// Bounds of a printed log.
const (
	cliLogTick  = 10 * time.Second // the whole log is printed each time
	cliLogLimit = time.Minute
	cliLogBytes = 1 << 20 // of its end are looked at
	cliOverlap  = 200     // lines tell where we were
)

// OpenCLILog is the log as the command line prints it.
func OpenCLILog(c *shell.CLI) *CLILog { return &CLILog{Tick: cliLogTick, cli: c} }

// On goes on over another command line.
func (l *CLILog) On(c *shell.CLI) { l.cli = c }

// Backlog reads the end of the log; Follow goes on behind it.
func (l *CLILog) Backlog(ctx context.Context, n int64) (io.Reader, bool, error) {
	b, err := l.read(ctx)
	if err != nil {
		return nil, false, err
	}
	l.keep(bytes.SplitAfter(b, []byte("\n")))
	return bytes.NewReader(b), true, nil
}

// Follow hands over what a look shows behind the lines that came last.
func (l *CLILog) Follow(ctx context.Context, to Sink) error {
	for {
		b, err := l.read(ctx)
		if err != nil {
			return err
		}
		to.Alive()
		lines := bytes.SplitAfter(b, []byte("\n"))
		at, found := behindLast(l.last, lines)
		if !found && len(l.last) > 0 {
			now := time.Now()
			if l.came.IsZero() {
				l.came = now
			}
			to.Gap(Gap{l.came, now, redact.Literal("lines may be missing: the command line's log does not show the ones that came last")})
		}
		if fresh := bytes.Join(lines[at:], nil); len(fresh) > 0 {
			if err := to.Lines(fresh); err != nil {
				return err
			}
			l.came = time.Now()
		}
		l.keep(lines)
		if err := pause(ctx, l.Tick); err != nil {
			return err
		}
	}
}

// read prints the log: whole lines, at most cliLogBytes of its end.
func (l *CLILog) read(ctx context.Context) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, cliLogLimit)
	defer cancel()
	r, err := l.cli.Stream(ctx, command.ShowLog())
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var out []byte
	buf := make([]byte, 32<<10)
	for {
		n, err := r.Read(buf)
		if out = append(out, buf[:n]...); len(out) > 2*cliLogBytes {
			out = append(out[:0], out[len(out)-cliLogBytes:]...)
		}
		if errors.Is(err, io.EOF) && ctx.Err() == nil {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	out = bytes.ReplaceAll(out, []byte("\r"), nil)
	if over := len(out) - cliLogBytes; over > 0 {
		out = out[over:]
		out = out[bytes.IndexByte(out, '\n')+1:]
	}
	return out[:bytes.LastIndexByte(out, '\n')+1], nil
}

func (l *CLILog) keep(lines [][]byte) {
	if n := len(lines); n > 0 && len(lines[n-1]) == 0 {
		lines = lines[:n-1]
	}
	l.last = l.last[:0]
	for _, line := range lines[max(0, len(lines)-cliOverlap):] {
		l.last = append(l.last, bytes.Clone(line))
	}
}

// behindLast finds the longest run of the lines that came last, up to their very
// last, in a block read now; at is behind it. Of two of the same length it is the
// later one.
func behindLast(last, block [][]byte) (at int, found bool) {
	best := 0
	for end := len(block); end > 0 && len(last) > 0; end-- {
		n := 0
		for n < end && n < len(last) && bytes.Equal(block[end-1-n], last[len(last)-1-n]) {
			n++
		}
		if n > best {
			best, at = n, end
		}
		if best == len(last) {
			break
		}
	}
	return at, best > 0
}
