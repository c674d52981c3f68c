package pcap

import (
	"encoding/binary"
	"net/netip"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"syncscope/capture/packet"
)

// unreachable are the codes of ICMP type 3 (RFC 792, RFC 1122, RFC 1812).
var unreachable = map[uint8]packet.Unreach{
	0: packet.UnreachNet, 6: packet.UnreachNet, 11: packet.UnreachNet, 1: packet.UnreachHost, 7: packet.UnreachHost, 12: packet.UnreachHost,
	3: packet.UnreachPort, 4: packet.UnreachFragmentation, 9: packet.UnreachAdmin, 10: packet.UnreachAdmin, 13: packet.UnreachAdmin,
}

// unreachable6 are the codes of ICMPv6 type 1 (RFC 4443, 3.1).
var unreachable6 = map[uint8]packet.Unreach{
	0: packet.UnreachNet, 1: packet.UnreachAdmin, 3: packet.UnreachHost, 4: packet.UnreachPort, 5: packet.UnreachAdmin, 6: packet.UnreachAdmin,
}

// control reads an ICMP error: what it means and whom it is about.
func control(p gopacket.Packet, src, dst netip.Addr, out *packet.Packet) {
	out.Src, out.Dst = netip.AddrPortFrom(src, 0), netip.AddrPortFrom(dst, 0)
	if l, ok := p.Layer(layers.LayerTypeICMPv4).(*layers.ICMPv4); ok {
		out.Proto = packet.ICMP
		switch l.TypeCode.Type() {
		case layers.ICMPv4TypeDestinationUnreachable:
			if out.Unreach, ok = unreachable[l.TypeCode.Code()]; !ok {
				out.Unreach = packet.UnreachOther
			}
			if out.Unreach == packet.UnreachFragmentation {
				out.MTU = int(l.Seq) // RFC 1191, 4
			}
		case layers.ICMPv4TypeTimeExceeded:
			out.Unreach = packet.UnreachTimeExceeded
		default:
			return
		}
		out.About = quoted4(l.Payload)
		return
	}
	l, ok := p.Layer(layers.LayerTypeICMPv6).(*layers.ICMPv6)
	if !ok || len(l.Payload) < 4 {
		return
	}
	out.Proto = packet.ICMPv6
	switch l.TypeCode.Type() {
	case layers.ICMPv6TypeDestinationUnreachable:
		if out.Unreach, ok = unreachable6[l.TypeCode.Code()]; !ok {
			out.Unreach = packet.UnreachOther
		}
	case layers.ICMPv6TypePacketTooBig:
		out.Unreach, out.MTU = packet.UnreachFragmentation, int(binary.BigEndian.Uint32(l.Payload))
	case layers.ICMPv6TypeTimeExceeded:
		out.Unreach = packet.UnreachTimeExceeded
	default:
		return
	}
	out.About = quoted6(l.Payload[4:])
}

// quoted4 is the destination of the IPv4 packet that an error quotes.
func quoted4(b []byte) netip.AddrPort {
	if len(b) < 20 {
		return netip.AddrPort{}
	}
	a, _ := netip.AddrFromSlice(b[16:20])
	head := int(b[0]&15) * 4
	if (b[9] == byte(packet.TCP) || b[9] == byte(packet.UDP)) && len(b) >= head+4 && head >= 20 {
		return netip.AddrPortFrom(a, binary.BigEndian.Uint16(b[head+2:]))
	}
	return netip.AddrPortFrom(a, 0)
}

// quoted6 is the same of an IPv6 packet without extension headers.
func quoted6(b []byte) netip.AddrPort {
	if len(b) < 40 {
		return netip.AddrPort{}
	}
	a, _ := netip.AddrFromSlice(b[24:40])
	if (b[6] == byte(packet.TCP) || b[6] == byte(packet.UDP)) && len(b) >= 44 {
		return netip.AddrPortFrom(a, binary.BigEndian.Uint16(b[42:]))
	}
	return netip.AddrPortFrom(a, 0)
}
