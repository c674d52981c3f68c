package offline

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"syscall"
	"time"

	"syncscope/capture/pcap"
)

// pipe is what can be read only once: standard input, a pipe, a device.
// Files are read twice: it is kept, packed, unless it is a binary capture, of
// which only the second reading reads more than the head.
type pipe struct {
	r     *bufio.Reader
	file  io.Closer // nil: it is not ours to close
	waits bool      // for a first writer
	kept  *spool    // valid once read has returned; nil: it is a binary capture
	begun bool
	err   error // what kept it from being kept
}

func newPipe(r io.Reader, waits bool, watch *progress) *pipe {
	s := &pipe{r: bufio.NewReaderSize(&ended{r: counting{r, watch}}, 64<<10), waits: waits}
	if f, ok := r.(*os.File); ok && f != os.Stdin {
		s.file = f
	}
	return s
}

// ended stays at its end once it has come there behind some bytes: a terminal would be
// asked on, and wait for another ctrl+d.
type ended struct {
	r          io.Reader
	some, over bool
}

func (e *ended) Read(b []byte) (int, error) {
	if e.over {
		return 0, io.EOF
	}
	n, err := e.r.Read(b)
	e.some = e.some || n > 0
	e.over = e.some && errors.Is(err, io.EOF)
	return n, err
}

func (s *pipe) close() {
	if s.file != nil {
		_ = s.file.Close() // it was read
	}
	if s.kept != nil {
		s.kept.free()
	}
}

// read gives the pipe's bytes once more. last: it is the last time.
func (s *pipe) read(ctx context.Context, last bool) (io.Reader, error) {
	var head []byte
	if s.kept == nil {
		var err error
		if head, err = s.head(ctx); err != nil {
			return nil, err
		}
	}
	switch {
	case s.err != nil:
		return nil, s.err
	case s.kept != nil:
		return s.kept.reader(), nil
	case pcap.Is(head) && last:
		return struct{ io.Reader }{s.r}, nil
	case pcap.Is(head): // it has no lines to learn from
		return struct{ io.Reader }{bytes.NewReader(head)}, nil
	}
	s.kept = &spool{}
	if s.err = s.kept.fill(ctx, s.r); s.err != nil {
		s.kept.free()
		return nil, s.err
	}
	return s.kept.reader(), nil
}

// firstWriter is how long a pipe is waited for that nobody has opened to write.
const firstWriter = time.Second

// head are the pipe's first bytes.
func (s *pipe) head(ctx context.Context) ([]byte, error) {
	for end := time.Now().Add(firstWriter); ; time.Sleep(10 * time.Millisecond) {
		head, err := s.r.Peek(peekLen)
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case errors.Is(err, io.EOF) && len(head) == 0 && s.waits && !s.begun && time.Now().Before(end):
			continue
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		}
		s.begun = true
		return head, nil
	}
}

// openPipe opens a pipe or a device without waiting for who writes to it.
func openPipe(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
}
