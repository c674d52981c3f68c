package dialect

import (
	"bytes"

	"syncscope/capture/packet"
)

// old reads tcpdump's lines up to 4.0, and what grew from them:
//
//	09:17:21.450201 IP 10.1.1.1.40000 > 10.2.2.2.8443: S 1000:1000(0) win 64240 <mss 1460>
//	   1: 09:17:21.450201       802.1Q vlan#100 P0 10.1.1.1.40000 > 10.2.2.2.8443: . ack 5001 win 502
func old(s *Scanner, b []byte) Result {
	i := bytes.Index(b, []byte(" > "))
	if i < 0 {
		return None
	}
	colon := bytes.Index(b[i:], []byte(": "))
	if colon < 0 || !oldFlags(b[i+colon+2:]) {
		return None
	}
	from := bytes.LastIndexAny(b[:i], " \t") + 1
	var ok bool
	if s.p.Src, ok = end(b[from:i]); !ok {
		return None
	}
	if s.p.Dst, ok = end(b[i+3 : i+colon]); !ok {
		return None
	}
	front, rest := b[:from], b[i+colon+2:]
	if !s.oldFront(front) {
		return None
	}
	s.oldRest(rest)
	return Packet
}

// oldFlags reports whether flags of the old kind begin b: "S ", "P,", ". ack".
func oldFlags(b []byte) bool {
	n := 0
	for n < len(b) && n < 8 && bytes.IndexByte([]byte("SFPRWEU."), b[n]) >= 0 {
		n++
	}
	if n == 0 || n+2 > len(b) || b[n] != ' ' && b[n] != ',' {
		return false
	}
	for _, w := range []string{"ack ", "win ", "[tcp sum", "cksum ", "urg "} {
		if bytes.HasPrefix(b[n+1:], []byte(w)) || bytes.HasPrefix(b[n+1:], []byte(" "+w)) {
			return true
		}
	}
	return b[n+1]-'0' <= 9
}

// oldFront reads what stands in front of the addresses: a number, a stamp, an
// IP header in parentheses. Without a stamp it is a packet's second row, or a listing
// without stamps; anything else in front of it is no listing's.
func (s *Scanner) oldFront(b []byte) bool {
	b = bytes.TrimLeft(b, " \t")
	numbered := false
	if n := bytes.Index(b, []byte(": ")); n > 0 {
		if _, numbered = number(b[:n]); numbered {
			b = b[n+2:]
		}
	}
	rest, ok := s.time(b)
	if ok {
		b = rest
	} else if word := bytes.TrimSpace(b); numbered || len(word) > 0 && string(word) != "IP" && string(word) != "IP6" {
		return false
	}
	if n, ok := value(bytes.ReplaceAll(b, []byte("ttl  "), []byte("ttl ")), "ttl "); ok {
		s.p.TTL = uint8(n)
	}
	s.ip(b)
	return true
}

// ip reads the fields of an IP header that old tcpdump prints in words, in front or
// behind.
func (s *Scanner) ip(b []byte) {
	if n, ok := value(b, "id "); ok {
		s.p.ID = uint16(n)
	}
	if n, ok := value(b, "length: "); ok {
		s.p.IPLength = int(n)
	}
	if n, ok := value(b, ", len "); ok {
		s.p.IPLength = int(n)
	}
	s.p.DF = s.p.DF || bytes.Contains(b, []byte("[DF]")) || bytes.Contains(b, []byte("(DF)"))
}

// oldRest reads flags, numbers and options.
func (s *Scanner) oldRest(b []byte) {
	p := &s.p
	n := bytes.IndexAny(b, " ,")
	for _, c := range b[:n] {
		p.Flags |= letters[c]
	}
	b = b[n:]
	p.NoSeq = true
	if i := bytes.IndexByte(b, '('); i > 0 || bytes.IndexByte(b, ':') > 0 {
		s.oldRange(b)
	}
	if v, ok := value(b, "ack "); ok {
		p.Ack, p.Flags = uint32(v), p.Flags|packet.ACK
	}
	if v, ok := value(b, "win "); ok {
		p.Window = uint16(v)
	} else {
		p.Cut = true
	}
	if i := bytes.IndexByte(b, '<'); i >= 0 {
		s.options(b[i+1:])
	}
	if i := bytes.LastIndex(b, []byte("(ttl ")); i >= 0 {
		if v, ok := value(b[i:], "ttl "); ok {
			p.TTL = uint8(v)
		}
	}
	s.ip(b)
}

var letters = map[byte]packet.Flags{'S': packet.SYN, 'F': packet.FIN, 'P': packet.PSH, 'R': packet.RST, 'W': packet.CWR, 'E': packet.ECE, 'U': packet.URG}

// oldRange reads "1000:1201(201)".
func (s *Scanner) oldRange(b []byte) {
	w := words{b}
	for word := w.next(); len(word) > 0; word = w.next() {
		from, rest, ok := bytes.Cut(word, []byte(":"))
		to, length, ok2 := bytes.Cut(bytes.TrimSuffix(rest, []byte(")")), []byte("("))
		a, num := number(from)
		n, num2 := number(length)
		if _, num3 := number(to); ok && ok2 && num && num2 && num3 {
			s.p.Seq, s.p.NoSeq, s.p.Length = uint32(a), false, int(n)
			return
		}
	}
}

// options reads "mss 1460,sackOK,timestamp 1 0,nop,wscale 7>".
func (s *Scanner) options(b []byte) {
	p := &s.p
	if n, ok := value(b, "mss "); ok {
		p.MSS = uint16(n)
	}
	if n, ok := value(b, "wscale "); ok {
		p.WScale = int8(min(n, 14))
	}
	p.SACKOK = bytes.Contains(b, []byte("sackOK"))
	for _, key := range []string{"timestamp ", "tstamp ", "TS val "} {
		if n, ok := value(b, key); ok {
			p.Stamped, p.TSVal = true, uint32(n)
		}
	}
}
