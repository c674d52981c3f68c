package cliout

import (
	"bytes"
	"strconv"
	"sync"

	"syncscope/capture/redact"
)

// sign is a line by which a tool tells how far it got: what curl, too, would have told.
type sign struct {
	tool    string // whose; "": of the tool that is known already
	line    *pattern
	reached Reached
	fails   bool
	code    int // curl's number for it, where one says more than how far it got
}

// curl's own numbers (man curl).
const (
	notResolved = 6
	timedOut    = 28
)

// signs of other tools that connect as curl does. What follows on a known tool's
// first line has no name. They are compiled where a command is read.
var signs = sync.OnceValue(func() []sign {
	return []sign{
		{tool: "wget", line: newPattern(`^--\d{4}-\d\d-\d\d [\d:]+--  http`)},
		{tool: "wget", line: newPattern(`^wget: unable to resolve`), fails: true, code: notResolved},
		{tool: "wget", line: newPattern(`^DEBUG output created by Wget`)},
		{line: newPattern(`^Connecting to .* connected\.$`), reached: ReachedPort},
		{line: newPattern(`^Connecting to .* failed: `), fails: true},
		{line: newPattern(`^(ERROR|WARNING): (cannot verify|The certificate of|certificate common name|no certificate subject)`), reached: ReachedPort, fails: true},
		{line: newPattern(`^  (Unable to locally verify|Issued certificate has expired|Self-signed certificate)`), reached: ReachedPort, fails: true},
		{line: newPattern(`^HTTP request sent, awaiting response\.\.\. `), reached: ReachedAnswer},

		{tool: "telnet", line: newPattern(`^Trying \S+?(, \d+)? ?\.\.\.`)},
		{tool: "telnet", line: newPattern(`^telnet: (could not resolve|.*(nodename|Name or service) )`), fails: true, code: notResolved},
		{tool: "telnet", line: newPattern(`^telnet: `), fails: true},
		{tool: "telnet", line: newPattern(`^% (Connection|Destination|Bad IP|Unknown)`), fails: true},
		{line: newPattern(`^Connected to \S+`), reached: ReachedPort},
		{line: newPattern(`^Escape character is`), reached: ReachedPort},

		{tool: "nc", line: newPattern(`^(nc|netcat): (connect to|getaddrinfo)`), fails: true},
		{tool: "nc", line: newPattern(`^Connection to .* port .* succeeded!$`), reached: ReachedPort},
		{tool: "nc", line: newPattern(`^\(UNKNOWN\) \[\S+\] \d+ .*\bopen$`), reached: ReachedPort},
		{tool: "nc", line: newPattern(`^\(UNKNOWN\) \[\S+\] \d+ .* : `), fails: true},
		{tool: "ncat", line: newPattern(`^Ncat: (Connection|Could not|TIMEOUT|No route|Network)`), fails: true},
		{tool: "ncat", line: newPattern(`^Ncat: Connected to `), reached: ReachedPort},
		{tool: "ncat", line: newPattern(`^Ncat: Version`)},

		{tool: "nmap", line: newPattern(`^(Starting Nmap|Nmap scan report for) `)},
		{line: newPattern(`^\d+/tcp\s+open\b`), reached: ReachedPort},
		{line: newPattern(`^\d+/tcp\s+closed\b`), fails: true},
		{line: newPattern(`^\d+/tcp\s+filtered\b`), fails: true, code: timedOut},
		{line: newPattern(`^\|\s+TLSv1\.\d: `), reached: ReachedTLS},

		{tool: "Test-NetConnection", line: newPattern(`^WARNING: TCP connect to `), fails: true},
		{tool: "Test-NetConnection", line: newPattern(`^WARNING: Name resolution of `), fails: true, code: notResolved},
		{tool: "Test-NetConnection", line: newPattern(`^ComputerName\s+: `)},
		{line: newPattern(`^TcpTestSucceeded\s+: False`), fails: true},
		{line: newPattern(`^TcpTestSucceeded\s+: True`), reached: ReachedPort},

		{tool: "PowerShell", line: newPattern(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*name could not be resolved`), fails: true, code: notResolved},
		{tool: "PowerShell", line: newPattern(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*(SSL/TLS|trust relationship)`), reached: ReachedPort, fails: true},
		{tool: "PowerShell", line: newPattern(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*returned an error: \(\d+\)`), reached: ReachedAnswer},
		{tool: "PowerShell", line: newPattern(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm) ?: `), fails: true},
		{tool: "Python", line: newPattern(`HTTPS?ConnectionPool\(host=.*(Name or service not known|getaddrinfo failed|name resolution)`), fails: true, code: notResolved},
		{tool: "Python", line: newPattern(`HTTPS?ConnectionPool\(host=.*(SSLError|CERTIFICATE_VERIFY_FAILED)`), reached: ReachedPort, fails: true},
		{tool: "Python", line: newPattern(`HTTPS?ConnectionPool\(host=.*(timed out|Timeout)`), fails: true, code: timedOut},
		{tool: "Python", line: newPattern(`HTTPS?ConnectionPool\(host=`), fails: true},

		{line: newPattern(`^\* SSL certificate problem: `), reached: ReachedPort, fails: true},
		{line: newPattern(`^\* Could not resolve host`), fails: true, code: notResolved},
		{line: newPattern(`^\* (connect to .* failed: |Failed to connect to )`), fails: true},
		{tool: "curl", line: newPattern(`^HTTP/(1\.[01]|2|3) \d{3}\b`), reached: ReachedAnswer},
		{tool: "curl", line: newPattern(`^(time_(namelookup|connect|appconnect|total)|http_code|response_code): *[\d.]+$`)},
		{line: newPattern(`^time_connect: *0*\.0*[1-9]`), reached: ReachedPort},
		{line: newPattern(`^time_appconnect: *0*\.0*[1-9]`), reached: ReachedTLS},
	}
})

// statusIn finds the status in what tools say of an answer.
var statusIn = newPattern(`^(?:HTTP/[\d.]+ |HTTP request sent, awaiting response\.\.\. |(?:http|response)_code: *|.*returned an error: \()([1-5]\d\d)\b`)

// toolOf is the tool whose first line b may be.
func toolOf(b []byte) string {
	if len(b) == 0 || len(b) > 2000 {
		return ""
	}
	if bytes.HasPrefix(b, traced) {
		return "curl"
	}
	for _, s := range signs() {
		if s.tool != "" && s.line.Match(b) {
			return s.tool
		}
	}
	return ""
}

// traced is what curl --trace-ascii puts in front of its own words.
var traced = []byte("== Info: ")

// tool is a tool that connects as curl does, by its name; "": none is known.
type tool string

// read reads a line of the tool's output.
func (t tool) read(r *Result, gate *redact.Session, b []byte) {
	for _, s := range signs() {
		if s.tool != "" && s.tool != string(t) || !s.line.Match(b) {
			continue
		}
		r.Reached = max(r.Reached, s.reached)
		if r.Code == 0 {
			r.Code = s.code
		}
		if s.fails {
			r.Failure = gate.Foreign(string(bytes.TrimSpace(b)))
		}
		break
	}
	if m := statusIn.FindSubmatch(b); m != nil {
		r.Status, _ = strconv.Atoi(string(m[1])) // digits
		r.Reached = ReachedAnswer
	}
}

// text is the tool's name where it is not curl's.
func (t tool) text(gate *redact.Session) redact.Text {
	if t == "curl" {
		return redact.Text{}
	}
	return gate.Foreign(string(t))
}
