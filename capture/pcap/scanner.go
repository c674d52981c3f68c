package pcap

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"syncscope/capture/packet"
)

// Frame is one frame as it was captured.
type Frame struct {
	Number int // from 1
	Link   packet.LinkType
	Data   []byte // valid until the next is asked for
	Wire   int    // its length on the wire
	Time   time.Time
	// InPlace: Data is a part of what was written, not of what the scanner kept.
	InPlace bool
}

// BrokenError is a capture that cannot be read from some frame on.
type BrokenError struct {
	After int // frames that were read
	Err   error
}

// Error says where it broke.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("cannot be read as a capture after frame %d: %v", e.After, e.Err)
}

// Unwrap gives the reason.
func (e *BrokenError) Unwrap() error { return e.Err }

// What can be wrong with a capture.
var (
	// ErrShort: it ends within a frame or a header.
	ErrShort = errors.New("it ends in the middle")
	// ErrLength: a length that no frame has.
	ErrLength = errors.New("a length that cannot be")
	// ErrMagic: it does not begin as a capture does.
	ErrMagic = errors.New("it does not begin as a capture does")
	// ErrInterface: a frame of an interface that is not described.
	ErrInterface = errors.New("a frame of an unknown interface")
	// ErrInterfaces: it describes more than are kept.
	ErrInterfaces = fmt.Errorf("more than %d interfaces", maxInterfaces)
)

// maxItem bounds a frame or a block. tcpdump's largest snap length is 256 KB.
const maxItem = 16 << 20

// magics of pcap, as they lie in a file: µs, ns, and the one with longer
// record headers of old Linux patches; each in both byte orders.
var magics = [...]struct {
	bytes string
	order binary.ByteOrder
	nano  bool
	head  int // of a record
}{
	{"\xd4\xc3\xb2\xa1", binary.LittleEndian, false, 16}, {"\xa1\xb2\xc3\xd4", binary.BigEndian, false, 16},
	{"\x4d\x3c\xb2\xa1", binary.LittleEndian, true, 16}, {"\xa1\xb2\x3c\x4d", binary.BigEndian, true, 16},
	{"\x34\xcd\xb2\xa1", binary.LittleEndian, false, 24}, {"\xa1\xb2\xcd\x34", binary.BigEndian, false, 24},
}

// magicNg begins a section of pcapng.
const magicNg = "\x0a\x0d\x0d\x0a"

// Is reports whether b begins as a capture does.
func Is(b []byte) bool {
	for _, m := range magics {
		if bytes.HasPrefix(b, []byte(m.bytes)) {
			return true
		}
	}
	return bytes.HasPrefix(b, []byte(magicNg))
}

// Scanner cuts frames out of what is written to it. However a capture is split
// into writes, the frames are the same.
type Scanner struct {
	emit  func(*Frame)
	frame Frame
	item  func(*Scanner, []byte) (int, error) // reads the next item; 0: b is too short for it
	carry []byte                              // the beginning of an item
	skip  int                                 // bytes of a block that nobody needs
	err   error

	order binary.ByteOrder
	nano  bool
	head  int
	link  packet.LinkType

	interfaces []network // of the section
}

// NewScanner makes a scanner that calls emit for each frame.
func NewScanner(emit func(*Frame)) *Scanner {
	return &Scanner{emit: emit, item: (*Scanner).start}
}

// Frames counts the frames read.
func (s *Scanner) Frames() int { return s.frame.Number }

// Write takes the capture's next bytes. It never fails: Close tells what was
// wrong.
func (s *Scanner) Write(b []byte) (int, error) {
	all := len(b)
	for len(b) > 0 && s.err == nil {
		if s.skip > 0 {
			n := min(s.skip, len(b))
			s.skip -= n
			b = b[n:]
			continue
		}
		if len(s.carry) == 0 {
			s.frame.InPlace = true
			n, need := s.next(b)
			if need == 0 {
				b = b[n:]
				continue
			}
			s.carry = append(s.carry, b...)
			break
		}
		s.frame.InPlace = false
		_, need := s.next(s.carry)
		n := min(need, len(b))
		s.carry = append(s.carry, b[:n]...)
		b = b[n:]
		if used, _ := s.next(s.carry); used > 0 {
			s.carry = s.carry[:0]
		}
	}
	return all, nil
}

// next reads one item of b: it gives how many bytes that took, or how many
// more it needs at least.
func (s *Scanner) next(b []byte) (used, need int) {
	if s.err != nil {
		return 0, 0
	}
	n, err := s.item(s, b)
	switch {
	case err != nil:
		s.err = &BrokenError{s.frame.Number, err}
		return 0, 0
	case n > maxItem:
		s.err = &BrokenError{s.frame.Number, ErrLength}
		return 0, 0
	case n > len(b):
		return 0, n - len(b)
	}
	return n, 0
}

// Close tells why there are no more frames; nil at a capture's end.
func (s *Scanner) Close() error {
	if s.err == nil && (len(s.carry) > 0 || s.skip > 0 || s.order == nil) {
		s.err = &BrokenError{s.frame.Number, ErrShort}
	}
	return s.err
}

// start reads the first bytes. An item tells how long it is in any case, and
// does nothing until b holds it.
func (s *Scanner) start(b []byte) (int, error) {
	const header = 24
	if len(b) < 4 {
		return 4, nil
	}
	if string(b[:4]) == magicNg {
		s.item = (*Scanner).block
		return s.block(b)
	}
	for _, m := range magics {
		if string(b[:4]) != m.bytes {
			continue
		}
		if len(b) >= header {
			s.order, s.nano, s.head = m.order, m.nano, m.head
			s.link = packet.LinkType(m.order.Uint16(b[20:]))
			if m.order == binary.ByteOrder(binary.BigEndian) {
				s.link = packet.LinkType(m.order.Uint16(b[22:]))
			}
			s.item = (*Scanner).record
		}
		return header, nil
	}
	return 0, ErrMagic
}

// record reads a frame of pcap.
func (s *Scanner) record(b []byte) (int, error) {
	if len(b) < s.head {
		return s.head, nil
	}
	var seconds, fraction, captured, wire uint32
	if s.order == binary.ByteOrder(binary.LittleEndian) { // the usual one, without calls through an interface
		seconds, fraction, captured, wire = binary.LittleEndian.Uint32(b), binary.LittleEndian.Uint32(b[4:]), binary.LittleEndian.Uint32(b[8:]), binary.LittleEndian.Uint32(b[12:])
	} else {
		seconds, fraction, captured, wire = s.order.Uint32(b), s.order.Uint32(b[4:]), s.order.Uint32(b[8:]), s.order.Uint32(b[12:])
	}
	if captured > maxItem {
		return 0, ErrLength
	}
	n := s.head + int(captured)
	if len(b) < n {
		return n, nil
	}
	nanos := int64(fraction)
	if !s.nano {
		nanos *= 1000
	}
	s.give(b[s.head:n], s.link, int(wire), time.Unix(int64(seconds), nanos).UTC())
	return n, nil
}

func (s *Scanner) give(b []byte, link packet.LinkType, wire int, at time.Time) {
	f := &s.frame
	f.Number++
	f.Link, f.Data, f.Wire, f.Time = link, b, max(wire, len(b)), at
	s.emit(f)
}
