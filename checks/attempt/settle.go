package attempt

import (
	"slices"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/evidence"
)

// Match puts requests and connections to the attempts that they belong to, and
// settles what nothing can change any more. partial: more of the logs is to be
// read, and what no Manager's log tells of is left until then. newest is the
// newest date that any log prints.
func (c *Case) Match(in Input, partial bool, newest time.Time) Result {
	c.Order(newest)
	in.Conns = slices.DeleteFunc(in.Conns, func(conn *evidence.Connection) bool { return c.taken[conn] })
	in.Traces, in.Requests, in.TLS, in.Manager, in.SSM = c.traces.Traces, c.requests.All, c.tls, c.Manager, c.SSM
	in.known, in.single, in.Partial = c.known, c.single, partial
	if in.Basis == evidence.Assumed && c.axis != nil {
		if skew, basis := c.axis.Skew(); basis == evidence.Paired { // what settled attempts have told stays told
			in.Offset, in.proven = skew, true
		}
	}
	r := match(in)
	open := r.Traces
	r.Traces = append(c.settled[:len(c.settled):len(c.settled)], open...)
	if r.loose && len(open) < maxLoose {
		r.Callers = c.callers.count(r.Others)
		return r
	}
	r.Callers = c.callers.count(c.settle(open, r.Others, r.Axis))
	return r
}

// maxLoose is how many attempts wait, unsettled, for something that tells how the
// clocks stand: what is settled before that may lack its requests.
const maxLoose = 8_192

// settle takes the attempts in front out of what is matched, as far as both logs
// have gone on for so long that no line of theirs can come any more. Other
// clients' requests of that time are counted; the rest of others is returned.
func (c *Case) settle(open []*Trace, others []*Request, axis *evidence.Axis) []*Request {
	horizon := c.horizon(axis)
	c.until, c.axis = horizon, axis
	n := 0
	for n < len(open) && open[n].Ended && horizon.Over(placed{open[n], axis}.ended()) {
		n++
	}
	if n == 0 {
		return others
	}
	gone := make(map[*Trace]bool, n)
	taken := map[*Request]bool{}
	for _, t := range open[:n] {
		gone[t] = true
		for _, r := range t.Requests() {
			taken[r] = true
		}
		for _, conn := range t.Conns {
			c.taken[conn] = true
		}
	}
	c.settled = append(c.settled, open[:n]...)
	c.traces.Traces = slices.DeleteFunc(c.traces.Traces, func(t *Trace) bool { return gone[t] })
	last := evidence.Between(placed{open[n-1], axis}.begun(), placed{open[n-1], axis}.begun(), patience, 0)
	c.requests.All = slices.DeleteFunc(c.requests.All, func(r *Request) bool { return taken[r] || last.Past(r.At(axis)) })
	c.tls = slices.DeleteFunc(c.tls, func(l *evidence.Line) bool { return last.Past(axis.SSM(l)) })
	rest := slices.Clone(others)
	rest = slices.DeleteFunc(rest, func(r *Request) bool { return last.Past(r.At(axis)) })
	c.callers = c.callers.count(slices.DeleteFunc(slices.Clone(others), func(r *Request) bool { return !last.Past(r.At(axis)) }))
	return rest
}

// horizon is the time in which both logs have said all that they will say.
func (c *Case) horizon(axis *evidence.Axis) evidence.Window {
	skew, _ := axis.Skew()
	manager, ssm := c.Manager.Span().Shifted(skew), c.SSM.Span()
	switch {
	case !manager.Known():
		manager = ssm
	case !ssm.Known():
		ssm = manager
	}
	return manager.Until(ssm).Widened(0, -patience-slack)
}

// Settled is how many attempts are settled.
func (c *Case) Settled() int { return len(c.settled) }

// Forget lets go of the settled attempts before the nth that gone names, and of
// their lines.
func (c *Case) Forget(n int, gone func(*Trace) bool) {
	var managers, ssm []*evidence.Line
	left := c.settled[:0:0]
	for i, t := range c.settled {
		if i >= n || !gone(t) {
			left = append(left, t)
			continue
		}
		managers = append(managers, t.Lines...)
		for _, r := range t.Requests() {
			ssm = append(ssm, r.All()...)
		}
		for _, conn := range t.Conns {
			delete(c.taken, conn)
		}
		delete(c.single, t.by)
	}
	c.settled = left
	c.Manager.Drop(managers)
	c.SSM.Drop(append(ssm, c.recovered()...))
}

// recovered takes out of Health what is too old for any attempt that is left, where
// the clocks are known; of each host the newest line stays.
func (c *Case) recovered() []*evidence.Line {
	if _, basis := c.axis.Skew(); basis == evidence.Assumed || len(c.settled) == 0 {
		return nil
	}
	first := placed{c.settled[0], c.axis}.begun()
	near := evidence.Between(first, first, 2*trouble, 0)
	newest := map[redact.Text]*evidence.Line{}
	for _, l := range c.Health {
		newest[l.Host] = l
	}
	for k, all := range c.signs {
		c.signs[k] = slices.DeleteFunc(all, func(l *evidence.Line) bool { return near.Past(c.axis.SSM(l)) })
	}
	var out []*evidence.Line
	c.threw = slices.DeleteFunc(c.threw, func(l *evidence.Line) bool {
		old := near.Past(c.axis.SSM(l))
		if old && !AboutAPI(l.Path.String()) {
			out = append(out, l)
		}
		return old
	})
	c.Health = slices.DeleteFunc(c.Health, func(l *evidence.Line) bool {
		old := near.Past(c.axis.SSM(l)) && newest[l.Host] != l
		if old {
			out = append(out, l)
		}
		return old
	})
	return out
}

// Connection is the attempt that only a connection tells of.
func (c *Case) Connection(conn *evidence.Connection) *Trace {
	t := c.single[conn]
	if t == nil {
		t = new(Trace)
		c.single[conn] = t
	}
	*t = Trace{Conn: conn, Conns: []*evidence.Connection{conn}, ConnSure: true, Alone: true, by: conn, Ended: !conn.Last.When().Time.IsZero() && Closed(conn)}
	return t
}

// Requests are all that the attempt is made of.
func (t *Trace) Requests() []*Request {
	out := slices.Concat(t.Retried, t.API)
	if t.Token != nil {
		out = append(out, t.Token)
	}
	return out
}
