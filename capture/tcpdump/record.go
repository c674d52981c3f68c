package tcpdump

import (
	"bytes"
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// record reads a line that begins a packet: number (-#), stamp, what -e and
// -i any put before the protocol, and as much of the packet as is on it.
func (s *Scanner) record(n int, b, t []byte, emit func(*Item)) bool {
	if c := t[0]; c == '-' && len(t) > 1 && t[1]-'0' <= 9 { // -ttt where time went back
		t = t[1:]
	} else if c < '0' || c > '9' {
		if c != 'I' && c != 'A' || !bytes.HasPrefix(t, []byte("IP ")) && !bytes.HasPrefix(t, []byte("IP6 ")) && !bytes.HasPrefix(t, []byte("ARP, ")) {
			return false
		}
	}
	st, rest, ok := readStamp(t, len(b)-len(t) > 0)
	if !ok {
		return false
	}
	rest, v6, known := network(rest)
	if !known {
		return s.other(n, st, t, rest, emit)
	}
	s.flush(emit)
	s.start(n, st)
	s.header(rest, v6, emit)
	return true
}

// start makes rec a new packet.
func (s *Scanner) start(n int, st stamp) {
	s.rec.reset(ItemPacket)
	s.rec.line(n)
	s.rec.Stamp = append(s.rec.Stamp, st.text...)
	s.rec.Packet.WScale = -1
	s.clock.set(&s.rec.Packet, st)
}

// header reads what follows the word IP.
func (s *Scanner) header(rest []byte, v6 bool, emit func(*Item)) {
	p := &s.rec.Packet
	rest = warned(rest)
	whole := rest
	if len(rest) > 0 && rest[0] == '(' {
		var closed bool
		rest, closed = ipHeader(rest, p, v6)
		if len(rest) == 0 {
			s.state = second
			if !closed {
				s.state = wrapped
				s.torn = append(s.torn[:0], whole...)
			}
			return
		}
	}
	s.state = second
	s.begun(rest, emit)
}

// warned passes what tcpdump finds wrong with an IP header: "truncated-ip - 12
// bytes missing! ", "[total length 62 > length 50] (invalid) ".
func warned(t []byte) []byte {
	if len(t) == 0 || t[0] != 't' && t[0] != '[' {
		return t
	}
	if bytes.HasPrefix(t, []byte("truncated-ip")) {
		if i := bytes.IndexByte(t, '!'); i > 0 {
			t = bytes.TrimLeft(t[i+1:], " ")
		}
	}
	if i := bytes.IndexByte(t, ']'); i > 0 && t[0] == '[' {
		t = bytes.TrimLeft(t[i+1:], " ")
		t = bytes.TrimPrefix(t, []byte("(invalid) "))
	}
	return t
}

// body reads the addresses and what follows into rec.
func (s *Scanner) body(t []byte) bool {
	ok, torn := body(t, &s.rec.Packet)
	if s.tear = torn; torn {
		s.torn = append(s.torn[:0], t...)
	}
	return ok
}

// tunnelled finds the packet inside one of GRE, VXLAN or Geneve: it is printed
// behind the outer one.
func tunnelled(t []byte, p *packet.Packet) (inner []byte, v6, ok bool) {
	if p.Proto == packet.TCP || p.Proto == packet.ICMP || p.Proto == packet.ICMPv6 {
		return nil, false, false
	}
	if i := bytes.Index(t, []byte(" IP (tos 0x")); i >= 0 {
		return t[i+4:], false, true
	}
	if i := bytes.Index(t, []byte(" IP6 (")); i >= 0 {
		return t[i+5:], true, true
	}
	return nil, false, false
}

// addresses reads the second line of a record.
func (s *Scanner) addresses(n int, t []byte, emit func(*Item)) bool {
	if s.rec.Kind != ItemPacket || !endpointFollows(t) || !s.body(t) {
		return false
	}
	s.rec.line(n)
	s.inner(t, emit)
	return true
}

// inner ends rec's own lines, unless its packet holds another.
func (s *Scanner) inner(t []byte, emit func(*Item)) {
	inner, v6, ok := tunnelled(t, &s.rec.Packet)
	if !ok {
		s.done(emit)
		return
	}
	s.again(inner, v6, emit)
}

// again makes rec the packet inside the one read so far.
func (s *Scanner) again(t []byte, v6 bool, emit func(*Item)) {
	p := &s.rec.Packet
	*p = packet.Packet{Time: p.Time, Dated: p.Dated, WScale: -1}
	s.header(t, v6, emit)
}

// geneve reports whether a packet may hold another (RFC 8926), which -v prints
// behind a TAB.
func geneve(p *packet.Packet) bool {
	const port = 6081
	return p.Proto == packet.UDP && p.Dst.Port() == port
}

// within reads that line.
func (s *Scanner) within(n int, t []byte, emit func(*Item)) bool {
	inner, v6, ok := network(t)
	if !ok || len(inner) == 0 || inner[0] != '(' {
		return false
	}
	s.rec.line(n)
	s.again(inner, v6, emit)
	return true
}

// maxPieces bounds into how many lines one is broken.
const maxPieces = 6

// join tries t as the rest of a line that a terminal or a mail broke: together
// they must be a whole line, or the beginning of one, with or without a blank
// between.
func (s *Scanner) join(n int, t []byte, emit func(*Item)) bool {
	for _, glue := range []string{"", " "} {
		s.joined = append(append(append(s.joined[:0], s.torn...), glue...), t...)
		p := s.rec.Packet
		if s.state == wrapped {
			rest, closed := ipHeader(s.joined, &p, false)
			if !closed || p.IPLength == 0 {
				continue
			}
			s.rec.Packet = p
			s.rec.line(n)
			s.state = second
			s.begun(rest, emit)
			return true
		}
		clearSegment(&p)
		ok, torn := body(s.joined, &p)
		if !ok || (p.Cut || p.LengthCut) && (!torn || len(s.rec.Lines) > maxPieces) {
			continue
		}
		s.rec.Kind, s.rec.Packet, s.tear = ItemPacket, p, torn
		s.torn, s.joined = s.joined, s.torn
		s.rec.line(n)
		s.done(emit)
		return true
	}
	if s.state == wrapped && endpointFollows(t) { // cut, not broken
		s.state = second
		return s.addresses(n, t, emit)
	}
	return false
}

// begun reads what follows a header on its line.
func (s *Scanner) begun(rest []byte, emit func(*Item)) {
	switch {
	case len(rest) == 0:
	case s.body(rest):
		s.inner(rest, emit)
	default:
		s.rec.Kind = ItemUnread // the dump below may tell what it is
		if len(rest) < 100 && !bytes.Contains(rest, []byte(": ")) {
			s.state = tail // broken between its addresses
			s.torn = append(s.torn[:0], rest...)
		}
	}
}

// other reads a record of another protocol: ARP is told, the rest is counted;
// the dump below it may hold IP all the same.
func (s *Scanner) other(n int, st stamp, t, rest []byte, emit func(*Item)) bool {
	it := &s.now
	it.reset(ItemARP)
	if arp(rest, it) {
		s.flush(emit)
		s.now.line(n)
		emit(&s.now)
		return true
	}
	if s.dumps != dumpsHex && s.dumps != dumpsUnknown || len(st.text) == 0 {
		return false
	}
	s.flush(emit)
	s.start(n, st)
	s.rec.Kind, s.state = ItemUnread, second
	return true
}

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
		in = t[:end]
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
// length 60". The fields come in this order.
func ip4Fields(t []byte, p *packet.Packet) (proto packet.Proto) {
	c := cursor{t}
	if c.find("tos 0x") {
		p.TOS = uint8(c.hex())
	}
	if c.find("ttl ") {
		p.TTL = uint8(c.number())
	}
	if c.find("id ") {
		p.ID = uint16(c.number())
	}
	if c.find("offset ") {
		p.Frag = uint16(c.number())
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
			proto = packet.Proto(c.number())
		}
	}
	if c.find(", length ") {
		p.IPLength = int(c.number())
	}
	return proto
}

// ip6Fields reads "(class 0x.., flowlabel 0x.., hlim 64, next-header TCP (6)
// payload length: 24": tcpdump 5.0 prints ", payload length 24".
func ip6Fields(t []byte, p *packet.Packet) (proto packet.Proto) {
	c := cursor{t}
	if i := bytes.Index(t, []byte("class 0x")); i >= 0 {
		class := cursor{t[i+len("class 0x"):]}
		p.TOS = uint8(class.hex())
	}
	if c.find("hlim ") {
		p.TTL = uint8(c.number())
	}
	if c.find("next-header ") {
		if i := bytes.IndexByte(c.b, '('); i >= 0 {
			c.b = c.b[i+1:]
			proto = packet.Proto(c.number())
		}
	}
	if c.find("payload length") {
		c.b = bytes.TrimLeft(c.b, ": ")
		p.IPLength = int(c.number()) + 40
	}
	return proto
}

// cursor reads a line from left to right.
type cursor struct{ b []byte }

// find goes behind the next key.
func (c *cursor) find(key string) bool {
	b := c.b
	for i := 0; i+len(key) <= len(b); i++ {
		if b[i] == key[0] && string(b[i:i+len(key)]) == key {
			c.b = b[i+len(key):]
			return true
		}
	}
	return false
}

// skip goes behind key if it is next.
func (c *cursor) skip(key string) bool {
	if len(c.b) >= len(key) && string(c.b[:len(key)]) == key {
		c.b = c.b[len(key):]
		return true
	}
	return false
}

// digits reads a decimal number; ok is false if there is none.
func (c *cursor) digits() (n uint64, ok bool) {
	i := 0
	for i < len(c.b) && i < 19 && c.b[i]-'0' <= 9 {
		n = n*10 + uint64(c.b[i]-'0')
		i++
	}
	c.b = c.b[i:]
	return n, i > 0
}

func (c *cursor) number() uint64 {
	n, _ := c.digits()
	return n
}

func (c *cursor) hex() (n uint64) {
	for len(c.b) > 0 {
		v := unhex[c.b[0]]
		if v > 15 {
			break
		}
		n = n<<4 | uint64(v)
		c.b = c.b[1:]
	}
	return n
}

// unhex gives a hex digit's value; 255: none.
var unhex = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i := byte(0); i < 10; i++ {
		t['0'+i] = i
	}
	for i := byte(0); i < 6; i++ {
		t['a'+i], t['A'+i] = 10+i, 10+i
	}
	return t
}()

// stamp is what stands before the protocol.
type stamp struct {
	text  []byte
	clock time.Duration // time of day, or since the packet before
	date  time.Time     // with -tttt or -tt
	dated bool
	delta bool // perhaps -ttt or -ttttt: a blank more, from zero on
	none  bool // -t
}

// readStamp reads a number (-#) and the stamp: HH:MM:SS.ffffff, the same with a
// date before it, seconds since 1970, or nothing. The fraction has six digits
// or nine; one that cannot be has more, and "(invalid us)" behind it.
func readStamp(t []byte, blank bool) (st stamp, rest []byte, ok bool) {
	if t[0] > '9' {
		st.none = true
		return st, t, true
	}
	if i := countDigits(t); i > 0 && i+2 < len(t) && t[i] == ' ' && t[i+1] == ' ' { // -#
		t = t[i+2:]
		if blank = t[0] == ' ' || t[0] == '-'; blank {
			t = bytes.TrimLeft(t, " -")
		}
		if len(t) == 0 || t[0] > '9' || t[0] < '0' {
			st.none = true
			return st, t, len(t) > 0
		}
	}
	whole := t
	if len(t) > 11 && t[4] == '-' && t[7] == '-' && t[10] == ' ' {
		if st.date, ok = day(t[:10]); !ok {
			return st, nil, false
		}
		st.dated = true
		t = t[11:]
		whole = t
	}
	if len(t) > 8 && t[2] == ':' && t[5] == ':' {
		h, m, sec := two(t[0:]), two(t[3:]), two(t[6:])
		if h > 23 || m > 59 || sec > 60 {
			return st, nil, false
		}
		st.clock = time.Duration(h*3600+m*60+sec) * time.Second
		t = t[8:]
	} else {
		c := cursor{t}
		sec, is := c.digits()
		if !is || sec > 1e10 || len(c.b) < 7 || c.b[0] != '.' || countDigits(c.b[1:]) < 6 || st.dated {
			return st, nil, false
		}
		st.date, st.dated = time.Unix(int64(sec), 0).UTC(), true
		t = c.b
	}
	if len(t) == 0 || t[0] != '.' {
		return st, nil, false
	}
	n := countDigits(t[1:])
	st.clock += fraction(t[1 : 1+n])
	t = t[1+n:]
	st.text = whole[:len(whole)-len(t)]
	st.delta = blank && !st.dated
	if len(t) == 0 || t[0] != ' ' {
		return st, nil, false
	}
	for len(t) > 0 && t[0] == ' ' {
		t = t[1:]
	}
	if bytes.HasPrefix(t, []byte("(invalid ")) {
		if i := bytes.IndexByte(t, ')'); i > 0 {
			t = bytes.TrimLeft(t[i+1:], " ")
		}
	}
	return st, t, len(t) > 0
}

func countDigits(b []byte) int {
	i := 0
	for i < len(b) && b[i]-'0' <= 9 {
		i++
	}
	return i
}

// two reads two digits; what is no number is too large for any use.
func two(b []byte) int {
	a, c := b[0]-'0', b[1]-'0'
	if a > 9 || c > 9 {
		return 1000
	}
	return int(a)*10 + int(c)
}

// fraction reads the digits behind the point. With more than nine they are a
// count of microseconds that is more than a second; it is added as it is.
func fraction(b []byte) time.Duration {
	var n time.Duration
	for _, c := range b[:min(len(b), 12)] {
		n = n*10 + time.Duration(c-'0')
	}
	switch {
	case len(b) == 6:
		return n * time.Microsecond
	case len(b) < 9:
		for i := len(b); i < 9; i++ {
			n *= 10
		}
	}
	return n
}

// day reads YYYY-MM-DD.
func day(b []byte) (time.Time, bool) {
	y, m, d := two(b)*100+two(b[2:]), two(b[5:]), two(b[8:])
	if y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC), true
}

// half is by how much the clock must fall for a new day to have begun: small
// steps back are another queue, or NTP.
const half = 12 * time.Hour

// set gives a packet its time. Deltas keep the order only.
func (c *clock) set(p *packet.Packet, st stamp) {
	switch {
	case st.none:
		return
	case st.dated:
		p.Time, p.Dated = st.date.Add(st.clock), true
		return
	case !c.begun:
		c.begun = true
		c.delta = st.delta && st.clock == 0
	}
	if c.delta {
		return
	}
	if st.clock < c.last-half {
		c.day++
	}
	c.last = st.clock
	p.Time = time.Time{}.Add(time.Duration(c.day)*24*time.Hour + st.clock)
}

// endpoint reads "192.168.1.1.443" or "fe80::1.443": the port stands behind
// the last dot; ICMP has none.
func endpoint(w []byte) (netip.AddrPort, bool) {
	if a, ok := fast4(w); ok {
		return a, true
	}
	if len(w) > 64 || len(w) < 2 {
		return netip.AddrPort{}, false
	}
	if a, err := netip.ParseAddr(string(w)); err == nil {
		return netip.AddrPortFrom(a.Unmap(), 0), true
	}
	dot := bytes.LastIndexByte(w, '.')
	if dot < 0 {
		return netip.AddrPort{}, false
	}
	c := cursor{w[dot+1:]}
	port, ok := c.digits()
	if !ok {
		port, ok = services[string(w[dot+1:])]
	}
	a, err := netip.ParseAddr(string(w[:dot]))
	if !ok || err != nil || port > 65535 || len(c.b) > 0 && c.b[0]-'0' <= 9 {
		return netip.AddrPort{}, false
	}
	return netip.AddrPortFrom(a.Unmap(), uint16(port)), true
}

// services are the ports that -n alone leaves as names on some systems.
var services = map[string]uint64{"ssh": 22, "domain": 53, "http": 80, "https": 443, "squid": 3128, "http-alt": 8080, "pcsync-https": 8443}

// fast4 reads an IPv4 address with or without a port.
func fast4(w []byte) (netip.AddrPort, bool) {
	var part [5]uint32
	n, digits := 0, 0
	for _, c := range w {
		switch d := c - '0'; {
		case d <= 9:
			part[n] = part[n]*10 + uint32(d)
			if digits++; digits > 5 {
				return netip.AddrPort{}, false
			}
		case c == '.' && digits > 0 && n < 4:
			n, digits = n+1, 0
		default:
			return netip.AddrPort{}, false
		}
	}
	if n < 3 || digits == 0 || part[0]|part[1]|part[2]|part[3] > 255 || part[4] > 65535 {
		return netip.AddrPort{}, false
	}
	a := netip.AddrFrom4([4]byte{byte(part[0]), byte(part[1]), byte(part[2]), byte(part[3])})
	return netip.AddrPortFrom(a, uint16(part[4])), true
}

func trimEnd(b []byte) []byte {
	n := len(b)
	for n > 0 && (b[n-1] == ' ' || b[n-1] == '\r' || b[n-1] == '\n' || b[n-1] == '\t') {
		n--
	}
	return b[:n]
}
