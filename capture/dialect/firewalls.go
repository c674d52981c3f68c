package dialect

import (
	"bytes"
	"strconv"

	"syncscope/capture/packet"
)

// fortinet reads "diagnose sniffer packet", whatever its level; the bytes that the
// levels 3 and 6 print below are not read:
//
//	2026-11-29 09:17:21.450201 port1 in 10.1.1.1.40000 -> 10.2.2.2.8443: syn 1000
//	1.450201 10.2.2.2.8443 -> 10.1.1.1.40000: rst 0 ack 1001
func fortinet(s *Scanner, b []byte) Result {
	i := bytes.Index(b, []byte(" -> "))
	if i < 0 {
		return None
	}
	colon := bytes.Index(b[i:], []byte(": "))
	from := bytes.LastIndexByte(b[:i], ' ') + 1
	if colon < 0 {
		return None
	}
	var ok, ok2 bool
	s.p.Src, ok = end(b[from:i])
	s.p.Dst, ok2 = end(b[i+4 : i+colon])
	if !ok || !ok2 {
		return None
	}
	rest, timed := s.time(b[:from])
	if !timed {
		return None
	}
	where := words{rest}
	if name := where.next(); len(name) > 0 {
		s.cross(string(name) + " " + string(where.next()))
	}
	s.sniffs = true
	p := &s.p
	p.Cut, p.LengthCut, p.NoSeq = true, true, true // no window, no length
	w := words{b[i+colon+2:]}
	for word := w.next(); len(word) > 0; word = w.next() {
		f, known := spelled[string(word)]
		if !known {
			return Other // of another protocol
		}
		p.Flags |= f
		n, ok := number(bytes.TrimSpace(w.next()))
		switch {
		case !ok:
		case f == packet.ACK:
			p.Ack = uint32(n)
		default:
			p.Seq, p.NoSeq = uint32(n), false
		}
	}
	if p.Flags.Has(packet.SYN) || p.Flags.Has(packet.RST) {
		p.LengthCut = false
	}
	return Packet
}

var spelled = map[string]packet.Flags{"syn": packet.SYN, "fin": packet.FIN, "rst": packet.RST, "psh": packet.PSH, "ack": packet.ACK, "urg": packet.URG}

// checkpoint reads "fw monitor": an interface with the place in the firewall, and
// below it the protocol's line, with numbers in hex:
//
//	[vs_0][fw_1] eth0:i[60]: 10.1.1.1 -> 10.2.2.2 (TCP) len=60 id=4660
//	TCP: 40000 -> 8443 .S.... seq=000003e8 ack=00000000
func checkpoint(s *Scanner, b []byte) Result {
	i := bytes.Index(b, []byte("]: "))
	if i < 0 || !bytes.Contains(b[i:], []byte(" (TCP) len=")) || bytes.IndexByte(b[:i], ':') < 0 || b[0] != '[' && bytes.IndexByte(b[:i], ' ') >= 0 {
		return None
	}
	w := words{b[i+3:]}
	src, ok := address(w.next())
	dst, ok2 := address(w.skip("->"))
	if !ok || !ok2 {
		return None
	}
	s.first = append(s.first[:0], b...)
	s.held(src, dst, b, i)
	return Wait
}

// skip takes a word and gives the next one; nil: another word is there.
func (w *words) skip(word string) []byte {
	if !w.take(word) {
		return nil
	}
	return w.next()
}

// held reads what the first line tells.
func (s *Scanner) held(src, dst addr, b []byte, i int) {
	s.p.Src, s.p.Dst = portless(src), portless(dst)
	if n, ok := value(b[i:], "len="); ok {
		s.p.IPLength = int(n)
	}
	if n, ok := value(b[i:], "id="); ok {
		s.p.ID = uint16(n)
	}
	at := bytes.LastIndexByte(b[:i], ' ') + 1
	s.cross(string(b[at:i]))
}

// second reads the line below; anything else ends the wait.
func (s *Scanner) second(b []byte) Result {
	s.first = nil
	rest, ok := bytes.CutPrefix(bytes.TrimLeft(b, " "), []byte("TCP: "))
	if !ok {
		s.where = ""
		return None
	}
	w := words{rest}
	src, ok := number(w.next())
	dst, ok2 := number(w.skip("->"))
	if !ok || !ok2 || src > 65535 || dst > 65535 {
		return None
	}
	p := &s.p
	p.Src, p.Dst = ported(p.Src, src), ported(p.Dst, dst)
	for _, c := range w.next() {
		p.Flags |= letters[c]
		if c == 'A' {
			p.Flags |= packet.ACK
		}
	}
	p.Cut = true // no window
	for _, f := range []struct {
		key string
		to  *uint32
	}{{"seq=", &p.Seq}, {"ack=", &p.Ack}} {
		if _, hex, ok := bytes.Cut(w.b, []byte(f.key)); ok {
			n, _ := strconv.ParseUint(string(hex[:min(8, len(hex))]), 16, 32)
			*f.to = uint32(n)
		}
	}
	const headers, stamps = 40, 12
	if p.Length = p.IPLength - headers; p.Flags.Has(packet.SYN) || p.Length <= stamps {
		p.Length = 0
	}
	s.lines = 2
	return Packet
}
