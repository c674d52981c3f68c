package attempt

import (
	"maps"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/evidence"
)

// connections gives each attempt the connections of its time. One that could be
// several attempts' is that one's which it is nearest to. One attempt and one
// connection that cannot be placed in time are joined, marked unsure; see mayBe.
func (m *matcher) connections() {
	for _, s := range sourcesOf(m.Conns) {
		m.place(s)
	}
	for _, s := range m.Sources {
		if s.First != 0 {
			m.Axis = m.Axis.Like(s.ID, s.First)
		}
	}
	conns := slices.Clone(m.Conns)
	byFirst(m.Axis, conns)
	all := newTimeline(m.Result.Traces, m.Axis)
	for _, c := range conns {
		var best *Trace
		var nearest time.Duration
		for _, t := range all.during(m.Axis.Packet(c.Source, c.First.When()), m.Axis.Packet(c.Source, c.Last.When())) {
			if d, ok := m.of(t).around(c); ok && !m.nobodys(t, c) && (best == nil || d < nearest || d == nearest && len(t.Lines) == 0 && t.Conn == nil && best.Conn != nil) {
				best, nearest = t, d
			}
		}
		if best == nil || best.Alone && best.Conn != nil { // the SSM logs one request: what follows is another one's
			m.Left = append(m.Left, c)
			continue
		}
		best.Conns, best.Conn, best.ConnSure = append(best.Conns, c), c, true
	}
	if all := m.Result.Traces; len(all) == 1 && len(m.Conns) == 1 && m.mayBe(all[0], m.Conns[0]) {
		all[0].Conn, all[0].Conns, m.Left = m.Conns[0], m.Conns, nil
	}
}

// mayBe reports whether the only connection may be the only attempt's though its time
// does not match. One that never came about may be anybody's, where both have a time.
func (m *matcher) mayBe(t *Trace, c *evidence.Connection) bool {
	otherTime := neverOpened(c) && !c.First.When().Time.IsZero() && m.of(t).begun().Known()
	return t.Conn == nil && !t.History() && !m.of(t).not(c) && !m.of(t).unlikely(c) && !m.nobodys(t, c) && !otherTime
}

// nobodys reports whether nothing tells that a connection which never came about is to the
// SSM: the attempt has no end that is like it, and calls a name of which no address is known.
func (m *matcher) nobodys(t *Trace, c *evidence.Connection) bool {
	peer, line := t.Lines.Peer()
	return neverOpened(c) && t.Failed == nil && line != nil && !peer.Addr().IsValid() && t.Lines.Proxy().Host == "" && !slices.Contains(m.Peers, c.Server.Addr())
}

func sourcesOf(conns []*evidence.Connection) []event.SourceID {
	var out []event.SourceID
	for _, c := range conns {
		if !slices.Contains(out, c.Source) {
			out = append(out, c.Source)
		}
	}
	return out
}

// place puts a capture's stamps on the axis. A capture of one zone and a log of
// another differ by a multiple of a quarter of an hour; of those, the one under
// which most attempts have a connection is taken.
func (m *matcher) place(s event.SourceID) {
	skew, _ := m.Axis.Skew()
	if d, ok := m.CaptureOffset[s]; ok {
		m.Axis = m.Axis.WithCapture(s, d+skew)
		return
	}
	var conns []*evidence.Connection
	for _, c := range m.Conns {
		if c.Source == s {
			conns = append(conns, c)
		}
	}
	conns = conns[max(0, len(conns)-4*newestPairs):]
	traces := m.Result.Traces[max(0, len(m.Result.Traces)-newestPairs):]
	best, most := time.Duration(0), 0
	found := false
	hits := map[time.Duration]map[int]bool{}
	for i, t := range traces {
		for _, c := range conns {
			for _, d := range m.steps(t, c) {
				if hits[d] == nil {
					hits[d] = map[int]bool{}
				}
				hits[d][i] = true
			}
		}
	}
	for _, d := range slices.Sorted(maps.Keys(hits)) {
		n := hits[d]
		if !found || len(n) > most || len(n) == most && m.likelier(conns[0], d-skew, best-skew) {
			best, most, found = d, len(n), true
		}
	}
	if !found {
		best, found = skew, len(conns) > 0 && conns[0].First.When().Dated
	}
	if found {
		m.Axis = m.Axis.WithCapture(s, best)
	}
}

// steps are the offsets, in whole quarters of an hour, under which a connection
// lies in an attempt's time.
func (m *matcher) steps(t *Trace, c *evidence.Connection) []time.Duration {
	skew, _ := m.Axis.Skew()
	raw := m.Axis.WithCapture(c.Source, skew)
	d, ok := raw.Packet(c.Source, c.First.When()).Until(m.of(t).begun())
	if !ok {
		return nil
	}
	var out []time.Duration
	for _, step := range []time.Duration{evidence.Grid(d - slack), evidence.Grid(d + slack), evidence.Grid(d)} {
		if _, ok := (placed{t, m.Axis.WithCapture(c.Source, skew+step)}).around(c); ok && !slices.Contains(out, skew+step) {
			out = append(out, skew+step)
		}
	}
	return out
}

// likelier compares two offsets of a capture's stamps to UTC that join as many:
// a dated one is in UTC, another is in the Manager's own zone, else in UTC; and
// of two days the later one is meant.
func (m *matcher) likelier(c *evidence.Connection, a, b time.Duration) bool {
	const day = 24 * time.Hour
	rank := func(d time.Duration) int {
		if c.First.When().Dated {
			if d == 0 {
				return 0
			}
			return 1
		}
		for _, t := range m.Input.Traces {
			for _, east := range evidence.Meanings(t.Lines[0].Stamp.Zone) {
				if (d+east)%day == 0 {
					return 0
				}
			}
		}
		if d%day == 0 {
			return 1
		}
		return 2
	}
	if x, y := rank(a), rank(b); x != y {
		return x < y
	}
	if c.First.When().Dated {
		return a.Abs() < b.Abs() || a.Abs() == b.Abs() && a > b
	}
	return a > b
}
