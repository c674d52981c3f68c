package dialect

import (
	"bytes"
	"math/bits"

	"syncscope/capture/packet"
)

// shark reads the lines of tshark, of what embeds it, and of Wireshark's export as
// text:
//
//	1   0.000000     10.8.8.1 → 10.8.8.2     TCP 74 56960 → 20006 [SYN] Seq=0 Win=64240 Len=0
//	2026-11-29 09:17:21.450201 10.1.1.1 -> 10.2.2.2 TCP 40000 > 8443 [SYN] Seq=0 Win=64240 Len=0
func shark(s *Scanner, b []byte) Result {
	w := words{b}
	rest := b
	if _, ok := number(w.next()); ok {
		rest = w.b
	}
	rest, ok := s.time(rest)
	if !ok {
		return None
	}
	w = words{rest}
	src, ok := address(w.next())
	w.arrow()
	dst, ok2 := address(w.next())
	if !ok || !ok2 {
		return None
	}
	return s.summary(src, dst, w.next(), w.b)
}

// arrow takes what stands between two ends, if anything does.
func (w *words) arrow() bool { return w.take("\u2192") || w.take("->") || w.take(">") }

// summary reads a packet by its protocol, the frame's length and Wireshark's words.
func (s *Scanner) summary(src, dst addr, proto, info []byte) Result {
	w := words{info}
	frame := 0
	if n, ok := number(w.next()); ok { // a length, or already the port
		if after := (words{w.b}); !after.arrow() {
			frame, info = int(n), w.b
		}
	}
	switch {
	case string(proto) == "TCP":
		return s.segment(src, dst, frame, info)
	case bytes.HasPrefix(proto, []byte("TLS")), bytes.HasPrefix(proto, []byte("SSL")), bytes.HasPrefix(proto, []byte("HTTP")):
		return s.payload(src, dst, frame)
	case len(proto) > 1 && proto[0] >= 'A' && proto[0] <= 'Z':
		return Other
	}
	return None
}

// segment reads "56960 → 20006 [SYN, ACK] Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 WS=128".
func (s *Scanner) segment(src, dst addr, frame int, b []byte) Result {
	open := bytes.IndexByte(b, '[')
	for open >= 0 && !flagged(b[open:]) { // "[TCP Retransmission] " stands in front
		i := bytes.IndexByte(b[open+1:], '[')
		if i < 0 {
			return Other
		}
		b = bytes.TrimLeft(b[bytes.IndexByte(b, ']')+1:], " ")
		open = bytes.IndexByte(b, '[')
	}
	if open < 0 {
		return Other
	}
	w := words{b[:open]}
	from, ok := number(w.next())
	w.arrow()
	to, ok2 := number(w.next())
	if !ok || !ok2 || from > 65535 || to > 65535 {
		return Other
	}
	p := &s.p
	p.Src, p.Dst = ported(portless(src), from), ported(portless(dst), to)
	close := bytes.IndexByte(b[open:], ']')
	for name := range bytes.SplitSeq(b[open+1:open+close], []byte(",")) {
		p.Flags |= named[string(bytes.TrimSpace(name))]
	}
	s.keys(b[open+close:])
	k := s.known(src, dst)
	if k.src == 0 && p.Seq == 1 && p.Flags == packet.RST|packet.ACK { // the answer to a SYN, which has number zero: tshark counts from the first that it sees
		p.Seq = 0
	}
	k.src, k.dst = uint16(from), uint16(to)
	if frame > 0 && !p.Flags.Has(packet.SYN) {
		k.overhead = frame - p.Length
	}
	k.seq, k.ack = p.Seq+uint32(p.Length), p.Ack
	if p.Flags.Has(packet.SYN) || p.Flags.Has(packet.FIN) {
		k.seq++
	}
	return Packet
}

var named = map[string]packet.Flags{"SYN": packet.SYN, "FIN": packet.FIN, "RST": packet.RST, "PSH": packet.PSH, "ACK": packet.ACK, "URG": packet.URG, "ECE": packet.ECE, "ECN": packet.ECE, "CWR": packet.CWR}

// flagged reports whether a bracket holds flags.
func flagged(b []byte) bool {
	close := bytes.IndexByte(b, ']')
	if close < 0 {
		return false
	}
	first, _, _ := bytes.Cut(b[1:close], []byte(","))
	_, ok := named[string(bytes.TrimSpace(first))]
	return ok
}

// keys reads "Seq=0 Ack=1 Win=65160 Len=0 MSS=1460 SACK_PERM WS=1024 TSval=1".
func (s *Scanner) keys(b []byte) {
	p := &s.p
	if n, ok := value(b, "Seq="); ok {
		p.Seq = uint32(n)
	} else {
		p.NoSeq = true
	}
	if n, ok := value(b, "Ack="); ok {
		p.Ack = uint32(n)
	}
	n, windowed := value(b, "Win=")
	p.Window = uint16(min(n, 65535)) // scaled already
	length, ok := value(b, "Len=")
	p.Length, p.LengthCut, p.Cut = int(length), !ok, !ok || !windowed
	if n, ok := value(b, "MSS="); ok {
		p.MSS = uint16(n)
	}
	if n, ok := value(b, "WS="); ok && n > 0 {
		p.WScale = int8(bits.Len64(n) - 1)
	}
	p.SACKOK = bytes.Contains(b, []byte("SACK_PERM"))
	for _, key := range []string{"TSval=", "TSV="} {
		if n, ok := value(b, key); ok {
			p.Stamped, p.TSVal = true, uint32(n)
		}
	}
}

// payload is a packet of which only what it carries is told: its ports and numbers
// are those of the packets around it.
func (s *Scanner) payload(src, dst addr, frame int) Result {
	k := s.known(src, dst)
	back := s.known(dst, src)
	if k.src == 0 {
		k.src, k.dst = back.dst, back.src
	}
	if k.src == 0 {
		return Other
	}
	p := &s.p
	p.Src, p.Dst = ported(portless(src), uint64(k.src)), ported(portless(dst), uint64(k.dst))
	p.Flags, p.Seq, p.Ack, p.Cut = packet.PSH|packet.ACK, k.seq, max(k.ack, back.seq), true
	const usual = 66 // Ethernet, IPv4, TCP with stamps
	overhead := k.overhead
	if overhead <= 0 {
		overhead = usual
	}
	if p.Length = frame - overhead; p.Length <= 0 {
		p.Length, p.LengthCut = 0, true
	}
	k.seq += uint32(p.Length)
	return Packet
}

// maxPairs bounds the directions of which something is known.
const maxPairs = 4096

func (s *Scanner) known(src, dst addr) *known {
	at := pair{src, dst}
	if k := s.pairs[at]; k != nil {
		return k
	}
	if s.pairs == nil || len(s.pairs) > maxPairs {
		s.pairs = map[pair]*known{}
	}
	k := &known{}
	s.pairs[at] = k
	return k
}

// columns says where Wireshark's columns stand in an export; the zero value: where
// they stand by default.
type columns struct{ time, src, dst, proto, length, info int }

var usual = columns{1, 2, 3, 4, 5, 6}

// csv reads Wireshark's export as CSV:
//
//	"1","0.000000000","10.8.8.1","10.8.8.2","TCP","74","56960 → 20006 [SYN] Seq=0 …"
func csv(s *Scanner, b []byte) Result {
	if b[0] != '"' || b[len(b)-1] != '"' {
		return None
	}
	cols := bytes.Split(b[1:len(b)-1], []byte(`","`))
	if s.cols == (columns{}) {
		s.cols = usual
	}
	if at := header(cols); at != (columns{}) {
		s.cols = at
		return Other
	}
	c := s.cols
	if len(cols) <= max(c.time, c.src, c.dst, c.proto, c.info, c.length) {
		return None
	}
	rest, ok := s.time(cols[c.time])
	src, ok2 := address(cols[c.src])
	dst, ok3 := address(cols[c.dst])
	if !ok || !ok2 || !ok3 || len(bytes.TrimSpace(rest)) > 0 {
		return None
	}
	return s.summary(src, dst, cols[c.proto], append(append(bytes.Clone(cols[c.length]), ' '), cols[c.info]...))
}

// header reads the names of the columns; the zero value: they are none.
func header(cols [][]byte) (at columns) {
	found := 0
	for i, name := range cols {
		for to, n := range map[*int]string{&at.time: "Time", &at.src: "Source", &at.dst: "Destination", &at.proto: "Protocol", &at.length: "Length", &at.info: "Info"} {
			if string(name) == n {
				*to = i
				found++
			}
		}
	}
	if found < 6 {
		return columns{}
	}
	return at
}

// snoop reads "1   0.00000     10.1.1.1 -> 10.2.2.2     TCP D=8443 S=40000 Syn Seq=1000 Len=0".
func snoop(s *Scanner, b []byte) Result {
	i := bytes.Index(b, []byte(" TCP D="))
	if i < 0 {
		return None
	}
	w := words{b[:i]}
	rest := b[:i]
	if _, ok := number(w.next()); ok {
		rest = w.b
	}
	if after, ok := s.time(rest); ok {
		rest = after
	}
	w = words{rest}
	src, ok := address(w.next())
	dst, ok2 := address(w.skip("->"))
	to, ok3 := value(b[i:], "D=")
	from, ok4 := value(b[i:], " S=")
	if !ok || !ok2 || !ok3 || !ok4 || from > 65535 || to > 65535 {
		return None
	}
	p := &s.p
	p.Src, p.Dst = ported(portless(src), from), ported(portless(dst), to)
	for name, f := range map[string]packet.Flags{" Syn ": packet.SYN, " Fin ": packet.FIN, " Rst ": packet.RST, " Push ": packet.PSH, " Ack=": packet.ACK} {
		if bytes.Contains(b[i:], []byte(name)) {
			p.Flags |= f
		}
	}
	s.keys(b[i:])
	if j := bytes.IndexByte(b, '<'); j > 0 {
		s.options(b[j:])
	}
	return Packet
}
