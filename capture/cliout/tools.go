package cliout

import (
	"bytes"
	"regexp"
	"strconv"
	"sync"

	"syncscope/capture/redact"
)

// sign is a line by which a tool tells how far it got: what curl, too, would have told.
type sign struct {
	tool    string // whose; "": of the tool that is known already
	line    *regexp.Regexp
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
		{tool: "wget", line: regexp.MustCompile(`^--\d{4}-\d\d-\d\d [\d:]+--  http`)},
		{tool: "wget", line: regexp.MustCompile(`^wget: unable to resolve`), fails: true, code: notResolved},
		{tool: "wget", line: regexp.MustCompile(`^DEBUG output created by Wget`)},
		{line: regexp.MustCompile(`^Connecting to .* connected\.$`), reached: ReachedPort},
		{line: regexp.MustCompile(`^Connecting to .* failed: `), fails: true},
		{line: regexp.MustCompile(`^(ERROR|WARNING): (cannot verify|The certificate of|certificate common name|no certificate subject)`), reached: ReachedPort, fails: true},
		{line: regexp.MustCompile(`^  (Unable to locally verify|Issued certificate has expired|Self-signed certificate)`), reached: ReachedPort, fails: true},
		{line: regexp.MustCompile(`^HTTP request sent, awaiting response\.\.\. `), reached: ReachedAnswer},

		{tool: "telnet", line: regexp.MustCompile(`^Trying \S+?(, \d+)? ?\.\.\.`)},
		{tool: "telnet", line: regexp.MustCompile(`^telnet: (could not resolve|.*(nodename|Name or service) )`), fails: true, code: notResolved},
		{tool: "telnet", line: regexp.MustCompile(`^telnet: `), fails: true},
		{tool: "telnet", line: regexp.MustCompile(`^% (Connection|Destination|Bad IP|Unknown)`), fails: true},
		{line: regexp.MustCompile(`^Connected to \S+`), reached: ReachedPort},
		{line: regexp.MustCompile(`^Escape character is`), reached: ReachedPort},

		{tool: "nc", line: regexp.MustCompile(`^(nc|netcat): (connect to|getaddrinfo)`), fails: true},
		{tool: "nc", line: regexp.MustCompile(`^Connection to .* port .* succeeded!$`), reached: ReachedPort},
		{tool: "nc", line: regexp.MustCompile(`^\(UNKNOWN\) \[\S+\] \d+ .*\bopen$`), reached: ReachedPort},
		{tool: "nc", line: regexp.MustCompile(`^\(UNKNOWN\) \[\S+\] \d+ .* : `), fails: true},
		{tool: "ncat", line: regexp.MustCompile(`^Ncat: (Connection|Could not|TIMEOUT|No route|Network)`), fails: true},
		{tool: "ncat", line: regexp.MustCompile(`^Ncat: Connected to `), reached: ReachedPort},
		{tool: "ncat", line: regexp.MustCompile(`^Ncat: Version`)},

		{tool: "nmap", line: regexp.MustCompile(`^(Starting Nmap|Nmap scan report for) `)},
		{line: regexp.MustCompile(`^\d+/tcp\s+open\b`), reached: ReachedPort},
		{line: regexp.MustCompile(`^\d+/tcp\s+closed\b`), fails: true},
		{line: regexp.MustCompile(`^\d+/tcp\s+filtered\b`), fails: true, code: timedOut},
		{line: regexp.MustCompile(`^\|\s+TLSv1\.\d: `), reached: ReachedTLS},

		{tool: "Test-NetConnection", line: regexp.MustCompile(`^WARNING: TCP connect to `), fails: true},
		{tool: "Test-NetConnection", line: regexp.MustCompile(`^WARNING: Name resolution of `), fails: true, code: notResolved},
		{tool: "Test-NetConnection", line: regexp.MustCompile(`^ComputerName\s+: `)},
		{line: regexp.MustCompile(`^TcpTestSucceeded\s+: False`), fails: true},
		{line: regexp.MustCompile(`^TcpTestSucceeded\s+: True`), reached: ReachedPort},

		{tool: "PowerShell", line: regexp.MustCompile(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*name could not be resolved`), fails: true, code: notResolved},
		{tool: "PowerShell", line: regexp.MustCompile(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*(SSL/TLS|trust relationship)`), reached: ReachedPort, fails: true},
		{tool: "PowerShell", line: regexp.MustCompile(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm|curl|wget) ?: .*returned an error: \(\d+\)`), reached: ReachedAnswer},
		{tool: "PowerShell", line: regexp.MustCompile(`^(Invoke-WebRequest|Invoke-RestMethod|iwr|irm) ?: `), fails: true},
		{tool: "Python", line: regexp.MustCompile(`HTTPS?ConnectionPool\(host=.*(Name or service not known|getaddrinfo failed|name resolution)`), fails: true, code: notResolved},
		{tool: "Python", line: regexp.MustCompile(`HTTPS?ConnectionPool\(host=.*(SSLError|CERTIFICATE_VERIFY_FAILED)`), reached: ReachedPort, fails: true},
		{tool: "Python", line: regexp.MustCompile(`HTTPS?ConnectionPool\(host=.*(timed out|Timeout)`), fails: true, code: timedOut},
		{tool: "Python", line: regexp.MustCompile(`HTTPS?ConnectionPool\(host=`), fails: true},

		{line: regexp.MustCompile(`^\* SSL certificate problem: `), reached: ReachedPort, fails: true},
		{line: regexp.MustCompile(`^\* Could not resolve host`), fails: true, code: notResolved},
		{line: regexp.MustCompile(`^\* (connect to .* failed: |Failed to connect to )`), fails: true},
		{tool: "curl", line: regexp.MustCompile(`^HTTP/(1\.[01]|2|3) \d{3}\b`), reached: ReachedAnswer},
		{tool: "curl", line: regexp.MustCompile(`^(time_(namelookup|connect|appconnect|total)|http_code|response_code): *[\d.]+$`)},
		{line: regexp.MustCompile(`^time_connect: *0*\.0*[1-9]`), reached: ReachedPort},
		{line: regexp.MustCompile(`^time_appconnect: *0*\.0*[1-9]`), reached: ReachedTLS},
	}
})

// statusIn finds the status in what tools say of an answer.
var statusIn = regexp.MustCompile(`^(?:HTTP/[\d.]+ |HTTP request sent, awaiting response\.\.\. |(?:http|response)_code: *|.*returned an error: \()([1-5]\d\d)\b`)

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
