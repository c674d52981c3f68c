package cliout

import (
	"bytes"
	"net/netip"
	"strings"
	"sync"
	"time"

	"syncscope/capture/redact"
)

// maxLines bounds what is kept of one output.
const maxLines = 2000

// Parser reads one command's output line by line.
type Parser struct {
	gate   *redact.Session
	stream *redact.Stream
	res    Result
	answer bool // nslookup: past the resolver's own address

	digs    bool   // Nslookup: it is dig's
	creator bool   // Toolkit: the last column is who created the grant
	unit    []byte // NMSStatus: the service whose block this is
	enabled bool
	device  redact.Text // Addresses: the interface whose rows these are
	pem     []byte      // OpenSSL: the first certificate, as far as it came
	tool    tool        // Curl: whose output it is; "": curl's, as it always was
	names   objects
}

// NewParser makes a parser for one output.
func NewParser(gate *redact.Session) *Parser { return NewParserOf(gate, CheckUnknown) }

// NewParserOf makes a parser for the output of a command that is known.
func NewParserOf(gate *redact.Session, c Check) *Parser {
	return NewParserOn(gate, gate.Stream(), c)
}

// NewParserOn makes a parser for an output that is part of a stream.
func NewParserOn(gate *redact.Session, stream *redact.Stream, c Check) *Parser {
	return &Parser{gate: gate, stream: stream, res: Result{Check: c, Verify: -1}}
}

// Result is what was read so far.
func (p *Parser) Result() Result { return p.res }

// Line takes the output's next line.
func (p *Parser) Line(r redact.Raw) {
	b := bytes.TrimRight(r.Bytes(), "\r\n ")
	safe := p.stream.Line(redact.Wrap(b)) // though there be no room: the next line may go on with it
	if len(p.res.Lines) < maxLines {
		p.res.Lines = append(p.res.Lines, safe)
	}
	if p.prompt(b) {
		return
	}
	if p.res.bare(b); p.res.Check == CheckUnknown {
		if p.res.Check = guess(b); p.res.Check == CheckUnknown {
			if t := tool(toolOf(b)); t != "" {
				p.res.Check, p.tool, p.res.Tool = Curl, t, t.text(p.gate)
			}
		}
	}
	p.common(b)
	p.names.read(p.gate, p.res.Check, bytes.TrimPrefix(b, traced))
	p.res.Object = p.names.object()
	switch p.res.Check {
	case ShowVersion:
		p.version(b)
	case ShowSystemStatus:
		p.status(b)
	case ShowInterface:
		p.iface(b)
	case Nslookup:
		if p.digs = p.digs || bytes.HasPrefix(b, []byte("; <<>> DiG")); p.digs {
			p.dig(b)
		} else {
			p.nslookup(b)
		}
	case OwnTable:
		p.res.ownTable(p.gate, b)
	case Traceroute:
		p.res.hop(p.gate, b)
	case Date:
		p.date(b)
	case OpenSSL:
		p.chain(b)
		p.session(b)
		p.leaf(b)
	case NMSStatus:
		p.service(b)
	case Curl:
		if rest, ok := bytes.CutPrefix(b, traced); ok {
			b = append([]byte("* "), rest...)
		}
		if p.curl(b); p.tool != "" {
			p.tool.read(&p.res, p.gate, b)
		}
	case Ping:
		p.ping(b)
	case IPRoute:
		p.route(b)
	case Disk:
		p.disk(b)
	case Containers:
		p.container(b)
	case Toolkit:
		p.grant()
	case Addresses:
		p.address(b)
	case Sockets:
		p.socket(b)
	case Chrony:
		p.chrony(b)
	case Hosts:
		p.hostEntry(b)
	case Connect:
		p.connect(b)
	}
}

type command struct {
	words string
	check Check
}

// commands tell a check by the command behind the prompt.
var commands = []command{
	{"show version", ShowVersion}, {"show system status", ShowSystemStatus}, {"show interface", ShowInterface},
	{"request nms", NMSStatus}, {"nslookup ", Nslookup}, {"dig ", Nslookup}, {"traceroute ", Traceroute}, {"tracepath ", Traceroute}, {"ping ", Ping}, {"curl ", Curl}, {"wget ", Curl}, {"nc ", Curl}, {"ncat ", Curl}, {"telnet ", Curl}, {"nmap ", Curl}, {"mtr ", Traceroute}, {"tracert ", Traceroute}, {"host ", Nslookup}, {"netstat ", Sockets}, {"openssl s_client", OpenSSL}, {"ip route", IPRoute}, {"show ip route", IPRoute}, {"date", Date},
	{"df -", Disk}, {"docker ps", Containers}, {"ss -", Sockets}, {"ip -br addr", Addresses}, {"ip addr", Addresses}, {"chronyc ", Chrony},
}

// Begins reports whether a line is a prompt with a command whose output is
// understood.
func Begins(r redact.Raw) bool {
	p := Parser{gate: noGate()}
	return p.prompt(bytes.TrimRight(r.Bytes(), "\r\n "))
}

// Tells reports whether a line is one by which its command is known, without a prompt.
func Tells(r redact.Raw) bool {
	b := bytes.TrimRight(r.Bytes(), "\r\n ")
	return len(b) > 0 && (guess(b) != CheckUnknown || toolOf(b) != "")
}

// noGate is for parsers whose texts are thrown away.
var noGate = sync.OnceValue(redact.New)

func lastWord(b []byte) []byte {
	f := bytes.Fields(b)
	if len(f) == 0 {
		return nil
	}
	return f[len(f)-1]
}

// guess tells a check by a line that only its output has.
func guess(b []byte) Check {
	if c := heading(b); c != CheckUnknown {
		return c
	}
	has, begins := func(s string) bool { return bytes.Contains(b, []byte(s)) }, func(s string) bool { return bytes.HasPrefix(b, []byte(s)) }
	switch {
	case has("Credentials Grant"), has("Resource Owner Grant"):
		return Toolkit
	case begins("connect:errno="), has(":error:") && (has(":SSL routines:") || has(":system library:")):
		return OpenSSL
	case begins(" 1?: [LOCALHOST]"):
		return Traceroute
	case hostSays.Match(b), begins("Resolve-DnsName : "):
		return Nslookup
	case hostsRow(b):
		return Hosts
	case ownRow.Match(b):
		return OwnTable
	case begins("* Trying"), begins("*   Trying"), begins("* Host "), begins("curl: ("), begins("* Could not resolve host"):
		return Curl
	case begins("depth=") && has("CN"), begins("verify error:num="):
		return OpenSSL
	case begins("Server:"), begins("** server can't find "), begins(";; connection timed out"):
		return Nslookup
	case has(" dev ") && (has(" src ") || has(" via ")) && b[0]-'0' <= 9, begins("RTNETLINK answers"), begins("default via "):
		return IPRoute
	}
	return CheckUnknown
}

// Heads reports whether a line stands at the top of a command's output and nowhere
// else in any: what another command printed ends there, though no prompt says so.
func Heads(r redact.Raw) Check { return heading(bytes.TrimRight(r.Bytes(), "\r\n ")) }

// headings are how the outputs begin that begin with a line of their own.
var headings = []struct {
	begin, with string // of the line, and what else stands in it
	check       Check
}{
	{"Viptela (tm)", "", ShowSystemStatus}, {"Controller Compatibility", "", ShowSystemStatus}, {"System state:", "", ShowSystemStatus},
	{"VPN", "INTERFACE", ShowInterface}, {"; <<>> DiG", "", Nslookup}, {"PING ", "", Ping}, {"Ping in VPN", "", Ping},
	{"NMS ", "", NMSStatus}, {"API Tool Kit", "", Toolkit}, {"CONNECTED(", "", OpenSSL}, {"traceroute to ", "", Traceroute}, {"Tracing route to ", "", Traceroute},
	{"State ", "Recv-Q", Sockets}, {"CONTAINER ID", "", Containers}, {"Filesystem ", "Mounted on", Disk}, {"Reference ID ", "", Chrony},
	{"CONNECTION ESTABLISHED", "", OpenSSL}, {"Pinging ", "", Ping}, {"Sending ", "ICMP Echos", Ping}, {"HOST: ", "Loss%", Traceroute},
	{"Active Internet connections", "", Sockets}, {"Active Connections", "", Sockets},
}

func heading(b []byte) Check {
	for _, h := range headings {
		if bytes.HasPrefix(b, []byte(h.begin)) && bytes.Contains(b, []byte(h.with)) {
			return h.check
		}
	}
	if server, ok := bytes.CutPrefix(b, []byte("Server:")); ok { // of an HTTP answer it is a program's name
		if _, err := netip.ParseAddr(string(bytes.TrimSpace(server))); err == nil {
			return Nslookup
		}
	}
	return CheckUnknown
}

// common finds what every command can answer instead of its output.
func (p *Parser) common(b []byte) {
	for _, w := range []string{"syntax error", "Error:", "Aborted", "command not found", "Permission denied"} {
		if bytes.HasPrefix(bytes.TrimSpace(b), []byte(w)) {
			p.res.Failure = p.gate.Foreign(string(b))
		}
	}
	if noProgram.Match(b) {
		p.res.Failure, p.res.NotRun = p.gate.Foreign(string(b)), true
	}
}

// noProgram is a shell, or timeout, that does not find the program: bash, dash, busybox
// and coreutils have words of their own for it.
var noProgram = newPattern(`^[\w./-]+: ((line )?\d+: )?[\w./-]+: (command not found|not found|Permission denied)\s*$|^timeout: (failed to run command|can't execute) .*`)

func (p *Parser) status(b []byte) {
	key, val, ok := bytes.Cut(b, []byte(":"))
	if !ok {
		return
	}
	v := string(bytes.TrimSpace(val))
	switch string(bytes.TrimSpace(key)) {
	case "Version":
		p.version([]byte(v))
	case "Personality":
		if p.res.Personality = PersonalityOther; strings.EqualFold(v, "vmanage") {
			p.res.Personality = PersonalityManager
		}
	case "System uptime":
		p.res.Uptime = spelledTime(v)
	case "Current time":
		if t, err := time.Parse("Mon Jan _2 15:04:05 MST 2006", v); err == nil {
			p.res.Clock = t
		}
	}
}

func (p *Parser) date(b []byte) {
	if t, err := time.Parse("Mon Jan _2 15:04:05 MST 2006", string(bytes.TrimSpace(b))); err == nil {
		p.res.Clock = t
	}
}

// nslookup reads both BIND's and BusyBox's form: the first address is the
// resolver's own, what follows a "Name:" is the answer.
func (p *Parser) nslookup(b []byte) {
	t := bytes.TrimSpace(b)
	switch {
	case notFound.Match(t), bytes.HasPrefix(t, []byte("** server can't find")), bytes.HasPrefix(t, []byte(";; ")), bytes.HasPrefix(t, []byte("nslookup: ")):
		p.res.Failure = p.gate.Foreign(string(t))
	case hostSays.Match(t):
		m := hostSays.FindSubmatch(t)
		if a, err := netip.ParseAddr(string(m[2])); err == nil {
			p.res.Name, p.res.Addrs = p.gate.Field(redact.Plain, m[1]), append(p.res.Addrs, a)
		}
	case bytes.HasPrefix(t, []byte("Name:")):
		p.answer = true
		if p.res.Name.Empty() {
			p.res.Name = p.gate.Field(redact.Plain, bytes.TrimSpace(t[len("Name:"):]))
		}
	case p.answer && bytes.HasPrefix(t, []byte("Address")):
		_, v, _ := bytes.Cut(t, []byte(":"))
		f := strings.Fields(string(v))
		if len(f) == 0 {
			return
		}
		if a, err := netip.ParseAddr(f[0]); err == nil {
			p.res.Addrs = append(p.res.Addrs, a)
		}
	}
}

// What "host" says, and what it, Windows and PowerShell say where there is no answer.
var (
	hostSays = newPattern(`^(\S+) has (?:IPv6 )?address (\S+)$|^Host \S+ not found: `)
	notFound = newPattern(`^Host \S+ not found: |^\*\*\* .* can't find |^Resolve-DnsName : |^\*\*\* Request to .* timed-out|^DNS request timed out`)
)

// hostsRow reports whether a line is one that "getent hosts" prints: an address and
// names, and nothing else.
func hostsRow(b []byte) bool {
	f := bytes.Fields(b)
	if len(f) < 2 || len(f) > 4 || bytes.IndexByte(f[1], '.') < 0 || len(bytes.Trim(f[1], "0123456789.:")) == 0 {
		return false
	}
	_, err := netip.ParseAddr(string(f[0]))
	return err == nil && hostName.Match(f[len(f)-1])
}

var hostName = newPattern(`^[A-Za-z][A-Za-z0-9.-]*[A-Za-z0-9]$`)
