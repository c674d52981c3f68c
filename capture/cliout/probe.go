package cliout

import (
	"bytes"
	"net/netip"
	"regexp"
	"strconv"
	"time"

	"syncscope/capture/redact"
)

// curl reads "< HTTP/1.1 403 Forbidden" and "curl: (7) Failed to connect …".
func (p *Parser) curl(b []byte) {
	if rest, ok := bytes.CutPrefix(b, []byte("< HTTP/")); ok {
		if f := bytes.Fields(rest); len(f) > 1 {
			p.res.Status, _ = strconv.Atoi(string(f[1]))
		}
	}
	if rest, ok := bytes.CutPrefix(b, []byte("curl: (")); ok {
		code, _, _ := bytes.Cut(rest, []byte(")"))
		p.res.Code, _ = strconv.Atoi(string(code))
		p.res.Failure = p.gate.Foreign(string(b))
	}
}

var pinged = regexp.MustCompile(`^(\d+) packets transmitted, (\d+) (?:packets )?received`)

func (p *Parser) ping(b []byte) {
	if m := pinged.FindSubmatch(b); m != nil {
		p.res.Sent, _ = strconv.Atoi(string(m[1]))
		p.res.Received, _ = strconv.Atoi(string(m[2]))
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
	if rest, ok := bytes.CutPrefix(t, []byte("New, ")); ok && !bytes.HasPrefix(rest, []byte("(NONE)")) {
		v, _, _ := bytes.Cut(rest, []byte(","))
		p.res.Protocol = p.gate.Field(redact.Plain, v)
	}
	if _, rest, ok := bytes.Cut(t, []byte("NotAfter: ")); ok && p.res.NotAfter.IsZero() {
		p.res.NotAfter, _ = time.Parse("Jan _2 15:04:05 2006 MST", string(rest))
	}
	if bytes.HasPrefix(t, []byte("connect:errno=")) || bytes.Contains(t, []byte("errno=104")) || bytes.Contains(t, []byte(":SSL routines:")) {
		p.res.Failure = p.gate.Foreign(string(t))
	}
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

// container reads "backend Up 3 hours" and "redis Exited (1) 2 minutes ago".
func (p *Parser) container(b []byte) {
	name, state, ok := bytes.Cut(bytes.TrimSpace(b), []byte(" "))
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
