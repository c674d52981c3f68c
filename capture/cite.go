package capture

import (
	"sync/atomic"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// Passing is a TCP packet on its way to who follows connections: what it
// points to changes with the next packet. What is to stay, a Cite keeps.
type Passing struct {
	Source event.SourceID
	Conn   *event.Connection // after the packet
	// Note is the follower's own, kept with the connection; nil: there is none.
	Note   *any
	Packet *packet.Packet
	handshake.Move

	meta    *event.Meta // of a listing's packet, or an event's
	from    origin      // of a packet whose Meta is made when it is cited, and what it is made of
	numbers *numbers
	lines   lines
}

// Pass makes a Passing of a packet's event.
func Pass(s *event.Segment) Passing {
	return Passing{Source: s.From.Source, Conn: &s.Conn, Packet: &s.Packet, Move: s.Move, meta: &s.Meta}
}

// later is the Meta of a binary capture's packet, which may outlive it.
func (p *Passing) later() event.Meta {
	b := new(compact)
	b.keep(p)
	return b.meta()
}

// Cite is a packet that was kept to be cited. The zero value and nil keep none.
// Several may ask at once, while none keeps.
type Cite struct {
	meta  atomic.Pointer[event.Meta]
	brief compact
}

// Keep takes the packet in place of the one before.
func (c *Cite) Keep(ev *Passing) {
	if ev.from != nil {
		c.brief.keep(ev)
		if c.meta.Load() != nil { // an atomic store is dear, and mostly there is none
			c.meta.Store(nil)
		}
		return
	}
	c.brief.from, c.brief.conn = nil, nil
	m := c.meta.Load()
	if m == nil {
		m = new(event.Meta)
		c.meta.Store(m)
	}
	*m = *ev.meta
}

// Empty reports whether no packet is kept.
func (c *Cite) Empty() bool { return c == nil || c.meta.Load() == nil && c.brief.from == nil }

// Meta is the packet's. It is made once.
func (c *Cite) Meta() event.Meta {
	if c.Empty() {
		return event.Meta{}
	}
	m := c.meta.Load()
	if m == nil {
		made := c.brief.meta().Cited()
		m = &made
		c.meta.Store(m) // who made it at the same time made the same
	}
	return *m
}

// When is the packet's time.
func (c *Cite) When() event.When {
	switch {
	case c.Empty():
		return event.When{}
	case c.brief.from != nil:
		return c.brief.when()
	}
	return c.meta.Load().At
}

// Source is the source that the packet is in; 0: none is kept.
func (c *Cite) Source() event.SourceID {
	switch {
	case c.Empty():
		return 0
	case c.brief.from != nil:
		return c.brief.from.source()
	}
	return c.meta.Load().From.Source
}

// From is where the packet stands.
func (c *Cite) From() event.Ref {
	switch {
	case c.Empty():
		return event.Ref{}
	case c.brief.from != nil:
		return c.brief.ref()
	}
	return c.meta.Load().From
}

// History reports whether the packet was captured before we connected.
func (c *Cite) History() bool {
	switch {
	case c.Empty():
		return false
	case c.brief.from != nil:
		return c.brief.history()
	}
	return c.meta.Load().History
}
