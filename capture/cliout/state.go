package cliout

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"syncscope/capture/redact"
)

// The outputs of the checks that ask how a host is: its addresses, what listens,
// its time, and how far it gets by itself.

// address reads a row of "ip -br addr", "eth0 UP 10.1.1.1/24 fe80::1/64", and
// the rows "2: eth0: <…>" and "inet 10.1.1.1/24 …" of the long form.
func (p *Parser) address(b []byte) {
	f := strings.Fields(string(b))
	if len(f) < 2 {
		return
	}
	name, rest := f[0], f[1:]
	switch {
	case strings.HasSuffix(name, ":") && strings.Trim(name, "0123456789:") == "":
		p.device = p.gate.Field(redact.Plain, []byte(strings.TrimSuffix(f[1], ":")))
		return
	case name != "inet" && name != "inet6":
		name, _, _ = strings.Cut(name, "@")
		p.device = p.gate.Field(redact.Plain, []byte(name))
	}
	for _, w := range rest {
		net, err := netip.ParsePrefix(w)
		if a, bad := netip.ParseAddr(w); err != nil && bad == nil { // a point-to-point link prints no length
			net, err = netip.PrefixFrom(a, a.BitLen()), nil
		}
		if err == nil && w != "brd" {
			p.res.Owned = append(p.res.Owned, Interface{Name: p.device, Net: net})
		}
		if name == "inet" || name == "inet6" {
			return // what follows the first address is the broadcast's
		}
	}
}

// maxPEM bounds a certificate as text: the largest that is met has a few KB.
const maxPEM = 64 << 10

// leaf reads the first certificate that is printed: the server's own.
func (p *Parser) leaf(b []byte) {
	t := bytes.TrimSpace(b)
	begins := bytes.HasPrefix(t, []byte("-----BEGIN CERTIFICATE"))
	if p.res.Leaf.Printed || len(p.pem) == 0 && !begins || len(p.pem) > maxPEM {
		return
	}
	if begins {
		p.pem = p.pem[:0]
	}
	p.pem = append(append(p.pem, t...), '\n')
	if !bytes.HasPrefix(t, []byte("-----END CERTIFICATE")) {
		return
	}
	if block, _ := pem.Decode(p.pem); block != nil {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			p.res.Leaf, p.res.NotAfter = leafOf(c, p.gate), c.NotAfter
		}
	}
	p.pem = nil
}

// leafOf is what a certificate says of its owner. As Java does, it has the subject's
// name where no others are listed.
func leafOf(c *x509.Certificate, gate *redact.Session) Leaf {
	out := Leaf{Printed: true, NotBefore: c.NotBefore}
	names := slices.Clone(c.DNSNames)
	for _, a := range c.IPAddresses {
		names = append(names, a.String())
	}
	if len(names) == 0 {
		names = []string{c.Subject.CommonName}
	}
	for _, n := range names {
		out.Names = append(out.Names, gate.Foreign(n))
	}
	return out
}

// Covers reports whether a certificate is for a host (RFC 6125).
func (l Leaf) Covers(host string) bool {
	called, err := netip.ParseAddr(host)
	var c x509.Certificate
	for _, n := range l.Names {
		a, none := netip.ParseAddr(n.String())
		switch {
		case err == nil && none == nil && a.Unmap() == called.Unmap():
			return true
		case none != nil:
			c.DNSNames = append(c.DNSNames, n.String())
		}
	}
	return err != nil && c.VerifyHostname(host) == nil
}

// socket reads a row of "ss -ltn": the state, two queues, then the local end.
func (p *Parser) socket(b []byte) {
	f := strings.Fields(string(b))
	at := 3
	switch { // netstat's rows, and those of Windows
	case len(f) > 5 && strings.HasPrefix(f[0], "tcp") && f[5] == "LISTEN":
	case len(f) > 3 && f[0] == "TCP" && f[3] == "LISTENING":
		at = 1
	case len(f) < 5 || f[0] != "LISTEN":
		return
	}
	host, port, ok := cutLast(f[at], ":")
	n, err := strconv.ParseUint(port, 10, 16)
	if !ok || err != nil {
		return
	}
	host, _, _ = strings.Cut(strings.Trim(host, "[]"), "%")
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	switch {
	case host == "*":
		a = netip.IPv6Unspecified()
	case err != nil:
		return
	}
	p.res.Listeners = append(p.res.Listeners, netip.AddrPortFrom(a.Unmap(), uint16(n)))
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}

var drift = newPattern(`^([0-9.]+) seconds (slow|fast)`)

// chrony reads "Leap status     : Normal" and its neighbours.
func (p *Parser) chrony(b []byte) {
	key, val, ok := bytes.Cut(b, []byte(":"))
	val = bytes.TrimSpace(val)
	switch {
	case !ok:
		if bytes.HasPrefix(b, []byte("506 ")) {
			p.res.Failure = p.gate.Foreign(string(b))
		}
		return
	case bytes.Contains(key, []byte("chronyc")):
		p.res.Failure = p.gate.Foreign(string(b))
	}
	switch string(bytes.TrimSpace(key)) {
	case "Leap status":
		p.res.Leap = p.gate.Foreign(string(val))
	case "Reference ID":
		p.res.TimeSource = p.gate.Foreign(string(val))
	case "System time":
		if m := drift.FindSubmatch(val); m != nil {
			s, _ := strconv.ParseFloat(string(m[1]), 64)
			p.res.Drift = time.Duration(s * float64(time.Second))
			if string(m[2]) == "slow" {
				p.res.Drift = -p.res.Drift
			}
		}
	}
}

// hostEntry reads "10.1.1.1  STREAM name" and, last, the status that getent
// ended with: 2 where the name is not known.
func (p *Parser) hostEntry(b []byte) {
	f := strings.Fields(string(b))
	if len(f) == 0 {
		return
	}
	if a, err := netip.ParseAddr(f[0]); err == nil {
		p.res.Addrs = append(p.res.Addrs, a)
		return
	}
	if f[0] == "status" && len(f) == 2 {
		if p.res.Code, _ = strconv.Atoi(f[1]); p.res.Code == 2 {
			p.res.Failure = redact.Literal("the host's resolver does not know the name")
		}
		return
	}
	p.res.Failure = p.gate.Foreign(string(b))
}

// connect reads a shell's words about a connection, and last the status that it
// ended with: 0 where it opened, 124 where the time was over.
func (p *Parser) connect(b []byte) {
	t := bytes.TrimSpace(b)
	if rest, ok := bytes.CutPrefix(t, []byte("status ")); ok {
		code, err := strconv.Atoi(string(rest))
		p.res.Code, p.res.Open = code, err == nil && code == 0
		if code == 124 && p.res.Failure.Empty() {
			p.res.Failure = redact.Literal("no answer in time")
		}
		return
	}
	if len(t) > 0 && p.res.Failure.Empty() {
		i := bytes.LastIndex(t, []byte(": "))
		p.res.Failure = p.gate.Foreign(string(t[i+1:]))
		if i >= 0 {
			p.res.Failure = p.gate.Foreign(string(t[i+2:]))
		}
	}
}

// units are how docker and the Manager spell a time: "About an hour", "3 hours",
// "41 days 06 hrs 12 min 33 sec", "642s".
var (
	units   = newPattern(`(?i)(\d+|\ban?\b|less than a)\s*(s|sec|seconds?|m|min|minutes?|h|hrs?|hours?|days?|d|weeks?|months?|years?)\b`)
	lengths = map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour, 'o': 30 * 24 * time.Hour, 'y': 365 * 24 * time.Hour}
)

// spelledTime is a time as people write one; 0: it is none.
func spelledTime(s string) time.Duration {
	var sum time.Duration
	for _, m := range units.regexp().FindAllStringSubmatch(s, -1) {
		n, err := strconv.Atoi(m[1])
		if err != nil {
			n = 1
		}
		unit := strings.ToLower(m[2])
		if strings.HasPrefix(unit, "mo") {
			unit = "o"
		}
		sum += time.Duration(n) * lengths[unit[0]]
	}
	return sum
}
