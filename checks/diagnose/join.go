package diagnose

import (
	"context"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// assemble joins the three streams to attempts, in order of time. partial: more
// of the logs is to be read.
func (e *Engine) assemble(ctx context.Context, partial bool) ([]*attempt.Trace, error) {
	e.seen.Lines.Order(e.seen.Newest)
	offset, basis := e.clocks.offset(e.seen.Lines)
	e.joined = e.seen.Lines.Match(attempt.Input{
		Conns: evidence.Distinct(e.seen.ToPeer()), Peers: e.seen.PeerAddrs(), Heard: e.heardManager, Offset: offset, Basis: basis, CaptureOffset: followed(e.seen.Lines, e.seen.Conns), Sources: e.seen.Sources,
	}, partial, e.seen.Newest)
	e.seen.Axis, e.seen.Callers = e.joined.Axis, e.joined.Callers
	return e.leftConnections(e.joined.Traces, e.joined.Left), ctx.Err()
}

// leftConnections makes attempts of connections that no log speaks of, where
// there is no log of the Manager. With one, a connection outside its attempts is
// another program's. Beside requests that the SSM logged, only those count that
// failed: the others carried them.
func (e *Engine) leftConnections(traces []*attempt.Trace, left []*evidence.Connection) []*attempt.Trace {
	e.unlisted = 0
	if e.heardManager {
		return traces
	}
	logged := len(traces) > 0
	var retried []*evidence.Connection // with a login, over the next connection
	for i, c := range left {
		switch {
		case logged && !c.Failed():
		case repeated(c, left[i+1:]):
			retried = append(retried, c)
		case i < len(left)-maxLeft:
			e.unlisted++
		default:
			t := e.seen.Lines.Connection(c)
			t.Conns, retried = append(retried, c), nil
			traces = append(traces, t)
		}
	}
	attempt.Sort(traces, e.seen.Axis)
	return traces
}

// repeated reports whether a client repeats the CONNECT that the proxy answered with 407
// over the next connection, with a login or with what may be one. The two are one call
// (RFC 9110, 11.7.1).
func repeated(c *evidence.Connection, later []*evidence.Connection) bool {
	if c.ProxyStatus != 407 || c.ProxyLogin == handshake.LoginGiven || len(later) == 0 {
		return false
	}
	next := later[0]
	return next.Source == c.Source && next.Client.Addr() == c.Client.Addr() && next.Server == c.Server && next.Asked == c.Asked && next.ProxyLogin != handshake.LoginNone
}

// maxLeft bounds the attempts that only a connection speaks of, to the newest: a
// capture of everything else on the port is no history of attempts.
const maxLeft = 256

// followed places the captures that came in while they were followed, on the
// Manager's clock.
func followed(lines *attempt.Case, conns []*evidence.Connection) map[event.SourceID]time.Duration {
	manager, ok := lines.Manager.Behind()
	if !ok {
		return nil
	}
	out := map[event.SourceID]time.Duration{}
	for _, c := range conns {
		at := c.First.When()
		if at.Arrival.IsZero() || at.Time.IsZero() {
			continue
		}
		if d := evidence.Behind(at) - manager; out[c.Source] == 0 || d < out[c.Source] {
			out[c.Source] = d
		}
	}
	return out
}
