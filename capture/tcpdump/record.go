package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
)

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
	s.flush(emit)
	s.start(n, st)
	s.header(rest, v6, emit)
	return true
}

// start makes rec a new packet.
func (s *Scanner) start(n int, st stamp) {
	s.rec.reset(ItemPacket)
	s.rec.line(n)
	s.rec.Stamp = append(s.rec.Stamp, st.text...)
	s.rec.Packet.WScale = -1
	s.ether = 0
	s.clock.set(&s.rec.Packet, st)
}

// header reads what follows the word IP.
func (s *Scanner) header(rest []byte, v6 bool, emit func(*Item)) {
	p := &s.rec.Packet
	rest = warned(rest)
	whole := rest
	if len(rest) > 0 && rest[0] == '(' {
		var closed bool
		rest, closed = ipHeader(rest, p, v6)
		if len(rest) == 0 {
			s.state = second
			if !closed {
				s.state = wrapped
				s.torn = append(s.torn[:0], whole...)
			}
			return
		}
	}
	s.state = second
	s.begun(rest, emit)
}

// warned passes what tcpdump finds wrong with an IP header: "truncated-ip - 12
// bytes missing! ", "[total length 62 > length 50] (invalid) ".
func warned(t []byte) []byte {
	if len(t) == 0 || t[0] != 't' && t[0] != '[' {
		return t
	}
	if bytes.HasPrefix(t, []byte("truncated-ip")) {
		if i := bytes.IndexByte(t, '!'); i > 0 {
			t = bytes.TrimLeft(t[i+1:], " ")
		}
	}
	if i := bytes.IndexByte(t, ']'); i > 0 && t[0] == '[' {
		t = bytes.TrimLeft(t[i+1:], " ")
		t = bytes.TrimPrefix(t, []byte("(invalid) "))
	}
	return t
}

// body reads the addresses and what follows into rec.
func (s *Scanner) body(t []byte) bool {
	ok, torn := body(t, &s.rec.Packet)
	if s.tear = torn; torn {
		s.torn = append(s.torn[:0], t...)
	}
	return ok
}

// tunnelled finds the packet inside one of GRE, VXLAN or Geneve: it is printed
// behind the outer one.
func tunnelled(t []byte, p *packet.Packet) (inner []byte, v6, ok bool) {
	if p.Proto == packet.TCP || p.Proto == packet.ICMP || p.Proto == packet.ICMPv6 {
		return nil, false, false
	}
	if i := bytes.Index(t, []byte(" IP (tos 0x")); i >= 0 {
		return t[i+4:], false, true
	}
	if i := bytes.Index(t, []byte(" IP6 (")); i >= 0 {
		return t[i+5:], true, true
	}
	return nil, false, false
}

// addresses reads the second line of a record.
func (s *Scanner) addresses(n int, t []byte, emit func(*Item)) bool {
	if s.rec.Kind != ItemPacket || !endpointFollows(t) || !s.body(t) {
		return false
	}
	s.rec.line(n)
	s.inner(t, emit)
	return true
}

// inner ends rec's own lines, unless its packet holds another.
func (s *Scanner) inner(t []byte, emit func(*Item)) {
	inner, v6, ok := tunnelled(t, &s.rec.Packet)
	if !ok {
		s.done(emit)
		return
	}
	s.again(inner, v6, emit)
}

// again makes rec the packet inside the one read so far.
func (s *Scanner) again(t []byte, v6 bool, emit func(*Item)) {
	p := &s.rec.Packet
	*p = packet.Packet{Time: p.Time, Dated: p.Dated, Zoned: p.Zoned, WScale: -1}
	s.header(t, v6, emit)
}

// geneve reports whether a packet may hold another (RFC 8926), which -v prints
// behind a TAB.
func geneve(p *packet.Packet) bool {
	const port = 6081
	return p.Proto == packet.UDP && p.Dst.Port() == port
}

// within reads that line.
func (s *Scanner) within(n int, t []byte, emit func(*Item)) bool {
	inner, v6, ok := network(t)
	if !ok || len(inner) == 0 || inner[0] != '(' {
		return false
	}
	s.rec.line(n)
	s.again(inner, v6, emit)
	return true
}

// maxPieces bounds into how many lines one is broken.
const maxPieces = 6

// join tries t as the rest of a line that a terminal or a mail broke: together
// they must be a whole line, or the beginning of one, with or without a blank
// between.
func (s *Scanner) join(n int, t []byte, emit func(*Item)) bool {
	for _, glue := range []string{"", " "} {
		s.joined = append(append(append(s.joined[:0], s.torn...), glue...), t...)
		p := s.rec.Packet
		if s.state == wrapped {
			rest, closed := ipHeader(s.joined, &p, false)
			if !closed || p.IPLength == 0 {
				continue
			}
			s.rec.Packet = p
			s.rec.line(n)
			s.state = second
			s.begun(rest, emit)
			return true
		}
		clearSegment(&p)
		ok, torn := body(s.joined, &p)
		if !ok || (p.Cut || p.LengthCut) && (!torn || len(s.rec.Lines) > maxPieces) {
			continue
		}
		s.rec.Kind, s.rec.Packet, s.tear = ItemPacket, p, torn
		s.torn, s.joined = s.joined, s.torn
		s.rec.line(n)
		s.done(emit)
		return true
	}
	if s.state == wrapped && endpointFollows(t) { // cut, not broken
		s.state = second
		return s.addresses(n, t, emit)
	}
	return false
}

// begun reads what follows a header on its line.
func (s *Scanner) begun(rest []byte, emit func(*Item)) {
	switch {
	case len(rest) == 0:
	case s.body(rest):
		s.inner(rest, emit)
	default:
		s.rec.Kind = ItemUnread // the dump below may tell what it is
		if len(rest) < 100 && !bytes.Contains(rest, []byte(": ")) {
			s.state = tail // broken between its addresses
			s.torn = append(s.torn[:0], rest...)
		}
	}
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
	s.flush(emit)
	s.start(n, st)
	s.rec.Kind, s.state = ItemUnread, second
	s.ether = ether
	return true
}

// etherType is the type that tcpdump names of a frame that it does not know:
// "3a:29:d5:d3:8f:db > 8e:c4:20:67:b4:10, ethertype Unknown (0x8909), length 82: ".
func etherType(t []byte) uint16 {
	i := bytes.Index(t, []byte(", ethertype Unknown (0x"))
	if i < 0 {
		return 0
	}
	c := cursor{t[i+len(", ethertype Unknown (0x"):]}
	return uint16(c.hex())
}
