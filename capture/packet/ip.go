package packet

import "net/netip"

// What IP headers name as next besides the protocols that we look into (IANA).
const (
	nextHopByHop = 0
	nextIPv4     = 4
	nextIPv6     = 41
	nextRouting  = 43
	nextFragment = 44
	nextGRE      = 47
	nextAH       = 51
	nextOptions  = 60
	nextMobility = 135
	nextHIP      = 139
	nextShim6    = 140
)

// ip reads an IP packet at at, of the version it says it has.
func (d *decoder) ip(at int) error {
	if len(d.f) <= at {
		return ErrShort
	}
	switch d.f[at] >> 4 {
	case 4:
		return d.ip4(at)
	case 6:
		return d.ip6(at)
	}
	return ErrUnknown
}

// ip4 reads an IPv4 header (RFC 791, 3.1).
func (d *decoder) ip4(at int) error {
	if len(d.f) < at+20 {
		return ErrShort
	}
	p, h := d.p, d.f[at:at+20]
	head := int(h[0]&15) * 4
	total := int(d.u16(at + 2))
	end := at + total
	if total == 0 { // the card cuts it into segments later: it has no length yet
		end = d.wire
	}
	if head < 20 || end < at+head {
		return ErrHeader
	}
	frag := d.u16(at + 6)
	p.TOS, p.IPLength, p.ID, p.TTL = h[1], total, d.u16(at+4), h[8]
	p.DF, p.MF, p.Frag = frag&0x4000 != 0, frag&0x2000 != 0, frag<<3
	p.Src = netip.AddrPortFrom(netip.AddrFrom4([4]byte(h[12:16])), 0)
	p.Dst = netip.AddrPortFrom(netip.AddrFrom4([4]byte(h[16:20])), 0)
	return d.next(h[9], at+head, end)
}

// ip6 reads an IPv6 header and those that extend it (RFC 8200, 3 and 4).
func (d *decoder) ip6(at int) error {
	if len(d.f) < at+40 {
		return ErrShort
	}
	p, h := d.p, d.f[at:at+40]
	length := int(d.u16(at + 4))
	p.TOS, p.IPLength, p.TTL = h[0]<<4|h[1]>>4, 40+length, h[7]
	p.ID, p.DF, p.MF, p.Frag = 0, false, false, 0
	p.Src = netip.AddrPortFrom(netip.AddrFrom16([16]byte(h[8:24])).Unmap(), 0)
	p.Dst = netip.AddrPortFrom(netip.AddrFrom16([16]byte(h[24:40])).Unmap(), 0)
	end := at + 40 + length
	if length == 0 { // a jumbogram, or cut into segments later
		end = d.wire
	}
	return d.extended(h[6], at+40, end)
}

// extended passes extension headers.
func (d *decoder) extended(next uint8, at, end int) error {
	for {
		var size int
		switch next {
		case nextHopByHop, nextRouting, nextOptions, nextMobility, nextHIP, nextShim6:
			size = 8
		case nextFragment:
			size = 8
		case nextAH:
			size = 8
		default:
			return d.next(next, at, end)
		}
		if len(d.f) < at+size {
			d.p.Proto, d.p.Cut, d.p.LengthCut = Proto(next), true, true
			return nil
		}
		switch next {
		case nextFragment: // RFC 8200, 4.5
			d.p.Frag, d.p.MF, d.p.ID = d.u16(at+2)&^7, d.f[at+3]&1 != 0, d.u16(at+6)
		case nextAH: // RFC 4302, 2.2
			size = (int(d.f[at+1]) + 2) * 4
		default:
			size = (int(d.f[at+1]) + 1) * 8
		}
		next, at = d.f[at], at+size
		if d.p.Frag > 0 {
			return d.next(next, at, end)
		}
	}
}

// next reads what an IP packet carries from at to end on the wire.
func (d *decoder) next(proto uint8, at, end int) error {
	p := d.p
	p.Proto = Proto(proto)
	if at > end { // an extension header says that it is longer than its packet
		p.Cut, p.LengthCut = true, true
		return nil
	}
	p.Off, p.Length = at, max(0, end-at)
	p.Captured = max(0, min(end, len(d.f))-at)
	if p.Frag > 0 {
		return nil
	}
	switch proto {
	case uint8(TCP):
		d.tcp(at, end)
	case uint8(UDP):
		d.udp(at, end)
	case uint8(ICMP):
		d.icmp4(at, end)
	case uint8(ICMPv6):
		d.icmp6(at, end)
	case nextIPv4, nextIPv6:
		if d.nested++; d.nested <= maxNested {
			return d.ip(at)
		}
	case nextGRE:
		d.tunnel(at)
	case nextAH:
		return d.extended(proto, at, end)
	}
	return nil
}
