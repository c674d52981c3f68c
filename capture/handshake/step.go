// Package handshake follows TCP connections and tells how far TLS got.
//
// What comes in: packet.Packet in capture order. What goes out: Steps, one
// for each packet that moves a connection on, each with the connection's
// state after it, and what is seen kept apart from what is inferred from
// lengths.
package handshake

import (
	"net/netip"
	"time"

	"syncscope/capture/packet"
)

// ID numbers the connections of one capture from 1.
type ID uint32

// Dir is a packet's direction on its connection.
type Dir uint8

// The directions. The client is who sent the SYN, else who calls the server port.
const (
	ToServer Dir = iota
	ToClient
)

// Basis says how something is known.
type Basis uint8

// The bases.
const (
	BasisNone Basis = iota
	BasisInferred
	BasisSeen
	basisCount
)

var basisNames = [...]string{"none", "inferred", "seen"}

// String is the name in the report's JSON.
func (b Basis) String() string { return nameOf(basisNames[:], b) }

// nameOf is a value's name in the table beside its type. A value that the table
// lacks is no reason to panic while a fault is looked for.
func nameOf[T ~uint8](table []string, v T) string {
	if int(v) < len(table) {
		return table[v]
	}
	return "unknown"
}

// State is a connection's state.
type State uint8

// The states, named as in the report's JSON.
const (
	ConnUnknown State = iota
	SynSent
	HalfOpen
	Established
	ConnRefused
	ConnReset
	ConnClosed
	Open // joined mid-stream
	stateCount
)

var stateNames = [...]string{"unknown", "syn-sent", "half-open", "established", "refused", "reset", "closed", "open"}

// String is the name in the report's JSON.
func (s State) String() string { return nameOf(stateNames[:], s) }

// TLSStage is how far TLS got.
type TLSStage uint8

// The stages, named as in the report's JSON.
const (
	TLSNone TLSStage = iota
	TLSClientHello
	TLSHelloRetry
	TLSServerHello
	TLSCertificate
	TLSFinished
	TLSApplicationData
	TLSAlert
	tlsCount
)

var tlsNames = [...]string{"none", "client-hello", "hello-retry", "server-hello", "certificate", "finished", "application-data", "alert"}

// String is the name in the report's JSON.
func (s TLSStage) String() string { return nameOf(tlsNames[:], s) }

// TLS is what is known of a connection's TLS.
type TLS struct {
	Stage   Claim[TLSStage]
	Version Claim[uint16] // 0x0303, 0x0304
	// Suite tells what the lengths fit ("ECDHE P-521, AES-GCM"); our words.
	Suite string
	// CouldBe lists what the lengths cannot exclude; our words.
	CouldBe []string
	Cipher  uint16 // seen; 0 unknown
	// What was said in clear; nil: not captured.
	Client      *ClientHello
	Server      *ServerHello
	Chain       *Chain // the server's, up to TLS 1.2
	ClientChain *Chain
	Asked       bool    // the server asked for the client's certificate, up to TLS 1.2
	Alerts      []Alert // in clear, and those inside the encryption that can be told
	Plain       bool    // the server answered the ClientHello in plain HTTP
	Foreign     bool    // or in what is no TLS either

	Hello  int // bytes of the client's first flight
	Answer int // bytes of the server's first flight
}

// Connection is a snapshot of one TCP connection. What each packet changes
// stands together.
type Connection struct {
	ID              ID
	State           State
	ClientTTL       uint8
	ServerTTLs      [2]uint8 // the first two that differ
	ClientMSS       uint16
	ServerMSS       uint16
	ClientScale     int8 // window scale; -1: not offered
	ServerScale     int8
	ClientSACK      bool // selective acknowledgements offered (RFC 2018)
	ServerSACK      bool
	MidStream       bool // its SYN was not captured
	Packets         int
	ToServerBytes   int64
	ToClientBytes   int64
	Trouble         Trouble
	Server, Client  netip.AddrPort
	Offload         int // packets of the capturing host with an unfinished checksum
	TLS             TLS
	Marks           Marks
	Retransmissions int // of any kind
	Resets          int
	ZeroWindows     int
	Start           time.Time     // stamp of its first packet
	RTT             time.Duration // SYN to SYN-ACK; 0 unknown
}

// End is one end of a connection, or none.
type End uint8

// The ends.
const (
	Nobody End = iota
	Client
	Server
	endCount
)

var endNames = [...]string{"", "client", "server"}

// String is the name in the report's JSON; of nobody, there is none.
func (e End) String() string { return nameOf(endNames[:], e) }

// Trouble is what of a connection tells one failure from another.
type Trouble struct {
	// Lost counts the retransmissions by direction, apart by size: a path that
	// loses by chance loses both, one with too small an MTU only large ones.
	LostSmall, LostLarge [2]int
	Hole                 int  // bytes of the server that were skipped, have not come since, and are not acknowledged
	HoleTold             bool // the client still asks for them (RFC 5681, 2)
	// Missed: by direction, the other end acknowledged what the capture lacks. What
	// that was is not known; that nothing was sent may not be told.
	Missed           [2]bool
	ResetBy, FINBy   End        // who reset it; who closed first
	AlertBy          Claim[End] // who sent the first TLS alert of the handshake
	HelloAcked       bool       // the server's host acknowledged the ClientHello
	EmptyCertificate bool       // the client's flight begins as one without a certificate does
	Pending          bool       // the client's last bytes are not acknowledged
	Stuck            bool       // the server's last word is a window of 0
	Waiting          bool       // the client's last bytes are acknowledged and not answered
	Late             bool       // the server's answer came after the client had given up
	Blind            bool       // the listing lost the length of some packet: what was sent is not known
}

// large is the size from which a segment says something about the path's MTU:
// it is above all alerts, acknowledgements and usual requests.
const large = 1000

// Label is what a packet means in the story of the connection.
type Label uint8

// The labels, in the order in which a healthy connection shows them.
const (
	LabelNone Label = iota // a bare acknowledgement or a continuation
	LabelSYN
	LabelSYNACK
	LabelACK // the third of the handshake
	LabelClientHello
	LabelServerHello // the server's flight up to its Done or Finished
	LabelKeyExchange // the client's key exchange, CCS and Finished
	LabelFinished    // the server's CCS and Finished (and tickets)
	LabelRequest     // application data to the server
	LabelResponse    // application data to the client
	LabelAlert
	LabelFIN
	LabelRST
	LabelRefused // RST to the SYN
	LabelRetransmission
	LabelZeroWindow
	LabelKeepAlive
	LabelCloseNotify // an alert inside the encryption, told from its length
)

// Step is one packet's part in a connection, and a snapshot of both.
type Step struct {
	Conn   Connection // after the packet
	Packet packet.Packet
	Move
}

// Move is what a packet means for its connection.
type Move struct {
	Dir   Dir
	Label Label
	Basis Basis
	TCP   Analysis
	// Flight is the bytes of the flight that this packet completes or extends,
	// Count its segments; 0 where the packet is no data.
	Flight, Count int
	Delta         time.Duration // since the connection's packet before
	Opened        bool          // the packet completes the TCP handshake
	TLSDone       bool          // the packet completes the TLS handshake
	Closed        bool          // the packet is the last FIN
}
