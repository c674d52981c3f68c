package tcpdump

import (
	"bytes"
	"net/netip"
	"strings"

	"syncscope/capture/packet"
)

// icmp reads an error's meaning and the destination it is about.
func icmp(t []byte, p *packet.Packet) {
	p.Proto = packet.ICMP
	if bytes.HasPrefix(t, []byte("ICMP6")) {
		p.Proto = packet.ICMPv6
	}
	for _, e := range []struct {
		words string
		means packet.Unreach
	}{
		{"need to frag", packet.UnreachFragmentation}, {"packet too big", packet.UnreachFragmentation},
		{"admin prohibited", packet.UnreachAdmin}, {"prohibited", packet.UnreachAdmin}, {"time exceeded", packet.UnreachTimeExceeded},
		{"port", packet.UnreachPort}, {"net ", packet.UnreachNet}, {"host ", packet.UnreachHost}, {"unreachable", packet.UnreachOther},
	} {
		if bytes.Contains(t, []byte(e.words)) && (e.means == packet.UnreachTimeExceeded || bytes.Contains(t, []byte("unreachable")) || e.means == packet.UnreachFragmentation) {
			p.Unreach = e.means
			break
		}
	}
	if n, ok := after(t, "mtu "); ok && n < 1<<31 {
		p.MTU = int(n)
	}
	for _, w := range bytes.Fields(t) {
		if a, err := netip.ParseAddr(string(bytes.Trim(w, ",:"))); err == nil {
			p.About = netip.AddrPortFrom(a, 0)
			break
		}
	}
	if n, ok := after(t, "port "); ok && n < 65536 {
		p.About = netip.AddrPortFrom(p.About.Addr(), uint16(n))
	}
	switch {
	case bytes.Contains(t, []byte(" udp port ")):
		p.AboutProto = packet.UDP
	case bytes.Contains(t, []byte(" tcp port ")):
		p.AboutProto = packet.TCP
	}
}

// dns reads "4660+ A? www.example.com. (33)" and "4660 NXDomain 0/1/0 (90)".
func dns(t []byte, p *packet.Packet) {
	if i := bytes.IndexByte(t, ']'); len(t) > 0 && t[0] == '[' && i > 0 { // [udp sum ok]
		t = bytes.TrimLeft(t[i+1:], " ")
	}
	c := cursor{t}
	id, ok := c.digits()
	rest := c.b
	if !ok {
		return
	}
	d := &p.DNS
	d.ID, d.Query, d.Response = uint16(id), p.Dst.Port() == 53, p.Src.Port() == 53
	for _, code := range []string{"NXDomain", "ServFail", "Refused"} {
		if d.Response && bytes.Contains(rest, []byte(" "+code)) {
			d.RCode = code
		}
	}
	for w, rest := cutWord(rest); len(rest) > 0; {
		next, behind := cutWord(rest)
		switch value := bytes.Trim(next, ".,()"); {
		case d.Name == "" && len(w) > 0 && w[len(w)-1] == '?':
			d.Name = hostName(string(value))
		case string(w) == "A" || string(w) == "AAAA":
			if a, err := netip.ParseAddr(string(value)); err == nil {
				d.Addrs = append(d.Addrs, a)
			}
		}
		w, rest = next, behind
	}
}

// cutWord gives the first word and what follows the blanks behind it.
func cutWord(t []byte) (word, rest []byte) {
	for len(t) > 0 && t[0] == ' ' {
		t = t[1:]
	}
	word, rest, _ = bytes.Cut(t, []byte(" "))
	for len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	return word, rest
}

// hostName keeps the letters a host name has.
func hostName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, s)
}

// notice reads the lines that tcpdump and the Manager's CLI print around packets.
func (s *Scanner) notice(n int, t []byte, emit func(*Item)) bool {
	it := &s.now
	switch i := bytes.Index(t, []byte("listening on ")); {
	case i >= 0:
		it.reset(ItemListening)
		it.Interface = word(t[i+len("listening on "):])
		for _, key := range []string{"capture size ", "snapshot length "} {
			if size, ok := after(t, key); ok {
				it.SnapLen = int(size)
			}
		}
		s.snap = it.SnapLen
		s.linkNamed(t)
	case bytes.HasPrefix(t, []byte("tcpdump -")):
		it.reset(ItemEcho)
		echo(t, it)
		s.options(t)
	case bytes.HasPrefix(t, []byte("^C")), bytes.Contains(t, []byte("# ")), bytes.HasSuffix(t, []byte("#")), bytes.Contains(t, []byte("$ ")), bytes.HasPrefix(t, []byte("tcpdump: ")), bytes.HasPrefix(t, []byte("reading from file ")), bytes.HasPrefix(t, []byte("--More--")):
		it.reset(ItemPrompt)
		s.linkNamed(t)
		if size, ok := after(t, "snapshot length "); ok {
			s.snap = int(size)
		}
	default:
		return false
	}
	it.line(n)
	if s.state == below || s.state == tail { // between a record's two lines it may stand
		s.flush(emit)
	}
	emit(it)
	return true
}

// ppp is PPP's link type: Decode leaves it to the library.
const ppp packet.LinkType = 9

// linkNames are the link types as tcpdump names them.
var linkNames = map[string]packet.LinkType{
	"EN10MB": packet.Ethernet, "LINUX_SLL": packet.SLL, "LINUX_SLL2": packet.SLL2, "RAW": packet.Raw, "IPV4": packet.RawIPv4, "IPV6": packet.RawIPv6, "PPP": ppp, "NULL": packet.Null, "LOOP": packet.Loop,
}

// medium is what a listing's packets were captured on.
type medium struct {
	link  packet.LinkType
	named bool               // link is what tcpdump said
	tries [4]packet.LinkType // what a dump may begin with
}

// links are the link types that a dump may begin with, the likeliest first: an
// IP header (-x), where raw, what tcpdump said, or what the bytes look like.
func (m *medium) links(f []byte, raw bool) []packet.LinkType {
	out := m.tries[:0]
	ip := len(f) > 20 && (f[0]>>4 == 4 && f[0]&15 >= 5 || f[0]>>4 == 6)
	if ip && raw {
		out = append(out, packet.Raw)
	}
	switch {
	case m.named:
		out = append(out, m.link)
	case known(f, 12):
		out = append(out, packet.Ethernet)
	case known(f, 14):
		out = append(out, packet.SLL)
	case known(f, 0):
		out = append(out, packet.SLL2)
	case len(f) > 24 && (f[4]>>4 == 4 || f[4]>>4 == 6):
		out = append(out, packet.Null)
	}
	if ip && !raw {
		out = append(out, packet.Raw)
	}
	return out
}

// linkNamed takes the link type from "link-type EN10MB (Ethernet)" or "data link
// type LINUX_SLL2".
func (m *medium) linkNamed(t []byte) {
	for _, key := range []string{"link-type ", "link type "} {
		if i := bytes.Index(t, []byte(key)); i >= 0 {
			if l, ok := linkNames[word(t[i+len(key):])]; ok {
				m.link, m.named = l, true
			}
		}
	}
}

// options takes from the command what it tells of the listing's form: -S, and
// whether packets have dumps.
func (s *Scanner) options(t []byte) {
	s.dumps, s.bases.mode = dumpsNone, modeRelative
	for _, w := range bytes.Fields(t) {
		if len(w) < 2 || w[0] != '-' || w[1] == '-' || len(w) > 12 {
			continue
		}
		if bytes.IndexByte(w, 'S') > 0 {
			s.bases.mode = modeAbsolute
		}
		if bytes.ContainsAny(w, "xXA") {
			s.dumps = dumpsUnknown
		}
	}
}

// word is the first word, with the letters of an interface's name only.
func word(t []byte) string {
	w, _, _ := bytes.Cut(t, []byte(" "))
	return hostName(strings.ReplaceAll(string(bytes.Trim(w, ",")), "/", "-"))
}

// echo reads the command line that the Manager runs.
func echo(t []byte, it *Item) {
	if i := bytes.Index(t, []byte(" -i ")); i >= 0 {
		it.Interface = word(t[i+4:])
	}
	if size, ok := after(t, " -s "); ok {
		it.SnapLen = int(size)
	}
	words := strings.Fields(string(t))
	for i, w := range words[:max(0, len(words)-1)] {
		if w == "host" || w == "(host" {
			if a, err := netip.ParseAddr(strings.Trim(words[i+1], "()")); err == nil && !it.Peer.IsValid() {
				it.Peer = a
			}
		}
	}
	it.Filter = strings.Map(func(r rune) rune {
		if r >= ' ' && r < 0x7f {
			return r
		}
		return -1
	}, string(t))
}

// maxCounters bounds how many closing lines are one item: tcpdump prints four.
const maxCounters = 8

// counters reads one of the closing lines.
func (s *Scanner) counters(n int, t []byte) bool {
	c := cursor{bytes.TrimPrefix(t, []byte("^C"))}
	count, ok := c.digits()
	if !ok || !c.skip(" packet") {
		return false
	}
	var field func(*Item) *int
	switch {
	case bytes.Contains(c.b, []byte("captured")):
		field = func(it *Item) *int { return &it.Captured }
	case bytes.Contains(c.b, []byte("received by filter")):
		field = func(it *Item) *int { return &it.Received }
	case bytes.Contains(c.b, []byte("dropped by")):
		field = func(it *Item) *int { return &it.Dropped }
	default:
		return false
	}
	if !s.closing {
		s.closing = true
		s.footer.reset(ItemFooter)
		s.footer.Captured, s.footer.Received, s.footer.Dropped = -1, -1, -1
	}
	if len(s.footer.Lines) >= maxCounters {
		return false
	}
	*field(&s.footer) = int(count)
	s.footer.line(n)
	return true
}

// quote reads the packet that an ICMP error quotes (RFC 792), as -v prints it:
// a line "\tIP (…)" and one with its addresses. Where an error's own words do
// not name the destination it is about, the quoted packet does.
func (s *Scanner) quote(n int, t []byte, emit func(*Item)) bool {
	var q packet.Packet
	if ok, _ := body(t, &q); !ok {
		return false
	}
	if about := &s.rec.Packet.About; !about.IsValid() || about.Port() == 0 && about.Addr() == q.Dst.Addr() {
		*about = q.Dst
	}
	if s.rec.Packet.About == q.Dst {
		s.rec.Packet.AboutProto, s.rec.Packet.AboutSrc = q.Proto, q.Src
	}
	s.quoted = false
	s.plain(n, ItemDecoration, emit)
	return true
}

// after gives the number behind key.
func after(b []byte, key string) (uint64, bool) {
	i := bytes.Index(b, []byte(key))
	if i < 0 {
		return 0, false
	}
	c := cursor{b[i+len(key):]}
	return c.digits()
}
