package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
)

// record is a packet that is being read: what its own lines said so far, and what it
// waits for.
type record struct {
	Item
	state  state
	torn   []byte // a line that ended too early: a wrap, or a cut
	tear   bool   // the newest line did
	joined []byte // a torn line with the next one
	quoted bool   // it is an ICMP error, and the first line of the packet that it quotes was seen
	ether  uint16 // the EtherType that its line names, of what tcpdump does not know
}

// state is what a record waits for.
type state uint8

const (
	idle    state = iota
	second        // the line with the addresses, behind an IPv4 header line
	wrapped       // perhaps the rest of a header line
	whole         // nothing of its own: a Scanner knows what may stand below
	below         // lines below it may be its own
	tail          // as below, and perhaps the rest of its line
)

// told reports whether lines below the record may be its own.
func (r *record) told() bool { return r.state == below || r.state == tail }

// start makes the record a new packet.
func (r *record) start(n int, st stamp) {
	r.reset(ItemPacket)
	r.line(n)
	r.Stamp = append(r.Stamp, st.text...)
	r.Packet.WScale = -1
	r.ether = 0
}

// header reads what follows the word IP.
func (r *record) header(rest []byte, v6 bool) {
	p := &r.Packet
	rest = warned(rest)
	all := rest
	if len(rest) > 0 && rest[0] == '(' {
		var closed bool
		rest, closed = ipHeader(rest, p, v6)
		if len(rest) == 0 {
			r.state = second
			if !closed {
				r.state = wrapped
				r.torn = append(r.torn[:0], all...)
			}
			return
		}
	}
	r.state = second
	r.begun(rest)
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

// body reads the addresses and what follows.
func (r *record) body(t []byte) bool {
	ok, torn := body(t, &r.Packet)
	if r.tear = torn; torn {
		r.torn = append(r.torn[:0], t...)
	}
	return ok
}

// tunnelled finds the packet inside one of GRE, VXLAN or Geneve: it is printed
// behind the outer one.
func tunnelled(t []byte, p *packet.Packet) (inner []byte, v6, ok bool) {
	if p.Proto == packet.TCP || p.Proto == packet.ICMP || p.Proto == packet.ICMPv6 {
		return nil, false, false
	}
	if bytes.IndexByte(t, 'I') < 0 { // as most have none
		return nil, false, false
	}
	if i := bytes.Index(t, []byte(" IP (tos 0x")); i >= 0 {
		return t[i+4:], false, true
	}
	if i := bytes.Index(t, []byte(" IP6 (")); i >= 0 {
		return t[i+5:], true, true
	}
	for _, word := range []string{": IP ", ": IP6 "} { // without -v
		if i := bytes.Index(t, []byte(word)); i >= 0 && endpointFollows(t[i+len(word):]) {
			return t[i+len(word):], len(word) > 5, true
		}
	}
	return nil, false, false
}

// addresses reads the second line of a record.
func (r *record) addresses(n int, t []byte) bool {
	if r.Kind != ItemPacket || !endpointFollows(t) || !r.body(t) {
		return false
	}
	r.line(n)
	r.inner(t)
	return true
}

// inner ends the record's own lines, unless its packet holds another.
func (r *record) inner(t []byte) {
	inner, v6, ok := tunnelled(t, &r.Packet)
	if !ok {
		r.state = whole
		return
	}
	r.again(inner, v6)
}

// again makes the record the packet inside the one read so far.
func (r *record) again(t []byte, v6 bool) {
	p := &r.Packet
	*p = packet.Packet{Time: p.Time, Dated: p.Dated, Zoned: p.Zoned, WScale: -1}
	r.header(t, v6)
}

// holds reports whether a packet may hold another, of Geneve (RFC 8926) or GRE (RFC 2784),
// which -v prints behind a TAB.
func holds(p *packet.Packet) bool {
	const geneve, gre = 6081, 47
	return p.Proto == packet.UDP && p.Dst.Port() == geneve || p.Proto == gre
}

// within reads that line.
func (r *record) within(n int, t []byte) bool {
	inner, v6, ok := network(t)
	if !ok || len(inner) == 0 || inner[0] != '(' {
		return false
	}
	r.line(n)
	r.again(inner, v6)
	return true
}

// maxPieces bounds into how many lines one is broken.
const maxPieces = 6

// join tries t as the rest of a line that a terminal or a mail broke: together
// they must be a whole line, or the beginning of one, with or without a blank
// between.
func (r *record) join(n int, t []byte) bool {
	for _, glue := range []string{"", " "} {
		r.joined = append(append(append(r.joined[:0], r.torn...), glue...), t...)
		p := r.Packet
		if r.state == wrapped {
			rest, closed := ipHeader(r.joined, &p, false)
			if !closed || p.IPLength == 0 {
				continue
			}
			r.Packet = p
			r.line(n)
			r.state = second
			r.begun(rest)
			return true
		}
		clearSegment(&p)
		ok, torn := body(r.joined, &p)
		if !ok || (p.Cut || p.LengthCut) && (!torn || len(r.Lines) > maxPieces) {
			continue
		}
		r.Kind, r.Packet, r.tear = ItemPacket, p, torn
		r.torn, r.joined = r.joined, r.torn
		r.line(n)
		r.state = whole
		return true
	}
	if r.state == wrapped && endpointFollows(t) { // cut, not broken
		r.state = second
		return r.addresses(n, t)
	}
	return false
}

// begun reads what follows a header on its line.
func (r *record) begun(rest []byte) {
	switch {
	case len(rest) == 0:
	case r.body(rest):
		r.inner(rest)
	default:
		r.Kind = ItemUnread // the dump below may tell what it is
		if len(rest) < 100 && !bytes.Contains(rest, []byte(": ")) {
			r.state = tail // broken between its addresses
			r.torn = append(r.torn[:0], rest...)
		}
	}
}

// quote reads the packet that an ICMP error quotes (RFC 792), as -v prints it:
// a line "\tIP (…)" and one with its addresses. Where an error's own words do
// not name the destination it is about, the quoted packet does.
func (r *record) quote(t []byte) bool {
	var q packet.Packet
	if ok, _ := body(t, &q); !ok {
		return false
	}
	if about := &r.Packet.About; !about.IsValid() || about.Port() == 0 && about.Addr() == q.Dst.Addr() {
		*about = q.Dst
	}
	if r.Packet.About == q.Dst {
		r.Packet.AboutProto, r.Packet.AboutSrc = q.Proto, q.Src
	}
	r.quoted = false
	return true
}

// etherType is the type that tcpdump names of a frame that it does not know:
// "3a:29:d5:d3:8f:db > 8e:c4:20:67:b4:10, ethertype Unknown (0x8909), length 82: ".
func etherType(t []byte) uint16 {
	for { // few lines of packets have a capital U, and all have commas
		front, number, ok := bytes.Cut(t, []byte("Unknown (0x"))
		switch {
		case !ok:
			return 0
		case bytes.HasSuffix(front, []byte(", ethertype ")):
			c := cursor{number}
			return uint16(c.hex())
		}
		t = number
	}
}
