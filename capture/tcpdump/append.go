package tcpdump

import (
	"fmt"
	"net/netip"
	"strings"

	"syncscope/capture/packet"
)

// snap is the snap length of the Manager's CLI, ether the link header's size.
const (
	snap  = 128
	ether = 14
)

// Append prints a TCP packet as tcpdump 4.99 with -nn -vv and a snap length of
// 128 does: two lines, the checksum only where the snap length holds the whole
// packet. Seq and Ack are printed as they are.
func Append(dst []byte, p packet.Packet) []byte {
	df := "none"
	if p.DF {
		df = "DF"
	}
	dst = fmt.Appendf(dst, "%s IP (tos 0x%x, ttl %d, id %d, offset 0, flags [%s], proto TCP (6), length %d)\n    %s > %s: Flags [%s]",
		p.Time.Format("15:04:05.000000"), p.TOS, p.TTL, p.ID, df, p.IPLength, dotted(p.Src), dotted(p.Dst), letters(p.Flags))
	if p.IPLength+ether <= snap {
		switch p.Checksum {
		case packet.ChecksumCorrect:
			dst = fmt.Appendf(dst, ", cksum 0x%04x (correct)", p.Sum)
		case packet.ChecksumIncorrect:
			dst = fmt.Appendf(dst, ", cksum 0x%04x (incorrect -> 0x%04x)", p.Sum, p.Want)
		}
	}
	if p.Length > 0 {
		dst = fmt.Appendf(dst, ", seq %d:%d", p.Seq, p.Seq+uint32(p.Length))
	} else {
		dst = fmt.Appendf(dst, ", seq %d", p.Seq)
	}
	if p.Flags.Has(packet.ACK) {
		dst = fmt.Appendf(dst, ", ack %d", p.Ack)
	}
	dst = fmt.Appendf(dst, ", win %d", p.Window)
	if p.MSS > 0 {
		dst = fmt.Appendf(dst, ", options [mss %d", p.MSS)
		if p.SACKOK {
			dst = append(dst, ",nop,nop,sackOK"...)
		}
		if p.WScale >= 0 {
			dst = fmt.Appendf(dst, ",nop,wscale %d", p.WScale)
		}
		dst = append(dst, ']')
	}
	return fmt.Appendf(dst, ", length %d\n", p.Length)
}

func dotted(a netip.AddrPort) string { return fmt.Sprintf("%s.%d", a.Addr(), a.Port()) }

func letters(f packet.Flags) string {
	var b strings.Builder
	for _, l := range []struct {
		flag packet.Flags
		c    byte
	}{{packet.FIN, 'F'}, {packet.SYN, 'S'}, {packet.RST, 'R'}, {packet.PSH, 'P'}, {packet.ECE, 'E'}, {packet.CWR, 'W'}, {packet.URG, 'U'}, {packet.ACK, '.'}} {
		if f.Has(l.flag) {
			b.WriteByte(l.c)
		}
	}
	if b.Len() == 0 {
		return "none"
	}
	return b.String()
}
