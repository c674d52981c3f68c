package ask

import (
	"cmp"
	"net"
	"net/netip"
	"slices"
	"strings"

	"syncscope/checks"
)

// accessCommand prints of the SSM's log the time, host and program, the caller's
// address where nginx wrote it, path and status of each request to the API, and nothing
// else of a line: no query, and no value.
const accessCommand = `sudo sed -nE 's/^([^:]*:[0-9]{2}:[^ ]+ [^ ]+ [^ ]+:) (([0-9]{1,3}\.){3}[0-9]{1,3} |[0-9a-fA-F]*:[0-9a-fA-F:]+ )?.*(GET|POST|PUT) (path=)?([a-z0-9_/]*(oauth|api)\/[a-z0-9_/]*).*(" |status=)([0-9]{3})[ "].*/\1 \2\6 \9/p' /var/log/messages{near} | tail -n 20`

// callsCommand prints of the Manager's log the time and level of each failed call to an
// SSM, and the status or what it ended with.
const callsCommand = `sed -nE 's/^([0-9]+-[A-Za-z]+-[0-9]+ [0-9:,]+ [A-Z]+ +(ERROR|WARN)).*RestAPIClient.*(Code: [0-9]{3}|(Read|connect) timed out|Connection (refused|reset)|No route to host|(java|javax|org|sun|com)\.[A-Za-z.]+(Exception|Error)).*/\1 \3/p' /var/log/nms/vmanage-server.log{near} | tail -n 20`

// proofCommand makes the Manager's token request on the SSM itself. The shell asks
// for the values; they stand in no argument and in no file, and of the answer only
// its errors and its status are printed.
const proofCommand = `read -rp 'client ID: ' i; read -rsp 'client secret: ' s; echo; read -rp 'user: ' u; read -rsp 'password: ' p; echo; ` +
	`curl -q --noproxy '*' -sk -m 20 -w '\n%{http_code}\n' -d grant_type=password --data-urlencode client_id@<(printf %s "$i") --data-urlencode client_secret@<(printf %s "$s") ` +
	`--data-urlencode username@<(printf %s "$u") --data-urlencode password@<(printf %s "$p") https://127.0.0.1:{port}/backend/oauth/token ` +
	`| grep -oE '"error[a-z_]*": ?"[^"]*"|^[0-9]{3}$'; unset i s u p`

// The port of the SSM's API where none is known.
const apiPort = "8443"

// These stand in a command for what is not known: it cannot be run, and is not sent.
const (
	unknownHost    = "SSM_ADDRESS"
	unknownName    = "SSM_NAME"
	unknownManager = "MANAGER_ADDRESS"
)

// whole reports whether everything in a command is known.
func whole(command string) bool {
	return !slices.ContainsFunc([]string{unknownHost, unknownName, unknownManager}, func(u string) bool { return strings.Contains(command, u) })
}

// target is the host and the port that the Manager calls, as a command may have
// them: a log's text becomes no part of a command unless it is an address or a
// name.
func target(called string) (host, port string) {
	host, port = called, apiPort
	if h, p, err := net.SplitHostPort(called); err == nil {
		host, port = h, p
	}
	if !isHost(host) {
		host = unknownHost
	}
	if !allOf(port, "0123456789") || len(port) > 5 {
		port = apiPort
	}
	return host, port
}

// isHost reports whether a text is an address or a name (RFC 1123), or a pseudonym
// of one.
func isHost(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	const letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."
	return allOf(s, letters) && len(s) <= 253 && !strings.HasPrefix(s, "-")
}

func allOf(s, set string) bool { return s != "" && strings.Trim(s, set) == "" }

// command fills in what a command is about.
func (m *facts) command(text string) string {
	host, port := target(m.d.Peer)
	name, from := m.name(), m.from()
	if !isHost(name) {
		name = unknownName
	}
	if !isHost(from) {
		from = cmp.Or(m.seenAs(), unknownManager)
	}
	switch {
	case strings.Contains(text, "{access}"):
		text = strings.ReplaceAll(strings.ReplaceAll(text, "{access}", accessCommand), "{near}", m.near("Jan _2", "2006-01-02"))
	case strings.Contains(text, "{calls}"):
		text = strings.ReplaceAll(strings.ReplaceAll(text, "{calls}", callsCommand), "{near}", m.near("02-Jan-2006"))
	}
	return strings.NewReplacer("{host}", host, "{addr}", m.address(host), "{port}", port, "{name}", name, "{from}", from, "{flow}", m.flow(host, port), "{resolver}", m.resolver()).Replace(text)
}

// flow is tcpdump's filter of the connections between the two: by both addresses where
// the Manager's is known, also the one that the SSM sees it by.
func (m *tried) flow(host, port string) string {
	from := appendNew(nil, m.from())
	if seen := m.seenAs(); seen != m.from() {
		from = appendNew(from, seen)
	}
	from = slices.DeleteFunc(from, func(a string) bool { return !isHost(a) })
	out := "tcp port " + port
	if a := m.address(host); a != unknownHost {
		out += " and host " + a
	}
	switch len(from) {
	case 0:
		return out
	case 1:
		return out + " and host " + from[0]
	default:
		return out + " and (host " + strings.Join(from, " or host ") + ")"
	}
}

// resolver is the server that the Manager asked, as dig is told it; empty: it is not
// known, and dig asks the server of whoever runs it.
func (m *tried) resolver() string {
	if a := m.d.Attempt(); a != nil && isHost(a.Resolver) {
		return "@" + a.Resolver + " "
	}
	return ""
}

// name is the SSM's name, as the Manager calls it; empty: it calls an address.
func (m *tried) name() string {
	if s := m.ladder(); len(s) > int(checks.DNS) && s[checks.DNS].Status != checks.NotNeeded {
		host, _ := target(cmp.Or(s[checks.DNS].Object, m.d.Peer))
		if host != unknownHost {
			return host
		}
	}
	return ""
}

// proxy is the proxy that the Manager calls through; empty: it has none.
func (m *tried) proxy() string {
	if s := m.ladder(); len(s) > int(checks.Proxy) && s[checks.Proxy].Status != checks.NotNeeded {
		return s[checks.Proxy].Object
	}
	return ""
}

// from is the Manager's address on the wire; empty: no connection shows it.
func (m *tried) from() string {
	return m.end(func(c checks.ConnectionState) netip.AddrPort { return c.Client })
}

// address is the address that was called, where a connection shows it: whoever runs a
// command may resolve the name to another, or not at all.
func (m *tried) address(host string) string {
	proxy, _ := target(m.proxy())
	if a := m.end(func(c checks.ConnectionState) netip.AddrPort { return c.Server }); isHost(a) && a != proxy {
		return a
	}
	return host
}

// end is one end of the newest connection to the port, or to the proxy, that the
// Manager calls; empty: none was seen.
func (m *tried) end(of func(checks.ConnectionState) netip.AddrPort) string {
	for _, c := range slices.Backward(m.d.Conns) {
		if !m.called(&c) {
			continue
		}
		if m.r.End == nil {
			return of(c).Addr().String()
		}
		host, _ := target(m.r.End(of(c)))
		return host
	}
	return ""
}
