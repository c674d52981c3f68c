package capture

import (
	"net/netip"
	"strings"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// flows turns one capture's packets into events, whatever front end read them.
type flows struct {
	d     *Decoder
	track *handshake.Tracker
	last  handshake.Step // the newest TCP packet: lines printed under a packet are its own
	at    When           // of the newest packet
}

func newFlows(d *Decoder) flows { return flows{d: d, track: handshake.NewTracker()} }

// packet takes the next packet; m.From.Packet is its number.
func (f *flows) packet(p packet.Packet, m Meta) {
	f.d.packets.Add(1)
	m.At.Time, m.At.Dated, m.At.Text = p.Time, p.Dated, f.d.gate.Foreign(strings.TrimSpace(p.Stamp))
	f.at = m.At
	step, tcp := f.track.Packet(p)
	switch {
	case tcp:
		f.last = step
		f.d.emit(Segment{m, step})
		f.changed(m, step)
	case p.Proto == packet.ICMP || p.Proto == packet.ICMPv6:
		f.d.emit(Unreachable{m, p})
	case p.DNS.Query || p.DNS.Response:
		f.d.emit(DNSAnswer{m, p.DNS, resolver(p)})
	}
}

// changed tells what a packet completes.
func (f *flows) changed(m Meta, s handshake.Step) {
	switch {
	case s.Opened:
		f.d.emit(TCPOpened{m, s.Conn})
	case s.Label == handshake.LabelRefused:
		f.d.emit(TCPRefused{m, s.Conn, s.Packet.TTL})
	case s.Label == handshake.LabelRST:
		f.d.emit(TCPReset{m, s.Conn, s.Dir, s.Packet.TTL})
	case s.TLSDone:
		f.d.emit(HandshakeDone{m, s.Conn})
	case s.Closed:
		f.d.emit(ConnectionClosed{m, s.Conn})
	}
}

// resolver is the end of a DNS packet that has port 53.
func resolver(p packet.Packet) netip.Addr {
	if p.DNS.Response {
		return p.Src.Addr()
	}
	return p.Dst.Addr()
}
