package capture

import (
	"bytes"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// listing reads tcpdump's text.
type listing struct {
	flowTable
	scan    *tcpdump.Scanner
	other   foreign
	waiting []waiting // lines whose item is not complete yet, oldest first
	lines   []byte    // an item's lines, one behind the other
	emit    func(*tcpdump.Item)
	joined  packet.Fragments
	hex     bool          // the newest packet's bytes were there
	p       packet.Packet // the newest TCP packet that was read ahead; its time is the newest of any
	ahead   bool          // the newest packet was read ahead
	clock   time.Duration // and has this time of day
	m       event.Meta    // of the newest that was read ahead and has one
	early   []event.Event // of the newest packet, given before its last line was sure
}

// waiting is a line whose item is not complete.
type waiting struct {
	n     int
	b     []byte
	text  redact.Text
	clean bool // nothing in it that keys or shapes give away: text is not made yet
}

func newListing(d *Decoder) *listing {
	l := &listing{scan: tcpdump.NewScanner(), lines: make([]byte, 0, 512)}
	if d.trail != nil && d.trail.scan != nil {
		l.scan = tcpdump.After(d.trail.scan)
	}
	l.flowTable = newFlowTable(d)
	l.emit = l.item
	return l
}

func (l *listing) line(n int, b []byte, cut bool) {
	raw := redact.Wrap(b)
	numbers := !l.d.reference && tcpdump.Numbers(raw)
	l.keep(n, b, cut, l.d.learned.Clean(n) || numbers)
	if own := l.other.first == 0 && (numbers || tcpdump.Own(raw)); !own && !l.scan.Inside() && l.foreign(n, raw) {
		return
	}
	l.scan.Line(n, raw, l.emit)
	if !l.scan.Holds(n) {
		l.drop(n)
	}
}

// leave: what comes next is another stream's.
func (l *listing) leave() { l.scan.Leave(l.emit) }

func (l *listing) close() { l.scan.Close(l.emit) }

// keep copies a line until its item is complete. Memory of lines that are gone
// is used again.
func (l *listing) keep(n int, b []byte, cut, clean bool) {
	i := len(l.waiting)
	if i < cap(l.waiting) {
		l.waiting = l.waiting[:i+1]
	} else {
		l.waiting = append(l.waiting, waiting{})
	}
	w := &l.waiting[i]
	w.n, w.b, w.clean = n, append(w.b[:0], bytes.TrimLeft(b, " ")...), clean && !cut
	if raw := redact.Wrap(w.b); w.clean {
		l.d.stream.Pass(raw)
	} else if w.text = l.d.stream.Line(raw); cut {
		w.text = redact.Join(w.text, cutNote)
	}
}

// safe is a waiting line's text.
func (l *listing) safe(w *waiting) redact.Text {
	if w.clean {
		return l.d.gate.Known(redact.Wrap(w.b))
	}
	return w.text
}

// drop forgets a line.
func (l *listing) drop(n int) {
	for i := range l.waiting {
		if l.waiting[i].n == n {
			gone := l.waiting[i]
			last := len(l.waiting) - 1
			copy(l.waiting[i:], l.waiting[i+1:])
			l.waiting[last] = gone
			l.waiting = l.waiting[:last]
			return
		}
	}
}

// excerpt joins an item's lines to one text, and gives its stamp as printed.
func (l *listing) excerpt(it *tcpdump.Item) (text, stamp redact.Text) {
	l.lines = l.lines[:0]
	clean := true
	for _, n := range it.Lines {
		for i := range l.waiting {
			if w := &l.waiting[i]; w.n == n {
				if len(l.lines) > 0 {
					l.lines = append(l.lines, ' ')
				}
				l.lines = append(l.lines, w.b...)
				if !w.clean && clean {
					clean = false
					text = l.d.gate.Known(redact.Wrap(l.lines[:max(0, len(l.lines)-len(w.b)-1)]))
				}
				if !clean {
					text = redact.Join(text, l.safe(w))
				}
				break
			}
		}
		if !l.trial {
			l.drop(n)
		}
	}
	raw := redact.Wrap(l.lines)
	if clean {
		text = l.d.gate.Known(raw)
	}
	if len(it.Stamp) == 0 {
		return text, stamp
	}
	if at := bytes.Index(l.lines[:min(len(l.lines), 64)], it.Stamp); at >= 0 {
		if t, ok := redact.Part(text, raw, redact.Wrap(l.lines[at:at+len(it.Stamp)])); ok {
			return text, t
		}
	}
	return text, l.d.gate.Foreign(string(it.Stamp))
}

func (l *listing) item(it *tcpdump.Item) {
	if l.early != nil && (it.Kind == tcpdump.ItemPacket || it.Kind == tcpdump.ItemHTTP) {
		l.amended(it)
		return
	}
	l.tell(it)
}

// tell emits what an item is.
func (l *listing) tell(it *tcpdump.Item) {
	text, stamp := l.excerpt(it)
	m := l.d.meta(it.Line, text)
	switch it.Kind {
	case tcpdump.ItemPacket:
		m.From.Packet, m.At.Text = it.Number, event.Printed(stamp)
		l.level(it)
		l.read(it, m)
	case tcpdump.ItemListening, tcpdump.ItemEcho:
		if it.Peer.IsValid() {
			l.watch(it.Peer)
		}
		l.d.emit(event.CaptureStarted{Meta: m, Interface: l.d.gate.Foreign(it.Interface), Filter: l.d.gate.Foreign(it.Filter), Peer: it.Peer, SnapLen: it.SnapLen})
	case tcpdump.ItemFooter:
		l.d.emit(event.CaptureFooter{Meta: m, Captured: it.Captured, Received: it.Received, Dropped: it.Dropped})
	case tcpdump.ItemPrompt:
		l.d.emit(event.Plain{Meta: m, Why: event.Prompt})
	case tcpdump.ItemDecoration:
		l.d.emit(event.Plain{Meta: m, Why: event.Decoration})
	case tcpdump.ItemHTTP:
		if l.hex { // its bytes told it
			l.d.emit(event.Plain{Meta: m, Why: event.Decoration})
			return
		}
		if it.Level == tcpdump.LevelASCII {
			m.From.Packet, m.Excerpt = it.Number, redact.Literal("the payload, as -A prints it")
		}
		if l.flow != nil {
			dir := handshake.ToServer
			if it.Status > 0 {
				dir = handshake.ToClient
			}
			l.flow.InClear(dir)
		}
		l.d.emit(event.HTTPLine{Meta: m, Conn: l.newest(), Status: it.Status, Method: l.d.gate.Foreign(it.Method), Target: l.d.gate.Foreign(it.Target)})
	case tcpdump.ItemARP:
		m.At = l.newestAt()
		l.d.emit(event.Neighbour{Meta: m, Addr: it.Neighbour, Asker: it.Asker, Reply: it.Reply})
	default:
		l.d.skip(m.From.Line, event.NotRecognised, []byte(text.String()))
		l.d.emit(event.Plain{Meta: m, Why: event.NotRecognised})
	}
}

// read takes a packet, and its bytes if its dump was there.
func (l *listing) read(it *tcpdump.Item, m event.Meta) {
	p := &it.Packet
	l.ahead = false
	l.hex = it.Level == tcpdump.LevelHex
	if p.MF || p.Frag > 0 {
		joined := &l.joined
		if l.trial { // the packet comes again
			copied := l.joined
			joined = &copied
		}
		joined.Join(p)
	}
	if p.Frag > 0 { // no header is in it
		l.d.packets.Add(1)
		return
	}
	if !l.hex {
		l.packet(p, nil, &m)
		return
	}
	payload := p.Payload(it.Frame)
	l.packet(p, payload, &m)
	if line := handshake.Clear(payload); p.Proto == packet.TCP && line != (handshake.Line{}) {
		m.At = l.at
		l.d.emit(event.HTTPLine{Meta: m, Conn: l.newest(), Status: line.Status, Login: line.Login, Method: l.d.gate.Foreign(line.Method), Target: l.d.gate.Foreign(line.Target)})
	}
}

// level notes how much of its packets this listing holds.
func (l *listing) level(it *tcpdump.Item) {
	switch {
	case it.Level == tcpdump.LevelHex && l.d.src.Level < event.LevelHex:
		l.d.src.Level = event.LevelHex
		if l.d.src.Kind == event.TcpdumpText {
			l.d.src.Kind = event.TcpdumpHex
		}
	case it.Level == tcpdump.LevelASCII && l.d.src.Level < event.LevelTextA:
		l.d.src.Level = event.LevelTextA
	}
}

// kind is what the listing turned out to be.
func (l *listing) kind() event.Kind {
	if l.d.src.Level == event.LevelHex {
		return event.TcpdumpHex
	}
	return event.TcpdumpText
}
