package lab

import (
	"bytes"
	"context"
	"io"
	"strings"
	"sync"
)

// terminal is a channel with the line discipline of a terminal: echo, CR
// before LF, Ctrl-C.
type terminal struct {
	ctx   context.Context
	w     io.Writer
	out   sync.Mutex // an SSH channel takes one Write at a time; echo and output come from two goroutines
	lines chan string
	keys  chan struct{} // takes a key while somebody waits for one

	mu     sync.Mutex
	echo   bool
	crlf   bool
	cancel context.CancelFunc // of the running command
	keyed  bool               // the next key is for keys
	hear   func()             // told of each key
}

func newTerminal(ctx context.Context, ch io.ReadWriter) *terminal {
	t := &terminal{ctx: ctx, w: ch, lines: make(chan string, 64), keys: make(chan struct{}, 1), echo: true, crlf: true}
	go t.read(ch)
	return t
}

func (t *terminal) setEcho(on bool) { t.mu.Lock(); t.echo = on; t.mu.Unlock() }
func (t *terminal) setCRLF(on bool) { t.mu.Lock(); t.crlf = on; t.mu.Unlock() }

// read cuts what is typed into lines.
func (t *terminal) read(r io.Reader) {
	defer close(t.lines)
	buf := make([]byte, 4096)
	var line []byte
	for {
		n, err := r.Read(buf)
		for _, c := range buf[:n] {
			if t.took() {
				continue
			}
			switch c {
			case 3:
				t.interrupt()
				line = line[:0]
			case '\r', '\n':
				t.typed("\n")
				select {
				case t.lines <- string(line):
				case <-t.ctx.Done():
					return
				}
				line = line[:0]
			default:
				line = append(line, c)
				t.typed(string(c))
			}
		}
		if err != nil {
			t.interrupt()
			return
		}
	}
}

// took reports whether a key went to who waits for one.
func (t *terminal) took() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.hear != nil {
		t.hear()
	}
	if !t.keyed {
		return false
	}
	t.keyed = false
	t.keys <- struct{}{}
	return true
}

// onKey has f told of each key.
func (t *terminal) onKey(f func()) { t.mu.Lock(); t.hear = f; t.mu.Unlock() }

// key waits for one key.
func (t *terminal) key() bool {
	t.mu.Lock()
	t.keyed = true
	t.mu.Unlock()
	select {
	case <-t.keys:
		return true
	case <-t.ctx.Done():
		return false
	}
}

// typed echoes.
func (t *terminal) typed(s string) {
	t.mu.Lock()
	on := t.echo
	t.mu.Unlock()
	if on {
		_, _ = io.WriteString(t, s)
	}
}

func (t *terminal) interrupt() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.cancel != nil {
		t.cancel()
	}
}

// command gives the context of a command: Ctrl-C ends it.
func (t *terminal) command() (context.Context, func()) {
	ctx, cancel := context.WithCancel(t.ctx)
	t.mu.Lock()
	t.cancel = cancel
	t.mu.Unlock()
	return ctx, func() {
		cancel()
		t.mu.Lock()
		t.cancel = nil
		t.mu.Unlock()
	}
}

func (t *terminal) readLine() (string, bool) {
	select {
	case l, ok := <-t.lines:
		return l, ok
	case <-t.ctx.Done():
		return "", false
	}
}

// Write prints, with CR before LF.
func (t *terminal) Write(b []byte) (int, error) {
	t.mu.Lock()
	crlf := t.crlf
	t.mu.Unlock()
	out := b
	if crlf {
		out = bytes.ReplaceAll(b, []byte("\n"), []byte("\r\n"))
	}
	t.out.Lock()
	defer t.out.Unlock()
	if _, err := t.w.Write(out); err != nil {
		return 0, err
	}
	return len(b), nil
}

// typing is what is typed while a command runs, for the command.
type typing struct {
	ctx  context.Context
	t    *terminal
	rest string
}

// Read gives what was typed, a line at a time.
func (r *typing) Read(b []byte) (int, error) {
	if r.rest == "" {
		select {
		case l, ok := <-r.t.lines:
			if !ok {
				return 0, io.EOF
			}
			r.rest = l + "\n"
		case <-r.ctx.Done():
			return 0, io.EOF
		}
	}
	n := copy(b, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

func containsPS1(line string) bool { return strings.Contains(line, "PS1=;") }
