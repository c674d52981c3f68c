package capture

import (
	"bytes"

	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// listing reads tcpdump's text.
type listing struct {
	flows
	scan    *tcpdump.Scanner
	waiting map[int]redact.Text // lines whose item is not complete yet
}

func newListing(d *Decoder) *listing {
	return &listing{flows: newFlows(d), scan: tcpdump.NewScanner(), waiting: map[int]redact.Text{}}
}

func (l *listing) line(n int, b []byte, _ bool) {
	l.waiting[n] = l.d.gate.Line(redact.Wrap(bytes.TrimLeft(b, " ")))
	l.scan.Line(n, redact.Wrap(b), l.item)
}

func (l *listing) close() { l.scan.Close(l.item) }

// excerpt joins an item's lines.
func (l *listing) excerpt(it tcpdump.Item) Meta {
	text := l.waiting[it.Line]
	if it.First != it.Line {
		text = redact.Join(l.waiting[it.First], text)
	}
	for n := it.First; n <= it.Line; n++ {
		if n == it.First || n == it.Line || it.Kind == tcpdump.ItemFooter {
			delete(l.waiting, n)
		}
	}
	return l.d.meta(it.Line, text)
}

func (l *listing) item(it tcpdump.Item) {
	m := l.excerpt(it)
	switch it.Kind {
	case tcpdump.ItemPacket:
		m.From.Packet = it.Number
		l.packet(it.Packet, nil, m)
	case tcpdump.ItemListening, tcpdump.ItemEcho:
		if it.Peer.IsValid() {
			l.watch(it.Peer)
		}
		l.d.emit(CaptureStarted{m, l.d.gate.Foreign(it.Interface), l.d.gate.Foreign(it.Filter), it.Peer, it.SnapLen})
	case tcpdump.ItemFooter:
		l.d.emit(CaptureFooter{m, it.Captured, it.Received, it.Dropped})
	case tcpdump.ItemPrompt:
		l.d.emit(Plain{m, Prompt})
	case tcpdump.ItemDecoration:
		l.d.emit(Plain{m, Decoration})
	case tcpdump.ItemHTTP:
		l.d.emit(HTTPLine{m, l.last, it.Status, l.d.gate.Foreign(it.Method), l.d.gate.Foreign(it.Target)})
	case tcpdump.ItemARP:
		m.At = l.at
		l.d.emit(Neighbour{m, it.Neighbour, it.Asker, it.Reply})
	default:
		l.d.skipped.Add(1)
		l.d.emit(Plain{m, NotRecognised})
	}
}
