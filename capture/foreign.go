package capture

import (
	"syncscope/capture/dialect"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// foreign reads the lines of a listing that another tool than today's tcpdump made.
type foreign struct {
	scan     dialect.Scanner
	absolute tcpdump.Absolute
	number   int
	it       tcpdump.Item
	first    int // the line above, where it is a packet's first one
}

// foreign takes line n, if it is another tool's. Its packet goes the way of
// tcpdump's own.
func (l *listing) foreign(n int, raw redact.Raw) bool {
	f := &l.other
	res := f.scan.Line(raw)
	if f.first > 0 && res != dialect.Packet && res != dialect.Again {
		l.drop(f.first) // it has no second line
		f.first = 0
	}
	switch res {
	case dialect.None:
		return false
	case dialect.Wait:
		l.scan.Leave(l.emit)
		f.first = n
	case dialect.Packet:
		l.scan.Leave(l.emit)
		l.item(f.item(n))
	default:
		l.d.emit(event.Plain{Meta: l.d.meta(n, l.textOf(n)), Why: event.Decoration})
		l.drop(n)
		l.drop(f.first)
	}
	if res != dialect.Wait {
		f.first = 0
	}
	return true
}

// item is the newest packet as the scanner gives one.
func (f *foreign) item(n int) *tcpdump.Item {
	p, stamp, _ := f.scan.Packet()
	f.absolute.Make(p)
	f.number++
	lines := f.it.Lines[:0]
	if f.first > 0 {
		lines = append(lines, f.first)
	}
	lines = append(lines, n)
	f.it = tcpdump.Item{Kind: tcpdump.ItemPacket, First: lines[0], Line: n, Lines: lines, Stamp: stamp, Packet: *p, Number: f.number}
	return &f.it
}

// textOf is a waiting line's text.
func (l *listing) textOf(n int) (text redact.Text) {
	for i := range l.waiting {
		if l.waiting[i].n == n {
			text = l.safe(&l.waiting[i])
		}
	}
	return text
}
