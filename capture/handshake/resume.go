package handshake

import (
	"time"

	"syncscope/capture/packet"
)

// Resume says that another file goes on with the capture.
func (t *Tracker) Resume() { t.part++ }

// Newest is the time of the newest packet; false: none had one.
func (t *Tracker) Newest() (at time.Time, ok bool) {
	if t.last == 0 {
		return at, false
	}
	return time.Unix(t.epoch, 0).UTC().Add(time.Duration(t.last)), true
}

// resumed is a connection, if a packet of the next file goes on with it: its numbers
// are near those that came last. Else it is another one on the same ports.
func (t *Tracker) resumed(s *Flow, p *packet.Packet) *Flow {
	me, other := &s.side[ToServer], &s.side[ToClient]
	if p.Src == s.Server {
		me, other = other, me
	}
	switch {
	case p.Cut || p.NoSeq:
	case p.Flags.Has(packet.SYN) && !p.Flags.Has(packet.ACK): // its number tells
	case me.seen && !Near(p.Seq, me.next):
		return nil
	case !me.seen && other.seen && p.Flags.Has(packet.ACK) && !Near(p.Ack, other.next):
		return nil
	}
	s.part = t.part
	return s
}
