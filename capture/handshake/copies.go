package handshake

import (
	"time"

	"syncscope/capture/packet"
)

// A capture on all interfaces, or on both sides of a router, has a packet once for each
// that it passes. Such a copy says nothing new of the connection: it is no retransmission,
// which has an identification of its own where the sender numbers its packets (RFC 6864,
// 4.3), and follows later.

// Limits within which the same numbers are the same packet: a host and a router need some
// microseconds. Of packets without an identification (IPv6, a text without -v), the other
// end must have sent nothing since: no timer of TCP is as short, but what the other end
// acknowledges may make a sender repeat at once.
const (
	copyWithin   = orderWithin
	unnumberedIn = time.Millisecond
)

// passed is a packet that was seen.
type passed struct {
	at   instant
	seq  uint32
	id   uint16 // its identification; without one, how many packets the other end had sent
	form uint16 // length and flags, as far as they fit
}

// copies reports whether p is o once more. Where no packet has a time, its number tells.
func (p *passed) copies(o *passed, within time.Duration) bool {
	switch {
	case o.seq != p.seq || o.id != p.id || o.form != p.form:
		return false
	case p.at == 0:
		return within == copyWithin
	}
	return p.at >= o.at && p.at.since(o.at) < within
}

// trace are a direction's newest packets with bytes or flags of their own.
type trace struct {
	newest [3]passed
	next   uint8
	n      uint16 // packets of any kind
}

// traces are those of both directions.
type traces [2]trace

// copied notes a packet, and reports whether it is a copy of one of the newest.
func (s *traces) copied(p *packet.Packet, now instant, m *Move) bool {
	const flags = packet.SYN | packet.FIN | packet.RST
	t := &s[m.Dir]
	t.n++
	if p.Length == 0 && p.Flags&flags == 0 || p.Cut || p.NoSeq {
		return false
	}
	it := passed{now, p.Seq, p.ID, uint16(p.Length)<<4 ^ uint16(p.Flags)}
	within := copyWithin
	if p.ID == 0 {
		it.id, within = s[1-m.Dir].n, unnumberedIn
	}
	if m.TCP&(SpuriousRetransmission|Retransmission|OutOfOrder) != 0 || p.Flags.Has(packet.RST) {
		for i := range t.newest {
			if it.copies(&t.newest[i], within) {
				return true
			}
		}
	}
	t.newest[t.next%uint8(len(t.newest))] = it
	t.next++
	return false
}
