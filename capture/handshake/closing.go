package handshake

import "syncscope/capture/packet"

func (s *Flow) reset(p *packet.Packet, m *Move) {
	s.Resets++
	m.Basis = BasisSeen
	if m.Dir == ToServer { // it tells what the client has; a server's may be a device's
		s.heard(p, m)
	}
	me := &s.side[m.Dir]
	s.unseenFIN(p, me, m.Dir)
	aborts := !me.fin && me.whole(p)
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
	default:
		s.State = ConnClosed
	}
}

// unseenFIN: a RST one number behind all that its sender was seen to send follows a
// FIN that the capture lacks.
func (s *Flow) unseenFIN(p *packet.Packet, me *side, dir Dir) {
	if me.seen && !me.fin && !me.cut && !p.Cut && p.Seq == me.next+1 {
		s.closes(me, dir)
	}
}

// refuses reports whether a RST answers the SYN: it acknowledges that alone, and has
// no number of its own (RFC 9293, 3.10.7.1). Else the capture lacks what came between.
func (s *Flow) refuses(p *packet.Packet) bool {
	me := &s.side[ToServer]
	return p.Cut || !me.seen || p.Seq == 0 && (!p.Flags.Has(packet.ACK) || p.Ack == me.next)
}

func (s *Flow) finish(p *packet.Packet, m *Move, me *side) {
	if me.fin {
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

// closes: a direction ends.
func (s *Flow) closes(d *side, dir Dir) {
	d.fin = true
	if s.Trouble.FINBy == Nobody {
		s.Trouble.FINBy = Client + End(dir)
	}
	if s.side[0].fin && s.side[1].fin && !s.over() {
		s.State = ConnClosed
	}
}

// whole reports whether all is known that a direction sent before its RST. Else it may
// have closed, and its RST only refuses what still came.
func (d *side) whole(p *packet.Packet) bool {
	return p.Cut || d.cut || d.seen && int32(p.Seq-d.end()) <= 0
}
