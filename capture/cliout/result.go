// Package cliout reads what a command printed.
//
// What comes in: the lines of a command's output as redact.Raw, and the gate.
// What goes out: a Result with typed fields and safe text.
package cliout

import (
	"net/netip"
	"time"

	"syncscope/capture/redact"
)

// Check names the command whose output this is.
type Check uint8

// The commands whose output is understood.
const (
	Unknown Check = iota
	ShowVersion
	ShowSystemStatus
	ShowInterface
	Nslookup
	Ping
	Curl
	OpenSSL
	IPRoute
	Date
)

// Release is a Manager release: up to four numeric parts, compared numerically.
type Release [4]int

// Result is one command's output. Fields are valid for the Check named beside them.
type Result struct {
	Check   Check
	Host    redact.Text   // the name in the prompt, if one was printed
	Lines   []redact.Text // the whole output
	Release Release       // ShowVersion, ShowSystemStatus; zero: not found
	Version redact.Text   // the same as printed
	Clock   time.Time     // ShowSystemStatus, Date
	Name    redact.Text   // Nslookup: the name asked for
	Addrs   []netip.Addr  // Nslookup
	Failure redact.Text   // what the output itself says went wrong, if it does
}
