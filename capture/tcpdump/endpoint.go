package tcpdump

import (
	"bytes"
	"net/netip"
)

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
