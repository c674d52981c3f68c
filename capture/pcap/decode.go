package pcap

import (
	"bytes"
	"net/netip"
	"strconv"
	"strings"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"

	"syncscope/capture/packet"
)

// decode takes one frame apart. What it does not know gives a zero Packet.
func decode(data []byte, link layers.LinkType) Record {
	var rec Record
	rec.Packet.WScale = -1
	p := gopacket.NewPacket(data, link, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
	if arp, ok := p.Layer(layers.LayerTypeARP).(*layers.ARP); ok {
		addr := arp.DstProtAddress
		if rec.Reply = arp.Operation == layers.ARPReply; rec.Reply {
			addr = arp.SourceProtAddress
		}
		rec.ARP, _ = netip.AddrFromSlice(addr)
		if !rec.Reply {
			rec.Asker, _ = netip.AddrFromSlice(arp.SourceProtAddress)
		}
		return rec
	}
	src, dst, payload, ok := network(p, &rec.Packet)
	if !ok {
		return rec
	}
	switch l := p.TransportLayer().(type) {
	case *layers.TCP:
		tcp(l, src, dst, payload, &rec)
	case *layers.UDP:
		udp(p, l, src, dst, &rec.Packet)
	default:
		control(p, src, dst, &rec.Packet)
	}
	return rec
}

// network reads the IP header; payload is how many bytes it says follow it, and
// how many of them were captured.
func network(p gopacket.Packet, out *packet.Packet) (src, dst netip.Addr, payload [2]int, ok bool) {
	switch ip := p.NetworkLayer().(type) {
	case *layers.IPv4:
		out.TTL, out.TOS, out.ID, out.IPLength = ip.TTL, ip.TOS, ip.Id, int(ip.Length)
		out.DF = ip.Flags&layers.IPv4DontFragment != 0
		src, _ = netip.AddrFromSlice(ip.SrcIP)
		dst, ok = netip.AddrFromSlice(ip.DstIP)
		payload = [2]int{int(ip.Length) - int(ip.IHL)*4, len(ip.Payload)}
	case *layers.IPv6:
		out.TTL, out.TOS, out.IPLength = ip.HopLimit, ip.TrafficClass, int(ip.Length)+40
		src, _ = netip.AddrFromSlice(ip.SrcIP)
		dst, ok = netip.AddrFromSlice(ip.DstIP)
		payload = [2]int{int(ip.Length), len(ip.Payload)}
	}
	return src.Unmap(), dst.Unmap(), payload, ok
}

// tcp fills in the segment. Its length is the one on the wire, whatever the
// snap length left: what the IP header says less all headers (RFC 9293, 3.4).
func tcp(l *layers.TCP, src, dst netip.Addr, payload [2]int, rec *Record) {
	p := &rec.Packet
	p.Proto = packet.TCP
	p.Src, p.Dst = netip.AddrPortFrom(src, uint16(l.SrcPort)), netip.AddrPortFrom(dst, uint16(l.DstPort))
	p.Seq, p.Ack, p.Window = l.Seq, l.Ack, l.Window
	for bit, set := range []bool{l.FIN, l.SYN, l.RST, l.PSH, l.ACK, l.URG, l.ECE, l.CWR} {
		if set {
			p.Flags |= 1 << bit
		}
	}
	before := max(0, payload[1]-len(l.Contents)-len(l.Payload)) // IPv6 extension headers
	p.Length = payload[0] - before - int(l.DataOffset)*4
	if payload[0] <= 0 { // the card cuts it into segments later: it has no length yet
		p.Length = len(l.Payload)
	}
	p.Length = max(p.Length, 0)
	for _, o := range l.Options {
		switch {
		case o.OptionType == layers.TCPOptionKindMSS && len(o.OptionData) == 2:
			p.MSS = uint16(o.OptionData[0])<<8 | uint16(o.OptionData[1])
		case o.OptionType == layers.TCPOptionKindWindowScale && len(o.OptionData) == 1:
			p.WScale = int8(min(o.OptionData[0], 14))
		case o.OptionType == layers.TCPOptionKindSACKPermitted:
			p.SACKOK = true
		}
	}
	rec.Clear = clear(l.Payload)
}

// clear reads a request's or an answer's first line.
func clear(b []byte) Clear {
	line, _, _ := bytes.Cut(b, []byte("\r\n"))
	f := strings.Fields(string(line[:min(len(line), 512)]))
	switch {
	case len(f) >= 2 && strings.HasPrefix(f[0], "HTTP/1."):
		n, _ := strconv.Atoi(f[1])
		return Clear{Status: n}
	case len(f) == 3 && f[0] == "CONNECT" && strings.HasPrefix(f[2], "HTTP/1."):
		return Clear{Method: f[0], Target: f[1]}
	}
	return Clear{}
}

func udp(whole gopacket.Packet, l *layers.UDP, src, dst netip.Addr, p *packet.Packet) {
	p.Proto = packet.UDP
	p.Src, p.Dst = netip.AddrPortFrom(src, uint16(l.SrcPort)), netip.AddrPortFrom(dst, uint16(l.DstPort))
	dns, ok := whole.Layer(layers.LayerTypeDNS).(*layers.DNS)
	if !ok || l.SrcPort != 53 && l.DstPort != 53 {
		return
	}
	p.DNS.ID, p.DNS.Query, p.DNS.Response = dns.ID, !dns.QR, dns.QR
	if len(dns.Questions) > 0 {
		p.DNS.Name = hostName(string(dns.Questions[0].Name))
	}
	p.DNS.RCode = map[layers.DNSResponseCode]string{layers.DNSResponseCodeNXDomain: "NXDomain", layers.DNSResponseCodeServFail: "ServFail", layers.DNSResponseCodeRefused: "Refused"}[dns.ResponseCode]
	for _, a := range dns.Answers {
		if addr, ok := netip.AddrFromSlice(a.IP); ok {
			p.DNS.Addrs = append(p.DNS.Addrs, addr.Unmap())
		}
	}
}

// hostName keeps the letters a host name has.
func hostName(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '.' || r == '-' || r == '_' {
			return r
		}
		return -1
	}, s)
}
