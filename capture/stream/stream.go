// Package stream puts one direction of a TCP connection in order.
//
// What comes in: segments in capture order, maybe cut by the snap length. What
// goes out, to a Sink: the bytes in their order, each once, and a Gap wherever
// some are missing for good. A gap is explicit: nobody downstream takes what
// comes after it for what comes next.
//
// Bytes are missing for good where the snap length cut them off, where the
// other side acknowledged what the capture does not have while later bytes
// wait, and where more waits than the caps allow: 64 segments or 128 KB. Of
// what was sent twice the first copy counts (RFC 9293, 3.10.7.4, keeps what it
// has). What is in order already is passed on without being copied.
package stream

import "slices"

// The caps of what waits for a hole to be filled, in one direction.
const (
	MaxSegments = 64
	MaxBytes    = 128 << 10
)

// Sink takes a direction's bytes in order. b is valid during the call only.
type Sink interface {
	Data(b []byte)
	Gap(n int)
}

// Half is one direction. The zero value waits for Start, or starts with the
// first segment.
type Half struct {
	next    uint32 // the sequence number of the next byte in order
	started bool
	pending []segment // by sequence number, apart from each other
	held    int       // bytes in pending
	// Loose: nothing waits any more, what is missing is a gap at once.
	Loose bool
	// Gaps counts the bytes that are missing for good.
	Gaps int64
}

// segment is bytes that wait: data, then what the snap length cut off.
type segment struct {
	seq  uint32
	data []byte
	size int // on the wire
}

// Start says which sequence number the first byte has. It comes too late once
// bytes were passed on.
func (h *Half) Start(seq uint32) {
	if !h.started {
		h.next, h.started = seq, true
	}
}

// Restart says anew which sequence number the first byte has. What was passed on
// stays so.
func (h *Half) Restart(seq uint32) {
	h.Drop()
	h.next, h.started = seq, true
}

// Started reports whether the first byte's sequence number is known.
func (h *Half) Started() bool { return h.started }

// Next is the sequence number of the next byte in order.
func (h *Half) Next() uint32 { return h.next }

// Waiting reports whether bytes wait for earlier ones.
func (h *Half) Waiting() bool { return len(h.pending) > 0 }

// Held is the memory that waits.
func (h *Half) Held() int { return h.held }

// Segment takes the next captured segment; size is its length on the wire, of
// which b is the beginning.
func (h *Half) Segment(seq uint32, b []byte, size int, to Sink) {
	if size < len(b) {
		b = b[:size]
	}
	if size == 0 {
		return
	}
	h.Start(seq)
	if ahead := int32(seq - h.next); ahead > 0 {
		if h.Loose {
			h.next = seq
			h.gap(int(ahead), to)
			h.pass(segment{seq, b, size}, to)
			return
		}
		h.hold(segment{seq, b, size}, to)
		return
	}
	h.pass(segment{seq, b, size}, to)
	h.drain(to)
}

// Acked says what the other side has. Bytes before ack that the capture does
// not have by now, while later ones wait, were not captured.
func (h *Half) Acked(ack uint32, to Sink) {
	for h.started && len(h.pending) > 0 && int32(ack-h.next) > 0 && int32(h.pending[0].seq-ack) <= 0 {
		h.skip(to)
	}
}

// Flush passes on what waits, with its gaps: nothing more will come.
func (h *Half) Flush(to Sink) {
	for len(h.pending) > 0 {
		h.skip(to)
	}
}

// Drop forgets what waits.
func (h *Half) Drop() { h.pending, h.held = nil, 0 }

// pass gives what is new of a segment that begins at next or before.
func (h *Half) pass(s segment, to Sink) {
	old := int(h.next - s.seq)
	if old >= s.size {
		return
	}
	h.next = s.seq + uint32(s.size)
	if old < len(s.data) {
		to.Data(s.data[old:])
		old = len(s.data)
	}
	if missing := s.size - old; missing > 0 {
		h.gap(missing, to)
	}
}

func (h *Half) gap(n int, to Sink) {
	h.Gaps += int64(n)
	to.Gap(n)
}

// drain passes on what waited for the bytes before it.
func (h *Half) drain(to Sink) {
	done := 0
	for done < len(h.pending) && int32(h.pending[done].seq-h.next) <= 0 {
		s := h.pending[done]
		h.held -= len(s.data)
		done++
		h.pass(s, to)
	}
	h.forget(done)
}

func (h *Half) forget(n int) {
	if n > 0 {
		h.pending = slices.Delete(h.pending, 0, n)
	}
	if len(h.pending) == 0 {
		h.pending = nil
	}
}

// skip declares the hole before what waits first a gap.
func (h *Half) skip(to Sink) {
	if n := int32(h.pending[0].seq - h.next); n > 0 {
		h.next = h.pending[0].seq
		h.gap(int(n), to)
	}
	h.drain(to)
}

// hold keeps a copy of what is new of a segment, in its place. What another
// one waits with already is not kept twice.
func (h *Half) hold(s segment, to Sink) {
	at, _ := slices.BinarySearchFunc(h.pending, s.seq, func(p segment, seq uint32) int { return int(int32(p.seq - seq)) })
	if at > 0 {
		before := h.pending[at-1]
		s = s.after(before.seq + uint32(before.size))
	}
	for s.size > 0 {
		rest := segment{}
		if at < len(h.pending) {
			after := h.pending[at]
			if over := int(int32(s.seq + uint32(s.size) - after.seq)); over > 0 {
				rest = s.after(after.seq + uint32(after.size))
				s = s.before(after.seq)
			}
		}
		if s.size > 0 {
			s.data = slices.Clone(s.data)
			h.pending = slices.Insert(h.pending, at, s)
			h.held += len(s.data)
			at++
		}
		s = rest
		at++
	}
	for len(h.pending) > MaxSegments || h.held > MaxBytes {
		h.skip(to)
	}
}

// after is the part of s from seq on.
func (s segment) after(seq uint32) segment {
	n := int(int32(seq - s.seq))
	switch {
	case n <= 0:
		return s
	case n >= s.size:
		return segment{}
	}
	return segment{seq, s.data[min(n, len(s.data)):], s.size - n}
}

// before is the part of s up to seq.
func (s segment) before(seq uint32) segment {
	n := max(0, int(int32(seq-s.seq)))
	if n >= s.size {
		return s
	}
	return segment{s.seq, s.data[:min(n, len(s.data))], n}
}
