package capture

import (
	"bytes"
	"io"
	"net/netip"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// log reads vmanage-server.log and the SSM's messages.
type log struct {
	d    *Decoder
	p    *logline.Parser
	next LogEntry // what the sieve looks at: most lines never reach the heap
}

func newLog(d *Decoder) *log { return &log{d: d, p: logline.NewParser(d.gate)} }

func (l *log) line(n int, b []byte, cut bool) {
	l.p.Line(redact.Wrap(b), l.d.learned.Clean(n), &l.next.Entry)
	e := &l.next.Entry
	e.Cut = e.Cut || cut
	l.next.Meta = l.d.meta(n, e.Full)
	m := &l.next.Meta
	if e.Form == logline.Plain {
		l.d.plain(*m, b)
		return
	}
	st := e.Stamp
	if e.Written.Zoned && e.Written.Dated { // nginx says the whole of it, syslog does not
		m.At.Time, m.At.Dated, m.At.Zoned = e.Written.Time, true, true
	} else {
		m.At.Time, m.At.Dated, m.At.Zoned = st.Time, st.Dated, st.Zoned
	}
	m.At.Text = st.Text
	if l.d.sieve == nil || l.d.sieve(&l.next) {
		l.d.emit(l.next)
	}
}

func (*log) close() {}

// plain emits a line that is nothing else, and says why.
func (d *Decoder) plain(m Meta, b []byte) {
	why := plainWhy(b)
	if why == NotRecognised {
		d.skipped.Add(1)
	}
	d.emit(Plain{m, why})
}

func plainWhy(b []byte) PlainReason {
	t := bytes.TrimSpace(b)
	switch {
	case len(t) == 0 || bytes.HasPrefix(t, []byte("```")):
		return Decoration
	case t[0] == '[' && bytes.Contains(t, []byte("]# ")), bytes.Contains(t, []byte(":~$ ")), prompt(t):
		return Prompt
	}
	return NotRecognised
}

// output reads what one command printed.
type output struct {
	d    *Decoder
	p    *cliout.Parser
	last Meta
	from int // the output's first line
}

func newOutput(d *Decoder) *output { return &output{d: d, p: cliout.NewParser(d.gate)} }

func (o *output) line(n int, b []byte, _ bool) {
	if o.from == 0 {
		o.from = n
	}
	before := o.p.Result()
	o.p.Line(redact.Wrap(b))
	now := o.p.Result()
	if o.last.From.Line == 0 || before.Release != now.Release || len(before.Addrs) != len(now.Addrs) {
		o.last = o.d.meta(n, now.Lines[len(now.Lines)-1]) // the line that says it
	}
}

// newest is the text of the line that was taken last.
func (o *output) newest() redact.Text {
	lines := o.p.Result().Lines
	if len(lines) == 0 {
		return redact.Text{}
	}
	return lines[len(lines)-1]
}

func (o *output) close() { o.d.emit(CheckResult{o.last, o.from, o.p.Result()}) }

// ReadCheck reads one command's whole output; check is Unknown where the output
// itself must tell.
func ReadCheck(src Source, gate *redact.Session, check CheckKind, r io.Reader) (CheckResult, error) {
	var out CheckResult
	src.Kind = Check
	d := NewDecoder(src, gate, func(ev Event) {
		if c, ok := ev.(CheckResult); ok {
			out = c
		}
	})
	d.reader = &output{d: d, p: cliout.NewParserOf(gate, check)}
	if _, err := io.Copy(d, r); err != nil {
		return out, err
	}
	err := d.Close()
	return out, err
}

// listing reads tcpdump's text.
type listing struct {
	d       *Decoder
	scan    *tcpdump.Scanner
	track   *handshake.Tracker
	waiting map[int]redact.Text // lines whose item is not complete yet
	last    handshake.Step      // the newest TCP packet: lines printed under a packet are its own
	lastAt  When
}

func newListing(d *Decoder) *listing {
	return &listing{d: d, scan: tcpdump.NewScanner(), track: handshake.NewTracker(), waiting: map[int]redact.Text{}}
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
		l.packet(it, m)
	case tcpdump.ItemListening, tcpdump.ItemEcho:
		if it.Peer.IsValid() {
			l.track.Watch(it.Peer)
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
		m.At = l.lastAt
		l.d.emit(Neighbour{m, it.Neighbour, it.Reply})
	default:
		l.d.skipped.Add(1)
		l.d.emit(Plain{m, NotRecognised})
	}
}

func (l *listing) packet(it tcpdump.Item, m Meta) {
	l.d.packets.Add(1)
	p := it.Packet
	m.From.Packet = it.Number
	m.At.Time, m.At.Dated, m.At.Text = p.Time, p.Dated, l.d.gate.Foreign(strings.TrimSpace(p.Stamp))
	l.lastAt = m.At
	step, tcp := l.track.Packet(p)
	switch {
	case tcp:
		l.last = step
		l.d.emit(Segment{m, step})
		l.changed(m, step)
	case p.Proto == packet.ICMP || p.Proto == packet.ICMPv6:
		l.d.emit(Unreachable{m, p})
	case p.DNS.Query || p.DNS.Response:
		l.d.emit(DNSAnswer{m, p.DNS, resolver(p)})
	}
}

// changed tells what a packet completes.
func (l *listing) changed(m Meta, s handshake.Step) {
	switch {
	case s.Opened:
		l.d.emit(TCPOpened{m, s.Conn})
	case s.Label == handshake.LabelRefused:
		l.d.emit(TCPRefused{m, s.Conn, s.Packet.TTL})
	case s.Label == handshake.LabelRST:
		l.d.emit(TCPReset{m, s.Conn, s.Dir, s.Packet.TTL})
	case s.TLSDone:
		l.d.emit(HandshakeDone{m, s.Conn})
	case s.Closed:
		l.d.emit(ConnectionClosed{m, s.Conn})
	}
}

// resolver is the end of a DNS packet that has port 53.
func resolver(p packet.Packet) netip.Addr {
	if p.DNS.Response {
		return p.Src.Addr()
	}
	return p.Dst.Addr()
}
