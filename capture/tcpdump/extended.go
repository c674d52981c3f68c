package tcpdump

import (
	"bytes"
	"net/netip"

	"syncscope/capture/packet"
)

// extensions are what tcpdump prints for the headers between IPv6 and what it
// carries (RFC 8200, 4; RFC 4302): behind them, ports stand without addresses.
var extensions = [][]byte{[]byte("HBH "), []byte("DSTOPT "), []byte("srcrt "), []byte("frag "), []byte("AH(")}

// extended passes "HBH (padn) DSTOPT (padn) 45854 > 20000: " and gives what
// follows. A packet with none of them is given back as it is.
func extended(t []byte, p *packet.Packet) []byte {
	rest, any := t, false
	for more := true; more; {
		more = false
		for _, word := range extensions {
			if bytes.HasPrefix(rest, word) {
				fragment(rest, p)
				rest, more, any = options6(rest[len(word)-1:]), true, true
			}
		}
	}
	if !any || p.Frag > 0 {
		return t
	}
	c := cursor{rest}
	from, ok1 := c.digits()
	between := c.skip(" > ")
	to, ok2 := c.digits()
	if ok1 && between && ok2 && from < 65536 && to < 65536 && c.skip(": ") {
		p.Src, p.Dst = netip.AddrPortFrom(p.Src.Addr(), uint16(from)), netip.AddrPortFrom(p.Dst.Addr(), uint16(to))
		p.Proto, rest = 0, c.b // what follows tells
	} else if bytes.HasPrefix(rest, []byte("ICMP6")) {
		p.Proto = packet.ICMPv6
	}
	return rest
}

// options6 passes the parentheses of one header, and the blanks and the colon behind.
func options6(t []byte) []byte {
	for len(t) > 0 {
		switch t[0] {
		case '(':
			end := bytes.IndexByte(t, ')')
			if end < 0 {
				return nil
			}
			t = t[end+1:]
		case ' ', ':':
			t = t[1:]
		default:
			return t
		}
	}
	return nil
}

// fragment reads "frag (0x80000074:1280|40)": what does not begin a packet has
// an offset.
func fragment(t []byte, p *packet.Packet) {
	c := cursor{t}
	if c.skip("frag (0x") {
		c.hex()
		if c.skip(":") {
			p.Frag = uint16(c.number())
		}
	}
}
