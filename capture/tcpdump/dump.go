package tcpdump

import (
	"bytes"
	"net/netip"

	"syncscope/capture/packet"
)

// maxFrame bounds a frame that is rebuilt; tcpdump itself stops at 256 KiB.
const maxFrame = 256 << 10

// dump is a frame that is being rebuilt.
type dump struct {
	lines  int  // of it; the record's own are not counted
	lost   bool // white space was lost: only the addresses tell whose it is
	broken bool // its offsets do not follow each other
	raw    bool // the newest dump of this listing began with the IP header (-x)
	proven bool // raw is sure: a dump and its packet's line named the same addresses
}

// hexLine takes a line of a dump: one TAB, "0x", an offset, and up to 16 bytes.
// What follows two blanks behind them is -X's column of text and may be
// anything. A dump that begins anew is the packet's: a printer's own come first.
func (s *Scanner) hexLine(n int, b []byte, emit func(*Item)) bool {
	lost := b[0] != '\t'
	if !lost {
		b = b[1:]
	}
	if len(b) < 4 || b[0] != '0' || b[1] != 'x' {
		if !lost || b[0] != ' ' && b[0] != '0' {
			return false
		}
		for len(b) > 0 && b[0] == ' ' {
			b = b[1:]
		}
		if len(b) < 4 || b[0] != '0' || b[1] != 'x' {
			return false
		}
	}
	offset, i := 0, 2
	for ; i < len(b) && i < 8 && unhex[b[i]] < 16; i++ {
		offset = offset<<4 | int(unhex[b[i]])
	}
	if i < 6 || i >= len(b) || b[i] != ':' {
		return false
	}
	if s.state == idle || s.rec.Kind != ItemPacket && s.rec.Kind != ItemUnread {
		if s.dumps == dumpsNone {
			s.dumps = dumpsHex
		}
		s.plain(n, ItemDecoration, emit)
		return true
	}
	s.dumps = dumpsHex
	s.dump.lines++
	if offset == 0 {
		s.rec.Frame, s.dump.lost, s.dump.broken = s.rec.Frame[:0], lost, false
	}
	if offset != len(s.rec.Frame) || s.dump.broken || len(s.rec.Frame) > maxFrame {
		s.dump.broken = true
		return true
	}
	before := len(s.rec.Frame)
	s.rec.Frame = appendHex(s.rec.Frame, b[i+1:])
	if got := len(s.rec.Frame); got-before < 16 && got >= s.rec.Packet.IPLength && s.rec.Packet.IPLength > 0 && !s.dump.lost {
		s.flush(emit) // its last line
	}
	return true
}

// appendHex reads groups of four digits, or of two for the last byte, with one
// blank between.
func appendHex(dst, b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	for group := 0; group < 8 && len(b) >= 2; group++ {
		if len(b) >= 4 {
			w, x, y, z := unhex[b[0]], unhex[b[1]], unhex[b[2]], unhex[b[3]]
			if w|x|y|z < 16 {
				dst = append(dst, w<<4|x, y<<4|z)
				if len(b) < 6 || b[4] != ' ' {
					return dst
				}
				b = b[5:]
				continue
			}
		}
		hi, lo := unhex[b[0]], unhex[b[1]]
		if hi|lo < 16 && (len(b) == 2 || b[2] == ' ') {
			dst = append(dst, hi<<4|lo)
		}
		return dst
	}
	return dst
}

// rebuild makes the packet of the frame, where the frame can be trusted.
func (s *Scanner) rebuild() {
	if s.ether != 0 && s.framed() {
		return
	}
	frame, p := s.rec.Frame, s.rec.Packet
	var src, dst netip.Addr
	if s.rec.Kind == ItemPacket {
		src, dst = p.Src.Addr(), p.Dst.Addr()
	}
	for _, link := range s.links(frame, s.dump.raw) {
		q := &s.frame
		q.Time, q.Dated, q.Zoned = p.Time, p.Dated, p.Zoned
		if packet.Decode(link, frame, 0, q) != nil || q.Proto == 0 && !q.ARP.Addr.IsValid() {
			continue
		}
		raw := link == packet.Raw
		switch same := src == q.Src.Addr() && dst == q.Dst.Addr(); {
		case same:
			s.dump.raw, s.dump.proven = raw, true
		case s.dump.lost, s.dump.proven && raw != s.dump.raw, !s.dump.proven && (raw || !s.named):
			continue // a tunnel, or a packet whose line names no addresses: only the dump's form tells
		}
		s.rec.Kind, s.rec.Packet, s.rec.Level, s.rec.Link = ItemPacket, *q, LevelHex, link
		return
	}
	s.rec.Frame = s.rec.Frame[:0]
}

// framed makes the packet of a frame whose line names the EtherType: tcpdump
// prints what is behind that (-x), or the whole frame (-xx).
func (s *Scanner) framed() bool {
	f := s.rec.Frame
	if len(f) < ether || uint16(f[ether-2])<<8|uint16(f[ether-1]) != s.ether {
		f = append(make([]byte, ether-2, ether+len(f)), byte(s.ether>>8), byte(s.ether))
		f = append(f, s.rec.Frame...)
	}
	p, q := &s.rec.Packet, &s.frame
	q.Time, q.Dated, q.Zoned = p.Time, p.Dated, p.Zoned
	if packet.Decode(packet.Ethernet, f, 0, q) != nil || q.Proto == 0 {
		return false
	}
	s.rec.Frame = append(s.rec.Frame[:0], f...)
	s.rec.Kind, s.rec.Packet, s.rec.Level, s.rec.Link = ItemPacket, *q, LevelHex, packet.Ethernet
	return true
}

// known reports whether an EtherType that can hold IP stands at at.
func known(f []byte, at int) bool {
	if len(f) < at+2 {
		return false
	}
	switch uint16(f[at])<<8 | uint16(f[at+1]) {
	case 0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806, 0x8909, 0x8903:
		return true
	}
	return false
}

// text is the bytes of a packet as -A prints them: a dot for what is not
// graphic, raw newlines, no CR before a newline.
type text struct {
	on    bool
	lines int
	want  int // bytes the packet holds
	chars int // characters so far
	// Line ends so far: in the headers each is a byte (10.0.0.1 holds one), in the
	// payload one or two.
	inHead, ends int
	head         int // bytes of headers before the payload
	seen         []byte
}

// begin tells whether a line below a packet is the beginning of its text: that
// is an IP header, whose addresses show.
func (s *Scanner) begin(n int, b []byte, emit func(*Item)) bool {
	p := &s.rec.Packet
	if s.dumps == dumpsHex || s.rec.Kind != ItemPacket || s.rec.Level != LevelText {
		return false
	}
	link := linkSize(s.link, s.named)
	before := 0
	if !startsIP(b, p) {
		if len(b) < link || !startsIP(b[link:], p) { // -AA
			return false
		}
		before = link
	}
	s.dumps = dumpsASCII
	x := &s.text
	*x = text{on: true, seen: x.seen[:0]}
	x.want, x.head = extent(p)
	if s.snap > 0 {
		x.want = min(x.want, max(0, s.snap-link))
	}
	x.want, x.head, x.inHead = x.want+before, x.head+before, dropped(p)
	s.rec.Level = LevelASCII
	s.ascii(n, b, emit)
	return true
}

// dropped counts the CRs of an IPv4 header's addresses that -A does not print:
// 10.11.12.13 before 10.9.8.7.
func dropped(p *packet.Packet) (n int) {
	if !p.Src.Addr().Is4() {
		return 0
	}
	src, dst := p.Src.Addr().As4(), p.Dst.Addr().As4()
	b := append(src[:], dst[:]...)
	for i := range len(b) - 1 {
		if b[i] == '\r' && b[i+1] == '\n' {
			n++
		}
	}
	return n
}

// startsIP compares a line with the header that the packet's own line tells.
func startsIP(b []byte, p *packet.Packet) bool {
	v4 := p.Src.Addr().Is4()
	switch {
	case len(b) == 0:
		return false
	case v4 && (b[0] < 'E' || b[0] > 'O'), !v4 && (b[0] < '`' || b[0] > 'o'):
		return false
	}
	at := 8
	var want []byte
	if v4 {
		src, dst := p.Src.Addr().As4(), p.Dst.Addr().As4()
		at = 12
		want = append(append(want, src[:]...), dst[:]...)
	} else {
		src, dst := p.Src.Addr().As16(), p.Dst.Addr().As16()
		want = append(append(want, src[:]...), dst[:]...)
	}
	for i, c := range want {
		switch {
		case at+i >= len(b):
			return true // a byte of the header was a newline, or the packet is short
		case c == '\r' && i+1 < len(want) && want[i+1] == '\n': // not printed
			return true
		case b[at+i] != graphic(c):
			return false
		}
	}
	return true
}

// graphic is how -A prints a byte.
func graphic(c byte) byte {
	if c > ' ' && c < 0x7f || c == ' ' || c == '\t' {
		return c
	}
	return '.'
}

// extent gives a packet's length and that of its headers, worked out from its
// options where the line does not tell.
func extent(p *packet.Packet) (all, head int) {
	if p.IPLength > 0 && p.Proto == packet.TCP {
		return p.IPLength, max(0, p.IPLength-p.Length)
	}
	if p.IPLength > 0 {
		return p.IPLength, p.IPLength
	}
	head = 20
	if !p.Src.Addr().Is4() {
		head = 40
	}
	if p.Proto != packet.TCP {
		return head + 8, head + 8
	}
	head += 20
	if p.MSS > 0 {
		head += 4
	}
	if p.SACKOK {
		head += 2
	}
	if p.WScale >= 0 {
		head += 3
	}
	if p.Stamped {
		head += 10
	}
	head += 2*min(int(p.SACKs), 1) + 8*int(p.SACKs)
	head = (head + 3) &^ 3
	return head + p.Length, head
}

// linkSize is the size of a link header.
func linkSize(l packet.LinkType, named bool) int {
	switch {
	case !named || l == packet.Ethernet:
		return ether
	case l == packet.SLL:
		return 16
	case l == packet.SLL2:
		return 20
	case l == packet.Null || l == packet.Loop:
		return 4
	}
	return 0
}

// ascii takes the next line of a packet's text. It gives false where the text
// ended before: at its length, as far as the line ends can be counted.
func (s *Scanner) ascii(n int, raw []byte, emit func(*Item)) bool {
	x := &s.text
	if x.lines > 0 && s.over(raw) {
		s.flush(emit)
		return false
	}
	b := raw
	if len(b) > 0 && b[len(b)-1] == '\r' { // of a terminal: -A prints none there
		b = b[:len(b)-1]
	}
	if x.lines > 0 {
		if x.chars+x.inHead < x.head {
			x.inHead++
		} else {
			x.ends++
		}
		x.seen = append(x.seen, '\n')
	}
	x.lines++
	x.chars += len(b)
	if room := 1024 - len(x.seen); room > 0 {
		x.seen = append(x.seen, b[:min(len(b), room)]...)
	}
	if x.least() >= x.want {
		s.flush(emit)
	}
	return true
}

// over reports whether the text has ended before a line that looks like the
// next packet's: what is left of the packet is shorter than that line, however
// its lines end, or the text is as long as the Manager's snap length leaves,
// where nobody named one.
func (s *Scanner) over(raw []byte) bool {
	x := &s.text
	b := trimEnd(raw)
	if len(b) == 0 || b[0] != ' ' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	t := bytes.TrimLeft(b, " ")
	_, rest, ok := readStamp(t, false)
	if !ok {
		return false
	}
	if _, _, ok = network(rest); !ok {
		return false
	}
	left := x.want - x.least()
	return left < len(t) || s.snap == 0 && (x.least() == snap-ether || x.least()+x.ends == snap-ether)
}

// least is how many bytes the text so far stands for, if no line of the payload
// ends with CR LF.
func (x *text) least() int { return x.chars + x.inHead + x.ends }

// spoken tells the HTTP line that the payload begins with.
func (s *Scanner) spoken() {
	x := &s.text
	if x.head >= len(x.seen) || s.http.First > 0 {
		return
	}
	line, _, _ := bytes.Cut(x.seen[x.head:], []byte("\n"))
	var it Item
	if !httpLine(line, &it) {
		return
	}
	s.http.reset(ItemHTTP)
	s.http.First, s.http.Line = s.rec.Line, s.rec.Line
	s.http.Status, s.http.Method, s.http.Target = it.Status, it.Method, it.Target
	s.http.Level = LevelASCII
}
