package handshake

import "bytes"

// Content types of records (RFC 8446, 5.1).
const (
	recordCCS       = 20
	recordAlert     = 21
	recordHandshake = 22
	recordData      = 23
)

const (
	// maxRecord is the longest record: 2^14 bytes and what encryption adds (RFC 5246, 6.2.3).
	maxRecord = 1<<14 + 2048
	// maxMessage bounds a handshake message: no chain is that long.
	maxMessage = 128 << 10
)

// Side is what one end of a connection says: a stream.Sink that cuts the bytes
// into records and these into handshake messages. What is not TLS (yet) it
// passes over until a segment begins with a record: behind a CONNECT, SOCKS or
// STARTTLS, or after a gap.
type Side struct {
	d    *Dialog
	dir  Dir
	on   bool // inside records; else looking for one
	said bool // some byte came
	odd  bool // the newest bytes are no record
	// spoke: a record was seen. foreign: none was, and its first bytes are none.
	spoke, foreign bool
	// gapped: some did not, so that records may begin anywhere.
	gapped bool

	head   [5]byte // of the record
	heads  int
	kind   uint8
	left   int // bytes of the record's body that are to come
	size   int // of the whole body
	alert  [2]byte
	alerts int

	msg    []byte // a handshake message that is not whole yet
	skip   int    // bytes of a message that a gap broke
	broken bool   // messages of this record are out of step

	ciphered bool // behind ChangeCipherSpec, up to TLS 1.2
}

// plausible reports whether b begins with a record's header (RFC 8446, 5.1),
// as far as it goes.
func plausible(b []byte) bool {
	switch {
	case len(b) >= 1 && (b[0] < recordCCS || b[0] > recordData):
		return false
	case len(b) >= 2 && b[1] != 3:
		return false
	case len(b) >= 3 && b[2] > 4:
		return false
	case len(b) < 5:
		return true
	}
	n := int(b[3])<<8 | int(b[4])
	switch b[0] {
	case recordCCS:
		return n == 1
	case recordAlert:
		return n >= 2 && n <= 256
	}
	return n > 0 && n <= maxRecord
}

// Data takes the next bytes in order.
func (s *Side) Data(b []byte) {
	first := !s.said
	s.said, s.d.touched = true, true
	if !s.on {
		at := s.find(b, first)
		if s.odd = at < 0; s.odd {
			s.d.plain(s.dir, b)
			s.strange()
			return
		}
		b = b[at:]
		s.on, s.heads, s.left = true, 0, 0
	}
	for len(b) > 0 && s.on {
		if s.left > 0 {
			n := min(s.left, len(b))
			s.left -= n
			s.body(b[:n])
			b = b[n:]
			continue
		}
		n := copy(s.head[s.heads:], b)
		s.heads += n
		b = b[n:]
		if !plausible(s.head[:s.heads]) {
			s.strange()
			s.lose()
			return
		}
		if s.heads == len(s.head) {
			s.heads = 0
			s.begin()
		}
	}
}

// strange: what is no record stands where one has to begin.
func (s *Side) strange() {
	s.foreign = s.foreign || !s.spoke && !s.gapped
	s.d.alien = s.d.alien || s.d.begun && !s.gapped
}

// find gives where records begin in b; -1: they do not. The first bytes may be
// the beginning of a header, later ones must show a whole one; in a segment of
// HTTP, records may follow the blank line.
func (s *Side) find(b []byte, first bool) int {
	if n := introduced(b); first && n > 0 && len(b)-n >= 5 && plausible(b[n:]) {
		return n
	}
	if plausible(b) && (len(b) >= 5 || first) {
		return 0
	}
	if Clear(b) != (Line{}) {
		if _, rest, ok := bytes.Cut(b, []byte("\r\n\r\n")); ok && len(rest) >= 5 && plausible(rest) {
			return len(b) - len(rest)
		}
	}
	return -1
}

// lose leaves the records: what comes is looked through for the next one.
func (s *Side) lose() {
	s.cut()
	s.on, s.heads, s.left, s.skip, s.broken = false, 0, 0, 0, false
}

// begin takes a record's header.
func (s *Side) begin() {
	s.kind = s.head[0]
	s.size = int(s.head[3])<<8 | int(s.head[4])
	s.left, s.alerts, s.broken = s.size, 0, false
	if s.kind != recordHandshake {
		s.cut() // a message is not broken off by other records (RFC 8446, 5.1)
	}
	s.record()
}

func (s *Side) body(b []byte) {
	switch {
	case s.kind == recordAlert && !s.ciphered:
		s.alerts += copy(s.alert[min(s.alerts, 2):], b)
		if s.left == 0 && s.size == 2 && s.alerts == 2 {
			s.d.alerted(s.dir, s.alert[0], s.alert[1])
		}
	case s.kind == recordHandshake && !s.ciphered && !s.broken:
		s.handshake(b)
	}
}

// handshake cuts messages out of the body of records.
func (s *Side) handshake(b []byte) {
	n := min(s.skip, len(b))
	s.skip -= n
	b = b[n:]
	for len(b) > 0 {
		if s.msg == nil {
			if n := length(b); n > 0 && len(b) >= n { // whole, where it lies
				s.message(b[:n], true)
				b = b[n:]
				continue
			}
			s.msg = s.d.cache.spare.buffer()
		}
		want := 4
		if len(s.msg) >= 4 {
			want = length(s.msg)
		}
		if want > maxMessage {
			s.broken = true
			s.drop()
			return
		}
		n := min(want-len(s.msg), len(b))
		s.msg = append(s.msg, b[:n]...)
		b = b[n:]
		if len(s.msg) >= 4 && len(s.msg) == length(s.msg) {
			s.message(s.msg, true)
			s.drop()
		}
	}
}

// length is a message's length with its header; 0: the header is not whole.
func length(b []byte) int {
	if len(b) < 4 {
		return 0
	}
	return 4 + (int(b[1])<<16 | int(b[2])<<8 | int(b[3]))
}

// cut ends a message that is not whole: what it holds is told.
func (s *Side) cut() {
	if len(s.msg) > 0 {
		s.message(s.msg, false)
	}
	s.drop()
}

func (s *Side) drop() {
	s.d.cache.spare.recycle(s.msg)
	s.msg = nil
}

// Gap takes the place of n bytes that are missing. Within a record its length
// tells where the next begins.
func (s *Side) Gap(n int) {
	s.said, s.gapped, s.d.holes, s.d.touched = true, true, true, true
	s.d.unsure = s.d.unsure || s.dir == ToServer && s.d.side[ToClient].said // it may have been more than its Finished
	if !s.on {
		return
	}
	if s.left < n || s.heads > 0 {
		s.lose()
		return
	}
	if s.kind == recordHandshake && !s.ciphered && !s.broken {
		s.hole(n)
	}
	s.left -= n
}

// hole is a gap within handshake messages.
func (s *Side) hole(n int) {
	switch want := length(s.msg) - len(s.msg); {
	case s.skip >= n:
		s.skip -= n
		return
	case s.skip == 0 && len(s.msg) >= 4 && want >= n:
		s.skip = want - n
	default:
		s.skip, s.broken = 0, true
	}
	s.cut()
}

// Flush tells what a message that never became whole holds.
func (s *Side) Flush() {
	s.d.touched = true
	s.cut()
}
