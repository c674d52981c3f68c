package tcpdump

import "syncscope/capture/packet"

// maxFlows bounds the connections whose bases are kept.
const maxFlows = 1 << 17

// bases turns relative sequence numbers back, as print-tcp.c made them: the
// first packet with ACK of a connection, and each SYN-ACK, is printed absolute
// and is the base of both directions; SYNs and RSTs without ACK always are.
type bases struct {
	slots []slot // open addressing, at most half full
	n     int
	mode  mode
	// before are those of the listing that this one goes on with. If that was one
	// listing with this, carried, its bases hold on; if tcpdump printed this one by
	// itself, its first numbers are absolute.
	before  *bases
	carried bool
}

// carry takes a connection's base from the listing before.
func (t *bases) carry(at *slot, p *packet.Packet, hash uint64, back bool) {
	if len(t.before.slots) == 0 {
		return
	}
	old := *place(t.before.slots, hash)
	if old.hash == 0 || p.Cut {
		return
	}
	if theirs := old.theirs(back); !t.carried {
		if t.carried = uint64(p.Ack)*nearer < uint64(p.Ack-theirs); !t.carried {
			t.before = nil
			return
		}
	}
	*at = old
	t.n++
}

// theirs is what is taken off of an acknowledgement.
func (s *slot) theirs(back bool) uint32 {
	if back {
		return s.of
	}
	return s.to
}

// nearer is by how many times a number must be nearer to zero than to a base, or the
// other way, to be relative or absolute.
const nearer = 16

// slot is a connection's base, what is taken off: for what the first end of its
// key sends and for what the second does. Of the key it keeps the hash only: in
// 64 bits with a seed of ours, two alike are as good as impossible, and all that
// they would spoil is each other's numbers.
type slot struct {
	hash   uint64 // the lowest bit set; 0: empty
	of, to uint32
}

// mode tells whether the listing was made with -S.
type mode uint8

const (
	modeUnknown mode = iota
	modeRelative
	modeAbsolute
)

// absolute gives a packet its numbers on the wire. hash is its key's; back: its
// sender is the key's second end.
func (t *bases) absolute(p *packet.Packet, hash uint64, back bool) {
	if !p.Flags.Has(packet.ACK) || t.mode == modeAbsolute || p.Flags == 0 {
		return
	}
	at := t.find(hash | 1)
	if at.hash == 0 && t.before != nil {
		t.carry(at, p, hash|1, back)
	}
	if at.hash == 0 || p.Flags.Has(packet.SYN) {
		t.set(at, p, hash|1, back)
		return
	}
	mine, theirs := at.of, at.to
	if back {
		mine, theirs = theirs, mine
	}
	if t.mode == modeUnknown {
		t.vote(p, theirs)
		if t.mode == modeAbsolute {
			return
		}
	}
	if !p.NoSeq {
		p.Seq += mine
	}
	p.Ack += theirs
	for i := range p.SACKs {
		p.SACK[i][0] += theirs
		p.SACK[i][1] += theirs
	}
}

// peek is absolute, and keeps nothing of it.
func (t *bases) peek(p *packet.Packet, hash uint64, back bool) {
	at := t.find(hash | 1)
	slot, n, mode, before, carried := *at, t.n, t.mode, t.before, t.carried
	t.absolute(p, hash, back)
	*at, t.n, t.mode, t.before, t.carried = slot, n, mode, before, carried
}

// find gives the slot of a connection: its own, or the empty one where it
// belongs.
func (t *bases) find(hash uint64) *slot {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	return place(t.slots, hash)
}

func place(slots []slot, hash uint64) *slot {
	mask := len(slots) - 1
	at := int(hash>>1) & mask
	for slots[at].hash != 0 && slots[at].hash != hash {
		at = (at + 1) & mask
	}
	return &slots[at]
}

// grow makes room for twice as many; there is none for more than maxFlows.
func (t *bases) grow() {
	if t.n >= maxFlows {
		clear(t.slots)
		t.n = 0
		return
	}
	old := t.slots
	t.slots = make([]slot, max(64, 4*len(old)))
	clear(t.slots) // memory that is read before it is written to is fetched twice
	for _, s := range old {
		if s.hash != 0 {
			*place(t.slots, s.hash) = s
		}
	}
}

func (t *bases) set(at *slot, p *packet.Packet, hash uint64, back bool) {
	if at.hash == 0 {
		t.n++
	}
	*at = slot{hash, p.Seq, p.Ack - 1}
	if p.Cut && p.LengthCut { // the numbers may have lost digits: what follows stays relative
		at.of, at.to = 0, 0
	}
	if back {
		at.of, at.to = at.to, at.of
	}
}

// vote settles whether numbers are relative, at the first acknowledgement that
// tells: it lies near zero, or, with -S, near the base.
func (t *bases) vote(p *packet.Packet, theirs uint32) {
	relative, absolute := uint64(p.Ack), uint64(p.Ack-theirs)
	switch {
	case p.Cut:
	case absolute*nearer < relative:
		t.mode = modeAbsolute
	case relative*nearer < absolute:
		t.mode = modeRelative
	}
}
