package tcpdump

import (
	"bytes"

	"syncscope/capture/packet"
)

// text is the bytes of a packet as -A prints them: a dot for what is not
// graphic, raw newlines, no CR before a newline.
type text struct {
	on     bool
	lines  int
	unread int // of lines, those that are told as not read
	want   int // bytes the packet holds
	chars  int // characters so far
	// Line ends so far: in the headers each is a byte (10.0.0.1 holds one), in the
	// payload one or two.
	inHead, ends int
	head         int // bytes of headers before the payload
	seen         []byte
}

// begin tells whether a line below a packet is the beginning of its text: that
// is an IP header, whose addresses show. link is the size of a link header, which
// may be in front (-AA), limit the snap length; 0: nobody named one.
func (x *text) begin(b []byte, p *packet.Packet, link, limit int) bool {
	before := 0
	if !startsIP(b, p) {
		if len(b) < link || !startsIP(b[link:], p) {
			return false
		}
		before = link
	}
	*x = text{on: true, seen: x.seen[:0]}
	x.want, x.head = extent(p)
	if limit > 0 {
		x.want = min(x.want, max(0, limit-link))
	}
	x.want, x.head, x.inHead = x.want+before, x.head+before, dropped(p)
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

// take takes the next line, and tells whether the text ends with it: at its length,
// as far as the line ends can be counted.
func (x *text) take(b []byte) (last bool) {
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
	return x.least() >= x.want
}

// over reports whether the text has ended before a line that begins a packet: what is left of the packet is shorter than that line,
// however its lines end, or the text is as long as the Manager's snap length leaves,
// where nobody named one.
func (x *text) over(raw []byte, limit int) bool {
	if x.lines == 0 {
		return false
	}
	left := x.want - x.least()
	return left < len(bytes.TrimLeft(trimEnd(raw), " ")) || limit == 0 && (x.least() == snap-ether || x.least()+x.ends == snap-ether)
}

// begins reports whether a line looks like the first of a packet.
func begins(raw []byte) bool {
	b := trimEnd(raw)
	if len(b) == 0 || b[0] != ' ' && (b[0] < '0' || b[0] > '9') {
		return false
	}
	_, rest, ok := readStamp(bytes.TrimLeft(b, " "), false)
	if !ok {
		return false
	}
	_, _, ok = network(rest)
	return ok
}

// least is how many bytes the text so far stands for, if no line of the payload
// ends with CR LF.
func (x *text) least() int { return x.chars + x.inHead + x.ends }

// spoken tells the HTTP line that the payload begins with; line is its packet's.
func (x *text) spoken(http *Item, line int) {
	if x.head >= len(x.seen) || http.First > 0 {
		return
	}
	first, _, _ := bytes.Cut(x.seen[x.head:], []byte("\n"))
	var it Item
	if !httpLine(first, &it) {
		return
	}
	http.reset(ItemHTTP)
	http.First, http.Line = line, line
	http.Status, http.Method, http.Target = it.Status, it.Method, it.Target
	http.Level = LevelASCII
}
