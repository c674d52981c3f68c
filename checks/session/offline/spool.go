package offline

import (
	"bytes"
	"compress/flate"
	"context"
	"errors"
	"io"
	"os"
	"runtime/debug"
	"sync"
)

// Bounds of a spool. A log packs to a tenth: what is held is far less than what
// was read.
const (
	chunkSize = 1 << 20
	maxHeld   = 1 << 30
	// slack is how much garbage may lie beside a large spool: the collector
	// would let as much gather as the spool holds.
	slackBytes = 32 << 20
)

var errSpool = errors.New("is larger than what is kept in memory of an input that can be read only once")

// spool keeps an input that can be read only once, in chunks that are packed by
// themselves. One goroutine fills it; after that several may read.
type spool struct {
	chunks []chunk
	size   int64
	held   int64
	usual  int // the collector's percentage before; 0: it was left alone
}

// chunk is chunkSize bytes of the input; the last one may be shorter.
type chunk struct {
	b      []byte
	packed bool
	size   int
}

// fill takes all that r gives.
func (s *spool) fill(ctx context.Context, r io.Reader) error {
	buf := make([]byte, chunkSize)
	var out bytes.Buffer
	z, err := flate.NewWriter(&out, flate.BestSpeed)
	for err == nil {
		var n int
		if n, err = io.ReadFull(r, buf); n > 0 {
			s.add(buf[:n], z, &out)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case s.held > maxHeld, s.size > maxUnpacked:
			return errSpool
		}
	}
	s.collectOften()
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return nil
	}
	return err
}

// add keeps a chunk, packed if that is worth it.
func (s *spool) add(b []byte, z *flate.Writer, out *bytes.Buffer) {
	out.Reset()
	z.Reset(out)
	_, err := z.Write(b)
	c := chunk{size: len(b)}
	if c.packed = err == nil && z.Close() == nil && out.Len() <= len(b)/8*7; c.packed {
		b = out.Bytes()
	}
	c.b = bytes.Clone(b)
	s.chunks = append(s.chunks, c)
	s.size, s.held = s.size+int64(c.size), s.held+int64(len(c.b))
}

// collectOften has the collector run whenever slackBytes of garbage have
// gathered: a spool holds no pointers, and costs it nothing.
func (s *spool) collectOften() {
	if s.held > slackBytes && os.Getenv("GOGC") == "" {
		s.usual = debug.SetGCPercent(int(max(1, 100*slackBytes/(s.held+slackBytes))))
	}
}

// free gives the memory back.
func (s *spool) free() {
	s.chunks = nil
	if s.usual != 0 {
		debug.SetGCPercent(s.usual)
	}
}

// reader reads the spool from its beginning.
func (s *spool) reader() *spoolReader { return &spoolReader{s: s} }

// spoolReader is an io.Reader, an io.Seeker and an io.ReaderAt, as a file is.
type spoolReader struct {
	s   *spool
	off int64
	now unpackedChunk // of Read

	mu sync.Mutex
	at unpackedChunk // of ReadAt
}

// unpackedChunk is the chunk that was read last.
type unpackedChunk struct {
	number int // from 1; 0: none yet
	b      []byte
	z      io.ReadCloser
}

// get gives a chunk's bytes; they hold until the next call.
func (u *unpackedChunk) get(s *spool, i int) ([]byte, error) {
	c := &s.chunks[i]
	if !c.packed {
		return c.b, nil
	}
	if u.number == i+1 {
		return u.b, nil
	}
	if u.z == nil {
		u.b, u.z = make([]byte, chunkSize), flate.NewReader(nil)
	}
	u.number, u.b = 0, u.b[:c.size]
	err := u.z.(flate.Resetter).Reset(bytes.NewReader(c.b), nil)
	if err == nil {
		_, err = io.ReadFull(u.z, u.b)
	}
	if err == nil {
		u.number = i + 1
	}
	return u.b, err
}

func (r *spoolReader) Read(p []byte) (int, error) {
	n, err := r.s.readAt(p, r.off, &r.now)
	r.off += int64(n)
	if n > 0 && errors.Is(err, io.EOF) {
		err = nil
	}
	return n, err
}

// ReadAt may be called by several at once.
func (r *spoolReader) ReadAt(p []byte, off int64) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.s.readAt(p, off, &r.at)
}

// Seek is io.Seeker's.
func (r *spoolReader) Seek(off int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		off += r.off
	case io.SeekEnd:
		off += r.s.size
	}
	if off < 0 {
		return r.off, errors.New("before the beginning")
	}
	r.off = off
	return off, nil
}

func (s *spool) readAt(p []byte, off int64, u *unpackedChunk) (n int, err error) {
	for n < len(p) {
		if off >= s.size {
			return n, io.EOF
		}
		b, err := u.get(s, int(off/chunkSize))
		if err != nil {
			return n, err
		}
		k := copy(p[n:], b[off%chunkSize:])
		n, off = n+k, off+int64(k)
	}
	return n, nil
}
