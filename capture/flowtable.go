package capture

import (
	"net/netip"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// flowTable turns one capture's packets into events, whatever front end read them.
type flowTable struct {
	d           *Decoder
	track       *handshake.Tracker
	reassembler reassembler
	flow        *handshake.Flow // of the newest TCP packet: lines printed under a packet are its own
	pass        Passing         // the newest, for who takes packets as they pass
	at          event.When      // of the newest packet
	trial       bool            // the packet is given early: its connection stays as it is
}

func newFlowTable(d *Decoder) flowTable {
	f := flowTable{d: d, track: handshake.NewTracker(), reassembler: newReassembler(d.gate)}
	if t := d.trail; t != nil {
		f.track, f.reassembler, d.trail = t.track, t.reassembler, nil
		f.track.Resume()
	}
	if d.peer.IsValid() {
		f.watch(d.peer)
	}
	return f
}

// watch names the peer whose connections are never evicted.
func (f *flowTable) watch(peer netip.Addr) {
	f.track.Watch(peer)
	f.reassembler.watch = peer
}

// packet takes the next packet; m.From.Packet is its number. payload is what
// was captured of its bytes; nil where the source has none.
func (f *flowTable) packet(p *packet.Packet, payload []byte, m *event.Meta) {
	f.d.packets.Add(1)
	m.At.Time, m.At.Dated, m.At.Zoned = p.Time, p.Dated, p.Zoned
	if p.Stamp != "" {
		m.At.Text = event.Printed(f.d.gate.Foreign(strings.TrimSpace(p.Stamp)))
	}
	f.at = m.At
	switch {
	case p.Proto == packet.TCP:
		f.segment(p, payload, m)
	case p.Proto == packet.ICMP || p.Proto == packet.ICMPv6:
		f.d.emit(event.Unreachable{Meta: *m, Packet: *p})
	}
	f.lookup(p, m)
}

// lookup tells a DNS message. Who takes packets as they pass keeps it: a pointer saves
// the copy.
func (f *flowTable) lookup(p *packet.Packet, m *event.Meta) {
	switch {
	case !p.DNS.Query && !p.DNS.Response:
	case f.d.take != nil:
		f.d.emit(&event.DNSAnswer{Meta: *m, DNS: p.DNS, Server: resolver(p)})
	default:
		f.d.emit(event.DNSAnswer{Meta: *m, DNS: p.DNS, Server: resolver(p)})
	}
}

// segment takes a TCP packet. Who takes packets as they pass is told nothing
// that only says again what they hold.
func (f *flowTable) segment(p *packet.Packet, payload []byte, m *event.Meta) {
	key := packet.KeyOf(p.Src, p.Dst)
	news, ok := f.follow(p, &key, payload)
	switch {
	case !ok:
	case f.d.take != nil:
		f.d.take(f.about(p, m, nil, nil, lines{}))
	default:
		s := event.Segment{Meta: *m, Step: handshake.Step{Conn: f.flow.Connection, Packet: *p, Move: f.pass.Move}}
		f.d.emit(s)
		f.said(*m, &s.Step, news)
		f.changed(*m, &s.Step)
	}
}

// follow moves the packet's connection on by it, and tells what its bytes said.
func (f *flowTable) follow(p *packet.Packet, key *packet.Key, payload []byte) (news handshake.News, ok bool) {
	if f.trial {
		f.flow = f.track.Peek(p, key, &f.pass.Move)
		return 0, f.flow != nil
	}
	flow := f.track.Take(p, key, &f.pass.Move)
	if flow == nil {
		return 0, false
	}
	f.flow = flow
	if d := f.reassembler.take(flow, p, f.pass.Dir, payload); d != nil {
		news = d.Apply(flow, &f.pass.Move, p.Length)
	}
	return news, true
}

// about makes the Passing of the newest packet, whose Move is there already: of one
// whose Meta is made when it is cited, or of an event. It is set field by field: a value
// would be made elsewhere and copied.
func (f *flowTable) about(p *packet.Packet, meta *event.Meta, from origin, n *numbers, at lines) *Passing {
	c := &f.pass
	c.Source, c.Conn, c.Note, c.Packet = f.d.src.ID, &f.flow.Connection, &f.flow.Note, p
	c.meta, c.from, c.numbers, c.lines = meta, from, n, at
	return c
}

// newest is the connection of the newest TCP packet.
func (f *flowTable) newest() event.Connection {
	if f.flow == nil {
		return event.Connection{}
	}
	return f.flow.Connection
}

// said tells what a packet's bytes said.
func (f *flowTable) said(m event.Meta, s *handshake.Step, news handshake.News) {
	if news == 0 {
		return
	}
	t := s.Conn.TLS
	if news&handshake.NewClientHello != 0 {
		f.d.emit(event.ClientHello{Meta: m, Conn: s.Conn, Hello: *t.Client})
	}
	if news&handshake.NewServerHello != 0 {
		f.d.emit(event.ServerHello{Meta: m, Conn: s.Conn, Hello: *t.Server})
	}
	if news&handshake.NewCertificate != 0 {
		f.d.emit(event.Certificate{Meta: m, Conn: s.Conn, Chain: *t.Chain})
	}
	if news&handshake.NewAlert != 0 {
		f.d.emit(event.Alert{Meta: m, Conn: s.Conn, Alert: t.Alerts[len(t.Alerts)-1]})
	}
}

// changed tells what a packet completes.
func (f *flowTable) changed(m event.Meta, s *handshake.Step) {
	switch {
	case s.Opened:
		f.d.emit(event.TCPOpened{Meta: m, Conn: s.Conn})
	case s.Label == handshake.LabelRefused:
		f.d.emit(event.TCPRefused{Meta: m, Conn: s.Conn, TTL: s.Packet.TTL})
	case s.Label == handshake.LabelRST:
		f.d.emit(event.TCPReset{Meta: m, Conn: s.Conn, Dir: s.Dir, TTL: s.Packet.TTL})
	case s.TLSDone:
		f.d.emit(event.HandshakeDone{Meta: m, Conn: s.Conn})
	case s.Closed:
		f.d.emit(event.ConnectionClosed{Meta: m, Conn: s.Conn})
	}
}

// resolver is the end of a DNS packet that has port 53.
func resolver(p *packet.Packet) netip.Addr {
	if p.DNS.Response {
		return p.Src.Addr()
	}
	return p.Dst.Addr()
}
