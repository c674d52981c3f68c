package capture

import (
	"strings"
	"time"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// later makes the line of a binary capture's packet, and its stamp, when it is
// cited: few are.
type later interface {
	words(at time.Time) (line, stamp redact.Text)
}

// other is a packet that is no TCP.
type other struct {
	gate func(string) redact.Text
	p    packet.Packet
}

func (o *other) words(at time.Time) (line, stamp redact.Text) {
	p := o.p
	p.Stamp = at.Format(stampForm)
	return o.gate(words(&p)), o.gate(p.Stamp)
}

// brief is a TCP packet of a binary capture without its addresses: what its
// line needs. It holds numbers only.
type brief struct {
	from                     *frames // nil: nothing is kept here
	conn                     *Connection
	second                   int64
	nano                     int32
	number                   uint32
	seq, ack                 uint32
	size, ip                 int32
	id, window, mss, sum, is uint16
	flags                    packet.Flags
	ttl, tos                 uint8
	scale                    int8
	check                    packet.Checksum
	df, sackOK, back         bool
	history                  bool
}

func (b *brief) keep(ev *Passing) {
	p := ev.Packet
	*b = brief{
		ev.frames, ev.Conn, p.Time.Unix(), int32(p.Time.Nanosecond()), uint32(ev.number), p.Seq, p.Ack, int32(p.Length), int32(p.IPLength),
		p.ID, p.Window, p.MSS, p.Sum, p.Want, p.Flags, p.TTL, p.TOS, p.WScale, p.Checksum, p.DF, p.SACKOK, ev.Dir == ToClient, ev.frames.d.history,
	}
}

func (b *brief) time() time.Time { return time.Unix(b.second, int64(b.nano)).UTC() }

// meta is the packet's, without its texts.
func (b *brief) meta() Meta {
	return Meta{
		At:   When{Time: b.time(), Dated: true},
		From: Ref{Source: b.from.d.src.ID, Packet: int(b.number)}, History: b.history, later: b,
	}
}

func (b *brief) words(at time.Time) (line, stamp redact.Text) {
	src, dst := b.conn.Client, b.conn.Server
	if b.back {
		src, dst = dst, src
	}
	p := packet.Packet{
		Time: at, Src: src, Dst: dst, Seq: b.seq, Ack: b.ack, Length: int(b.size), IPLength: int(b.ip), ID: b.id, Window: b.window, MSS: b.mss,
		Sum: b.sum, Want: b.is, Flags: b.flags, TTL: b.ttl, TOS: b.tos, WScale: b.scale, Checksum: b.check, DF: b.df, SACKOK: b.sackOK,
	}
	return b.from.gate(listed(&p)), b.from.gate(at.Format(stampForm))
}

// stampForm is how tcpdump prints a time of day.
const stampForm = "15:04:05.000000"

// listed is a TCP packet's line.
func listed(p *packet.Packet) string {
	return strings.Join(strings.Fields(string(tcpdump.Append(nil, *p))), " ")
}
