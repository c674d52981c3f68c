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

var whereNames = [...]string{"Manager CLI", "Manager shell", "SSM shell"}

func (w Where) String() string {
	if int(w) >= len(whereNames) {
		return "unknown"
	}
	return whereNames[w]
}

// Command is one command of the list. Its zero value sends nothing.
type Command struct {
	info  *Info
	line  string
	sudo  bool
	beat  time.Duration
	guard *guard
}

// Info is what the list says of a command.
type Info struct {
	ID     string
	Shape  string // the line with its arguments' names
	Where  []Where
	Cost   string
	Reason string
	Limit  time.Duration // 0: runs until it is ended
	Right  string        // what right it takes, for whom it is refused; "" none in particular
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

// Beat is how often the command must hear from us, so that it knows that we
// are there; 0: never.
func (c Command) Beat() time.Duration { return c.beat }

// underSudo are the commands that may run under sudo.
var underSudo = map[*Info]bool{logRight: true, logSize: true, logRange: true, logRotated: true, logUnpacked: true, logSearch: true, logFollower: true, pcapping: true, endLeft: true, journalRange: true, journalFollower: true, signIns: true, synced: true}

// WithSudo is the same command under sudo; only reading the SSM's log, the full
// capture and ending what is left of one have it.
func (c Command) WithSudo() Command {
	c.sudo = underSudo[c.info]
	return c
}

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

// ScreenWidth keeps the command line from wrapping.
func ScreenWidth() Command { return Command{info: width, line: "screen-width 512"} }

// IdleTimeout ends a session of ours that nobody uses after an hour.
func IdleTimeout() Command { return Command{info: idle, line: "idle-timeout 3600"} }

// Interfaces asks which VPNs and interfaces there are.
func Interfaces() Command { return Command{info: ifaces, line: "show interface description"} }

// Exit leaves vshell or the command line.
func Exit() Command { return Command{info: exit, line: "exit"} }

// ShowVersion asks for the release.
func ShowVersion() Command { return Command{info: version, line: "show version"} }

// ShowSystemStatus asks for clock, disk and state.
func ShowSystemStatus() Command { return Command{info: status, line: "show system status"} }

// ShowLog prints the Manager's log on its command line, for whom there is no
// vshell.
func ShowLog() Command { return Command{info: showLog, line: "show log vmanage-server.log"} }

// VShell opens the Manager's Linux shell.
func VShell() Command { return Command{info: vshell, line: "vshell"} }

// ConsoleShell opens the Linux shell behind the SSM's console.
func ConsoleShell() Command { return Command{info: console, line: "shell"} }

// SudoLogin has sudo ask for its password on a terminal, and do nothing.
func SudoLogin() Command {
	return Command{info: sudoLogin, line: "sudo -S -v -p " + Quote(SudoPrompt)}
}

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
