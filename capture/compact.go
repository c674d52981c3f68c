package capture

import (
	"bytes"
	"net/netip"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// other is what the line of a packet needs that is no TCP.
type other struct {
	gate            func(string) redact.Text
	at              time.Time
	src, dst, about netip.AddrPort
	arp             netip.Addr
	dns             bool
	name, code      string
}

func otherOf(p *packet.Packet, gate func(string) redact.Text) *other {
	return &other{gate, p.Time, p.Src, p.Dst, p.About, p.ARP.Addr, p.DNS.Query || p.DNS.Response, p.DNS.Name, p.DNS.RCode}
}

// Words makes the line of a frame that is no TCP.
func (o *other) Words() (line, stamp redact.Text) {
	p := packet.Packet{Stamp: o.at.Format(stampForm), Src: o.src, Dst: o.dst, About: o.about}
	p.ARP.Addr, p.DNS.Query, p.DNS.Name, p.DNS.RCode = o.arp, o.dns, o.name, o.code
	return o.gate(summary(&p)), o.gate(p.Stamp)
}

// Stamp is the line's stamp.
func (o *other) Stamp() redact.Text { return o.gate(o.at.Format(stampForm)) }

// numbers are a TCP packet of a binary capture without its ends: what its
// connection is followed by and what its line needs. A Packet is ten times as
// large.
type numbers struct {
	second              int64
	nano                int32
	number              uint32
	seq, ack            uint32
	size, ip            int32
	id, window, sum, is uint16
	extra               uint16 // the MSS of a SYN; of others, how far they acknowledge selectively
	flags, ttl, tos     uint8
	scale               int8
	check               packet.Checksum
	marks               marks
}

// marks are what of a packet is so or not.
type marks uint8

const (
	markCut marks = 1 << iota
	markLengthCut
	markDF
	markMF
	markSACKOK
	markBack // its sender is the second end of its key
	markHistory
	markClear // its payload begins with a line of HTTP
)

func (m marks) with(mark marks, is bool) marks {
	if is {
		return m | mark
	}
	return m
}

func (m marks) has(mark marks) bool { return m&mark != 0 }

// set takes a packet's numbers.
func (n *numbers) set(p *packet.Packet, at time.Time, number int, m marks) {
	n.second, n.nano, n.number = at.Unix(), int32(at.Nanosecond()), uint32(number)
	n.seq, n.ack, n.size, n.ip = p.Seq, p.Ack, int32(p.Length), int32(p.IPLength)
	n.id, n.window, n.sum, n.is = p.ID, p.Window, p.Sum, p.Want
	p.Reach()
	if n.extra = p.Beyond; p.Flags.Has(packet.SYN) {
		n.extra = p.MSS
	}
	n.flags, n.ttl, n.tos, n.scale, n.check = uint8(p.Flags), p.TTL, p.TOS, p.WScale, p.Checksum
	n.marks = m.with(markCut, p.Cut).with(markLengthCut, p.LengthCut).with(markDF, p.DF).with(markMF, p.MF).with(markSACKOK, p.SACKOK)
}

// fill makes p the packet, but for its ends.
func (n *numbers) fill(p *packet.Packet) {
	p.Time, p.Proto = n.time(), packet.TCP
	p.Seq, p.Ack, p.Length, p.IPLength = n.seq, n.ack, int(n.size), int(n.ip)
	p.ID, p.Window, p.Sum, p.Want = n.id, n.window, n.sum, n.is
	if p.MSS = 0; packet.Flags(n.flags).Has(packet.SYN) {
		p.MSS, p.Beyond = n.extra, 0
	} else {
		p.Beyond = n.extra
	}
	p.Flags, p.TTL, p.TOS, p.WScale, p.Checksum = packet.Flags(n.flags), n.ttl, n.tos, n.scale, n.check
	p.Cut, p.LengthCut, p.DF, p.MF, p.SACKOK = n.marks.has(markCut), n.marks.has(markLengthCut), n.marks.has(markDF), n.marks.has(markMF), n.marks.has(markSACKOK)
}

func (n *numbers) time() time.Time { return time.Unix(n.second, int64(n.nano)).UTC() }

// compact is a packet that was kept.
type compact struct {
	numbers
	lines lines  // of a listing
	from  origin // nil: nothing is kept here
	conn  *event.Connection
	back  bool
}

// origin makes the line of a packet that was kept, and its stamp.
type origin interface {
	source() event.SourceID
	stamp(b *compact) redact.Text
	cite(b *compact) (line, stamp redact.Text)
}

func (f *flowTable) source() event.SourceID { return f.d.src.ID }

// stamp is a packet's time of day, as tcpdump prints it.
func (f *flowTable) stamp(b *compact) redact.Text {
	return f.d.gate.Foreign(b.time().Format(stampForm))
}

func (b *compact) keep(ev *Passing) {
	b.back = ev.Dir == handshake.ToClient
	b.numbers, b.lines, b.from, b.conn = *ev.numbers, ev.lines, ev.from, ev.Conn // to compare what is there would cost more
}

// meta is the packet's, without its texts.
func (b *compact) meta() event.Meta {
	m := event.Meta{At: b.when(), From: b.ref(), History: b.history()}
	m.Postpone(b)
	return m
}

func (b *compact) ref() event.Ref {
	return event.Ref{Source: b.from.source(), Line: int(b.lines.line), Packet: int(b.number)}
}

func (b *compact) history() bool { return b.marks.has(markHistory) }

// when is the packet's time. A binary capture counts from 1970 in UTC; what is
// read ahead of a listing has no date.
func (b *compact) when() event.When {
	binary := b.lines.line == 0
	return event.When{Time: b.time(), Text: event.Deferred(b), Dated: binary, Zoned: binary}
}

// Words makes the line of a packet that was kept.
func (b *compact) Words() (line, stamp redact.Text) { return b.from.cite(b) }

// Stamp is its stamp.
func (b *compact) Stamp() redact.Text { return b.from.stamp(b) }

func (f *frames) cite(b *compact) (line, stamp redact.Text) {
	var p packet.Packet
	b.fill(&p)
	if p.Src, p.Dst = b.conn.Client, b.conn.Server; b.back {
		p.Src, p.Dst = p.Dst, p.Src
	}
	return f.gate(listed(&p)), f.stamp(b)
}

// stampForm is how tcpdump prints a time of day.
const stampForm = "15:04:05.000000"

// listed is a TCP packet's line: what tcpdump breaks in two, in one.
func listed(p *packet.Packet) string {
	var room [320]byte
	line := tcpdump.Append(room[:0], *p)
	return string(bytes.Replace(bytes.TrimSpace(line), []byte("\n    "), []byte(" "), 1))
}
