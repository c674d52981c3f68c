package capture

import (
	"net/netip"
	"strings"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// brief is what a TCP packet's line needs: few packets are ever cited, so the
// line is made then. It holds numbers only.
type brief struct {
	gate                     func(string) redact.Text // nil: there is nothing to make
	src, dst                 netip.AddrPort
	seq, ack                 uint32
	size, ip                 int32
	id, window, mss, sum, is uint16
	flags                    packet.Flags
	ttl, tos                 uint8
	scale                    int8
	check                    packet.Checksum
	df, sackOK               bool
	other                    *packet.Packet // what is no TCP, instead of all these
}

func briefOf(p *packet.Packet, gate func(string) redact.Text) brief {
	return brief{
		gate, p.Src, p.Dst, p.Seq, p.Ack, int32(p.Length), int32(p.IPLength), p.ID, p.Window, p.MSS, p.Sum, p.Want,
		p.Flags, p.TTL, p.TOS, p.WScale, p.Checksum, p.DF, p.SACKOK, nil,
	}
}

// otherBrief is briefOf a packet that is no TCP.
func otherBrief(p *packet.Packet, gate func(string) redact.Text) brief {
	kept := *p
	return brief{gate: gate, other: &kept}
}

// words tell the packet as tcpdump would, and its stamp.
func (b *brief) words(at time.Time) (line, stamp redact.Text) {
	if b.other != nil {
		p := *b.other
		p.Stamp = at.Format(stampForm)
		return b.gate(words(&p)), b.gate(p.Stamp)
	}
	p := packet.Packet{
		Time: at, Src: b.src, Dst: b.dst, Seq: b.seq, Ack: b.ack, Length: int(b.size), IPLength: int(b.ip), ID: b.id, Window: b.window, MSS: b.mss,
		Sum: b.sum, Want: b.is, Flags: b.flags, TTL: b.ttl, TOS: b.tos, WScale: b.scale, Checksum: b.check, DF: b.df, SACKOK: b.sackOK,
	}
	return b.gate(listed(&p)), b.gate(at.Format(stampForm))
}

// stampForm is how tcpdump prints a time of day.
const stampForm = "15:04:05.000000"

// listed is a TCP packet's line.
func listed(p *packet.Packet) string {
	return strings.Join(strings.Fields(string(tcpdump.Append(nil, *p))), " ")
}
