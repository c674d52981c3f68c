package tcpdump

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"

	"syncscope/capture/packet"
)

// maxFlows bounds the connections whose bases are kept.
const maxFlows = 1 << 17

// bases turns relative sequence numbers back, as print-tcp.c made them: the
// first packet with ACK of a connection, and each SYN-ACK, is printed absolute
// and is the base of both directions; SYNs and RSTs without ACK always are.
type bases struct {
	slots []slot // open addressing, at most half full
	n     int
	last  int // where the newest packet's connection was
	mode  mode
}

// slot is a connection's base, what is taken off: for what the first end sends
// and for what the second does.
type slot struct {
	pair
	used   bool
	of, to uint32
}

// mode tells whether the listing was made with -S.
type mode uint8

const (
	modeUnknown mode = iota
	modeRelative
	modeAbsolute
)

// pair is a connection without direction: the smaller port first.
type pair [36]byte

// Ends are a packet's connection, and whether the packet's sender is its second
// end.
type Ends struct {
	pair
	hash     uint64
	reversed bool
}

// seed keeps whoever sends packets from choosing what hashes alike.
var seed = maphash.MakeSeed()

// EndsOf are the ends of a packet that goes from x to y.
func EndsOf(x, y netip.AddrPort) (e Ends) {
	a, b := x.Addr().As16(), y.Addr().As16()
	from, to := x.Port(), y.Port()
	if to < from || from == to && y.Addr().Less(x.Addr()) {
		a, b, from, to, e.reversed = b, a, to, from, true
	}
	copy(e.pair[:], a[:])
	copy(e.pair[16:], b[:])
	binary.BigEndian.PutUint16(e.pair[32:], from)
	binary.BigEndian.PutUint16(e.pair[34:], to)
	e.hash = maphash.Bytes(seed, e.pair[:])
	return e
}

// absolute gives a packet its numbers on the wire.
func (t *bases) absolute(p *packet.Packet, ends *Ends) {
	if !p.Flags.Has(packet.ACK) || t.mode == modeAbsolute || p.Flags == 0 {
		return
	}
	at := t.find(ends)
	if !at.used || p.Flags.Has(packet.SYN) {
		t.set(at, ends, p)
		return
	}
	mine, theirs := at.of, at.to
	if ends.reversed {
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

// find gives the slot of a connection: its own, or the empty one where it
// belongs.
func (t *bases) find(ends *Ends) *slot {
	if t.last < len(t.slots) && t.slots[t.last].used && t.slots[t.last].pair == ends.pair {
		return &t.slots[t.last]
	}
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	mask := len(t.slots) - 1
	for t.last = int(ends.hash) & mask; t.slots[t.last].used && t.slots[t.last].pair != ends.pair; {
		t.last = (t.last + 1) & mask
	}
	return &t.slots[t.last]
}

// grow makes room for twice as many; there is none for more than maxFlows.
func (t *bases) grow() {
	if t.n >= maxFlows {
		clear(t.slots)
		t.n = 0
		return
	}
	old := t.slots
	t.slots = make([]slot, max(64, 2*len(old)))
	mask := len(t.slots) - 1
	for i := range old {
		if s := &old[i]; s.used {
			at := int(maphash.Bytes(seed, s.pair[:])) & mask
			for t.slots[at].used {
				at = (at + 1) & mask
			}
			t.slots[at] = *s
		}
	}
}

func (t *bases) set(at *slot, ends *Ends, p *packet.Packet) {
	if !at.used {
		t.n++
	}
	*at = slot{ends.pair, true, p.Seq, p.Ack - 1}
	if p.Cut && p.LengthCut { // the numbers may have lost digits: what follows stays relative
		at.of, at.to = 0, 0
	}
	if ends.reversed {
		at.of, at.to = at.to, at.of
	}
}

// vote settles whether numbers are relative, at the first acknowledgement that
// tells: it lies near zero, or, with -S, near the base.
func (t *bases) vote(p *packet.Packet, theirs uint32) {
	const nearer = 16
	relative, absolute := uint64(p.Ack), uint64(p.Ack-theirs)
	switch {
	case p.Cut:
	case absolute*nearer < relative:
		t.mode = modeAbsolute
	case relative*nearer < absolute:
		t.mode = modeRelative
	}
}
