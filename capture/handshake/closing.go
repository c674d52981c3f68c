package handshake

import "syncscope/capture/packet"

func (s *Flow) reset(p *packet.Packet, m *Move) {
	s.Resets++
	m.Basis = BasisSeen
	if m.Dir == ToServer { // it tells what the client has; a server's may be a device's
		s.heard(p, m)
	}
	if s.Trouble.ResetBy == Nobody && s.State != ConnClosed && s.open() {
		s.Trouble.ResetBy = Client + End(m.Dir)
	}
	if s.State == SynSent && m.Dir == ToClient && s.refuses(p) {
		m.Label, s.State = LabelRefused, ConnRefused
		return
	}
	m.Label = LabelRST
	if s.State != ConnClosed {
		s.State = ConnReset
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

// open reports whether a direction is known not to have ended before: nothing
// follows a FIN, and the capture may have begun behind one.
func (s *Flow) open() bool {
	return !s.MidStream || s.ToServerBytes+s.ToClientBytes > 0
}
