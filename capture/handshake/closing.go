package handshake

import "syncscope/capture/packet"

func (s *Flow) reset(p *packet.Packet, m *Move) {
	s.Resets++
	m.Basis = BasisSeen
	if m.Dir == ToServer && p.Flags.Has(packet.ACK) && !p.Cut { // it tells what the client has; a server's may be a device's
		s.heard(p, m)
	}
	me := &s.side[m.Dir]
	me.quit = true
	// With its SYN's number it answers what acknowledges that not even: of no connection.
	unknown := m.Dir == ToServer && s.opened && !p.Cut && p.Seq == s.isn
	aborts := me.open() && me.whole(p) && !unknown
	if s.Trouble.ResetBy == Nobody && aborts {
		s.Trouble.ResetBy = Client + End(m.Dir)
	}
	if s.State == SynSent && m.Dir == ToClient && s.refuses(p) {
		m.Label, s.State = LabelRefused, ConnRefused
		return
	}
	m.Label = LabelRST
	switch {
	case s.State == ConnClosed:
	case aborts:
		s.State = ConnReset
	case me.fin: // it refuses what still came
		s.State = ConnClosed
	}
}

// refuses reports whether a RST answers the SYN: it acknowledges that alone, and has
// no number of its own (RFC 9293, 3.10.7.1). Else the capture lacks what came between.
func (s *Flow) refuses(p *packet.Packet) bool {
	me := &s.side[ToServer]
	return p.Cut || !me.seen || p.Seq == 0 && (!p.Flags.Has(packet.ACK) || p.Ack == me.next)
}

// whole reports whether all is known that a direction sent before its RST. Else it may
// have closed, and its RST only refuses what still came.
func (d *side) whole(p *packet.Packet) bool {
	return p.Cut || d.cut || int32(p.Seq-d.next) <= 0
}

// open reports whether a direction has not closed: all is known that it has sent, as
// far as the other end has that, and no FIN is in it.
func (d *side) open() bool {
	return d.cut || d.seen && !d.fin && !(d.acks && int32(d.ack-d.next) > 0)
}

func (s *Flow) finish(p *packet.Packet, m *Move, me *side) {
	if me.fin {
		s.first(me, m.Dir)
		if p.Length == 0 && m.TCP&again != 0 {
			s.Retransmissions++
			m.Label, m.Basis = LabelRetransmission, BasisSeen
		}
		return
	}
	s.closes(me, m.Dir)
	if p.Length == 0 {
		m.Label, m.Basis = LabelFIN, BasisSeen
	}
	m.Closed = s.State == ConnClosed
}

// first: a direction that ends is the first, if the other is known not to have.
func (s *Flow) first(d *side, dir Dir) {
	if s.Trouble.FINBy == Nobody && (d.cut || s.side[1-dir].open()) {
		s.Trouble.FINBy = Client + End(dir)
	}
}

// closes: a direction ends.
func (s *Flow) closes(d *side, dir Dir) {
	d.fin = true
	s.first(d, dir)
	if s.side[0].fin && s.side[1].fin && s.State != ConnReset && s.State != ConnRefused {
		s.State = ConnClosed
	}
}
