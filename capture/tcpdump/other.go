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
	if n, ok := after(t, "mtu "); ok {
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
}

// dns reads "4660+ A? www.example.com. (33)" and "4660 NXDomain 0/1/0 (90)".
func dns(t []byte, p *packet.Packet) {
	if i := bytes.IndexByte(t, ']'); len(t) > 0 && t[0] == '[' && i > 0 { // [udp sum ok]
		t = bytes.TrimLeft(t[i+1:], " ")
	}
	id, rest, ok := leading(t)
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
	words := strings.Fields(string(rest))
	for i, w := range words[:max(0, len(words)-1)] {
		next := strings.Trim(words[i+1], ".,()")
		switch {
		case d.Name == "" && strings.HasSuffix(w, "?"):
			d.Name = hostName(next)
		case w == "A" || w == "AAAA":
			if a, err := netip.ParseAddr(next); err == nil {
				d.Addrs = append(d.Addrs, a)
			}
		}
	}
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
func notice(n int, t []byte, emit func(Item)) bool {
	it := Item{First: n, Line: n}
	switch i := bytes.Index(t, []byte("listening on ")); {
	case i >= 0:
		it.Kind = ItemListening
		it.Interface = word(t[i+len("listening on "):])
		for _, key := range []string{"capture size ", "snapshot length "} {
			if size, ok := after(t, key); ok {
				it.SnapLen = int(size)
			}
		}
	case bytes.HasPrefix(t, []byte("tcpdump -")):
		it.Kind = ItemEcho
		echo(t, &it)
	case bytes.HasPrefix(t, []byte("^C")), bytes.Contains(t, []byte("# ")), bytes.HasSuffix(t, []byte("#")), bytes.Contains(t, []byte("$ ")), bytes.HasPrefix(t, []byte("tcpdump: ")):
		it.Kind = ItemPrompt
	default:
		return false
	}
	emit(it)
	return true
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

// counters reads one of the three closing lines.
func (s *Scanner) counters(t []byte) bool {
	t = bytes.TrimPrefix(bytes.TrimLeft(t, " "), []byte("^C"))
	n, rest, ok := leading(t)
	if !ok {
		return false
	}
	var field func(*Item) *int
	switch {
	case bytes.HasPrefix(rest, []byte(" packet")) && bytes.Contains(rest, []byte("captured")):
		field = func(it *Item) *int { return &it.Captured }
	case bytes.HasPrefix(rest, []byte(" packet")) && bytes.Contains(rest, []byte("received by filter")):
		field = func(it *Item) *int { return &it.Received }
	case bytes.HasPrefix(rest, []byte(" packet")) && bytes.Contains(rest, []byte("dropped by")):
		field = func(it *Item) *int { return &it.Dropped }
	default:
		return false
	}
	if s.footer == nil {
		s.footer = &Item{Kind: ItemFooter, Captured: -1, Received: -1, Dropped: -1}
	}
	*field(s.footer) = int(n)
	return true
}

// quote reads the packet that an ICMP error quotes (RFC 792), as -v prints it:
// a line "\tIP (…)" and one with its addresses. Where an error's own words do
// not name the destination it is about, the quoted packet does.
func (s *Scanner) quote(n int, b, t []byte, emit func(Item)) bool {
	switch {
	case bytes.HasPrefix(b, []byte("\tIP")):
		s.quoted = true
	case s.quoted:
		var p packet.Packet
		if !body(t, &p) {
			s.flushICMP(emit)
			return false
		}
		if about := &s.icmp.Packet.About; !about.IsValid() || about.Port() == 0 && about.Addr() == p.Dst.Addr() {
			*about = p.Dst
		}
		s.flushICMP(emit)
	default:
		s.flushICMP(emit)
		return false
	}
	emit(Item{Kind: ItemDecoration, First: n, Line: n})
	return true
}

func (s *Scanner) flushICMP(emit func(Item)) {
	if s.icmp != nil {
		emit(*s.icmp)
		s.icmp = nil
	}
}
