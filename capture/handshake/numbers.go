package handshake

import "syncscope/capture/packet"

// maxJump bounds what the numbers may show to be missing.
const maxJump = 1 << 20

// opens takes the numbers of a SYN.
func (f *flight) opens(p *packet.Packet, dir Dir) {
	if p.Cut {
		f.loose = true
		return
	}
	f.next[dir], f.known[dir] = p.Seq+1, true
	if p.Flags.Has(packet.ACK) && !f.known[1-dir] {
		f.next[1-dir], f.known[1-dir] = p.Ack, true
	}
}

// take adds a packet that is neither SYN nor RST; fresh of its bytes are new.
func (f *flight) take(p *packet.Packet, m *Move, fresh bool) {
	if f.phase >= phaseData {
		if fresh && f.phase == phaseData {
			f.add(m.Dir, p.Length, m)
		}
		return
	}
	if p.Cut {
		f.cut(p, m)
		return
	}
	first := f.loose || f.phase == phaseStart && f.known[m.Dir] && f.next[m.Dir] == p.Seq
	if !first && !(f.known[0] && f.known[1]) { // what came before is not known
		f.lose()
		return
	}
	next := f.known[0] && f.known[1] && p.Seq == f.next[m.Dir] && int32(p.Ack-f.next[1-m.Dir]) <= 0 && !p.NoSeq // mostly: nothing is missing
	if (next || f.before(p, m.Dir, p.Flags.Has(packet.ACK) && f.heard(1-m.Dir, p.Ack))) && p.Length > 0 {
		f.bytesOf(p, m)
	}
	if p.Flags.Has(packet.FIN) {
		f.fin(p, m.Dir)
	}
}

// before takes what a packet's own number shows to be missing before it. false:
// that, and some of the other end's, and who of both was first is not known.
func (f *flight) before(p *packet.Packet, dir Dir, missed bool) bool {
	if p.NoSeq {
		return true
	}
	if !f.known[dir] {
		f.next[dir], f.known[dir] = p.Seq, true
	}
	gap := int(int32(p.Seq - f.next[dir]))
	switch {
	case gap <= 0:
		return true
	case gap == 1 && p.Length == 0: // a FIN
	case missed || gap > maxJump:
		f.lose()
		return false
	default:
		f.unseen(dir, gap)
	}
	f.next[dir] = p.Seq
	return true
}

// bytesOf takes a packet's bytes.
func (f *flight) bytesOf(p *packet.Packet, m *Move) {
	if n := int(int32(p.Seq + uint32(p.Length) - f.next[m.Dir])); n > 0 {
		f.next[m.Dir] += uint32(n)
		f.add(m.Dir, n, m)
	}
}

// cut takes a packet without numbers: it is taken for what comes next. Of one
// without a length, the next one's numbers tell it, once some are known.
func (f *flight) cut(p *packet.Packet, m *Move) {
	switch {
	case p.Length > 0:
		f.known[m.Dir], f.loose = false, true
		f.add(m.Dir, p.Length, m)
	case p.LengthCut && p.IPLength == 0 && !f.known[m.Dir] && f.phase != phaseStart:
		f.lose()
	}
}

// fin: a FIN has a number, too.
func (f *flight) fin(p *packet.Packet, dir Dir) {
	if end := p.Seq + uint32(p.Length); f.next[dir] == end {
		f.next[dir]++
	}
}

// heard takes what the other end has of a direction: more than was captured was
// sent all the same.
func (f *flight) heard(dir Dir, ack uint32) bool {
	if !f.known[dir] {
		f.next[dir], f.known[dir] = ack, true
		return false
	}
	n := int(int32(ack - f.next[dir]))
	if n <= 0 {
		return false
	}
	if n == 1 { // a FIN
		f.next[dir] = ack
		return false
	}
	if f.next[dir] = ack; n > maxJump {
		f.lose()
		return true
	}
	f.unseen(dir, n)
	return true
}

// unseen adds bytes that were not captured.
func (f *flight) unseen(dir Dir, n int) {
	apart := Move{Dir: dir}
	f.add(dir, n, &apart)
	if f.phase == phaseClient || f.guess.stage == TLSAlert { // where its records end is not known, nor whether data follows
		f.back()
	}
}
