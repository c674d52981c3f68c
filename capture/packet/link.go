package packet

import (
	"encoding/binary"
	"errors"
	"net/netip"
)

// LinkType is the type of a capture's link headers (tcpdump.org/linktypes.html).
type LinkType uint16

// The link types that Decode takes apart itself.
const (
	Null     LinkType = 0
	Ethernet LinkType = 1
	RawBSD   LinkType = 12 // DLT_RAW as most systems number it
	RawOpen  LinkType = 14 // and OpenBSD
	Raw      LinkType = 101
	Loop     LinkType = 108
	SLL      LinkType = 113
	RawIPv4  LinkType = 228
	RawIPv6  LinkType = 229
	SLL2     LinkType = 276
)

// What keeps a frame from becoming a packet.
var (
	// ErrUnknown: the frame holds neither IP nor ARP.
	ErrUnknown = errors.New("neither IP nor ARP")
	// ErrShort: the frame ends within the headers up to the addresses.
	ErrShort = errors.New("cut before the addresses")
	// ErrHeader: a length in a header cannot be.
	ErrHeader = errors.New("impossible header")
)

// The EtherTypes (IEEE 802).
const (
	typeIPv4   = 0x0800
	typeARP    = 0x0806
	typeVLAN   = 0x8100
	typeIPv6   = 0x86dd
	typeQinQ   = 0x88a8
	typeQinQ91 = 0x9100
	// Cisco's: TrustSec's tag of a security group, and FabricPath around a whole frame.
	typeSGT        = 0x8909
	typeFabricPath = 0x8903
)

// What stands between those types and the next: version, length, option and tag
// of SGT; the forwarding tag of FabricPath and two hardware addresses.
const (
	sizeSGT        = 6
	sizeFabricPath = 2 + 12
)

// leastType is the first number that is an EtherType and no length.
const leastType = 0x600

// Decode takes a frame apart into p and leaves p's Time, Dated, Zoned and Stamp as
// they are. wire is the frame's length on the wire, which the snap length may
// have cut. p holds nothing of frame but numbers. On an error p has no Proto.
//
// It allocates nothing but the texts of a DNS message.
func Decode(link LinkType, frame []byte, wire int, p *Packet) error {
	at, dated, zoned, stamp := p.Time, p.Dated, p.Zoned, p.Stamp
	*p = Packet{} // in place: a value with fields would be made elsewhere and copied
	p.Time, p.Dated, p.Zoned, p.Stamp, p.WScale = at, dated, zoned, stamp, -1
	var d decoder // set field by field, as above
	d.f, d.wire, d.p = frame, max(wire, len(frame)), p
	err := d.link(link)
	if err != nil {
		p.Proto = 0
	}
	return err
}

// decoder is one frame on its way.
type decoder struct {
	f      []byte
	wire   int
	p      *Packet
	nested int // headers of tunnels passed
}

// maxNested bounds tunnels in tunnels.
const maxNested = 4

func (d *decoder) u16(at int) uint16 { return binary.BigEndian.Uint16(d.f[at:]) }
func (d *decoder) u32(at int) uint32 { return binary.BigEndian.Uint32(d.f[at:]) }

func (d *decoder) link(link LinkType) error {
	switch link {
	case Ethernet:
		return d.ether(12)
	case Raw, RawBSD, RawOpen, RawIPv4, RawIPv6:
		return d.ip(0)
	case SLL:
		return d.ether(14)
	case SLL2:
		if len(d.f) < 20 {
			return ErrShort
		}
		return d.typed(d.u16(0), 20)
	case Null, Loop:
		return d.loopback()
	}
	return d.peel(link)
}

// ether reads the EtherType at at, and what it says follows. A number too
// small for a type is an 802.3 length (1536, IEEE 802.3, 3.2.6).
func (d *decoder) ether(at int) error {
	if len(d.f) < at+2 {
		return ErrShort
	}
	t := d.u16(at)
	if t < leastType { // LLC; SNAP holds a type
		if len(d.f) < at+10 || d.u16(at+2) != 0xaaaa || d.f[at+4] != 3 {
			return ErrUnknown
		}
		return d.typed(d.u16(at+8), at+10)
	}
	return d.typed(t, at+2)
}

// typed reads what an EtherType says is at at.
func (d *decoder) typed(t uint16, at int) error {
	switch t {
	case typeIPv4, typeIPv6:
		return d.ip(at)
	case typeVLAN, typeQinQ, typeQinQ91:
		return d.tagged(at + 2)
	case typeSGT:
		return d.tagged(at + sizeSGT)
	case typeFabricPath:
		return d.tagged(at + sizeFabricPath)
	case typeARP:
		return d.arp(at)
	}
	return d.peel(Ethernet)
}

// tagged reads the EtherType behind a tag.
func (d *decoder) tagged(at int) error {
	if d.nested++; d.nested > maxNested {
		return ErrUnknown
	}
	return d.ether(at)
}

// loopback reads the address family before the packet: in the byte order of
// the host that captured, or of the network (Loop).
func (d *decoder) loopback() error {
	if len(d.f) < 4 {
		return ErrShort
	}
	family := d.u32(0)
	if family > 0xffff {
		family = binary.LittleEndian.Uint32(d.f)
	}
	switch family {
	case 2, 10, 24, 28, 30: // AF_INET, and AF_INET6 of Linux, NetBSD, FreeBSD, macOS
		return d.ip(4)
	}
	return ErrUnknown
}

// arp reads a question or an answer about an IPv4 address (RFC 826).
func (d *decoder) arp(at int) error {
	if len(d.f) < at+8 {
		return ErrShort
	}
	hw, proto := int(d.f[at+4]), int(d.f[at+5])
	if d.u16(at+2) != typeIPv4 || proto != 4 {
		return ErrUnknown
	}
	from, to := at+8+hw, at+8+hw+proto+hw
	if len(d.f) < to+proto {
		return ErrShort
	}
	a := &d.p.ARP
	switch d.u16(at + 6) {
	case 1:
		a.Addr, a.Asker = d.addr4(to), d.addr4(from)
	case 2:
		a.Addr, a.Reply = d.addr4(from), true
	default:
		return ErrUnknown
	}
	return nil
}

func (d *decoder) addr4(at int) netip.Addr { return netip.AddrFrom4([4]byte(d.f[at : at+4])) }
