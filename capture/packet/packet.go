// Package packet takes one packet's headers apart, in place.
//
// What comes in: a frame as it was captured, maybe cut by the snap length, and
// its link type (Decode); or the fields that a text listing prints. What goes
// out: Packet, a plain value without bytes, so that connections are tracked
// the same way for every front end. A frame's payload stays where it is:
// Packet says where.
//
// Known: Ethernet, 802.1Q and QinQ, Cisco's SGT
// and FabricPath tags, Linux cooked v1 and v2, raw IP, BSD
// loopback; IPv4 with options and fragments, IPv6 with extension headers and
// fragments, IP in IP; TCP, UDP, ICMP and ICMPv6 with the packet that an error
// quotes, ARP, DNS over UDP and TCP. What else carries IP (GRE, PPPoE, VXLAN,
// Geneve, MPLS) gopacket/gopacket, the maintained continuation of
// google/gopacket, peels off. Whatever the link padded is cut off: the IP
// header says where a packet ends.
package packet

import (
	"math"
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
	Zoned    bool           // it printed an epoch, which is UTC
	Stamp    string         // the stamp as printed (digits and punctuation only)
	Proto    Proto          //
	Src, Dst netip.AddrPort // port 0 where the protocol has none
	TTL      uint8          // IPv4 TTL or IPv6 hop limit
	TOS      uint8          // IPv4 type of service, IPv6 traffic class
	ID       uint16         // IPv4 identification
	DF       bool           // IPv4 don't fragment
	MF       bool           // more fragments follow
	Frag     uint16         // a later fragment: its offset in bytes; it has no ports
	IPLength int            // total length of the IP datagram, in bytes

	// Valid if Proto == TCP.
	Flags     Flags
	Seq       uint32 // absolute unless SeqRelative
	Ack       uint32 // valid if Flags has ACK; absolute unless SeqRelative
	NoSeq     bool   // of a text: a bare ACK whose line has no Seq
	RelSeq    bool   // Seq is relative to the listing's base (no -S)
	RelAck    bool
	Window    uint16 // unscaled
	Urgent    uint16 // valid if Flags has URG
	Length    int    // payload bytes on the wire; of UDP too
	Checksum  Checksum
	Sum, Want uint16 // the checksum as sent, and as it should be if incorrect
	MSS       uint16
	WScale    int8 // -1: not offered
	SACKOK    bool
	MPTCP     bool // an option of Multipath TCP (RFC 8684)
	Stamped   bool // the timestamp option is there
	SACKs     uint8
	SACK      [4][2]uint32 // the first SACKs of them: left and right edge (RFC 2018)
	// Beyond is how far they reach beyond Ack, at most; no more than fits.
	Beyond    uint16
	TSVal     uint32 // valid if Stamped (RFC 7323)
	TSEcr     uint32
	Unknown   uint8 // options of kinds that we do not know
	Cut       bool  // the line or the frame ended early; fields after the cut are zero
	LengthCut bool  // even Length is unknown
	OptionCut bool  // the options ended early
	Head      uint8 // of a frame: bytes of the header; 0: not known

	// Of a frame: where its payload begins, and how many bytes of it were captured.
	Off, Captured int

	// Valid if Proto is ICMP or ICMPv6.
	Unreach    Unreach
	About      netip.AddrPort // the destination that the error is about, if printed
	AboutSrc   netip.AddrPort // who sent what the error is about
	AboutSeq   uint32         // its sequence number; valid if AboutProto is TCP
	AboutProto Proto
	MTU        int // with UnreachFragmentation

	// Valid if a port is 53.
	DNS DNS

	ARP ARP // valid if its Addr is
}

// Payload is what was captured of the frame's payload, behind all headers.
func (p *Packet) Payload(frame []byte) []byte {
	if p.Off < 0 || p.Captured <= 0 || p.Off+p.Captured > len(frame) {
		return nil
	}
	return frame[p.Off : p.Off+p.Captured]
}

// ARP is a question for a neighbour's hardware address, or the answer (RFC 826).
type ARP struct {
	Addr  netip.Addr // who is asked for, or tells
	Asker netip.Addr // of a question
	Reply bool
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

// Reach sets Beyond from what is acknowledged selectively.
func (p *Packet) Reach() {
	if p.SACKs == 0 {
		return
	}
	for _, edge := range p.SACK[:p.SACKs] {
		if n := int32(edge[1] - p.Ack); n > int32(p.Beyond) {
			p.Beyond = uint16(min(n, math.MaxUint16))
		}
	}
}
