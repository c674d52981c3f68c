package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
)

// network finds the word IP or IP6, behind what -e and -i any print before it:
// an interface, a direction, hardware addresses, an EtherType, a length, VLANs.
func network(t []byte) (rest []byte, v6, ok bool) {
	if len(t) > 3 && t[0] == 'I' && t[1] == 'P' {
		if t[2] == ' ' {
			return t[3:], false, true
		}
		if t[2] == '6' && t[3] == ' ' {
			return t[4:], true, true
		}
	}
	typed := false
	for i := 0; i < 24; i++ {
		sp := bytes.IndexByte(t, ' ')
		if sp < 0 {
			return t, false, false
		}
		w := t[:sp]
		switch {
		case string(w) == "IP":
			return t[sp+1:], false, true
		case string(w) == "IP6":
			return t[sp+1:], true, true
		case string(w) == "ARP,":
			return t, false, false
		case typed && (t[0] == '(' && w[len(w)-1] != ',' || endpointFollows(t)):
			return t, v6, true
		case string(w) == "IPv4":
			typed, v6 = true, false
		case string(w) == "IPv6":
			typed, v6 = true, true
		case i > 1 && !typed && !linkWord(w):
			return t, false, false
		}
		t = t[sp+1:]
		for len(t) > 0 && t[0] == ' ' {
			t = t[1:]
		}
	}
	return t, false, false
}

// linkWord reports whether w is one of what stands before the protocol.
func linkWord(w []byte) bool {
	switch string(w) {
	case ">", "In", "Out", "B", "M", "P", "ifindex", "ethertype", "length", "vlan", "p", "802.1Q", "802.1Q-QinQ", "Unknown", "DEI,":
		return true
	}
	c := w[0]
	return c == '(' || c >= '0' && c <= '9' || c >= 'a' && c <= 'f' && bytes.IndexByte(w, ':') > 0
}

// endpointFollows reports whether t begins with an address and " > ".
func endpointFollows(t []byte) bool {
	parted := false
	for i, c := range t {
		switch {
		case c == '.' || c == ':':
			parted = true
		case c == ' ':
			return parted && i > 2 && len(t) > i+3 && t[i+1] == '>' && t[i+2] == ' '
		case i > 60:
			return false
		}
	}
	return false
}

// ip4 reads a whole IPv4 header of the usual form, from left to right.
func ip4(t []byte, p *packet.Packet) (rest []byte, ok bool) {
	c := cursor{t}
	if !c.skip("(tos 0x") {
		return nil, false
	}
	tos := c.hex()
	if !c.skip(", ttl ") {
		return nil, false
	}
	ttl := c.number()
	if !c.skip(", id ") {
		return nil, false
	}
	id := c.number()
	if !c.skip(", offset 0, flags [") {
		return nil, false
	}
	df := c.skip("DF")
	if !df && !c.skip("none") || !c.skip("], proto ") {
		return nil, false
	}
	for len(c.b) > 0 && c.b[0] != '(' {
		c.b = c.b[1:]
	}
	if !c.skip("(") {
		return nil, false
	}
	proto := c.number()
	if !c.skip("), length ") {
		return nil, false
	}
	length := c.number()
	if !c.skip(")") {
		return nil, false
	}
	p.TOS, p.TTL, p.ID, p.DF, p.Proto, p.IPLength = uint8(tos), uint8(ttl), uint16(id), df, packet.Proto(proto), int(length)
	for len(c.b) > 0 && c.b[0] == ' ' {
		c.b = c.b[1:]
	}
	return c.b, true
}

// ipHeader reads the parentheses behind IP or IP6 and gives what follows them;
// closed is false where the line ended before their end.
func ipHeader(t []byte, p *packet.Packet, v6 bool) (rest []byte, closed bool) {
	if !v6 {
		if rest, closed = ip4(t, p); closed {
			return rest, true
		}
	}
	depth, end := 0, -1
	for i, c := range t {
		if c == '(' {
			depth++
		} else if c == ')' {
			if depth--; depth == 0 {
				end = i
				break
			}
		}
	}
	in := t
	if end >= 0 {
		in = t[:end+1]
	}
	if v6 || bytes.Contains(in[:min(len(in), 40)], []byte("hlim ")) {
		p.Proto = ip6Fields(in, p)
	} else {
		p.Proto = ip4Fields(in, p)
	}
	if end < 0 {
		return nil, false
	}
	rest = t[end+1:]
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return rest, true
}

// ip4Fields reads "(tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6),
// length 60)". The fields come in this order; a number that nothing ends was cut.
func ip4Fields(t []byte, p *packet.Packet) (proto packet.Proto) {
	c := cursor{t}
	if c.find("tos 0x") {
		p.TOS = uint8(c.hex())
	}
	if c.find("ttl ") {
		p.TTL = uint8(c.whole())
	}
	if c.find("id ") {
		p.ID = uint16(c.whole())
	}
	if c.find("offset ") {
		p.Frag = uint16(c.whole())
	}
	if c.find("flags [") {
		end := bytes.IndexByte(c.b, ']')
		if end < 0 {
			return 0
		}
		p.DF = bytes.Contains(c.b[:end], []byte("DF"))
		p.MF = bytes.IndexByte(c.b[:end], '+') >= 0
		c.b = c.b[end:]
	}
	if c.find("proto ") {
		if i := bytes.IndexByte(c.b, '('); i >= 0 {
			c.b = c.b[i+1:]
			proto = packet.Proto(c.whole())
		}
	}
	if c.find(", length ") {
		p.IPLength = int(c.whole())
	}
	return proto
}

// ip6Fields reads "(class 0x.., flowlabel 0x.., hlim 64, next-header TCP (6)
// payload length: 24)": tcpdump 5.0 prints ", payload length 24".
func ip6Fields(t []byte, p *packet.Packet) (proto packet.Proto) {
	c := cursor{t}
	if i := bytes.Index(t, []byte("class 0x")); i >= 0 {
		class := cursor{t[i+len("class 0x"):]}
		p.TOS = uint8(class.hex())
	}
	if c.find("hlim ") {
		p.TTL = uint8(c.whole())
	}
	if c.find("next-header ") {
		if i := bytes.IndexByte(c.b, '('); i >= 0 {
			c.b = c.b[i+1:]
			proto = packet.Proto(c.whole())
		}
	}
	if c.find("payload length") {
		c.b = bytes.TrimLeft(c.b, ": ")
		if n := c.whole(); n > 0 { // 0: a jumbogram (RFC 2675), or cut off
			p.IPLength = int(n) + 40
		}
	}
	return proto
}
