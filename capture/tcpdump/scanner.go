// Package tcpdump reads and writes tcpdump's text listing.
//
// What comes in: the lines of a listing, one at a time as redact.Raw, with
// whatever a terminal, a log, a mail or a web page put between them. What goes
// out: Items: packets with typed fields, and what the other lines are. Every
// line belongs to exactly one item; a line that cannot be read never stops the
// run. Append writes a packet as tcpdump 4.99 does.
//
// Read are the forms of tcpdump 4.9x and 5.0 with -n or -nn: a packet on two
// lines (-v, IPv4) or on one, -t to -ttttt, nanoseconds, stamps that cannot be,
// -S, -e, -q, -#, -i any, VLAN; with lost indentation, cut columns or hard
// wraps. Sequence numbers become absolute again (see bases).
//
// A dump (-x, -xx, -X, -XX) makes a frame, taken apart by packet.Decode: its
// lines begin with exactly one TAB and their offsets follow each other, or,
// where white space was lost, it names the same addresses as the packet's
// line. Nested dumps of a printer's own are none. Text of -A is a packet's as
// long as its IP length says: a payload that prints a perfect packet line
// stays payload.
package tcpdump

import (
	"bytes"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// dumps says whether packets of this listing have dumps below them. A packet
// waits for its dump only where there may be one.
type dumps uint8

const (
	dumpsUnknown dumps = iota
	dumpsNone
	dumpsHex
	dumpsASCII
)

// Scanner reads one listing: it knows which line belongs to what, and in which order
// items are emitted. What lines say is read by its parts. The zero value is not ready;
// see NewScanner.
type Scanner struct {
	number int
	now    Item // what is emitted at once
	rec    record
	http   Item // what to emit behind rec
	footer footer

	dumps dumps
	dump  dump
	text  text
	snap  int
	medium

	bases bases
	clock clock
}

// After makes a scanner for a listing that goes on with one that ended: of one that was
// cut in two, the numbers are relative to those of the first part.
func After(o *Scanner) *Scanner {
	s := NewScanner()
	s.bases.before, o.bases.before = &o.bases, nil
	return s
}

// NewScanner makes a scanner for one listing.
func NewScanner() *Scanner { return &Scanner{} }

// Inside reports whether the next line is part of a packet's bytes, whatever
// it looks like.
func (s *Scanner) Inside() bool { return s.text.on }

// Holds reports whether line n, the newest, belongs to an item that is still to
// be emitted.
func (s *Scanner) Holds(n int) bool {
	last := func(l []int) bool { return len(l) > 0 && l[len(l)-1] == n }
	return s.rec.state != idle && (last(s.rec.Lines) || last(s.http.Lines)) || s.footer.begun && last(s.footer.Lines)
}

// Line takes the listing's line number n (from 1) and emits what it completes.
// The item is valid until the call returns.
func (s *Scanner) Line(n int, r redact.Raw, emit func(*Item)) {
	raw := r.Bytes()
	if s.text.on && s.ascii(n, raw, emit) {
		return
	}
	b := trimEnd(raw)
	if len(b) > 3 && (b[0] == '\t' || b[0] == ' ' || b[1] == 'x') && s.hexLine(n, b, emit) {
		return
	}
	t := b
	for len(t) > 0 && t[0] == ' ' {
		t = t[1:]
	}
	if s.footer.begun && !s.footer.counters(n, t) {
		s.footer.begun = false
		emit(&s.footer.Item)
	}
	switch {
	case len(t) == 0, t[0] == '`' && bytes.HasPrefix(t, fence):
		s.plain(n, ItemDecoration, emit)
	case t[0] == '\t':
		s.detail(n, t, emit)
	default:
		s.words(n, b, t, emit)
	}
}

var fence = []byte("```")

// words takes a line with something on it.
func (s *Scanner) words(n int, b, t []byte, emit func(*Item)) {
	r := &s.rec
	switch r.state {
	case second:
		if r.addresses(n, t) {
			s.settle(emit)
			return
		}
	case below, tail:
		if r.quoted && r.quote(t) {
			s.plain(n, ItemDecoration, emit)
			return
		}
	}
	if s.record(n, b, t, emit) {
		return
	}
	if (r.state == wrapped || r.state == tail) && r.join(n, t) {
		s.settle(emit)
		return
	}
	if r.state == below && s.begin(n, b, emit) {
		return
	}
	switch {
	case s.footer.begun: // taken already
	case s.footer.counters(n, t):
		s.flush(emit)
	case s.notice(n, t, emit):
	default: // a detail of the packet's, maybe: its dump may still come
		s.plain(n, ItemUnread, emit)
	}
}

// plain emits a line that is an item by itself.
func (s *Scanner) plain(n int, k ItemKind, emit func(*Item)) {
	s.now.reset(k)
	s.now.line(n)
	emit(&s.now)
}

// Leave emits a packet that waits for its dump only: what comes next is no
// line of the listing.
func (s *Scanner) Leave(emit func(*Item)) {
	if s.rec.told() {
		s.flush(emit)
	}
}

// Peek emits the packet that waits for what may stand below it, as it is so far.
// The scanner stays as it is; Line and Close emit the packet all the same. A
// packet with a dump is not given: a part of its bytes is no packet.
func (s *Scanner) Peek(emit func(*Item)) {
	if !s.rec.told() || s.rec.Kind != ItemPacket || s.rec.Level != LevelText || s.dump.lines+s.text.lines > 0 || s.dumps == dumpsHex || s.dumps == dumpsASCII {
		return
	}
	it := s.rec.Item
	it.Number = s.number + 1
	if p := &it.Packet; p.Proto == packet.TCP && p.Frag == 0 {
		var key packet.Key
		back := key.Set(&p.Src, &p.Dst)
		s.bases.peek(p, key.Hash(), back)
	}
	emit(&it)
	if s.http.First > 0 {
		it := s.http
		it.Number = s.number + 1
		emit(&it)
	}
}

// Close emits what still waits for a next line.
func (s *Scanner) Close(emit func(*Item)) {
	s.text.on = false
	s.flush(emit)
	if s.footer.begun {
		s.footer.begun = false
		emit(&s.footer.Item)
	}
}

// flush emits what rec is, complete or not.
func (s *Scanner) flush(emit func(*Item)) {
	st := s.rec.state
	s.rec.state, s.rec.quoted, s.text.on = idle, false, false
	if st == idle {
		return
	}
	if s.dump.lines > 0 {
		s.dump.rebuild(&s.rec, &s.medium)
		st = below
	}
	if (st == second || st == wrapped) && s.rec.Kind == ItemPacket && s.rec.Level != LevelHex {
		s.rec.Kind = ItemUnread
	}
	s.emitRec(emit)
}

// emitRec emits rec as it stands.
func (s *Scanner) emitRec(emit func(*Item)) {
	it := &s.rec.Item
	if it.Kind == ItemPacket {
		s.number++
		it.Number = s.number
		if it.Packet.Proto == packet.TCP && it.Packet.Frag == 0 && it.Level != LevelHex {
			var key packet.Key
			back := key.Set(&it.Packet.Src, &it.Packet.Dst)
			s.bases.absolute(&it.Packet, key.Hash(), back)
		}
	}
	if s.text.lines > 0 {
		s.text.spoken(&s.http, it.Line)
	}
	it.Dump += s.dump.lines + s.text.lines - s.text.unread
	s.dump.lines, s.text.lines, s.text.unread = 0, 0, 0
	emit(it)
	if s.http.First > 0 {
		s.http.Number = s.number
		emit(&s.http)
	}
	s.http.reset(ItemHTTP)
}

// settle ends rec's own lines, if all are there: it is emitted now, or waits for its
// dump.
func (s *Scanner) settle(emit func(*Item)) {
	r := &s.rec
	if r.state != whole {
		return
	}
	r.quoted = r.Packet.Unreach != packet.UnreachNone && r.Level == LevelText
	switch {
	case r.tear:
		r.state = tail
	case s.dumps == dumpsNone && !r.quoted && !holds(&r.Packet):
		r.state = idle
		s.emitRec(emit)
	default:
		r.state = below
	}
}

// detail takes a line behind a TAB: a packet's details, of which the first line
// of an HTTP message is told.
func (s *Scanner) detail(n int, t []byte, emit func(*Item)) {
	if s.rec.quoted && bytes.HasPrefix(t, []byte("\tIP")) {
		s.plain(n, ItemDecoration, emit)
		return
	}
	if s.rec.state == below && holds(&s.rec.Packet) && s.rec.within(n, t[1:]) {
		s.settle(emit)
		return
	}
	var it Item
	if !httpLine(bytes.TrimLeft(t, "\t"), &it) {
		s.plain(n, ItemDecoration, emit)
		return
	}
	if s.rec.told() {
		if s.http.First > 0 { // one message a packet
			s.plain(n, ItemDecoration, emit)
			return
		}
		s.http.reset(ItemHTTP)
		s.http.line(n)
		s.http.Status, s.http.Method, s.http.Target = it.Status, it.Method, it.Target
		return
	}
	s.now.reset(ItemHTTP)
	s.now.line(n)
	s.now.Status, s.now.Method, s.now.Target = it.Status, it.Method, it.Target
	emit(&s.now)
}

// clock makes times of day follow each other over midnight.
type clock struct {
	day   int
	last  time.Duration
	delta bool // -ttt or -ttttt: the stamps are no times
	begun bool
}
