package ask

import (
	"net"
	"net/netip"
	"strings"
)

// accessCommand prints of the SSM's log the time, host and program, the caller's
// address where nginx wrote it, path and status of each request, and nothing else of
// a line: no query, and no value.
const accessCommand = `sudo sed -nE 's/^([^:]*:[0-9]{2}:[^ ]+ [^ ]+ [^ ]+:) (([0-9]{1,3}\.){3}[0-9]{1,3} |[0-9a-fA-F]*:[0-9a-fA-F:]+ )?.*(GET|POST|PUT) (path=)?([a-z0-9_/]+).*(" |status=)([0-9]{3})[ "].*/\1 \2\6 \8/p' /var/log/messages{minute} | tail -n 20`

// callsCommand prints of the Manager's log the time and level of each error, and
// the status or the exception that it names.
const callsCommand = `sed -nE 's/^([0-9]+-[A-Za-z]+-[0-9]+ [0-9:,]+ [A-Z]+ +(ERROR|WARN)).*(Code: [0-9]{3}|(java|javax|org|sun|com)\.[A-Za-z.]+(Exception|Error)).*/\1 \3/p' /var/log/nms/vmanage-server.log | tail -n 20`

// proofCommand makes the Manager's token request on the SSM itself. The shell asks
// for the values; they stand in no argument and in no file, and of the answer only
// its errors and its status are printed.
const proofCommand = `read -rp 'client ID: ' i; read -rsp 'client secret: ' s; echo; read -rp 'user: ' u; read -rsp 'password: ' p; echo; ` +
	`curl -q --noproxy '*' -sk -m 20 -w '\n%{http_code}\n' -d grant_type=password --data-urlencode client_id@<(printf %s "$i") --data-urlencode client_secret@<(printf %s "$s") ` +
	`--data-urlencode username@<(printf %s "$u") --data-urlencode password@<(printf %s "$p") https://127.0.0.1:{port}/backend/oauth/token ` +
	`| grep -oE '"error[a-z_]*": ?"[^"]*"|^[0-9]{3}$'; unset i s u p`

// The port of the SSM's API where none is known.
const apiPort = "8443"

// Names in capitals stand in a command for what is not known.
const (
	unknownHost   = "SSM_ADDRESS"
	unknownName   = "SSM_NAME"
	unknownServer = "DNS_SERVER"
)

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
