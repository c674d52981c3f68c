package packet

import (
	"encoding/binary"
	"net/netip"
)

// Ports whose datagrams hold more than a payload (IANA).
const (
	portDNS    = 53
	portVXLAN  = 4789
	portGeneve = 6081
)

// udp reads a UDP header (RFC 768).
func (d *decoder) udp(at, end int) {
	p := d.p
	have := d.f[min(at, len(d.f)):min(end, len(d.f))]
	if len(have) < 8 {
		p.Cut, p.LengthCut, p.Length, p.Captured = true, true, 0, 0
		if len(have) < 4 {
			return
		}
	}
	from, to := binary.BigEndian.Uint16(have), binary.BigEndian.Uint16(have[2:])
	p.Src, p.Dst = netip.AddrPortFrom(p.Src.Addr(), from), netip.AddrPortFrom(p.Dst.Addr(), to)
	if p.Cut {
		return
	}
	p.Off, p.Length, p.Captured = at+8, end-at-8, len(have)-8
	switch {
	case from == portDNS || to == portDNS:
		p.dns(have[8:])
	case to == portVXLAN || to == portGeneve:
		d.tunnel(at)
	}
}
