package tcpdump

import "bytes"

// record reads a line that begins a packet: number (-#), stamp, what -e and
// -i any put before the protocol, and as much of the packet as is on it.
func (s *Scanner) record(n int, b, t []byte, emit func(*Item)) bool {
	if len(t) > 2 && t[2] == ':' && unhex[t[1]] < 16 && unhex[t[0]] < 16 && etherType(t) != 0 { // -t: a hardware address
		if _, _, ok := readStamp(t, false); !ok {
			return s.other(n, stamp{}, t, t, emit)
		}
	}
	if c := t[0]; c == '-' && len(t) > 1 && t[1]-'0' <= 9 { // -ttt where time went back
		t = t[1:]
	} else if c < '0' || c > '9' {
		if c != 'I' && c != 'A' || !bytes.HasPrefix(t, []byte("IP ")) && !bytes.HasPrefix(t, []byte("IP6 ")) && !bytes.HasPrefix(t, []byte("ARP, ")) {
			return false
		}
	}
	st, rest, ok := readStamp(t, len(b)-len(t) > 0)
	if !ok {
		return false
	}
	rest, v6, known := network(rest)
	if !known {
		return s.other(n, st, t, rest, emit)
	}
	s.start(n, st, emit)
	s.rec.header(rest, v6)
	s.settle(emit)
	return true
}

// start emits what waits and makes rec a new packet.
func (s *Scanner) start(n int, st stamp, emit func(*Item)) {
	s.flush(emit)
	s.rec.start(n, st)
	s.clock.set(&s.rec.Packet, st)
}

// other reads a record of another protocol: ARP is told, the rest is counted;
// the dump below it may hold IP all the same.
func (s *Scanner) other(n int, st stamp, t, rest []byte, emit func(*Item)) bool {
	it := &s.now
	it.reset(ItemARP)
	if arp(rest, it) {
		s.flush(emit)
		s.now.line(n)
		emit(&s.now)
		return true
	}
	ether := etherType(t)
	if s.dumps != dumpsHex && s.dumps != dumpsUnknown || len(st.text) == 0 && ether == 0 {
		return false
	}
	s.start(n, st, emit)
	s.rec.Kind, s.rec.state, s.rec.ether = ItemUnread, second, ether
	return true
}

// hexLine takes a line of a dump.
func (s *Scanner) hexLine(n int, b []byte, emit func(*Item)) bool {
	offset, rest, lost, ok := hexOffset(b)
	if !ok {
		return false
	}
	if s.rec.state == idle || s.rec.Kind != ItemPacket && s.rec.Kind != ItemUnread {
		if s.dumps == dumpsNone {
			s.dumps = dumpsHex
		}
		s.plain(n, ItemDecoration, emit)
		return true
	}
	s.dumps = dumpsHex
	if s.dump.take(&s.rec, offset, rest, lost) {
		s.flush(emit)
	}
	return true
}

// begin takes a line below a packet, if its text begins with it.
func (s *Scanner) begin(n int, b []byte, emit func(*Item)) bool {
	if s.dumps == dumpsHex || s.rec.Kind != ItemPacket || s.rec.Level != LevelText || !s.text.begin(b, &s.rec.Packet, linkSize(s.link, s.named), s.snap) {
		return false
	}
	s.dumps, s.rec.Level = dumpsASCII, LevelASCII
	s.ascii(n, b, emit)
	return true
}

// ascii takes the next line of a packet's text. It gives false where the text
// ended before. What begins a packet may still be of the text: then nobody knows
// whether it is one, and it counts as not read.
func (s *Scanner) ascii(n int, raw []byte, emit func(*Item)) bool {
	if begins(raw) {
		if s.text.over(raw, s.snap) {
			s.flush(emit)
			return false
		}
		s.text.unread++
		s.plain(n, ItemUnread, emit)
	}
	if s.text.take(raw) {
		s.flush(emit)
	}
	return true
}
