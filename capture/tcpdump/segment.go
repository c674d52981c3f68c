package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
)

// body reads "a.p > b.p: …" and what follows. torn: the line ended where more
// must have stood.
func body(t []byte, p *packet.Packet) (ok, torn bool) {
	sp := bytes.IndexByte(t, ' ')
	if sp <= 0 || sp > 64 || len(t) < sp+4 || t[sp+1] != '>' || t[sp+2] != ' ' {
		return false, false
	}
	dst := t[sp+3:]
	colon := bytes.Index(dst[:min(len(dst), 80)], []byte(": "))
	if colon < 0 {
		if colon = len(dst) - 1; colon < 1 || dst[colon] != ':' {
			return false, false
		}
	}
	var ok1, ok2 bool
	p.Src, ok1 = endpoint(t[:sp])
	p.Dst, ok2 = endpoint(dst[:colon])
	if !ok1 || !ok2 {
		return false, false
	}
	rest := dst[min(colon+2, len(dst)):]
	if p.Src.Port() == 0 && !p.Src.Addr().Is4() {
		rest = extended(rest, p)
	}
	switch {
	case bytes.HasPrefix(rest, []byte("Flags [")) && (p.Proto == packet.TCP || p.Proto == 0):
		p.Proto = packet.TCP
		torn = segment(rest[len("Flags ["):], p)
	case p.Frag > 0: // a later fragment holds no header that could be read
	case p.Proto == packet.TCP || p.Proto == 0 && bytes.HasPrefix(rest, []byte("tcp ")):
		quick(rest, p)
	case bytes.HasPrefix(rest, []byte("ICMP")), p.Proto == packet.ICMP, p.Proto == packet.ICMPv6:
		icmp(rest, p)
	case p.Src.Port() == 53 || p.Dst.Port() == 53:
		p.Proto = packet.UDP
		dns(rest, p)
	case p.Proto == 0:
		p.Proto = packet.UDP
	}
	return true, torn
}

// quick reads "tcp 440" (-q), and says that the rest is not known.
func quick(t []byte, p *packet.Packet) {
	p.Proto, p.Cut, p.LengthCut = packet.TCP, true, true
	c := cursor{t}
	if c.skip("tcp ") && bytes.IndexByte(c.b, '[') < 0 {
		n, ok := c.digits()
		p.Length, p.LengthCut = int(n), !ok
	}
}

// flagLetters are print-tcp.c's; a dot is ACK. 255: none.
var flagLetters = func() (t [256]packet.Flags) {
	for c, f := range map[byte]packet.Flags{'F': packet.FIN, 'S': packet.SYN, 'R': packet.RST, 'P': packet.PSH, '.': packet.ACK, 'U': packet.URG, 'E': packet.ECE, 'W': packet.CWR} {
		t[c] = f
	}
	return t
}()

// clearSegment forgets what a torn line said of its segment.
func clearSegment(p *packet.Packet) {
	*p = packet.Packet{
		Time: p.Time, Dated: p.Dated, Zoned: p.Zoned, Proto: p.Proto, TTL: p.TTL, TOS: p.TOS, ID: p.ID, DF: p.DF, MF: p.MF, Frag: p.Frag, IPLength: p.IPLength, WScale: -1,
	}
}

// segment reads a TCP line from behind "Flags [". The fields come in one order
// (print-tcp.c); the first that does not ends the reading, and what is behind it
// is cut. A web copy may have lost the closing bracket ("[P.)").
func segment(t []byte, p *packet.Packet) (torn bool) {
	c := cursor{t}
	for len(c.b) > 0 {
		f := c.b[0]
		if f == ']' || f == ')' || f == ',' {
			break
		}
		p.Flags |= flagLetters[f]
		c.b = c.b[1:]
	}
	if len(c.b) == 0 {
		p.Cut, p.LengthCut = true, true
		return true
	}
	if bytes.HasPrefix(t, []byte("none")) {
		p.Flags = 0
	}
	if c.b[0] != ',' {
		c.b = c.b[1:]
	}
	p.NoSeq = true
	span, whole := fields(&c, p)
	if whole {
		return false
	}
	p.Cut = true
	if p.LengthCut = !lastLength(c.b, p); p.LengthCut {
		p.Length = guessLength(span, p)
	}
	return p.LengthCut && begunWord(c.b)
}

// begunWord reports whether a line's end is, as far as it goes, what print-tcp.c
// prints.
func begunWord(t []byte) bool {
	if len(t) == 0 {
		return true
	}
	for _, w := range []string{", cksum 0x", " (correct)", " (incorrect -> 0x", ", seq ", ", ack ", ", win ", ", urg ", ", options [", ", length ", "nop", "eol", "mss ", "wscale ", "sackOK", "sack ", "TS val ", " ecr "} {
		if len(t) < len(w) && string(t) == w[:len(t)] {
			return true
		}
	}
	return false
}

// fields reads what follows the flags. span is the sequence range's length, -1
// where the line ended before it; whole is false where it ended anywhere before
// its length.
func fields(c *cursor, p *packet.Packet) (span int64, whole bool) {
	if c.skip(", cksum 0x") {
		p.Sum = uint16(c.hex())
		switch {
		case c.skip(" (correct)"):
			p.Checksum = packet.ChecksumCorrect
		case c.skip(" (incorrect -> 0x"):
			p.Checksum, p.Want = packet.ChecksumIncorrect, uint16(c.hex())
			if !c.skip(")") {
				return -1, false
			}
		default:
			return -1, false
		}
	}
	if c.skip(", seq ") {
		from, ok := c.digits()
		if !ok || len(c.b) == 0 {
			return -1, false
		}
		p.Seq, p.NoSeq = uint32(from), false
		if c.skip(":") {
			to, ok := c.digits()
			if !ok || len(c.b) == 0 {
				return -1, false
			}
			span = int64(uint32(to) - uint32(from))
		}
	}
	if c.skip(", ack ") {
		p.Ack = uint32(c.number())
	}
	if c.skip(", win ") {
		p.Window = uint16(c.number())
	}
	if c.skip(", urg ") {
		p.Urgent = uint16(c.number())
	}
	if c.skip(", options [") {
		switch whole := options(c, p); {
		case p.OptionCut: // by the snap length, or one is broken: the line has no more
			p.Length = int(span)
			return span, true
		case !whole:
			return span, false
		}
	}
	if !c.skip(", length ") {
		return span, false
	}
	n, ok := c.digits()
	p.Length = int(n)
	if len(c.b) == 0 && span > 0 && span != int64(n) { // broken between its digits
		return span, false
	}
	return span, ok && (len(c.b) == 0 || c.b[0] == ':' || c.b[0] == ',' || c.b[0] == ' ')
}

// lastLength finds ", length N" behind something that could not be read.
func lastLength(t []byte, p *packet.Packet) bool {
	i := bytes.LastIndex(t, []byte(", length "))
	if i < 0 {
		return false
	}
	c := cursor{t[i+len(", length "):]}
	n, ok := c.digits()
	if !ok || len(c.b) > 0 && c.b[0] != ':' && c.b[0] != ',' && c.b[0] != ' ' {
		return false
	}
	p.Length = int(n)
	return true
}

// options reads up to the closing bracket; false: the line ended before it.
func options(c *cursor, p *packet.Packet) bool {
	for len(c.b) > 0 {
		switch c.b[0] {
		case ']':
			c.b = c.b[1:]
			return true
		case ',', ' ':
			c.b = c.b[1:]
			continue
		case '[': // [|tcp] or [bad opt]
			p.OptionCut = true
			return false
		}
		switch {
		case c.skip("nop"), c.skip("eol"):
		case c.skip("TS val "):
			p.TSVal = uint32(c.number())
			if !c.skip(" ecr ") {
				return false
			}
			p.TSEcr, p.Stamped = uint32(c.number()), true
		case c.skip("mss "):
			p.MSS = uint16(c.number())
		case c.skip("wscale "):
			p.WScale = int8(min(c.number(), 14))
		case c.skip("sackOK"):
			p.SACKOK = true
		case c.skip("sack "):
			sack(c, p)
		case c.skip("mptcp "):
			p.MPTCP = true
			pass(c, p)
		case begunWord(c.b):
			return false
		default:
			if c.b[0] == 'T' || c.b[0] == 'w' || bytes.HasPrefix(c.b, []byte("sack")) || bytes.HasPrefix(c.b, []byte("mss")) {
				p.OptionCut = bytes.Contains(c.b, []byte("[|tcp]"))
				return false
			}
			if c.skip("unknown-") {
				p.Unknown++
			}
			pass(c, p)
		}
	}
	return false
}

// sack reads "1 {356:456}".
func sack(c *cursor, p *packet.Packet) {
	c.digits()
	c.skip(" ")
	for c.skip("{") {
		from, _ := c.digits()
		c.skip(":")
		to, _ := c.digits()
		if int(p.SACKs) < len(p.SACK) {
			p.SACK[p.SACKs] = [2]uint32{uint32(from), uint32(to)}
			p.SACKs++
		}
		if !c.skip("}") {
			return
		}
	}
}

// pass goes behind an option that is not read further.
func pass(c *cursor, p *packet.Packet) bool {
	depth := 0
	for i, b := range c.b {
		switch {
		case b == '[': // [bad opt]
			p.OptionCut = true
			depth++
		case b == '{':
			depth++
		case b == '}' || b == ']' && depth > 0:
			depth--
		case b == ',' && depth <= 0, b == ']':
			c.b = c.b[i:]
			return true
		}
	}
	c.b = nil
	return false
}

// guessLength: without its length, a segment's size follows from its sequence
// range, else from the IP length less the smallest headers.
func guessLength(span int64, p *packet.Packet) int {
	if span > 0 || span == 0 && !p.NoSeq {
		return int(span)
	}
	const headers, stamps = 40, 12 // IPv4 and TCP; the timestamp option
	n := p.IPLength - headers
	if n < 0 || p.Flags.Has(packet.SYN) || n <= stamps && !p.Flags.Has(packet.PSH) {
		return 0
	}
	return n
}
