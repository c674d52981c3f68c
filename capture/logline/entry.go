// Package logline turns one line of a log into typed fields.
//
// What comes in: one line of vmanage-server.log or of the SSM's
// /var/log/messages, as redact.Raw, and the gate. What goes out: an Entry
// whose text is safe. A line that no format fits stays visible as Plain.
package logline

import (
	"net/netip"
	"time"

	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
)

// Form is the format a line was written in.
type Form uint8

// The formats.
const (
	FormPlain   Form = iota // none fits
	Manager                 // vmanage-server.log
	ManagerMore             // a continuation of the Manager line before it
	NginxError
	NginxAccess
	Rails // lograge: method=… path=… status=…
	RailsOther
	Redis
	Postgres
	Kernel
	Chronyd
	Syslog // another program's syslog line
	formCount
)

var formNames = [...]string{"plain", "manager", "manager-more", "nginx-error", "nginx-access", "rails", "rails-other", "redis", "postgres", "kernel", "chronyd", "syslog"}

// String is the form's name in rules.
func (f Form) String() string { return nameOf(formNames[:], f) }

// Forms are all of them.
func Forms() []Form {
	out := make([]Form, formCount)
	for i := range out {
		out[i] = Form(i)
	}
	return out
}

// nameOf is a value's name in the table beside its type. A value that the table
// lacks is no reason to panic while a fault is looked for.
func nameOf[T ~uint8](table []string, v T) string {
	if int(v) < len(table) {
		return table[v]
	}
	return "unknown"
}

// Severity orders lines by how bad they say they are.
type Severity uint8

// The severities.
const (
	Debug Severity = iota
	Info
	Notice
	Warn
	Error
	Critical
	severityCount
)

var (
	severityNames  = [...]string{"debug", "info", "notice", "warn", "error", "critical"}
	severityLabels = [...]string{"DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRIT"}
	severityShort  = [...]string{"DEBUG", "INFO ", "NOTE ", "WARN ", "ERROR", "CRIT "}
)

// String is the name that filters use.
func (s Severity) String() string { return nameOf(severityNames[:], s) }

// Label is the name before a line.
func (s Severity) Label() string { return nameOf(severityLabels[:], s) }

// Short is the label, five characters wide.
func (s Severity) Short() string { return nameOf(severityShort[:], min(s, severityCount-1)) }

// Area is what a Manager's logger class is about. It is told from the class as
// the log has it: a value that happens to be masked there changes nothing.
type Area uint8

// The areas.
const (
	AreaOther     Area = iota
	AreaLicensing      // the classes of smart licensing
	AreaREST           // the client by which they call
)

// Topic is what a line means for a licence sync, told from its content.
type Topic uint8

// The topics. The names in quotes are the Manager's logger classes.
const (
	TopicNone           Topic = iota
	TopicOnPremUser           // "user is using in On Prem mode"
	TopicAuthStart            // "Authenticating on-prem server"
	TopicMode                 // "Found smart licensing mode is X"; Value is X, or empty where X is no mode that is known
	TopicClientMap            // "intializing client Map {…}"; Peer, ClientID, Secret; Value is PeerPath, or empty
	TopicServerDetails        // "Getting onPrem server details"
	TopicProxyHost            // "RestAPI proxy host X"; Value is X, empty: none
	TopicProxyPort            // "RestAPI proxy port N"; Value is N, empty: none
	TopicTokenURL             // "URL backend/oauth/token?…"
	TopicQuery                // "Query …: path"; Path
	TopicRequestFailed        // "Failed to process … request uri: … Code: N Message: …" or an exception
	TopicUserFailed           // "Failed to authenticate user - 'X'."
	TopicAuthFailed           // "Smart Account User Authentication failed."
	TopicAuthenticated        // "Smart Account user authenticated successfully"
	TopicLicences             // "Received licenses: N bytes"
	TopicSyncDone             // "Sync Licenses and Refresh Devices completed"
	TopicSyncFailed           // the sync's own last word was a failure
	TopicCloudSignIn          // "Authenticating Cisco Smart Account user with …": not on-prem
	TopicReport               // "Uploading license usage report: path"; Path
	TopicPhase                // a stack frame that tells what was being done; Value is a phase
	TopicUpstreamFailed       // nginx could not connect to, or lost, one upstream
	TopicUpstreamOff          // nginx "upstream server temporarily disabled"
	TopicNoUpstream           // nginx "no live upstreams"
	TopicRequest              // the SSM (nginx access or Rails) answered a request
	TopicDeprecation          // Redis#exists and the like: harmless
	TopicSession              // "Session expiring": harmless
	TopicSaving               // Redis background saving: harmless
	TopicClockSource          // chronyd changed its source: harmless
	TopicTLS                  // nginx: a client's TLS handshake failed, or it sent plain HTTP
	TopicHealth               // a database, the kernel or the disk of the SSM says something is wrong
	TopicFront                // the SSM's web server, its container or the packet filter says that it lets nobody in; Value is why, or the port of a packet
	TopicReady                // a database says that it takes connections
	TopicPage                 // a line of a page of HTML that tells who made it; Value is the maker
	TopicLost                 // a log daemon says that lines were dropped before this one, or that it ends
)

// Stamp is a line's time as printed.
type Stamp struct {
	Text redact.Text // as printed, without the date: "17:29:03,490 IST"
	Time time.Time   // zero if not even a time of day was printed; UTC unless Zoned
	// Dated: Time's date was printed (with its year). Zoned: the zone is sure
	// (UTC or an offset). Neither: only differences within one source count.
	Dated, Zoned bool
	Zone         string // letters of the abbreviation, as printed
}

// Entry is one line's fields. A Text is empty and a number zero where the
// line does not have it.
type Entry struct {
	Form     Form
	Severity Severity
	Topic    Topic
	Cut      bool // the line ended inside a field
	// ThreadCut: it ended before the thread's name did. Thread is what is left of it.
	ThreadCut bool
	// Begun is the only topic that a message may be of which ended inside the words
	// that tell it; TopicNone: it has its words, or may be of several.
	Begun Topic
	// Length is the line's, in bytes: a log that was cut at a column has many lines of one
	// length, and none is longer.
	Length int
	Area   Area // what the Manager's logger class is about
	// SourceMasked: the source itself had masked the password ("*******").
	SourceMasked bool
	Stamp        Stamp
	Written      Stamp // the program's own stamp inside a syslog line (nginx, Redis), if any

	Host    redact.Text // syslog host, or the Manager node
	Program redact.Text // syslog tag or container id
	Role    redact.Text // short name by content: "nginx", "rails", "redis", "chronyd"
	Class   redact.Text // the Manager's logger class
	Thread  redact.Text // the Manager's thread
	Tenant  redact.Text // whom the Manager's thread works for
	Message redact.Text // what the line says after its prefix
	Full    redact.Text // the whole line
	Words   words.Set   // of the fields, as their program wrote them

	Value redact.Text // see Topic; of an answer that is a page, its maker

	// Of an HTTP request, in the Manager's or the SSM's words.
	Method, Path redact.Text // Path without its query
	Status       int
	Size         int64      // body bytes as nginx counts them
	Client       netip.Addr // the caller, as the SSM saw it
	Peer         redact.Text
	Upstream     redact.Text // host:port of nginx's upstream
	UpstreamIP   netip.AddrPort
	Agent        redact.Text
	Conn         uint64 // nginx *N
	Took         time.Duration
	Errno        int // 111 of "connect() failed (111: Connection refused)"

	// Of the sign-in.
	ClientID, Secret, Password redact.Text // tokens
	User, GrantType            redact.Text
	BlankField                 redact.Text // a parameter of the request that has no value
	ErrorCode                  redact.Text // "invalid_client"
	ErrorText                  redact.Text // "Grant not found. …"
	Exception                  redact.Text // Java or Ruby class; its words are in ErrorText
}
