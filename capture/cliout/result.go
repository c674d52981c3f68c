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
	CheckUnknown Check = iota
	ShowVersion
	ShowSystemStatus
	ShowInterface
	Nslookup
	Ping
	Curl
	OpenSSL
	IPRoute
	Date
	NMSStatus // "request nms all status"
	Toolkit   // the SSM's list of grants, copied as text
	Disk
	Containers
	Sockets   // "ss": what listens
	Addresses // "ip addr": which addresses the host has
	Chrony    // "chronyc tracking"
	Hosts     // "getent ahosts": a name as the host itself resolves it
	Connect   // whether a TCP connection opens, in a shell's words
	Traceroute
	OwnTable // "syncscope check": its table of active checks
	checkCount
)

var checkNames = [...]string{"unknown", "show version", "show system status", "show interface", "nslookup", "ping", "curl", "openssl", "ip route", "date", "request nms", "API Tool Kit", "df", "docker ps", "ss", "ip addr", "chronyc", "getent", "connect", "traceroute", "syncscope check"}

// String is the command as people say it.
func (c Check) String() string {
	if int(c) < len(checkNames) {
		return checkNames[c]
	}
	return "unknown"
}

// Checks are the commands whose output is understood.
func Checks() []Check {
	out := make([]Check, 0, checkCount)
	for c := range checkCount {
		out = append(out, c)
	}
	return out
}

// Release is a Manager release: up to four numeric parts, compared numerically.
type Release [4]int

// Leaf is what the server's own certificate says, where it was printed whole.
type Leaf struct {
	Printed   bool
	NotBefore time.Time
	Names     []redact.Text // it is for: names and addresses
}

// Certificate is one entry of openssl's "Certificate chain".
type Certificate struct {
	Line            int // index into Lines
	Subject, Issuer redact.Text
}

// Grant is one row of the SSM's list of grants.
type Grant struct {
	Line    int         // index into Lines
	Type    redact.Text // "Client Credentials Grant", "Resource Owner Grant"
	Expires time.Time   // zero: the list has no expiration date for it
	Creator redact.Text // empty: the list has no such column
	Begins  redact.Text // the first characters of what is a client ID by its form; empty: the row shows none
	Client  redact.Text // the client ID's token; it ends in ~ if the list shows the ID's beginning only
}

// Interface is one row of "show interface description".
type Interface struct {
	VPN  int
	Name redact.Text
	Net  netip.Prefix // its address and network; invalid: none is shown
}

// Service is a service that runs, and for how long.
type Service struct {
	Name redact.Text
	Up   time.Duration // as coarse as it was printed
}

// Row is one row of a table of active checks.
type Row struct {
	Line         int // index into Lines
	Name, Detail redact.Text
	Status       string
}

// Told reports whether the output holds what its command is asked for, or says that it
// failed. Of other commands than these, no rule rests on a single line.
func (r *Result) Told() bool {
	switch {
	case !r.Failure.Empty():
	case r.Check == ShowVersion:
		return r.Release != (Release{})
	case r.Check == NMSStatus:
		return len(r.Up)+len(r.Down) > 0
	case r.Check == Toolkit:
		return len(r.Grants) > 0
	}
	return true
}

// Result is one command's output. Fields are valid for the Check named beside them.
type Result struct {
	Check   Check
	Tool    redact.Text   // Curl: another tool's name, whose output it is; empty: curl
	Host    redact.Text   // the name in the prompt, if one was printed
	PC      bool          // the prompt is Windows': no Manager's and no SSM's
	Lines   []redact.Text // the whole output
	NotRun  bool          // there is no such program, or this user may not run it: Failure says so
	Release Release       // ShowVersion, ShowSystemStatus; zero: not found
	Version redact.Text   // the same as printed
	Bare    bool          // ShowVersion: the number stands alone, and no command above it says what it is
	some    bool          // a line that is not empty was there
	Clock   time.Time     // ShowSystemStatus, Date
	Name    redact.Text   // Nslookup: the name asked for
	Addrs   []netip.Addr  // Nslookup
	Chain   []Certificate // OpenSSL: as the server sent them
	Down    []redact.Text // NMSStatus: services that are enabled and do not run
	Grants  []Grant       // Toolkit
	// Curl: the last HTTP status, and the number in "curl: (7) …"; 0: none.
	Status, Code   int
	Sent, Received int              // Ping
	Fastest        time.Duration    // Ping: the shortest time to an answer; 0: none was printed
	Verify         int              // OpenSSL: the verify return code; -1: none was printed
	VerifyErrors   []int            // OpenSSL: each error of the verification, in its order
	NotAfter       time.Time        // OpenSSL: of the server's own certificate
	Leaf           Leaf             // OpenSSL: the server's own certificate
	Protocol       redact.Text      // OpenSSL: "TLSv1.3"; empty: no session came about
	Interfaces     []Interface      // ShowInterface
	Device         redact.Text      // IPRoute
	Own            netip.Addr       // IPRoute: the address that packets leave with
	Via            netip.Addr       // IPRoute: the first hop; invalid: none is named, or there is none
	Use            int              // Disk: the fullest file system, in percent
	Mount          redact.Text      // Disk: where it is mounted
	Up             []Service        // Containers, NMSStatus: what runs
	Uptime         time.Duration    // ShowSystemStatus: since the last reboot; 0: not found
	Owned          []Interface      // Addresses: each address with its interface
	Listeners      []netip.AddrPort // Sockets: an unspecified address is every one of the host
	Leap           redact.Text      // Chrony: its "Leap status"; empty: none was printed
	TimeSource     redact.Text      // Chrony: whom it follows
	Drift          time.Duration    // Chrony: the system's time minus NTP's
	Open           bool             // Connect: the connection opened
	Reached        Reached          // Curl, OpenSSL: how far it was seen to get
	Hops, Silent   int              // Traceroute: hops that answered, and how many behind the last of them did not
	Target         netip.Addr       // Traceroute: whereto
	Object         Object           // what it calls or asks for
	Rows           []Row            // OwnTable
	Personality    Personality      // ShowSystemStatus: what the device calls itself
	Failure        redact.Text      // what the output itself says went wrong, if it does
}

// Command is the command as people say it.
func (r *Result) Command() string {
	if !r.Tool.Empty() {
		return r.Tool.String()
	}
	return r.Check.String()
}

// Personality is what a device of the SD-WAN calls itself.
type Personality uint8

// What it may be.
const (
	PersonalityUnknown Personality = iota
	PersonalityManager
	PersonalityOther // a controller, a validator, an edge
)

// Reached is how far a command that connects was seen to get.
type Reached uint8

// The steps.
const (
	ReachedNothing Reached = iota
	ReachedName            // the name was resolved
	ReachedPort            // the connection was open
	ReachedTLS             // the TLS handshake was finished
	ReachedAnswer          // an answer of HTTP came
)
