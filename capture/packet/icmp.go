package packet

import (
	"encoding/binary"
	"net/netip"
)

// Types of errors (RFC 792, RFC 4443).
const (
	icmpUnreachable = 3
	icmpExceeded    = 11

	icmp6Unreachable = 1
	icmp6TooBig      = 2
	icmp6Exceeded    = 3
)

// unreachable are the codes of ICMP type 3 (RFC 792, RFC 1122, RFC 1812).
var unreachable = [16]Unreach{
	0: UnreachNet, 6: UnreachNet, 11: UnreachNet, 1: UnreachHost, 7: UnreachHost, 12: UnreachHost,
	3: UnreachPort, 4: UnreachFragmentation, 9: UnreachAdmin, 10: UnreachAdmin, 13: UnreachAdmin,
}

// unreachable6 are the codes of ICMPv6 type 1 (RFC 4443, 3.1).
var unreachable6 = [7]Unreach{
	0: UnreachNet, 1: UnreachAdmin, 3: UnreachHost, 4: UnreachPort, 5: UnreachAdmin, 6: UnreachAdmin,
}

func (d *decoder) icmp4(at, end int) {
	p := d.p
	b := d.f[min(at, len(d.f)):min(end, len(d.f))]
	if len(b) < 8 {
		p.Cut = true
		return
	}
	switch b[0] {
	case icmpUnreachable:
		p.Unreach = meaning(unreachable[:], b[1])
		if p.Unreach == UnreachFragmentation {
			p.MTU = int(binary.BigEndian.Uint16(b[6:])) // RFC 1191, 4
		}
	case icmpExceeded:
		p.Unreach = UnreachTimeExceeded
	default:
		return
	}
	p.quoted(b[8:])
}

func (d *decoder) icmp6(at, end int) {
	p := d.p
	b := d.f[min(at, len(d.f)):min(end, len(d.f))]
	if len(b) < 8 {
		p.Cut = true
		return
	}
	switch b[0] {
	case icmp6Unreachable:
		p.Unreach = meaning(unreachable6[:], b[1])
	case icmp6TooBig:
		p.Unreach, p.MTU = UnreachFragmentation, int(binary.BigEndian.Uint32(b[4:]))
	case icmp6Exceeded:
		p.Unreach = UnreachTimeExceeded
	default:
		return
	}
	p.quoted(b[8:])
}

func meaning(codes []Unreach, code uint8) Unreach {
	if int(code) >= len(codes) || codes[code] == UnreachNone {
		return UnreachOther
	}
	return codes[code]
}

// quoted reads what an error quotes: the packet that it is about, from its IP
// header on, often cut after eight bytes of its payload (RFC 792).
func (p *Packet) quoted(b []byte) {
	var src, dst netip.Addr
	var next uint8
	switch {
	case len(b) >= 20 && b[0]>>4 == 4:
		src, dst, next = netip.AddrFrom4([4]byte(b[12:16])), netip.AddrFrom4([4]byte(b[16:20])), b[9]
		head := int(b[0]&15) * 4
		if frag := binary.BigEndian.Uint16(b[6:]) & 0x1fff; head < 20 || head > len(b) || frag > 0 {
			head = len(b)
		}
		b = b[head:]
	case len(b) >= 40 && b[0]>>4 == 6:
		src, dst, next = netip.AddrFrom16([16]byte(b[8:24])).Unmap(), netip.AddrFrom16([16]byte(b[24:40])).Unmap(), b[6]
		b = b[40:]
		for len(b) >= 8 && (next == nextHopByHop || next == nextRouting || next == nextOptions) {
			size := (int(b[1]) + 1) * 8
			next, b = b[0], b[min(size, len(b)):]
		}
	default:
		return
	}
	p.AboutProto = Proto(next)
	p.AboutSrc, p.About = netip.AddrPortFrom(src, 0), netip.AddrPortFrom(dst, 0)
	if (p.AboutProto != TCP && p.AboutProto != UDP) || len(b) < 4 {
		return
	}
	p.AboutSrc = netip.AddrPortFrom(src, binary.BigEndian.Uint16(b))
	p.About = netip.AddrPortFrom(dst, binary.BigEndian.Uint16(b[2:]))
	if p.AboutProto == TCP && len(b) >= 8 {
		p.AboutSeq = binary.BigEndian.Uint32(b[4:])
	}
}
