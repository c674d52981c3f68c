package handshake

import "syncscope/capture/packet"

// acknowledge opens the connection with the client's first ACK. Where no SYN-ACK
// was captured, that ACK shows that one came; so does what the server sends.
func (s *Flow) acknowledge(p *packet.Packet, m *Move) {
	switch {
	case !p.Flags.Has(packet.ACK):
	case (s.State == HalfOpen || s.State == SynSent) && m.Dir == ToServer:
		s.opens(p, m)
	case s.State == SynSent, s.State == ConnUnknown && m.Dir == ToServer, s.State == ConnUnknown && s.served(p):
		s.State = Established
	}
	if p.Cut {
		return
	}
	if p.Flags.Has(packet.ACK) {
		s.acked(p, m)
	}
	if p.Window == 0 && !p.Flags.Has(packet.FIN) {
		s.ZeroWindows++
		m.Label, m.Basis = LabelZeroWindow, BasisSeen
	}
}

// opens takes the client's first ACK.
func (s *Flow) opens(p *packet.Packet, m *Move) {
	s.State, m.Opened = Established, true
	if p.Length == 0 && !p.Flags.Has(packet.FIN) {
		m.Label, m.Basis = LabelACK, BasisSeen
	}
}

// served reports whether the server's packet goes beyond its SYN-ACK: it carries
// data, or acknowledges more. The client's packets are not in the capture then.
func (s *Flow) served(p *packet.Packet) bool {
	d := &s.side[ToServer]
	return p.Length > 0 || !p.Cut && d.acks && int32(p.Ack-d.ack) > 0
}

// acked keeps what the other side has of this one's bytes.
func (s *Flow) acked(p *packet.Packet, m *Move) {
	s.heard(p, m)
	t := &s.Trouble
	if m.Dir == ToClient {
		t.Stuck = p.Window == 0 && !p.Flags.Has(packet.FIN)
		t.HelloAcked = t.HelloAcked || s.TLS.Stage.Is() == TLSClientHello && s.side[ToServer].all()
	}
}

// heard takes an acknowledgement of the other direction.
func (s *Flow) heard(p *packet.Packet, m *Move) {
	d := &s.side[1-m.Dir]
	if !d.acks || int32(p.Ack-d.ack) > 0 {
		d.ack, d.acks = p.Ack, true
	}
	p.Reach()
	// What is acknowledged selectively the other end has, beyond a hole (RFC 2018).
	end := p.Ack + uint32(p.Beyond)
	if d.holes == 0 && d.seen && int32(d.ack-d.next) <= 0 && int32(end-d.next) <= 0 { // mostly: no more than was sent
		if m.Dir == ToServer {
			s.Trouble.Hole, s.Trouble.HoleTold = 0, false
		}
		return
	}
	s.missed(d, 1-m.Dir)
	if d.seen && !d.cut && int32(end-d.end()) > 0 {
		s.Trouble.Missed[1-m.Dir] = true
	}
}

// missed tells what a direction must have sent from what the other end has
// acknowledged of it.
func (s *Flow) missed(d *side, dir Dir) {
	t := &s.Trouble
	if d.holes > 0 {
		if int32(d.ack-d.hole) > 0 {
			t.Missed[dir], d.holes = true, 0
		} else if dir == ToClient {
			t.HoleTold = true
		}
	}
	if dir == ToClient {
		t.Hole = d.holes
		t.HoleTold = t.HoleTold && d.holes > 0
	}
	if !d.cut && (d.seen && int32(d.ack-d.end()) > 0 || !d.seen && !s.MidStream) {
		t.Missed[dir] = true
		if !d.fin && t.FINBy == Client+End(1-dir) { // it may have closed before
			t.FINBy = Nobody
		}
	}
}

// end is the number behind all that a direction was seen to send: a FIN has one, too.
func (d *side) end() uint32 {
	if d.fin {
		return d.next + 1
	}
	return d.next
}

// skipped notes the bytes before a packet that have not come. Where the other end
// has acknowledged them, only the capture lacks them.
func (s *Flow) skipped(p *packet.Packet, m *Move, me *side) {
	if !me.seen || p.Cut || int32(p.Seq-me.next) <= 0 {
		return
	}
	if me.acks && int32(me.ack-p.Seq) >= 0 {
		s.Trouble.Missed[m.Dir] = true
		return
	}
	if me.holes == 0 {
		me.hole = me.next
	}
	me.holes += int(p.Seq - me.next)
	if m.Dir == ToClient {
		s.Trouble.Hole = me.holes
	}
}
