package capture

import (
	"bytes"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// row is a packet of a listing on its way from who read it to who takes it,
// small as a head is, and where its lines stand in their block.
type row struct {
	numbers                // as printed: its second is the time of day until it is taken
	key     packet.Key     // of TCP
	other   *packet.Packet // a DNS message
	noSeq   bool
	whole   bool // another packet follows at once
	at, end int32
	below   int32 // where its second line begins; at: it has none
}

func (x *row) set(e *tcpdump.Exact, other *packet.Packet, whole bool) {
	x.other, x.whole = other, whole
	x.at, x.below, x.end = int32(e.At), int32(e.Second), int32(e.End)
	p := &e.Packet
	var back bool
	if other == nil {
		back = x.key.Set(&p.Src, &p.Dst)
		x.noSeq = p.NoSeq
	}
	x.numbers.set(p, time.Time{}, 0, marks(0).with(markBack, back))
	x.second = int64(e.Clock)
}

// lines is the number of its lines.
func (x *row) lines() int {
	if x.below > x.at {
		return 2
	}
	return 1
}

// row takes a packet that was read ahead, the last of its lines being line n.
// false: they must be taken one by one.
func (l *listing) row(b *chunk, x *row, n int) bool {
	if l.d.take == nil {
		return false
	}
	p := x.other
	if p == nil {
		p = &l.p
		x.fill(p)
		p.NoSeq = x.noSeq
		l.track.Ends(p, &x.key, x.marks.has(markBack))
	}
	clock := time.Duration(x.second)
	number, ok := l.scan.Take(p, clock, x.key.Hash(), x.marks.has(markBack), l.emit)
	if !ok {
		return false
	}
	x.number, x.seq, x.ack = uint32(number), p.Seq, p.Ack
	x.second, x.nano = p.Time.Unix(), int32(p.Time.Nanosecond())
	l.hex, l.ahead, l.clock = false, true, clock
	if x.other != nil {
		l.p.Time = p.Time
		l.m = l.d.meta(n, redact.Text{})
		m := &l.m
		m.From.Packet = number
		m.Postpone(&compact{numbers: x.numbers, lines: l.linesOf(b, x, n), from: l})
		l.packet(p, nil, m)
		return true
	}
	l.d.packets.Add(1)
	if !l.followed(p, &x.key) {
		return true
	}
	if pass := l.about(p, nil, nil, &x.numbers, lines{}); l.d.file != nil {
		pass.from, pass.lines = l, l.linesOf(b, x, n)
	} else {
		l.m = l.d.meta(n, redact.Text{})
		m := &l.m
		m.From.Packet, m.At.Time = number, p.Time
		line, stamp := l.words(l.lines[:0], b.text[x.at:x.end], int(x.below-x.at), l.d.gate.Known)
		m.Excerpt, m.At.Text = line, event.Printed(stamp)
		l.pass.meta = m
	}
	l.d.take(&l.pass)
	return true
}

// newestAt is the newest packet's time. Of one that was read ahead, the stamp is
// made here: where it stood is in another core's cache.
func (l *listing) newestAt() event.When {
	if !l.ahead {
		return l.at
	}
	return event.When{Time: l.p.Time, Text: event.Printed(l.d.gate.Foreign(time.Time{}.Add(l.clock).Format(stampForm)))}
}

// followed moves the packet's connection on by it. Where no packet had bytes yet,
// nobody reads any.
func (l *listing) followed(p *packet.Packet, key *packet.Key) bool {
	if l.d.src.Level != event.LevelText {
		_, ok := l.follow(p, key, nil)
		return ok
	}
	flow := l.track.Take(p, key, &l.pass.Move)
	if flow != nil {
		l.flow = flow
	}
	return flow != nil
}

func (l *listing) linesOf(b *chunk, x *row, n int) lines {
	return lines{b.from + int64(x.at), x.end - x.at, int32(n)}
}

// lines are where a packet's lines stand in a file, and the number of the last;
// 0: it has none.
type lines struct {
	at   int64
	size int32
	line int32
}

// words puts a packet's lines together in b, of which the second begins at
// second, and gives its stamp.
func (l *listing) words(b, text []byte, second int, safe func(redact.Raw) redact.Text) (line, stamp redact.Text) {
	if second > 0 {
		b = append(append(b, bytes.TrimRight(text[:second], "\r\n")...), ' ')
	}
	b = append(b, bytes.TrimLeft(bytes.TrimRight(text[second:], "\r\n"), " ")...)
	raw := redact.Wrap(b)
	line = safe(raw)
	stamp, ok := redact.Part(line, raw, redact.Wrap(b[:tcpdump.StampLen]))
	if !ok {
		stamp = l.d.gate.Foreign(string(b[:tcpdump.StampLen]))
	}
	return line, stamp
}

// cite cuts a packet's lines out of the file. What no longer is a packet there
// is not shown: it may be anything.
func (l *listing) cite(b *compact) (line, stamp redact.Text) {
	text := make([]byte, int(b.lines.size)+tcpdump.Slack)
	n, _ := l.d.file.ReadAt(text[:b.lines.size], b.lines.at)
	var x tcpdump.Exact
	var room [320]byte
	switch {
	case n < int(b.lines.size):
	case x.Read(text, 0) && x.End == n:
		return l.words(room[:0], text[:n], x.Second, l.d.gate.Known)
	case x.Lookup(text, 0) && x.End == n:
		return l.words(room[:0], text[:n], x.Second, l.d.gate.Excerpt)
	}
	return gone, redact.Text{}
}

var gone = redact.Literal("[the file was changed while it was read]")
