package tcpdump

import (
	"bytes"
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// stamp reads what stands before the protocol: HH:MM:SS.ffffff, the same with
// a date before it (-tttt), or seconds since 1970 (-tt).
func (s *Scanner) stamp(t []byte, p *packet.Packet) ([]byte, bool) {
	sp := bytes.IndexByte(t, ' ')
	if sp < 0 {
		return nil, false
	}
	word, rest := t[:sp], t[sp+1:]
	if day, err := time.Parse("2006-01-02", string(word)); err == nil {
		sp = bytes.IndexByte(rest, ' ')
		if sp < 0 {
			return nil, false
		}
		clock, ok := clockTime(rest[:sp])
		p.Time, p.Dated, p.Stamp = day.Add(clock), true, string(rest[:sp])
		return rest[sp+1:], ok
	}
	if clock, ok := clockTime(word); ok {
		if clock < s.last-12*time.Hour {
			s.day++
		}
		s.last = clock
		p.Time = time.Time{}.Add(time.Duration(s.day)*24*time.Hour + clock)
		p.Stamp = string(word)
		return rest, true
	}
	if sec, frac, ok := decimal(word); ok && sec > 1e8 {
		p.Time, p.Dated, p.Stamp = time.Unix(sec, frac).UTC(), true, string(word)
		return rest, true
	}
	return nil, false
}

func clockTime(w []byte) (time.Duration, bool) {
	if len(w) < 8 || w[2] != ':' || w[5] != ':' {
		return 0, false
	}
	h, ok1 := digits(w[:2])
	m, ok2 := digits(w[3:5])
	sec, frac, ok3 := decimal(w[6:])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || sec > 60 {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(sec)*time.Second + time.Duration(frac), true
}

// decimal reads seconds and their fraction in nanoseconds.
func decimal(w []byte) (sec, nanos int64, ok bool) {
	whole, part, _ := bytes.Cut(w, []byte("."))
	sec, ok = digits(whole)
	if !ok || len(part) > 9 {
		return 0, 0, false
	}
	if len(part) > 0 {
		if nanos, ok = digits(part); !ok {
			return 0, 0, false
		}
	}
	for i := len(part); i < 9; i++ {
		nanos *= 10
	}
	return sec, nanos, true
}

func digits(w []byte) (int64, bool) {
	if len(w) == 0 || len(w) > 18 {
		return 0, false
	}
	var n int64
	for _, c := range w {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// leading reads the digits that b begins with.
func leading(b []byte) (n int64, rest []byte, ok bool) {
	i := 0
	for i < len(b) && i < 18 && b[i] >= '0' && b[i] <= '9' {
		n = n*10 + int64(b[i]-'0')
		i++
	}
	return n, b[i:], i > 0
}

// after gives the number behind key.
func after(b []byte, key string) (int64, bool) {
	i := bytes.Index(b, []byte(key))
	if i < 0 {
		return 0, false
	}
	n, _, ok := leading(b[i+len(key):])
	return n, ok
}

// ipHeader reads the parentheses behind IP or IP6 and gives what follows them.
func ipHeader(t []byte, p *packet.Packet, v6 bool) []byte {
	depth, end := 0, len(t)
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
	in := t[:end]
	ttl, _ := after(in, "ttl ")
	if v6 {
		ttl, _ = after(in, "hlim ")
	}
	id, _ := after(in, ", id ")
	p.TTL, p.ID, p.DF = uint8(ttl), uint16(id), bytes.Contains(in, []byte("flags [DF]"))
	p.TOS = uint8(hexAfter(in, "tos 0x"))
	if n, ok := after(in, ", length "); ok {
		p.IPLength = int(n)
	} else if n, ok := after(in, "payload length: "); ok {
		p.IPLength = int(n) + 40
	} else if n, ok := after(in, "payload length "); ok {
		p.IPLength = int(n) + 40
	}
	if end == len(t) {
		return nil
	}
	return bytes.TrimLeft(t[end+1:], " ")
}

func hexAfter(b []byte, key string) (n uint16) {
	i := bytes.Index(b, []byte(key))
	if i < 0 {
		return 0
	}
	for _, c := range b[i+len(key):] {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | uint16(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | uint16(c-'a'+10)
		default:
			return n
		}
	}
	return n
}

// body reads "a.p > b.p: …" and what follows.
func body(t []byte, p *packet.Packet) bool {
	t = bytes.TrimLeft(t, " ")
	sp := bytes.Index(t, []byte(" > "))
	if sp <= 0 || sp > 64 {
		return false
	}
	colon := bytes.Index(t[sp+3:], []byte(": "))
	if colon < 0 {
		return false
	}
	var ok1, ok2 bool
	p.Src, ok1 = endpoint(t[:sp])
	p.Dst, ok2 = endpoint(t[sp+3 : sp+3+colon])
	if !ok1 || !ok2 {
		return false
	}
	rest := t[sp+3+colon+2:]
	switch {
	case bytes.HasPrefix(rest, []byte("Flags [")):
		p.Proto = packet.TCP
		segment(rest[len("Flags ["):], p)
	case bytes.HasPrefix(rest, []byte("ICMP")):
		icmp(rest, p)
	case p.Src.Port() == 53 || p.Dst.Port() == 53:
		p.Proto = packet.UDP
		dns(rest, p)
	default:
		p.Proto = packet.UDP
	}
	return true
}

// endpoint reads "192.168.1.1.443" or "fe80::1.443": the port stands behind
// the last dot; ICMP has none.
func endpoint(w []byte) (netip.AddrPort, bool) {
	if len(w) > 64 {
		return netip.AddrPort{}, false
	}
	if a, err := netip.ParseAddr(string(w)); err == nil {
		return netip.AddrPortFrom(a, 0), true
	}
	dot := bytes.LastIndexByte(w, '.')
	if dot < 0 {
		return netip.AddrPort{}, false
	}
	port, ok := digits(w[dot+1:])
	a, err := netip.ParseAddr(string(w[:dot]))
	if !ok || err != nil || port > 65535 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a, uint16(port)), true
}

// flagLetters are print-tcp.c's; a dot is ACK.
var flagLetters = map[byte]packet.Flags{'F': packet.FIN, 'S': packet.SYN, 'R': packet.RST, 'P': packet.PSH, '.': packet.ACK, 'U': packet.URG, 'E': packet.ECE, 'W': packet.CWR}

// segment reads a TCP line from behind "Flags [". A web copy may have lost the
// closing bracket ("[P.)").
func segment(t []byte, p *packet.Packet) {
	p.WScale = -1
	end := bytes.IndexAny(t, "]),")
	if end < 0 {
		p.Cut, p.LengthCut = true, true
		return
	}
	if string(t[:end]) != "none" {
		for _, c := range t[:end] {
			p.Flags |= flagLetters[c]
		}
	}
	t = t[end+1:]
	checksum(t, p)
	seqRange := sequence(t, p)
	if n, ok := after(t, ", ack "); ok {
		p.Ack = uint32(n)
	}
	if n, ok := after(t, ", win "); ok {
		p.Window = uint16(n)
	}
	options(t, p)
	if i := bytes.LastIndex(t, []byte(", length ")); i >= 0 {
		if n, rest, ok := leading(t[i+len(", length "):]); ok && (len(rest) == 0 || rest[0] == ':' || rest[0] == ',' || rest[0] == ' ') {
			p.Length = int(n)
			return
		}
	}
	p.Cut, p.LengthCut = true, true
	p.Length = guessLength(seqRange, p)
}

// guessLength: without its length, a segment's size follows from its sequence
// range, else from the IP length less the smallest headers.
func guessLength(seqRange int64, p *packet.Packet) int {
	if seqRange >= 0 {
		return int(seqRange)
	}
	const headers, stamps = 40, 12 // IPv4 and TCP; the timestamp option
	n := p.IPLength - headers
	if p.Flags.Has(packet.SYN) || n <= stamps && !p.Flags.Has(packet.PSH) {
		return 0
	}
	return n
}

// sequence reads "seq 1:441" or "seq 1" and gives the range's length, -1 if
// the line was cut before it.
func sequence(t []byte, p *packet.Packet) int64 {
	i := bytes.Index(t, []byte(" seq "))
	if i < 0 {
		return -1
	}
	from, rest, _ := leading(t[i+len(" seq "):])
	p.Seq = uint32(from)
	if len(rest) == 0 {
		return -1
	}
	if rest[0] != ':' {
		return 0
	}
	to, rest, ok := leading(rest[1:])
	if !ok || len(rest) == 0 || rest[0] != ',' {
		return -1
	}
	return int64(uint32(to) - uint32(from))
}

func checksum(t []byte, p *packet.Packet) {
	i := bytes.Index(t, []byte(" cksum 0x"))
	if i < 0 {
		return
	}
	p.Sum = hexAfter(t, " cksum 0x")
	switch rest := t[i:]; {
	case bytes.Contains(rest, []byte("(incorrect")):
		p.Checksum, p.Want = packet.ChecksumIncorrect, hexAfter(rest, "-> 0x")
	case bytes.Contains(rest, []byte("(correct")):
		p.Checksum = packet.ChecksumCorrect
	}
}

func options(t []byte, p *packet.Packet) {
	i := bytes.Index(t, []byte("options ["))
	if i < 0 {
		return
	}
	t = t[i:]
	if n, ok := after(t, "mss "); ok {
		p.MSS = uint16(n)
	}
	if n, ok := after(t, "wscale "); ok && n <= 14 {
		p.WScale = int8(n)
	}
	p.SACKOK = bytes.Contains(t, []byte("sackOK"))
}
