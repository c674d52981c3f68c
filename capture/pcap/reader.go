package pcap

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
)

// piece is how much is read at once.
const piece = 256 << 10

// Reader reads one capture from an io.Reader, unpacked if it is gzip.
type Reader struct{ in *bufio.Reader }

// NewReader reads a capture's beginning.
func NewReader(r io.Reader) (*Reader, error) {
	in := bufio.NewReaderSize(r, piece)
	if head, _ := in.Peek(2); string(head) == "\x1f\x8b" {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, &BrokenError{0, err}
		}
		in = bufio.NewReaderSize(z, piece)
	}
	return &Reader{in}, nil
}

// Each calls emit for each frame, and tells why there are no more; nil at the
// capture's end.
func (r *Reader) Each(emit func(*Frame)) error {
	s := NewScanner(emit)
	if _, err := r.in.WriteTo(s); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) { // gzip that breaks off
			err = ErrShort
		}
		return &BrokenError{s.Frames(), err}
	}
	return s.Close()
}

// Bytes gives all that is left of the capture, unpacked.
func (r *Reader) Bytes() ([]byte, error) { return io.ReadAll(r.in) }
