package cliout

import (
	"bytes"
	"net/netip"
	"strconv"
	"time"

	"syncscope/capture/redact"
)

// curlSteps are the lines by which curl -v tells how far it got.
var curlSteps = []struct {
	words string
	to    Reached
}{
	{"*   Trying ", ReachedName}, {"* Trying ", ReachedName}, {"* Connected to ", ReachedPort}, {"* Established connection", ReachedPort},
	{"* SSL connection using ", ReachedTLS}, {"< HTTP/", ReachedAnswer},
}

// tunnelRefused is curl's word for what a proxy answered to the CONNECT, behind the
// answer itself and at its own end.
var tunnelRefused = newPattern(`(?:CONNECT tunnel failed, response|Received HTTP code) ([1-5]\d\d)\b`)

// curl reads "< HTTP/1.1 403 Forbidden" and "curl: (7) Failed to connect …".
func (p *Parser) curl(b []byte) {
	for _, step := range curlSteps {
		if bytes.HasPrefix(b, []byte(step.words)) {
			p.res.Reached = max(p.res.Reached, step.to)
		}
	}
	if rest, ok := bytes.CutPrefix(b, []byte("< HTTP/")); ok {
		if f := bytes.Fields(rest); len(f) > 1 {
			p.res.Status, _ = strconv.Atoi(string(f[1]))
		}
	}
	if m := tunnelRefused.FindSubmatch(b); m != nil {
		p.res.Status, _ = strconv.Atoi(string(m[1])) // digits
	}
	if rest, ok := bytes.CutPrefix(b, []byte("curl: (")); ok {
		code, _, _ := bytes.Cut(rest, []byte(")"))
		p.res.Code, _ = strconv.Atoi(string(code))
		p.res.Failure = p.gate.Foreign(string(b))
	}
}

// pinged are the summaries of ping, of Windows' and of IOS'.
var (
	pinged    = newPattern(`^(\d+) packets transmitted, (\d+) (?:packets )?received|Packets: Sent = (\d+), Received = (\d+)`)
	pingedIOS = newPattern(`^Success rate is \d+ percent \((\d+)/(\d+)\)`)
	fastest   = newPattern(`min/avg/max(?:/[a-z]+)? = (\d+(?:\.\d+)?)/|Minimum = (\d+)ms`)
)

func (p *Parser) ping(b []byte) {
	if m := pinged.FindSubmatch(b); m != nil {
		p.res.Sent, _ = strconv.Atoi(string(m[1]) + string(m[3]))
		p.res.Received, _ = strconv.Atoi(string(m[2]) + string(m[4]))
	}
	if m := fastest.FindSubmatch(b); m != nil {
		p.res.Fastest, _ = time.ParseDuration(string(m[1]) + string(m[2]) + "ms")
	}
	if m := pingedIOS.FindSubmatch(b); m != nil {
		p.res.Received, _ = strconv.Atoi(string(m[1]))
		p.res.Sent, _ = strconv.Atoi(string(m[2]))
	}
	if bytes.HasPrefix(b, []byte("ping: ")) || bytes.Contains(b, []byte("nreachable")) {
		p.res.Failure = p.gate.Foreign(string(b))
	}
}

// iface reads a row of the table of interfaces: the VPN, the name, and wherever
// in the row it stands, the address with its network.
func (p *Parser) iface(b []byte) {
	f := bytes.Fields(b)
	if len(f) < 3 {
		return
	}
	vpn, err := strconv.ParseUint(string(f[0]), 10, 16)
	if err != nil {
		return
	}
	row := Interface{VPN: int(vpn), Name: p.gate.Field(redact.Plain, f[1])}
	for _, w := range f[2:] {
		if net, err := netip.ParsePrefix(string(w)); err == nil {
			row.Net = net
			break
		}
	}
	p.res.Interfaces = append(p.res.Interfaces, row)
}

// route reads "10.1.1.1 via 192.168.10.254 dev eth0 src …" and "RTNETLINK
// answers: Network is unreachable".
func (p *Parser) route(b []byte) {
	if _, rest, ok := bytes.Cut(b, []byte(" dev ")); ok {
		dev, _, _ := bytes.Cut(rest, []byte(" "))
		p.res.Device = p.gate.Field(redact.Plain, dev)
	}
	if _, rest, ok := bytes.Cut(b, []byte(" src ")); ok {
		own, _, _ := bytes.Cut(rest, []byte(" "))
		p.res.Own, _ = netip.ParseAddr(string(own))
	}
	if _, rest, ok := bytes.Cut(b, []byte(" via ")); ok {
		hop, _, _ := bytes.Cut(rest, []byte(" "))
		p.res.Via, _ = netip.ParseAddr(string(hop))
	}
	if bytes.Contains(b, []byte("nreachable")) {
		p.res.Failure = p.gate.Foreign(string(b))
	}
}

// session reads how a TLS session came about, and the first certificate's end.
func (p *Parser) session(b []byte) {
	t := bytes.TrimSpace(b)
	if _, rest, ok := bytes.Cut(t, []byte("Verify return code: ")); ok {
		n, _, _ := bytes.Cut(rest, []byte(" "))
		p.res.Verify, _ = strconv.Atoi(string(n))
	}
	if rest, ok := bytes.CutPrefix(t, []byte("verify error:num=")); ok {
		n, _, _ := bytes.Cut(rest, []byte(":"))
		if code, err := strconv.Atoi(string(n)); err == nil {
			p.res.VerifyErrors = append(p.res.VerifyErrors, code)
		}
	}
	if rest, ok := bytes.CutPrefix(t, []byte("Protocol version: ")); ok { // -brief
		p.res.Protocol = p.gate.Field(redact.Plain, rest)
	}
	if rest, ok := bytes.CutPrefix(t, []byte("Verification error: ")); ok && len(p.res.VerifyErrors) == 0 {
		if code := verifyCode[string(rest)]; code > 0 {
			p.res.VerifyErrors = append(p.res.VerifyErrors, code)
		}
	}
	if rest, ok := bytes.CutPrefix(t, []byte("New, ")); ok && !bytes.HasPrefix(rest, []byte("(NONE)")) {
		v, _, _ := bytes.Cut(rest, []byte(","))
		p.res.Protocol = p.gate.Field(redact.Plain, v)
	}
	if _, rest, ok := bytes.Cut(t, []byte("NotAfter: ")); ok && p.res.NotAfter.IsZero() {
		p.res.NotAfter, _ = time.Parse("Jan _2 15:04:05 2006 MST", string(rest))
	}
	if bytes.HasPrefix(t, []byte("connect:errno=")) || bytes.Contains(t, []byte("errno=104")) || bytes.Contains(t, []byte(":SSL routines:")) || bytes.Contains(t, []byte(":system library:")) {
		p.res.Failure = p.gate.Foreign(string(t))
	}
}

// verifyCode are openssl's numbers for its words (X509_verify_cert_error_string).
var verifyCode = map[string]int{
	"certificate is not yet valid": 9, "certificate has expired": 10, "self-signed certificate": 18, "self signed certificate": 18,
	"self-signed certificate in certificate chain": 19, "self signed certificate in certificate chain": 19,
	"unable to get local issuer certificate": 20, "unable to verify the first certificate": 21, "hostname mismatch": 62, "IP address mismatch": 64,
}

// disk reads df's lines (POSIX format): the fifth column is the use, the last
// the mount point.
func (p *Parser) disk(b []byte) {
	f := bytes.Fields(b)
	if len(f) < 6 || !bytes.HasSuffix(f[4], []byte("%")) {
		return
	}
	use, err := strconv.Atoi(string(bytes.TrimSuffix(f[4], []byte("%"))))
	if err == nil && use >= p.res.Use && !bytes.HasPrefix(f[5], []byte("/snap")) {
		p.res.Use, p.res.Mount = use, p.gate.Field(redact.Plain, f[5])
	}
}

// containerRow is a row of docker's own table: the state stands behind the age, and the name
// last. Ports stand between them, or none.
var containerRow = newPattern(`^[0-9a-f]{12} .*? {2,}((?:Up|Exited|Restarting|Created|Dead|Paused)\b(?: ?\S+)*) {2,}(?:.* {2,})?(\S+)$`)

// container reads "backend Up 3 hours" and "redis Exited (1) 2 minutes ago", and the rows of
// docker's own table.
func (p *Parser) container(b []byte) {
	name, state, ok := bytes.Cut(bytes.TrimSpace(b), []byte(" "))
	if m := containerRow.FindSubmatch(bytes.TrimSpace(b)); m != nil {
		name, state = m[2], m[1]
	}
	switch {
	case !ok:
	case bytes.HasPrefix(state, []byte("Up")):
		p.res.Received++
		p.res.Up = append(p.res.Up, Service{p.gate.Foreign(string(name)), spelledTime(string(state[len("Up"):]))})
		if bytes.Contains(state, []byte("unhealthy")) {
			p.res.Down = append(p.res.Down, p.gate.Foreign(string(name)+": "+string(state)))
		}
	case bytes.HasPrefix(state, []byte("Exited")), bytes.HasPrefix(state, []byte("Restarting")), bytes.HasPrefix(state, []byte("Created")), bytes.HasPrefix(state, []byte("Dead")), bytes.HasPrefix(state, []byte("Paused")):
		p.res.Down = append(p.res.Down, p.gate.Foreign(string(name)+": "+string(state)))
	case bytes.Contains(b, []byte("  ")): // a row of docker's own table, as a person copies it
	default:
		p.res.Failure = p.gate.Foreign(string(bytes.TrimSpace(b)))
	}
}

// dig reads the status of the answer and its addresses:
//
//	;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: 4711
//	ssm.example.  300  IN  A  10.1.1.1
func (p *Parser) dig(b []byte) {
	t := bytes.TrimSpace(b)
	if _, rest, ok := bytes.Cut(t, []byte("status: ")); ok && bytes.HasPrefix(t, []byte(";; ->>HEADER")) {
		if status := rest[:max(0, bytes.IndexByte(rest, ','))]; len(status) > 0 && string(status) != "NOERROR" {
			p.res.Failure = p.gate.Foreign("status: " + string(status))
		}
		return
	}
	for _, w := range []string{";; connection timed out", ";; no servers could be reached", ";; communications error"} {
		if bytes.HasPrefix(t, []byte(w)) {
			p.res.Failure = p.gate.Foreign(string(t))
		}
	}
	f := bytes.Fields(t)
	if len(f) != 5 || f[0][0] == ';' || string(f[2]) != "IN" {
		return
	}
	if a, err := netip.ParseAddr(string(f[4])); err == nil {
		p.res.Name, p.res.Addrs = p.gate.Field(redact.Plain, bytes.TrimSuffix(f[0], []byte("."))), append(p.res.Addrs, a)
	}
}

// hop reads "traceroute to ssm (10.1.1.1), 30 hops max" and " 3  10.9.9.9  0.4 ms *".
func (r *Result) hop(gate *redact.Session, b []byte) {
	f := bytes.Fields(b)
	if len(f) < 2 {
		return
	}
	if string(f[0]) == "traceroute" || string(f[0]) == "tracepath" || string(f[0]) == "Tracing" {
		for _, w := range f {
			if a, err := netip.ParseAddr(string(bytes.Trim(w, "()[],"))); err == nil {
				r.Target = a
			}
		}
		return
	}
	number, _, _ := bytes.Cut(f[0], []byte(".|--")) // mtr's
	if _, err := strconv.Atoi(string(bytes.TrimRight(number, ":?"))); err != nil || bytes.HasSuffix(f[0], []byte("?:")) {
		return
	}
	answered := false
	for _, w := range f[1:] {
		if a, err := netip.ParseAddr(string(bytes.Trim(w, "()[],"))); err == nil {
			answered = true
			r.Addrs = append(r.Addrs, a)
		}
	}
	if !answered {
		r.Silent++
		return
	}
	r.Hops, r.Silent = r.Hops+r.Silent+1, 0
	for _, mark := range []string{"!H", "!N", "!X", "!P"} {
		if bytes.Contains(b, []byte(" "+mark)) {
			r.Failure = gate.Foreign("a router answers " + mark)
		}
	}
}
