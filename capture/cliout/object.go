package cliout

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"
	"sync"

	"syncscope/capture/redact"
)

// Object is what a command calls or asks for, as the command or its output names it.
type Object struct {
	Host  redact.Text // a name or an address; empty: neither names any
	Addr  netip.Addr  // the address that was called; invalid: none is named
	Port  uint16      // 0: none is named
	Proxy bool        // it is the proxy on the way, beyond which the command did not come
}

// Named reports whether anything names the object.
func (o Object) Named() bool { return !o.Host.Empty() || o.Addr.IsValid() }

// String is the object as a URL has it.
func (o Object) String() string {
	host := o.Host.String()
	if o.Host.Empty() && o.Addr.IsValid() {
		host = o.Addr.String()
	}
	if o.Port == 0 || host == "" {
		return host
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return host + ":" + strconv.Itoa(int(o.Port))
}

// Is reports whether two outputs may be about one object: by name or by address, and by
// port where both name one.
func (o Object) Is(other Object) bool {
	if o.Proxy && other.Proxy && (!o.Named() || !other.Named()) {
		return true
	}
	if o.Proxy != other.Proxy || o.Port != 0 && other.Port != 0 && o.Port != other.Port {
		return false
	}
	return strings.EqualFold(o.Host.String(), other.Host.String()) && !o.Host.Empty() || o.Addr.IsValid() && o.Addr == other.Addr
}

// objects is what an output names so far: what was asked for, and the proxy, in the
// command's words, and what was connected to, which is either.
type objects struct {
	asked, proxy, called Object
	proxied              bool // a proxy is asked
	tunnel               bool // it opened the way
}

// naming are the words by which the outputs name what was called: the groups h, a and p
// are the host, its address and the port. They are compiled where a command is read.
var naming = sync.OnceValue(func() map[Check][]*pattern {
	return map[Check][]*pattern{
		Curl: {
			newPattern(`^\* +Trying (?P<a>\[[0-9A-Fa-f:.]+\]|\d+(?:\.\d+){3}|[0-9A-Fa-f]*:[0-9A-Fa-f:]*)(?::(?P<p>\d+))?\.\.\.`),
			newPattern(`^\* (?:Connected to|Established connection to) (?P<h>\S+) \((?P<a>[0-9A-Fa-f:.]+)\)? port (?P<p>\d+)`),
			newPattern(`(?:Failed to connect to|connect to) (?P<h>[\w.:-]+) port (?P<p>\d+)`),
			newPattern(`Could not resolve (?:host|proxy): (?P<h>[\w.-]*\w)`),
			newPattern(`^--\d{4}-\d\d-\d\d [\d:]+--  \w+://(?P<h>[\w.-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<p>\d+))?`),
			newPattern(`^Trying (?P<a>[0-9A-Fa-f:.]*[0-9A-Fa-f])(?:, (?P<p>\d+))? ?\.\.\.`),
			newPattern(`^Connection to (?P<h>\S+) (?:\([\d.]+\) )?(?P<p>\d+) port .* succeeded`),
			newPattern(`^(?P<h>[\w.-]+)?(?:\(UNKNOWN\))? \[(?P<a>[0-9A-Fa-f:.]+)\] (?P<p>\d+) `),
			newPattern(`^Ncat: Connected to (?P<h>[\w.-]+):(?P<p>\d+)\.`),
			newPattern(`^Nmap scan report for (?P<h>\S+)(?: \((?P<a>[0-9A-Fa-f:.]+)\))?$`),
			newPattern(`^(?P<p>\d+)/tcp\s`),
			newPattern(`^ComputerName\s+: (?P<h>\S+)`),
			newPattern(`^RemoteAddress\s+: (?P<a>\S+)`),
			newPattern(`^RemotePort\s+: (?P<p>\d+)`),
			newPattern(`^WARNING: TCP connect to \((?P<h>\S+) : (?P<p>\d+)\)`),
			newPattern(`^WARNING: Name resolution of (?P<h>\S+) `),
			newPattern(`HTTPS?ConnectionPool\(host='(?P<h>[^']+)', port=(?P<p>\d+)\)`),
		},
		OpenSSL: {newPattern(`^Connecting to (?P<a>[0-9A-Fa-f:.]+)$`)},
		Nslookup: {
			newPattern(`can't find (?P<h>[\w.-]*\w)`),
			newPattern(`^Host (?P<h>[\w.-]*\w)\.? not found`),
			newPattern(`^(?P<h>[\w.-]+) has (?:IPv6 )?address `),
			newPattern(`^Name:\s*(?P<h>[\w.-]*\w)`),
			newPattern(`^;(?P<h>[\w.-]*\w)\.?\s+IN\s+\w+$`),
		},
		Ping: {
			newPattern(`^PING (?P<h>[\w.-]+) \((?P<a>[0-9A-Fa-f:.]+)\)`),
			newPattern(`^Pinging (?P<h>[\w.-]+)(?: \[(?P<a>[0-9A-Fa-f:.]+)\])? with`),
			newPattern(`ICMP Echos to (?P<h>[\w.:-]+),`),
			newPattern(`^ping: (?:cannot resolve )?(?P<h>[\w.-]+): `),
		},
		Traceroute: {
			newPattern(`^(?:traceroute to|Tracing route to) (?P<h>\S+?)(?: [\[(](?P<a>[0-9A-Fa-f:.]+)[\])])?[, ]`),
		},
		IPRoute: {newPattern(`^(?P<a>[0-9A-Fa-f:.]+) (?:via|dev) .* src `)},
	}
})

// Words by which curl tells that it asks a proxy, and that the proxy opened the way.
var (
	asksProxy    = newPattern(`^\* (?:Establish HTTP proxy tunnel to|Uses proxy env variable https?_proxy|Could not resolve proxy)|^> CONNECT |^curl: \(5\) `)
	connects     = newPattern(`^> CONNECT (\S+) `)
	opensTunnel  = newPattern(`^\* (?:CONNECT tunnel established|Proxy replied 2\d\d to CONNECT|CONNECT phase completed)`)
	redirections = newPattern(`\s(?:\||2?>|<|;|&&).*$`)
)

// read takes what a line of the output names.
func (o *objects) read(gate *redact.Session, c Check, b []byte) {
	if c == Curl {
		o.proxied = o.proxied || asksProxy.Match(b)
		o.tunnel = o.tunnel || opensTunnel.Match(b)
		if m := connects.FindSubmatch(b); m != nil && !o.asked.Named() {
			o.asked.endpoint(gate, string(m[1]))
		}
	}
	for _, re := range naming()[c] {
		m := re.FindSubmatch(b)
		if m == nil {
			continue
		}
		for i, group := range re.regexp().SubexpNames() {
			if len(m[i]) > 0 && !o.tunnel {
				o.called.name(gate, group, m[i])
			}
		}
		return
	}
}

// name takes a part of what names an object. A host stays what it was first: what was
// asked for; the address is the last that was tried.
func (o *Object) name(gate *redact.Session, group string, b []byte) {
	b = bytes.Trim(b, "[]")
	switch group {
	case "h":
		if a, err := netip.ParseAddr(string(b)); err == nil {
			o.Addr = a.Unmap()
		}
		if o.Host.Empty() {
			o.Host = gate.Field(redact.Plain, bytes.TrimSuffix(b, []byte(".")))
		}
	case "a":
		if a, err := netip.ParseAddr(string(b)); err == nil {
			o.Addr = a.Unmap()
		}
	case "p":
		if n, err := strconv.ParseUint(string(b), 10, 16); err == nil {
			o.Port = uint16(n)
		}
	}
}

// endpoint takes "https://ssm.example:8443/x", "10.1.1.1:443" or a host alone.
func (o *Object) endpoint(gate *redact.Session, word string) {
	if _, rest, ok := strings.Cut(word, "://"); ok {
		word = rest
	}
	word, _, _ = strings.Cut(word, "/")
	host, port, ok := cutLast(word, ":")
	if !ok || strings.Contains(strings.Trim(host, "[]"), ":") && !strings.HasSuffix(host, "]") {
		host, port = word, ""
	}
	if host == "" {
		return
	}
	o.name(gate, "h", []byte(host))
	o.name(gate, "p", []byte(port))
}

// command takes what the command's own words name.
func (o *objects) command(gate *redact.Session, c Check, t tool, args string) {
	args = redirections.regexp().ReplaceAllString(" "+args, "")
	words := strings.Fields(strings.NewReplacer(`"`, "", `'`, "").Replace(args))
	behind := func(options ...string) string {
		for i, w := range words[:max(0, len(words)-1)] {
			for _, option := range options {
				if w == option {
					return words[i+1]
				}
			}
		}
		return ""
	}
	switch c {
	case Curl:
		if via := behind("-x", "--proxy", "--proxy1.0", "--preproxy", "--socks5", "--socks5-hostname"); via != "" {
			o.proxied = true
			o.proxy.endpoint(gate, via)
		}
		for _, w := range words {
			if strings.Contains(w, "://") && w != behind("-x", "--proxy") {
				o.asked.endpoint(gate, w)
				return
			}
		}
		if n := len(words); (t == "nc" || t == "ncat" || t == "telnet") && n > 1 {
			if _, err := strconv.ParseUint(words[n-1], 10, 16); err == nil {
				o.asked.endpoint(gate, words[n-2])
				o.asked.name(gate, "p", []byte(words[n-1]))
			}
		}
	case OpenSSL:
		if to := behind("-connect"); to != "" {
			o.asked.endpoint(gate, to)
		}
	case Nslookup, Ping, Traceroute:
		for _, w := range words {
			if dotted := strings.ContainsAny(w, ".:"); dotted && !strings.ContainsAny(w[:1], "-@+") {
				o.asked.name(gate, "h", []byte(w))
				return
			}
		}
	}
}

// object is what the output is about: the proxy, if the command came no further.
func (o *objects) object() Object {
	switch {
	case !o.proxied:
		return o.asked.with(o.called)
	case o.tunnel:
		return o.asked
	}
	out := o.proxy.with(o.called)
	out.Proxy = true
	return out
}

// with is an object with what was connected to: the address and the port are its, the
// host where none was asked for.
func (o Object) with(called Object) Object {
	if o.Host.Empty() {
		o.Host = called.Host
	}
	if called.Addr.IsValid() {
		o.Addr = called.Addr
	}
	if called.Port != 0 {
		o.Port = called.Port
	}
	return o
}
