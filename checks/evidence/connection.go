package evidence

import (
	"math/bits"
	"math/rand/v2"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// Connection is a connection's newest snapshot and the packets worth citing.
type Connection struct {
	*event.Connection // who passes packets changes it with them
	Source            event.SourceID
	Evicted           bool
	Spoke             bool            // there is application data
	AnswerTTL         uint8           // the TTL of the SYN-ACK
	ProxyLogin        handshake.Login // whether Asked came with credentials for the proxy
	hole              int
	told              bool
	Last              capture.Cite // with what stands around it, what every packet needs
	Data              capture.Cite // the last application data; before there is any, the ClientHello
	RST               reset        // the server's last RST
	OffloadAt         *capture.Cite
	Cert              *capture.Cite // the server's certificates
	Served            *capture.Cite // the server's first bytes, where they are no ServerHello
	Alert             *capture.Cite // the first alert in clear
	TooLate           *capture.Cite // the first that came when the client had given up
	Reset             *capture.Cite
	Shut              *capture.Cite // the last window of 0
	Lost              *capture.Cite // the last retransmission
	End               ending
	Gap               *capture.Cite // the packet behind the last hole
	Told              *capture.Cite // the client's packet that asks for what a hole has
	First             capture.Cite
	ISN               uint32       // the first packet's sequence number
	Answer            capture.Cite // the SYN-ACK, or the RST
	Finished          capture.Cite // what shows that TLS finished
	Asked             string       // the target of a CONNECT sent on it
	ProxyStatus       int          // the proxy's answer to that
	LoginAt           *event.Meta  // the CONNECT that carries a login; nil: none is known to
	Clear             *event.Meta  // the line that shows it, or the request; nil: there is none
	Ours              bool
	Cites             *Cites // where the packets get their places
}

// Observe takes the connection's next packet.
func (c *Connection) Observe(ev *capture.Passing) {
	c.Last.Keep(ev)
	if t := &c.Trouble; t.Late || t.Hole != c.hole || t.HoleTold != c.told || t.AlertBy.Is() != handshake.Nobody {
		keepTurns(ev, c)
	} else if ev.Label == handshake.LabelNone && ev.Packet.Length > 0 && c.Served == nil {
		keepTurns(ev, c)
	}
	if c.Cert == nil && c.TLS.Chain != nil {
		c.Cites.place(&c.Cert).Keep(ev)
	}
	if ev.Label != handshake.LabelNone {
		if at := c.worth(ev); at != nil {
			at.Keep(ev)
		}
	}
	c.RST.observe(ev)
	if ev.Packet.Checksum == packet.ChecksumIncorrect && c.OffloadAt == nil {
		c.Cites.place(&c.OffloadAt).Keep(ev)
	}
}

// keepTurns keeps the packets with which a connection takes a turn that few take.
func keepTurns(ev *capture.Passing, c *Connection) {
	t := &c.Trouble
	if t.AlertBy.Is() != handshake.Nobody && c.Alert == nil { // whatever else the packet is
		c.Cites.place(&c.Alert).Keep(ev)
	}
	switch {
	case t.Late && c.TooLate == nil:
		c.Cites.place(&c.TooLate).Keep(ev)
	case t.Hole > c.hole:
		c.Cites.place(&c.Gap).Keep(ev)
	case c.Served == nil && c.ToClientBytes > 0 && ev.Label == handshake.LabelNone && ev.Dir == handshake.ToClient && ev.Packet.Length > 0:
		c.Cites.place(&c.Served).Keep(ev)
	}
	if t.HoleTold && !c.told {
		c.Cites.place(&c.Told).Keep(ev)
	}
	c.hole, c.told = t.Hole, t.HoleTold
}

// Cites are the places of packets that few connections need: connections share their
// memory, and what one gave back another has. nil gives new ones.
type Cites struct {
	spare []*capture.Cite
	slab  []capture.Cite
}

// slabSize is how many get their memory at once: as many as leave little of what the
// allocator gives in one piece.
const slabSize = 11

// place makes a packet's place, if it is not there. Where it is asked for, its code
// would stand between what every packet needs.
//
//go:noinline
func (s *Cites) place(c **capture.Cite) *capture.Cite {
	switch {
	case *c != nil:
	case s == nil:
		*c = new(capture.Cite)
	case len(s.spare) > 0:
		last := len(s.spare) - 1
		*c, s.spare = s.spare[last], s.spare[:last]
	default:
		if len(s.slab) == 0 {
			s.slab = make([]capture.Cite, slabSize)
		}
		*c, s.slab = &s.slab[0], s.slab[1:]
	}
	return *c
}

// Take takes the places of a connection that nobody looks at any more.
func (s *Cites) Take(c *Connection) {
	if c.End.FIN == c.End.Left {
		c.End.FIN = nil
	}
	for _, at := range [...]*capture.Cite{c.OffloadAt, c.Cert, c.Served, c.Alert, c.TooLate, c.Reset, c.Shut, c.Lost, c.End.FIN, c.End.Left, c.Gap, c.Told} {
		if at != nil {
			s.spare = append(s.spare, at)
		}
	}
}

// worth is what a packet is kept as beside the last; nil: nothing.
func (c *Connection) worth(ev *capture.Passing) *capture.Cite {
	switch ev.Label {
	case handshake.LabelSYNACK:
		c.AnswerTTL, c.RST.opened = ev.Packet.TTL, nanos(ev.Packet.Time)
		return &c.Answer
	case handshake.LabelRefused:
		return &c.Answer
	case handshake.LabelKeyExchange, handshake.LabelFinished:
		if c.Finished.Empty() || ev.Label == handshake.LabelKeyExchange {
			return &c.Finished
		}
	case handshake.LabelClientHello:
		return &c.Data
	case handshake.LabelRequest, handshake.LabelResponse:
		c.Spoke = true
		return &c.Data
	case handshake.LabelFIN, handshake.LabelCloseNotify:
		if !c.Spoke {
			c.End.observe(ev, c.Cites)
		}
	case handshake.LabelRST:
		return c.Cites.place(&c.Reset)
	case handshake.LabelRetransmission:
		return c.Cites.place(&c.Lost)
	case handshake.LabelZeroWindow:
		return c.Cites.place(&c.Shut)
	case handshake.LabelAlert:
		if c.Alert == nil {
			return c.Cites.place(&c.Alert)
		}
	}
	return nil
}

// ending is how a connection ended on which no application data was sent.
type ending struct {
	FIN  *capture.Cite // the first FIN
	Left *capture.Cite // the client's close_notify or FIN, where no FIN came before it
}

// observe takes a FIN or a close_notify.
func (e *ending) observe(ev *capture.Passing, places *Cites) {
	if e.FIN != nil {
		return
	}
	var at *capture.Cite
	if ev.Dir == handshake.ToServer && e.Left == nil {
		at = places.place(&e.Left)
		at.Keep(ev)
	}
	switch {
	case ev.Label != handshake.LabelFIN:
	case at != nil: // mostly: one packet is both
		e.FIN = at
	default:
		places.place(&e.FIN).Keep(ev)
	}
}

// Heard reports whether anything came back from the server's address.
func (c *Connection) Heard() bool {
	switch c.State {
	case handshake.ConnUnknown, handshake.SynSent:
		return false
	}
	return true
}

// shows reports whether another capture shows the connection, too: the same ends,
// the same first packet, and what followed. Within one capture the same SYN again
// is another connection, since a host repeats it after a refusal (RFC 5961, 4.2);
// only at the same moment is it the same packet, of a text that was pasted twice.
func shows(c, o *Connection) bool {
	if c.Client != o.Client || c.Server != o.Server {
		return false
	}
	if c.Source == o.Source {
		return c.First.When().Time.Equal(o.First.When().Time)
	}
	return c.State == o.State && c.ToServerBytes == o.ToServerBytes && c.ToClientBytes == o.ToClientBytes
}

// spread mixes bits upwards, so that whoever sends packets does not choose what is alike.
var spread = rand.Uint64() | 1

// Distinct leaves out a connection that two captures show. Few others have its
// first number and its ports.
func Distinct(conns []*Connection) []*Connection {
	if len(conns) == 0 {
		return nil
	}
	n := bits.Len(uint(len(conns)))
	heads := make([]int32, 1<<n)           // of those that may be the same, the newest in out, from 1
	before := make([]int32, 0, len(conns)) // and the one before it
	out := make([]*Connection, 0, len(conns))
	for _, c := range conns {
		mark := (uint64(c.ISN)<<32 | uint64(c.Client.Port())<<16 | uint64(c.Server.Port())) * spread
		head := &heads[mark>>(64-n)]
		at := *head
		for at > 0 && (out[at-1].ISN != c.ISN || !shows(out[at-1], c)) {
			at = before[at-1]
		}
		if at > 0 {
			continue
		}
		out, before = append(out, c), append(before, *head)
		*head = int32(len(out))
	}
	return out
}
