package diagnose

import (
	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// connections keeps the connections of a run, as many as have room.
type connections struct {
	seen      *attempt.View
	byID      map[connKey]*evidence.Connection // of events; what passes brings its own
	latest    *evidence.Connection             // of the newest packet
	ours      bool                             // we send checks
	diagnosed bool                             // a diagnosis may hold connections
	dropped   int
	slab      []evidence.Connection // memory for the next ones
	cites     evidence.Cites
}

type connKey struct {
	source event.SourceID
	id     uint32
}

// key is a connection's. What one file of a capture began, the others go on with.
func (l *connections) key(source event.SourceID, id handshake.ID) connKey {
	return connKey{l.seen.Capture(source), uint32(id)}
}

// passing takes the next packet of a connection that lives as long as the engine.
func (l *connections) passing(ev *capture.Passing) {
	c, _ := (*ev.Note).(*evidence.Connection)
	if c == nil || c.Connection != ev.Conn || c.Evicted {
		c = l.admit(ev)
		c.Connection = ev.Conn
		*ev.Note = c
	}
	c.Observe(ev)
	l.latest = c
}

// segment is passing of an event: it keeps copies only.
func (l *connections) segment(s *event.Segment) {
	ev := capture.Pass(s)
	c := l.byID[l.key(ev.Source, ev.Conn.ID)]
	if c == nil {
		c = l.admit(&ev)
		c.Connection = new(event.Connection)
		l.byID[l.key(ev.Source, ev.Conn.ID)] = c
	}
	*c.Connection = s.Conn
	c.Observe(&ev)
	l.latest = c
}

// admit begins to keep a connection.
func (l *connections) admit(ev *capture.Passing) *evidence.Connection {
	c := l.room()
	*c = evidence.Connection{} // in place: a value with fields would be made elsewhere and copied
	c.Source, c.ISN, c.Ours, c.Cites = ev.Source, ev.Packet.Seq, l.ours, &l.cites
	c.First.Keep(ev)
	l.seen.Conns = append(l.seen.Conns, c)
	return c
}

// room gives memory for another connection: the oldest makes room, and gives
// its own if no diagnosis knows it yet.
func (l *connections) room() *evidence.Connection {
	if len(l.seen.Conns) < maxConns {
		return l.fresh()
	}
	c := l.seen.Conns[0]
	l.dropped++
	if len(l.byID) > 0 { // what passed is not there, and its number is far away in memory
		delete(l.byID, l.key(c.Source, c.ID))
	}
	l.seen.Conns = l.seen.Conns[1:]
	if l.diagnosed {
		c.Evicted = true
		return l.fresh()
	}
	l.cites.Take(c)
	return c
}

// slabSize is how many connections get their memory at once: as many as leave little of
// what the allocator gives in one piece.
const slabSize = 22

// fresh gives memory that no connection had.
func (l *connections) fresh() *evidence.Connection {
	if len(l.slab) == 0 {
		l.slab = make([]evidence.Connection, slabSize)
	}
	c := &l.slab[0]
	l.slab = l.slab[1:]
	return c
}

// inClear notes a CONNECT and its answer on the connection that carried it. It
// reports whether it was one.
func (l *connections) inClear(ev *event.HTTPLine) bool {
	c := l.latest
	if c == nil || c.Last.Source() != ev.From.Source || c.ID != ev.Conn.ID {
		if c = l.byID[l.key(ev.From.Source, ev.Conn.ID)]; c == nil {
			return false
		}
	}
	*c.Connection = ev.Conn // what is no TLS tells that of the connection, too
	switch {
	case ev.Method.String() == "CONNECT" && c.Asked == "":
		c.Asked, c.ProxyLogin = ev.Target.String(), ev.Login
	case ev.Status != 0 && c.Asked != "" && c.ProxyStatus == 0:
		c.ProxyStatus = ev.Status
	default:
		return false
	}
	m := ev.Meta
	if c.Clear = &m; ev.Login == handshake.LoginGiven {
		c.LoginAt = &m
	}
	return true
}
