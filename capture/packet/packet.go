// Package packet holds one packet's headers, whatever front end read them.
//
// What comes in: fields that a front end (the text listing, later pcap and
// hex) found in one packet. What goes out: Packet, a plain value without
// bytes, so that connections are tracked the same way for every front end.
package packet

import (
	"net/netip"
	"strings"
	"time"
)

// Flags are the TCP flags in wire order (RFC 9293, section 3.1).
type Flags uint16

// The flags, by their wire bits.
const (
	FIN Flags = 1 << iota
	SYN
	RST
	PSH
	ACK
	URG
	ECE
	CWR
)

// Has reports whether every flag of want is set.
func (f Flags) Has(want Flags) bool { return f&want == want }

// String names the flags as Wireshark does: "SYN, ACK".
func (f Flags) String() string {
	var out []string
	for i, name := range []string{"FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"} {
		if f&(1<<i) != 0 {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// Checksum says what the listing claims of the TCP checksum.
type Checksum uint8

// A listing cut by the snap length says nothing about the checksum.
const (
	ChecksumUnknown Checksum = iota
	ChecksumCorrect
	ChecksumIncorrect
)

// Proto is the IP protocol number (IANA).
type Proto uint8

// The protocols we look into.
const (
	ICMP   Proto = 1
	TCP    Proto = 6
	UDP    Proto = 17
	ICMPv6 Proto = 58
)

// Packet is one packet's headers. Zero means "not there or not printed"
// unless a field says otherwise.
type Packet struct {
	Time     time.Time      // device clock; the date is valid only if Dated
	Dated    bool           // the source printed a date or an epoch
	Stamp    string         // the stamp as printed (digits and punctuation only)
	Proto    Proto          //
	Src, Dst netip.AddrPort // port 0 where the protocol has none
	TTL      uint8          // IPv4 TTL or IPv6 hop limit
	TOS      uint8          // IPv4 type of service
	ID       uint16         // IPv4 identification
	DF       bool           // IPv4 don't fragment
	IPLength int            // total length of the IP datagram, in bytes

	// Valid if Proto == TCP.
	Flags     Flags
	Seq       uint32 // absolute unless SeqRelative
	Ack       uint32 // valid if Flags has ACK; absolute unless SeqRelative
	RelSeq    bool   // Seq is relative to the listing's base (no -S)
	RelAck    bool
	Window    uint16 // unscaled
	Length    int    // payload bytes on the wire
	Checksum  Checksum
	Sum, Want uint16 // the checksum as sent, and as it should be if incorrect
	MSS       uint16
	WScale    int8 // -1: not offered
	SACKOK    bool
	Cut       bool // the line ended early; fields after the cut are zero
	LengthCut bool // even Length is unknown

	// Valid if Proto is ICMP or ICMPv6.
	Unreach Unreach
	About   netip.AddrPort // the destination that the error is about, if printed
	MTU     int            // with UnreachFragmentation

	// Valid if Proto == UDP and a port is 53.
	DNS DNS
}

// Unreach is the meaning of an ICMP error (RFC 792, RFC 1812, RFC 4443).
type Unreach uint8

// The errors that bear on a connection.
const (
	UnreachNone Unreach = iota
	UnreachNet
	UnreachHost
	UnreachPort
	UnreachAdmin
	UnreachFragmentation
	UnreachTimeExceeded
	UnreachOther
)

// DNS is what a listing prints of a query or an answer (RFC 1035).
type DNS struct {
	ID       uint16
	Query    bool
	Response bool
	Name     string // ASCII letters, digits, dot, hyphen, underscore only
	RCode    string // "", "NXDomain", "ServFail", "Refused"
	Addrs    []netip.Addr
}
