package event

import (
	"net/netip"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// Event is one thing that happened, decoded and safe to show. No event holds
// bytes: numbers, enums, addresses, times and redact.Text only.
type Event interface {
	When() When
	Ref() Ref
	Origin() Meta
}

// Connection is a snapshot of one TCP connection.
type Connection = handshake.Connection

// Segment is a TCP packet and what it means for its connection. Every TCP
// packet of a capture gives one; TCPOpened and the like follow it where it
// completes something.
type Segment struct {
	Meta
	handshake.Step
}

// TCPOpened: SYN, SYN-ACK and ACK were seen.
type TCPOpened struct {
	Meta
	Conn Connection
}

// TCPRefused: a RST answered the SYN.
type TCPRefused struct {
	Meta
	Conn Connection
	TTL  uint8
}

// TCPReset: a RST ended an open or half-open connection.
type TCPReset struct {
	Meta
	Conn Connection
	Dir  handshake.Dir
	TTL  uint8
}

// ClientHello: the client said what it offers.
type ClientHello struct {
	Meta
	Conn  Connection
	Hello handshake.ClientHello
}

// ServerHello: the server chose, or asks for another ClientHello.
type ServerHello struct {
	Meta
	Conn  Connection
	Hello handshake.ServerHello
}

// Certificate: the server showed its certificates in clear (TLS up to 1.2).
type Certificate struct {
	Meta
	Conn  Connection
	Chain handshake.Chain
}

// Alert: one side sent a TLS alert.
type Alert struct {
	Meta
	Conn  Connection
	Alert handshake.Alert
}

// HandshakeDone: TLS finished on both sides, as far as Basis says.
type HandshakeDone struct {
	Meta
	Conn Connection
}

// ConnectionClosed: both sides sent FIN.
type ConnectionClosed struct {
	Meta
	Conn Connection
}

// Unreachable: a router or host sent an ICMP error.
type Unreachable struct {
	Meta
	packet.Packet
}

// HTTPLine: the first line of an HTTP message in clear, as a listing prints it
// under its packet. The packet's sender wrote it.
type HTTPLine struct {
	Meta
	Conn   Connection // the packet's
	Status int        // of an answer; 0: a request
	Method redact.Text
	Target redact.Text // CONNECT: host and port
	Login  handshake.Login
}

// Neighbour: someone asked for, or told, a neighbour's hardware address.
type Neighbour struct {
	Meta
	Addr  netip.Addr
	Asker netip.Addr // who asks; invalid: not printed
	Reply bool
}

// DNSAnswer: a query or an answer on port 53.
type DNSAnswer struct {
	Meta
	packet.DNS
	Server netip.Addr
}

// LogEntry is one log line.
type LogEntry struct {
	Meta
	logline.Entry
}

// Plain is a line that could not be read as anything else. It stays visible.
type Plain struct {
	Meta
	Why PlainReason
}

// PlainReason tells why a line is plain.
type PlainReason uint8

// The reasons.
const (
	NotRecognised PlainReason = iota
	Prompt                    // a prompt or the echo of a command
	Decoration                // blank lines, code fences
)

// CheckResult is what a command printed.
type CheckResult struct {
	Meta
	From int // the line that Lines[0] is
	cliout.Result
}

// ClockSample: a host's clock against ours.
type ClockSample struct {
	Meta
	Offset      time.Duration // device minus ours
	Uncertainty time.Duration
}

// CaptureStarted: tcpdump said what it listens to.
type CaptureStarted struct {
	Meta
	Interface redact.Text
	Filter    redact.Text
	Peer      netip.Addr // the filter's host, if it names one by address
	SnapLen   int
}

// CaptureFooter: tcpdump's closing counters; -1 where a line is missing.
type CaptureFooter struct {
	Meta
	Captured, Received, Dropped int
}

// Gap: lines or packets are missing between two places of a source.
type Gap struct {
	Meta
	Since, Until time.Time // our clock, live: the last that came before it, and when reading went on
	Why          redact.Text
}

// Disk: the disk that a followed log is on is full, so that nothing is written to
// it, or takes lines again. Its excerpt says so.
type Disk struct {
	Meta
	Full bool
}

// Mark is a row of ours between events (a fix was played, a person marked it).
type Mark struct {
	Meta
	Text redact.Text
}

// Stream is the life of a live source.
type Stream uint8

// The states of a live source.
const (
	Waiting Stream = iota
	Connecting
	Following
	Lost
	Refused
	Ended
	streamCount
)

var streamNames = [...]string{"waiting", "connecting", "following", "lost", "refused", "ended"}

// String says what the source does.
func (s Stream) String() string { return nameOf(streamNames[:], s) }

// SourceState: a live source changed its state.
type SourceState struct {
	Meta
	Source Source
	State  Stream
	Detail redact.Text // why, and what to do
}
