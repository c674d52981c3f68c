package tcpdump

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// Exact is a TCP packet whose lines hold nothing but what Exact says: every
// byte of them is a number, an address, a flag or a word of tcpdump's own. They
// hold no secret. What the timestamp option says is left out.
type Exact struct {
	Packet packet.Packet
	At     int           // where its lines begin in the text
	Second int           // where the line with the addresses does, if that is another; else At
	End    int           // behind its last line's end
	Clock  time.Duration // the time of day

	next      int           // where Follows found a time of day; 0: nowhere
	nextClock time.Duration // that
}

// StampLen is the length of an Exact's stamp.
const StampLen = len("15:04:05.000000")

// Slack is how many bytes must stand behind a text that Exact reads: it looks
// at eight and more at once.
const Slack = 64

// Read reads a TCP packet at b[at:], if its lines have the form that tcpdump
// 4.9x and 5.0 print with -nn, -nn -v or -nn -vv, to the last byte. false: they
// have not, and a Scanner must say what they are. Behind the text, b holds
// Slack bytes of zero. One Exact reads one text.
func (x *Exact) Read(b []byte, at int) bool {
	i, clock := x.timeOfDay(b, at)
	if i == 0 {
		return false
	}
	x.Clock = clock
	p := &x.Packet
	*p = packet.Packet{} // in place: a value with fields would be copied
	p.Proto, p.WScale = packet.TCP, -1
	x.At, x.Second = at, at
	i, alone := header(b, i, p)
	if i == 0 || p.Proto != packet.TCP {
		return false
	}
	if alone {
		if i = newline(b, i); i == 0 || !is(b, i, "    ") {
			return false
		}
		x.Second = i
		i += 4
	}
	if i = exactLine(b, i, p); i == 0 {
		return false
	}
	x.End = newline(b, i)
	return x.End > 0
}

// Lookup reads a DNS message at b[at:], as Read does a TCP packet. Its header is
// nothing but numbers; its second line names hosts, and may hold anything.
func (x *Exact) Lookup(b []byte, at int) bool {
	i, clock := x.timeOfDay(b, at)
	if i == 0 || !long(b, i, " IP (tos", " 0x") {
		return false
	}
	p := &x.Packet
	*p = packet.Packet{WScale: -1}
	if i, _ = header(b, i, p); i == 0 || p.Proto != packet.UDP {
		return false
	}
	if i = newline(b, i); i == 0 || !is(b, i, "    ") || b[i+4] == ' ' {
		return false
	}
	n := bytes.IndexByte(b[i:], '\n')
	if n < 0 {
		return false
	}
	x.Clock, x.At, x.Second, x.End = clock, at, i, i+n+1
	t := trimEnd(b[i+4 : i+n])
	if ok, torn := body(t, p); !ok || torn || !endpointFollows(t) || p.Proto != packet.UDP || !p.DNS.Query && !p.DNS.Response {
		return false
	}
	_, _, inner := tunnelled(t, p)
	return !inner
}

// Follows reports whether a packet's first line begins at b[at:]: what comes
// before it has no more lines.
func (x *Exact) Follows(b []byte, at int) bool {
	i, clock := timeOfDay(b, at)
	if i == 0 || !is(b, i, " IP ") && !is(b, i, " IP6 ") {
		return false
	}
	x.next, x.nextClock = at, clock
	return true
}

// timeOfDay is what Follows found, where it looked.
func (x *Exact) timeOfDay(b []byte, at int) (end int, clock time.Duration) {
	if at > 0 && at == x.next {
		return at + StampLen, x.nextClock
	}
	return timeOfDay(b, at)
}

// header reads what stands between the stamp and the addresses; alone: they
// stand on the next line.
func header(b []byte, i int, p *packet.Packet) (end int, alone bool) {
	switch {
	case long(b, i, " IP (tos", " 0x"):
		return exact4(b, i+len(" IP (tos 0x"), p), true
	case is(b, i, " IP6 ("):
		return exact6(b, i+len(" IP6 ("), p), false
	case is(b, i, " IP "):
		return i + len(" IP "), false
	case is(b, i, " IP6 "):
		return i + len(" IP6 "), false
	}
	return 0, false
}

// exactLine reads "192.168.10.1.57886 > 10.106.66.55.8443: Flags [S], … length 0".
func exactLine(b []byte, i int, p *packet.Packet) int {
	if i = exactEnds(b, i, p); i == 0 || !long(b, i, ": Flags ", "[") {
		return 0
	}
	return exactSegment(b, i+len(": Flags ["), p)
}

// timeOfDay reads HH:MM:SS.ffffff; end is 0 where it is none.
func timeOfDay(b []byte, i int) (end int, clock time.Duration) {
	if len(b) < i+Slack {
		return 0, 0
	}
	// All eight bytes of HH:MM:SS at once: what is no digit, or no colon, has a high bit.
	const form, over, high = 0x30303A30303A3030, 0x76767F76767F7676, 0x8080808080808080
	w := binary.LittleEndian.Uint64(b[i:i+8]) ^ form
	if (w+over|w)&high != 0 || b[i+8] != '.' {
		return 0, 0
	}
	w = w*10 + w>>8
	h, m, s := w&0xff, w>>24&0xff, w>>48&0xff
	us, end := decimal(b, i+9)
	if h > 23 || m > 59 || s > 59 || end != i+StampLen {
		return 0, 0
	}
	return end, time.Duration(h*3600+m*60+s)*time.Second + time.Duration(us)*time.Microsecond
}

// newline gives what follows a line's end at b[i:]; 0: the line goes on.
func newline(b []byte, i int) int {
	if b[i] == '\r' {
		i++
	}
	if b[i] != '\n' {
		return 0
	}
	return i + 1
}

// exact4 reads "0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 60)".
func exact4(b []byte, i int, p *packet.Packet) int {
	var n uint64
	var ok bool
	if n, i = hexadecimal(b, i); !is(b, i, ", ttl ") {
		return 0
	}
	p.TOS = uint8(n)
	if n, i, ok = number(b, i+len(", ttl ")); !ok || !is(b, i, ", id ") {
		return 0
	}
	p.TTL = uint8(n)
	if n, i, ok = number(b, i+len(", id ")); !ok || !longer(b, i, ", offset", " 0, flag", "s [") {
		return 0
	}
	p.ID = uint16(n)
	switch i += len(", offset 0, flags ["); {
	case long(b, i, "DF], pro", "to "):
		p.DF = true
		i += len("DF], proto ")
	case long(b, i, "none], p", "roto "):
		i += len("none], proto ")
	default:
		return 0
	}
	if i = proto(b, i, p); i == 0 || !long(b, i, ", length", " ") {
		return 0
	}
	if n, i, ok = number(b, i+len(", length ")); !ok || b[i] != ')' {
		return 0
	}
	p.IPLength = int(n)
	return i + 1
}

// proto reads "TCP (6)", and the names of others that -v prints.
func proto(b []byte, i int, p *packet.Packet) int {
	if is(b, i, "TCP (6)") {
		return i + len("TCP (6)")
	}
	for name, n := range otherProtos {
		if is(b, i, name) {
			p.Proto = n
			return i + len(name)
		}
	}
	return 0
}

var otherProtos = map[string]packet.Proto{"UDP (17)": packet.UDP, "ICMP (1)": packet.ICMP}

// exact6 reads "flowlabel 0x12345, hlim 64, next-header TCP (6) payload length: 40) ".
func exact6(b []byte, i int, p *packet.Packet) int {
	var n uint64
	var ok bool
	if is(b, i, "class 0x") {
		if n, i = hexadecimal(b, i+len("class 0x")); !is(b, i, ", ") {
			return 0
		}
		p.TOS = uint8(n)
		i += 2
	}
	if long(b, i, "flowlabe", "l 0x") {
		if _, i = hexadecimal(b, i+len("flowlabel 0x")); !is(b, i, ", ") {
			return 0
		}
		i += 2
	}
	if !is(b, i, "hlim ") {
		return 0
	}
	if n, i, ok = number(b, i+len("hlim ")); !ok || !longer(b, i, ", next-h", "eader TC", "P (6)") {
		return 0
	}
	p.TTL = uint8(n)
	switch i += len(", next-header TCP (6)"); {
	case longer(b, i, " payload", " length:", " "), longer(b, i, ", payloa", "d length", " "): // 4.9x, 5.0
		i += len(" payload length: ")
	default:
		return 0
	}
	if n, i, ok = number(b, i); !ok || n == 0 || !is(b, i, ") ") { // 0: a jumbogram, whose length stands elsewhere (RFC 2675)
		return 0
	}
	p.IPLength = int(n) + 40
	return i + 2
}

// exactEnds reads "192.168.10.1.57886 > 10.106.66.55.8443".
func exactEnds(b []byte, i int, p *packet.Packet) int {
	if p.Src, i = exactEnd(b, i); i == 0 || !is(b, i, " > ") {
		return 0
	}
	p.Dst, i = exactEnd(b, i+3)
	return i
}

// exactEnd reads an address and a port, without a zone and without names.
func exactEnd(b []byte, i int) (netip.AddrPort, int) {
	var quad [4]byte
	const longest = len("255.255.255.255.")
	a := (*[2 * longest]byte)(b[i : i+2*longest]) // as long as a mask, which takes the place of a look at the length
	at := 0
	for k := range quad {
		n, end := uint(a[at&31]-'0'), at+1
		if n > 9 {
			return exactEnd6(b, i)
		}
		if d := uint(a[end&31] - '0'); d <= 9 {
			n, end = n*10+d, end+1
			if d = uint(a[end&31] - '0'); d <= 9 {
				n, end = n*10+d, end+1
			}
		}
		if a[end&31] != '.' || n > 255 {
			return exactEnd6(b, i)
		}
		quad[k], at = byte(n), end+1
	}
	i += at
	port, end := decimal(b, i)
	if end == i || end > i+5 || port > 65535 {
		return netip.AddrPort{}, 0
	}
	return netip.AddrPortFrom(netip.AddrFrom4(quad), uint16(port)), end
}

// exactEnd6 reads an IPv6 address of hexadecimal groups and a port.
func exactEnd6(b []byte, i int) (netip.AddrPort, int) {
	var a [16]byte
	n, gap := 0, -1
	if b[i] == ':' {
		if b[i+1] != ':' {
			return netip.AddrPort{}, 0
		}
		gap, i = 0, i+2
	}
	for b[i] != '.' {
		group, end := hexadecimal(b, i)
		if end == i || end > i+4 || n == len(a) {
			return netip.AddrPort{}, 0
		}
		a[n], a[n+1] = byte(group>>8), byte(group)
		n, i = n+2, end
		if b[i] != ':' {
			continue
		}
		if i++; b[i] == ':' {
			if gap >= 0 {
				return netip.AddrPort{}, 0
			}
			gap, i = n, i+1
		} else if b[i] == '.' {
			return netip.AddrPort{}, 0
		}
	}
	if gap < 0 && n < len(a) || gap >= 0 && n == len(a) {
		return netip.AddrPort{}, 0
	}
	if gap >= 0 {
		moved := copy(a[len(a)-(n-gap):], a[gap:n])
		clear(a[gap : len(a)-moved])
	}
	port, end := decimal(b, i+1)
	if end == i+1 || end > i+6 || port > 65535 {
		return netip.AddrPort{}, 0
	}
	return netip.AddrPortFrom(netip.AddrFrom16(a).Unmap(), uint16(port)), end
}

// Take takes a packet that Exact read and that another one, or the end of the
// listing, Follows at once: nothing below it is its own. It emits what
// waited, gives p its time and its numbers on the wire, and numbers it. hash is
// that of p's key, back tells whether its sender is the second end there. false:
// its lines may be those of another packet's text or a wrapped line's rest, so
// that Line must take them.
func (s *Scanner) Take(p *packet.Packet, at time.Duration, hash uint64, back bool, emit func(*Item)) (number int, ok bool) {
	if s.text.on || s.footer.begun || s.rec.state != idle && s.rec.state != below {
		return 0, false
	}
	s.flush(emit)
	s.number++
	s.clock.set(p, stamp{clock: at})
	s.bases.absolute(p, hash, back)
	return s.number, true
}
