// Package command is the closed list of commands that may be sent to a host.
//
// What comes in: typed arguments (addresses, interface names, paths of a
// fixed set). What goes out: Command values that only this package can make,
// with their quoting, their cost to the host and why they are sent. Pure data:
// it sends nothing.
package command

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"
)

// Where is the place that a command is for.
type Where uint8

// The places.
const (
	ManagerCLI Where = iota
	ManagerShell
	SSMShell
)

// Command is one command of the list. Its zero value sends nothing.
type Command struct {
	info *Info
	line string
	sudo bool
}

// Info is what the list says of a command.
type Info struct {
	ID     string
	Shape  string // the line with its arguments' names
	Where  []Where
	Cost   string
	Reason string
	Limit  time.Duration // 0: runs until it is ended
}

// ID is the command's name in the list.
func (c Command) ID() string { return c.info.ID }

// Line is the line that is sent.
func (c Command) Line() string { return c.line }

// Streams reports whether it runs until it is ended.
func (c Command) Streams() bool { return c.info.Limit == 0 }

// Limit is how long it may take.
func (c Command) Limit() time.Duration { return c.info.Limit }

// Cost is what it costs the host.
func (c Command) Cost() string { return c.info.Cost }

// Reason is why it is sent.
func (c Command) Reason() string { return c.info.Reason }

// Sudo reports whether it runs under sudo.
func (c Command) Sudo() bool { return c.sudo }

// WithSudo is the same command under sudo; only reading the SSM's log has it.
func (c Command) WithSudo() Command {
	if c.info == logRight || c.info == logSize || c.info == logRange || c.info == logFollow {
		c.sudo = true
	}
	return c
}

// The list.
var (
	paginate   = &Info{"paginate", "paginate false", []Where{ManagerCLI}, "none", "output in one piece", 10 * time.Second}
	version    = &Info{"show-version", "show version", []Where{ManagerCLI}, "none", "on-prem mode needs 20.9.1", 10 * time.Second}
	status     = &Info{"show-system-status", "show system status", []Where{ManagerCLI}, "none", "clock, disk and state of the Manager", 15 * time.Second}
	vshell     = &Info{"vshell", "vshell", []Where{ManagerCLI}, "one shell", "read the Manager's log", 10 * time.Second}
	nslookup   = &Info{"nslookup", "nslookup vpn VPN NAME", []Where{ManagerCLI}, "one DNS query", "the SSM's address as the Manager resolves it", 15 * time.Second}
	capturing  = &Info{"capture", `tcpdump vpn VPN interface IF options "-l -nn -vv -c N FILTER"`, []Where{ManagerCLI}, "one tcpdump, 128 bytes a packet, at most N packets", "the handshake with the SSM", 0}
	logRight   = &Info{"log-right", "test -r PATH", []Where{ManagerShell, SSMShell}, "none", "whether this user may read the log", 10 * time.Second}
	logSize    = &Info{"log-size", "stat -L -c '%s %i' -- PATH", []Where{ManagerShell, SSMShell}, "none", "where the log ends now", 10 * time.Second}
	logRange   = &Info{"log-range", "tail -c +FROM -- PATH | head -c BYTES", []Where{ManagerShell, SSMShell}, "reads at most 16 MB", "the last attempt before we came", 10 * time.Second}
	logFollow  = &Info{"log-follow", "tail -c +FROM -F -- PATH", []Where{ManagerShell, SSMShell}, "one tail", "new lines of the log", 0}
	nms        = &Info{"nms-status", "request nms all status", []Where{ManagerCLI}, "none", "whether the Manager's own services run", 20 * time.Second}
	ping       = &Info{"ping", "ping -c 3 -w 5 ADDRESS", []Where{ManagerShell}, "three ICMP packets", "whether the SSM's address answers", 10 * time.Second}
	route      = &Info{"route", "ip route get ADDRESS", []Where{ManagerShell}, "none", "the way to the SSM", 10 * time.Second}
	api        = &Info{"api", "curl -sS -v -k --max-time 10 -o /dev/null https://HOST:PORT/backend/sessions/get_user", []Where{ManagerShell}, "one HTTPS request without credentials; the SSM logs it", "how far TCP, TLS and HTTP get", 15 * time.Second}
	certs      = &Info{"certificates", "timeout 10 openssl s_client -connect HOST:PORT [-servername NAME] -showcerts </dev/null", []Where{ManagerShell}, "one TLS handshake; no request", "the SSM's certificate and TLS version", 15 * time.Second}
	date       = &Info{"date", "date -u", []Where{ManagerShell, SSMShell}, "none", "the host's clock", 10 * time.Second}
	disk       = &Info{"disk", "df -P", []Where{ManagerShell, SSMShell}, "none", "whether a disk is full", 10 * time.Second}
	containers = &Info{"containers", "docker ps -a --format '{{.Names}} {{.Status}}'", []Where{SSMShell}, "none", "whether the SSM's services run", 15 * time.Second}
	everything = []*Info{paginate, version, status, vshell, nslookup, capturing, logRight, logSize, logRange, logFollow, nms, ping, route, api, certs, date, disk, containers}
)

// All is the list, for people.
func All() []Info {
	out := make([]Info, 0, len(everything))
	for _, i := range everything {
		out = append(out, *i)
	}
	return out
}

// PaginateFalse turns the pager of this shell off.
func PaginateFalse() Command { return Command{info: paginate, line: "paginate false"} }

// ShowVersion asks for the release.
func ShowVersion() Command { return Command{info: version, line: "show version"} }

// ShowSystemStatus asks for clock, disk and state.
func ShowSystemStatus() Command { return Command{info: status, line: "show system status"} }

// VShell opens the Manager's Linux shell.
func VShell() Command { return Command{info: vshell, line: "vshell"} }

// Nslookup asks the resolver of a VPN.
func Nslookup(vpn int, n Name) Command {
	return Command{info: nslookup, line: fmt.Sprintf("nslookup vpn %d %s", vpn, n.s)}
}

// LogPath is a file that may be read.
type LogPath struct{ s string }

// The files.
var (
	ManagerServerLog = LogPath{"/var/log/nms/vmanage-server.log"}
	SSMMessages      = LogPath{"/var/log/messages"}
)

// String is the path.
func (p LogPath) String() string { return p.s }

// LogRight asks whether a log may be read: status 0 if so.
func LogRight(p LogPath) Command { return Command{info: logRight, line: "test -r " + Quote(p.s)} }

// LogSize asks for a log's size and inode.
func LogSize(p LogPath) Command {
	return Command{info: logSize, line: "stat -L -c '%s %i' -- " + Quote(p.s)}
}

// LogRange reads n bytes from offset from on (0 is the first byte).
func LogRange(p LogPath, from, n int64) Command {
	return Command{info: logRange, line: fmt.Sprintf("tail -c +%d -- %s | head -c %d", from+1, Quote(p.s), n)}
}

// LogFollow reads from offset from on and goes on with what is written.
func LogFollow(p LogPath, from int64) Command {
	return Command{info: logFollow, line: fmt.Sprintf("tail -c +%d -F -- %s", from+1, Quote(p.s))}
}

// SudoLine is the line under sudo, which asks with prompt: the right side of a
// pipe needs no right.
func (c Command) SudoLine(prompt string) string {
	return "sudo -S -p " + Quote(prompt) + " -- " + c.line
}

// Quote is s as one word of a POSIX shell.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }

// Result is what a command printed. It may hold secrets: it can be decoded
// (Reader), not shown.
type Result struct {
	Exit int // the exit status; -1: none was given
	Took time.Duration
	out  []byte
}

// NewResult makes a result of a command's output.
func NewResult(out []byte, exit int, took time.Duration) Result {
	return Result{Exit: exit, Took: took, out: out}
}

// Reader reads the output.
func (r Result) Reader() io.Reader { return bytes.NewReader(r.out) }

// String does not show the output.
func (r Result) String() string { return fmt.Sprintf("[%d bytes withheld]", len(r.out)) }

// Format does not show the output, whatever the verb.
func (r Result) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.String()) }
