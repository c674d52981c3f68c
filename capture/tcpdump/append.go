package tcpdump

import (
	"net/netip"
	"strconv"

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
	num := func(words string, n int) { dst = strconv.AppendInt(append(dst, words...), int64(n), 10) }
	dst = p.Time.AppendFormat(dst, "15:04:05.000000")
	dst = strconv.AppendUint(append(dst, " IP (tos 0x"...), uint64(p.TOS), 16)
	num(", ttl ", int(p.TTL))
	num(", id ", int(p.ID))
	df := ", offset 0, flags [none], proto TCP (6), length "
	if p.DF {
		df = ", offset 0, flags [DF], proto TCP (6), length "
	}
	num(df, p.IPLength)
	dst = dotted(append(dst, ")\n    "...), p.Src)
	dst = dotted(append(dst, " > "...), p.Dst)
	dst = append(letters(append(dst, ": Flags ["...), p.Flags), ']')
	if p.IPLength+ether <= snap {
		dst = checksum(dst, &p)
	}
	num(", seq ", int(p.Seq))
	if p.Length > 0 {
		num(":", int(p.Seq+uint32(p.Length)))
	}
	if p.Flags.Has(packet.ACK) {
		num(", ack ", int(p.Ack))
	}
	num(", win ", int(p.Window))
	if p.MSS > 0 {
		num(", options [mss ", int(p.MSS))
		if p.SACKOK {
			dst = append(dst, ",nop,nop,sackOK"...)
		}
		if p.WScale >= 0 {
			num(",nop,wscale ", int(p.WScale))
		}
		dst = append(dst, ']')
	}
	num(", length ", p.Length)
	return append(dst, '\n')
}

func checksum(dst []byte, p *packet.Packet) []byte {
	switch p.Checksum {
	case packet.ChecksumCorrect:
		return append(hex4(append(dst, ", cksum 0x"...), p.Sum), " (correct)"...)
	case packet.ChecksumIncorrect:
		dst = append(hex4(append(dst, ", cksum 0x"...), p.Sum), " (incorrect -> 0x"...)
		return append(hex4(dst, p.Want), ')')
	}
	return dst
}

func hex4(dst []byte, n uint16) []byte {
	const digits = "0123456789abcdef"
	return append(dst, digits[n>>12], digits[n>>8&15], digits[n>>4&15], digits[n&15])
}

func dotted(dst []byte, a netip.AddrPort) []byte {
	return strconv.AppendUint(append(a.Addr().AppendTo(dst), '.'), uint64(a.Port()), 10)
}

func letters(dst []byte, f packet.Flags) []byte {
	before := len(dst)
	for _, l := range [...]struct {
		flag packet.Flags
		c    byte
	}{{packet.FIN, 'F'}, {packet.SYN, 'S'}, {packet.RST, 'R'}, {packet.PSH, 'P'}, {packet.ECE, 'E'}, {packet.CWR, 'W'}, {packet.URG, 'U'}, {packet.ACK, '.'}} {
		if f.Has(l.flag) {
			dst = append(dst, l.c)
		}
	}
	if len(dst) == before {
		return append(dst, "none"...)
	}
	return dst
}
