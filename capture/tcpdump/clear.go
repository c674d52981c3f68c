package tcpdump

import (
	"bytes"
	"net/netip"
	"strings"
)

// httpLine reads what tcpdump prints under a packet to or from an HTTP port:
// "CONNECT 10.1.1.1:8443 HTTP/1.1" and "HTTP/1.0 407 Proxy Authentication
// Required" (RFC 9112, sections 3 and 4). Other lines of the message, and its
// body, are none of it.
func httpLine(t []byte, it *Item) bool {
	if len(t) < 8 || t[0] < 'A' || t[0] > 'Z' {
		return false
	}
	if rest, ok := bytes.CutPrefix(t, []byte("HTTP/1.")); ok && len(rest) > 5 && rest[1] == ' ' {
		c := cursor{rest[2:]}
		status, ok := c.digits()
		it.Status = int(status)
		return ok && status >= 100 && status < 600
	}
	f := bytes.Fields(t)
	if len(f) < 3 || !bytes.HasPrefix(f[2], []byte("HTTP/1.")) {
		return false
	}
	switch method := string(f[0]); method {
	case "CONNECT":
		it.Method, it.Target = method, hostPort(string(f[1]))
	case "GET", "POST", "PUT", "HEAD":
		it.Method = method
	default:
		return false
	}
	return true
}

// hostPort keeps what a host and a port can be written with.
func hostPort(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ':' || r == '[' || r == ']' || hostName(string(r)) != "" {
			return r
		}
		return -1
	}, s)
}

// arp reads "ARP, Ethernet (len 6), IPv4 (len 4), Request who-has A tell B" and
// "… Reply A is-at MAC" (RFC 826).
func arp(t []byte, it *Item) bool {
	i := arpAt(t)
	if i < 0 {
		return false
	}
	words := bytes.Fields(t[i:])
	for j, w := range words[:max(0, len(words)-1)] {
		switch string(w) {
		case "who-has", "Reply":
			it.Reply = w[0] == 'R'
			it.Neighbour, _ = netip.ParseAddr(string(bytes.Trim(words[j+1], ",")))
			for k := j + 2; k+1 < len(words) && !it.Reply; k++ {
				if string(words[k]) == "tell" {
					it.Asker, _ = netip.ParseAddr(string(bytes.Trim(words[k+1], ",")))
				}
			}
			return it.Neighbour.IsValid()
		}
	}
	return false
}

// arpAt is where a packet's protocol is ARP, as it is printed without -e or with.
func arpAt(t []byte) int {
	t = t[:min(len(t), 60)]
	if i := bytes.Index(t, []byte("ARP, ")); i >= 0 {
		return i
	}
	return bytes.Index(t, []byte("ARP (0x0806), "))
}
