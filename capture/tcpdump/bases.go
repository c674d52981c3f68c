package tcpdump

import (
	"net/netip"

	"syncscope/capture/packet"
)

// maxFlows bounds the connections whose bases are kept.
const maxFlows = 1 << 17

// bases turns relative sequence numbers back, as print-tcp.c made them: the
// first packet with ACK of a connection, and each SYN-ACK, is printed absolute
// and is the base of both directions; SYNs and RSTs without ACK always are.
type bases struct {
	of   map[pair]*base
	last pair
	at   *base
	mode mode
}

// mode tells whether the listing was made with -S.
type mode uint8

const (
	modeUnknown mode = iota
	modeRelative
	modeAbsolute
)

// pair is a connection without direction: the smaller end first.
type pair struct {
	a, b         [16]byte
	aPort, bPort uint16
}

// base is what is taken off, for what a and what b sends.
type base struct{ a, b uint32 }

func newBases() bases { return bases{of: map[pair]*base{}} }

func pairOf(x, y netip.AddrPort) (k pair, reversed bool) {
	k = pair{x.Addr().As16(), y.Addr().As16(), x.Port(), y.Port()}
	if k.bPort < k.aPort || k.aPort == k.bPort && y.Addr().Less(x.Addr()) {
		k.a, k.b, k.aPort, k.bPort = k.b, k.a, k.bPort, k.aPort
		reversed = true
	}
	return k, reversed
}

// absolute gives a packet its numbers on the wire.
func (t *bases) absolute(p *packet.Packet) {
	if !p.Flags.Has(packet.ACK) || t.mode == modeAbsolute || p.Flags == 0 {
		return
	}
	key, reversed := pairOf(p.Src, p.Dst)
	if t.at == nil || key != t.last {
		t.at, t.last = t.of[key], key
	}
	if t.at == nil || p.Flags.Has(packet.SYN) {
		t.set(key, reversed, p)
		return
	}
	mine, theirs := t.at.a, t.at.b
	if reversed {
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

func (t *bases) set(key pair, reversed bool, p *packet.Packet) {
	b := base{p.Seq, p.Ack - 1}
	if p.Cut && p.LengthCut { // the numbers may have lost digits: what follows stays relative
		b = base{}
	}
	if reversed {
		b.a, b.b = b.b, b.a
	}
	if t.at == nil {
		if len(t.of) >= maxFlows {
			clear(t.of)
		}
		t.at = new(base)
		t.of[key] = t.at
	}
	*t.at = b
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
