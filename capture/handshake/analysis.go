package handshake

import (
	"strings"
	"time"

	"syncscope/capture/packet"
)

// Analysis is what a packet is in the course of its connection, by Wireshark's
// names (tcp.analysis.*). Several may hold.
//
// Definitions. "next" is the number after the highest that the sender has sent,
// a SYN or FIN counting one; "acked" and "window" are what the receiver said in
// its newest packet; a bare packet has no bytes and none of SYN, FIN, RST.
type Analysis uint16

// The marks.
const (
	// ZeroWindowProbe: one byte at next, while the window is 0.
	ZeroWindowProbe Analysis = 1 << iota
	// ZeroWindow: the window is 0, and none of SYN, FIN, RST.
	ZeroWindow
	// LostSegment: the packet begins beyond next: what is between was not captured.
	LostSegment
	// KeepAlive: at most one byte, one below next (RFC 9293, 3.8.4). It is no retransmission.
	KeepAlive
	// WindowUpdate: a bare packet whose window alone differs from the one before.
	WindowUpdate
	// WindowFull: the bytes end where the window does.
	WindowFull
	// KeepAliveACK: a bare packet like the one before it, after a keep-alive.
	KeepAliveACK
	// ZeroWindowProbeACK: a bare packet with a window of 0, after a probe.
	ZeroWindowProbeACK
	// DuplicateACK: a bare packet with the number, the acknowledgement and the
	// window of the one before, and the window is not 0.
	DuplicateACK
	// ACKedUnseen: it acknowledges what was not captured.
	ACKedUnseen
	// SpuriousRetransmission: all its bytes had been acknowledged. It takes
	// precedence over the three that follow.
	SpuriousRetransmission
	// FastRetransmission: old bytes, at the number that two or more duplicate
	// acknowledgements asked for, within 20 ms of the newest of them.
	FastRetransmission
	// OutOfOrder: old bytes that do not end at next, and next was reached less
	// than the initial RTT ago (3 ms where that is not known).
	OutOfOrder
	// Retransmission: any other packet with a SYN, a FIN or bytes that begins below next.
	Retransmission
	// ReusedPort: a SYN with another number than that of the connection before on
	// the same ports.
	ReusedPort
)

// names are Wireshark's, in the order in which it shows them.
var analysisNames = [...]struct {
	mark     Analysis
	name     string
	severity Severity
}{
	{SpuriousRetransmission, "TCP Spurious Retransmission", Note},
	{FastRetransmission, "TCP Fast Retransmission", Note},
	{OutOfOrder, "TCP Out-Of-Order", Warn},
	{Retransmission, "TCP Retransmission", Note},
	{LostSegment, "TCP Previous segment not captured", Warn},
	{ACKedUnseen, "TCP ACKed unseen segment", Warn},
	{WindowFull, "TCP Window Full", Warn},
	{ZeroWindowProbe, "TCP ZeroWindowProbe", Note},
	{ZeroWindowProbeACK, "TCP ZeroWindowProbeAck", Note},
	{ZeroWindow, "TCP ZeroWindow", Warn},
	{KeepAlive, "TCP Keep-Alive", Note},
	{KeepAliveACK, "TCP Keep-Alive ACK", Note},
	{DuplicateACK, "TCP Dup ACK", Note},
	{WindowUpdate, "TCP Window Update", Chat},
	{ReusedPort, "TCP Port numbers reused", Note},
}

// AnalysisFields are Wireshark's fields, and the marks of which one sets each.
var AnalysisFields = map[string]Analysis{
	"tcp.analysis.retransmission":          again,
	"tcp.analysis.fast_retransmission":     FastRetransmission,
	"tcp.analysis.spurious_retransmission": SpuriousRetransmission,
	"tcp.analysis.out_of_order":            OutOfOrder,
	"tcp.analysis.duplicate_ack":           DuplicateACK,
	"tcp.analysis.zero_window":             ZeroWindow,
	"tcp.analysis.lost_segment":            LostSegment,
	"tcp.analysis.ack_lost_segment":        ACKedUnseen,
	"tcp.analysis.keep_alive":              KeepAlive,
	"tcp.analysis.keep_alive_ack":          KeepAliveACK,
	"tcp.analysis.window_update":           WindowUpdate,
	"tcp.analysis.window_full":             WindowFull,
	"tcp.analysis.zero_window_probe":       ZeroWindowProbe,
	"tcp.analysis.zero_window_probe_ack":   ZeroWindowProbeACK,
	"tcp.analysis.reused_ports":            ReusedPort,
	"tcp.analysis.flags":                   ^Analysis(0),
}

// Severity is Wireshark's of a mark: chat is the usual course, a note may be
// worth a look, a warning is.
type Severity uint8

// The severities.
const (
	Chat Severity = iota
	Note
	Warn
)

// String names the marks as Wireshark does: "TCP Retransmission".
func (a Analysis) String() string {
	var out []string
	for _, n := range analysisNames {
		if a&n.mark != 0 {
			out = append(out, n.name)
		}
	}
	return strings.Join(out, ", ")
}

// Severity is the highest of the marks'.
func (a Analysis) Severity() (s Severity) {
	for _, n := range analysisNames {
		if a&n.mark != 0 {
			s = max(s, n.severity)
		}
	}
	return s
}

// again are the marks of bytes that were sent before.
const again = SpuriousRetransmission | FastRetransmission | Retransmission

// Marks counts the packets of a connection by what they are.
type Marks struct {
	Retransmission, Fast, Spurious, OutOfOrder, DuplicateACK, LostSegment, ACKedUnseen, ZeroWindow, WindowFull, KeepAlive uint32
}

func (c *Marks) add(a Analysis) {
	if a == 0 {
		return
	}
	for _, m := range [...]struct {
		mark Analysis
		n    *uint32
	}{
		{Retransmission, &c.Retransmission}, {FastRetransmission, &c.Fast}, {SpuriousRetransmission, &c.Spurious}, {OutOfOrder, &c.OutOfOrder}, {DuplicateACK, &c.DuplicateACK},
		{LostSegment, &c.LostSegment}, {ACKedUnseen, &c.ACKedUnseen}, {ZeroWindow, &c.ZeroWindow}, {WindowFull, &c.WindowFull}, {KeepAlive, &c.KeepAlive},
	} {
		if a&m.mark != 0 {
			*m.n++
		}
	}
}

// Limits of the definitions.
const (
	fastWithin  = 20 * time.Millisecond
	orderWithin = 3 * time.Millisecond
	fastACKs    = 2
)

// course is one direction as Analysis needs it.
type course struct {
	nextAt   instant
	ackedAt  instant
	next     uint32
	most     uint32 // what may be acknowledged: next, as far as no hole is known
	acked    uint32 // of its newest packet
	dups     int32
	window   uint16
	scale    int8 // -1: none was offered
	before   Analysis
	seen     bool // next and most are valid
	acks     bool // acked is valid
	windowed bool // window is valid
	scaled   bool // window must be scaled: its packet was no SYN
}

// analysis follows both directions of a connection.
type analysis struct {
	side [2]course
	syn  instant
	rtt  time.Duration // SYN to the ACK that opens; 0: not known
}

// analyse tells what the packet is.
func (a *analysis) analyse(p *packet.Packet, now instant, dir Dir) (m Analysis) {
	me, other := &a.side[dir], &a.side[1-dir]
	const special = packet.SYN | packet.FIN | packet.RST
	seq, size := p.Seq, uint32(p.Length)
	if p.NoSeq {
		seq = me.next
	}
	plain := p.Flags&special == 0
	bare := plain && size == 0 && me.seen && seq == me.next
	repeats := bare && me.acks && p.Ack == me.acked && me.windowed
	a.opens(p, now, dir)
	probe := size == 1 && me.seen && seq == me.next && other.windowed && other.window == 0
	if probe {
		m = ZeroWindowProbe
	} else {
		m = a.plain(p, me, other, seq, size, plain, repeats)
	}
	if p.Flags.Has(packet.ACK) {
		if p.Ack != me.acked || !me.acks {
			me.dups = 0
		}
		if other.seen && int32(p.Ack-other.most) > 0 {
			m |= ACKedUnseen
			other.most = p.Ack
		}
	}
	if !probe && m&KeepAlive == 0 && (size > 0 || p.Flags&(packet.SYN|packet.FIN) != 0) {
		m |= a.repeated(p, now, me, other, seq, size)
	}
	a.take(p, now, me, seq, size, m)
	return m
}

// plain tells what depends on numbers and windows only.
func (a *analysis) plain(p *packet.Packet, me, other *course, seq, size uint32, plain, repeats bool) (m Analysis) {
	if p.Window == 0 && plain && !p.Cut {
		m |= ZeroWindow
	}
	if me.seen && int32(seq-me.next) > 0 && p.Flags&packet.RST == 0 {
		m |= LostSegment
	}
	if size <= 1 && plain && me.seen && seq == me.next-1 {
		m |= KeepAlive
	}
	if repeats && p.Window != 0 && p.Window != me.window {
		m |= WindowUpdate
	}
	if size > 0 && plain && other.acks && other.windowed && seq+size == other.acked+other.open() {
		m |= WindowFull
	}
	if !repeats || p.Window != me.window {
		return m
	}
	switch {
	case p.Window != 0 && other.before&KeepAlive != 0:
		m |= KeepAliveACK
	case p.Window == 0 && other.before&ZeroWindowProbe != 0:
		m |= ZeroWindowProbeACK
	case p.Window != 0:
		m |= DuplicateACK
		me.dups++
	}
	return m
}

// open is the window in bytes.
func (c *course) open() uint32 {
	if c.scale > 0 && c.scaled {
		return uint32(c.window) << c.scale
	}
	return uint32(c.window)
}

// repeated tells what a packet with bytes, a SYN or a FIN is, if it begins below
// next.
func (a *analysis) repeated(p *packet.Packet, now instant, me, other *course, seq, size uint32) Analysis {
	old := me.seen && int32(seq-me.next) < 0
	if size > 1 && seq == me.next-1 { // it adds to a probe's byte
		old = false
	}
	if size > 0 && other.acks && int32(seq+size-other.acked) <= 0 {
		return SpuriousRetransmission
	}
	if !old {
		return 0
	}
	if other.dups >= fastACKs && other.acked == seq && now.since(other.ackedAt) < fastWithin {
		return FastRetransmission
	}
	limit := a.rtt
	if limit == 0 {
		limit = orderWithin
	}
	if me.next != seq+size+phantom(p) && now.since(me.nextAt) < limit {
		return OutOfOrder
	}
	return Retransmission
}

// instant is a packet's time in ns since about the capture's first packet; 0:
// it has none.
type instant int64

// since is the time between two packets; for ever, where one has none.
func (t instant) since(before instant) time.Duration {
	if t == 0 || before == 0 {
		return 1<<63 - 1
	}
	return time.Duration(t - before)
}

// instant is a packet's time, never 0 where there is one. Times farther from
// the first than an int64 can tell are of a broken clock.
func (t *Tracker) instant(at time.Time) instant {
	if at.IsZero() {
		return 0
	}
	second := at.Unix()
	if !t.begun {
		t.begun, t.epoch = true, second-1
		if at.Year() <= 1 { // it has no date, and midnight is the zero time itself
			t.epoch = time.Time{}.Unix()
		}
	}
	const most = 1 << 33 // s
	second = min(max(second-t.epoch, -most), most)
	if d := instant(second*int64(time.Second) + int64(at.Nanosecond())); d != 0 {
		return d
	}
	return 1
}

// phantom is the number that a SYN or a FIN takes.
func phantom(p *packet.Packet) uint32 {
	if p.Flags&(packet.SYN|packet.FIN) != 0 {
		return 1
	}
	return 0
}

// take keeps what the packet says.
func (a *analysis) take(p *packet.Packet, now instant, me *course, seq, size uint32, m Analysis) {
	next := seq + size + phantom(p)
	if m&ZeroWindowProbe == 0 {
		if !me.seen || int32(next-me.next) > 0 {
			me.next, me.nextAt = next, now
		}
		if !me.seen || seq == me.most {
			me.most = me.next
		}
		me.seen = true
	}
	if p.Flags.Has(packet.SYN) {
		me.scale = p.WScale
	}
	me.scaled = !p.Flags.Has(packet.SYN)
	me.window, me.windowed = p.Window, true
	if p.Flags.Has(packet.ACK) {
		me.acked, me.acks = p.Ack, true
	}
	me.ackedAt = now
	me.before = m
}

// opens takes the time from the SYN to the client's first ACK.
func (a *analysis) opens(p *packet.Packet, now instant, dir Dir) {
	switch {
	case p.Flags&(packet.SYN|packet.ACK) == packet.SYN:
		a.syn = now
	case dir == ToServer && a.rtt == 0 && a.syn != 0 && p.Flags.Has(packet.ACK) && a.side[ToClient].seen:
		a.rtt = time.Duration(now - a.syn)
	}
}
