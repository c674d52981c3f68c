package attempt

import (
	"fmt"
	"slices"
	"time"

	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// slack is how far outside an attempt's lines its packets and requests may lie:
// a Manager logs before it connects and after it has read the answer.
const slack = 5 * time.Second

// patience is how long after a Manager gave up its request may still be logged:
// nginx waits a minute for what is behind it, twice where it tries another.
const patience = 2*time.Minute + slack

// placed is an attempt on an axis.
type placed struct {
	*Trace
	axis *evidence.Axis
}

// begun places an attempt's begin on the axis.
func (p placed) begun() evidence.Moment {
	switch {
	case len(p.Lines) > 0:
		return p.axis.Manager(p.Lines[0])
	case p.Token != nil:
		return p.Token.At(p.axis)
	case len(p.API) > 0:
		return p.API[0].At(p.axis)
	case p.Conn != nil:
		return p.axis.Packet(p.Conn.Source, p.Conn.First.When())
	case len(p.TLS) > 0:
		return p.axis.SSM(p.TLS[0])
	}
	return evidence.Moment{}
}

// ended places an attempt's end on the axis.
func (p placed) ended() evidence.Moment {
	switch {
	case len(p.Lines) > 0:
		return p.axis.Manager(p.Lines[len(p.Lines)-1])
	case len(p.API) > 0:
		return p.API[len(p.API)-1].At(p.axis)
	case p.Token != nil:
		return p.Token.At(p.axis)
	case p.Conn != nil:
		return p.axis.Packet(p.Conn.Source, p.Conn.Last.When())
	case len(p.TLS) > 0:
		return p.axis.SSM(p.TLS[0])
	}
	return evidence.Moment{}
}

// Window is an attempt's time, from its first line to its last.
func (t *Trace) Window(axis *evidence.Axis) evidence.Window { return placed{t, axis}.window() }

func (p placed) window() evidence.Window { return evidence.Between(p.begun(), p.ended(), 0, 0) }

// moments are when the SSM may have logged the attempt's sign-in: while it was
// answered; and of one that was not, as it was sent, or as the Manager gave up. With
// that the SSM's nginx closes its line, by 499: two views of one end, as an answer's.
func (p placed) moments(status int, answered bool) []evidence.Window {
	sent, answer := p.signIn()
	at := p.axis.Manager(sent)
	switch waits := answer == nil || p.Failure().gaveUp(); {
	case waits && answer != nil && answered && status == clientClosed:
		end := p.axis.Manager(answer)
		return []evidence.Window{evidence.Between(end, end, time.Second, time.Second)}
	case waits == answered:
		return nil
	case !waits:
		return []evidence.Window{evidence.Between(at, p.axis.Manager(answer), time.Second, time.Second)}
	case answer == nil:
		return []evidence.Window{evidence.Between(at, at, time.Second, slack)}
	}
	end := p.axis.Manager(answer)
	return []evidence.Window{evidence.Between(at, at, time.Second, slack), evidence.Between(end, end, time.Second, time.Second)}
}

// clientClosed is nginx's status of a request whose client closed before it was answered.
const clientClosed = 499

// forToken is when the SSM may have logged the attempt's sign-in.
func (p placed) forToken() evidence.Window {
	_, answered := p.signIn()
	begin := p.begun()
	switch {
	case answered == nil: // it still waits, or its answer is not in the log
		return evidence.Between(begin, p.ended(), slack, patience)
	case p.Failure().gaveUp():
		return evidence.Between(begin, p.axis.Manager(answered), slack, patience)
	}
	return evidence.Between(begin, p.axis.Manager(answered), slack, slack)
}

// forAPI is when the SSM may have logged what the attempt asked with its token.
func (p placed) forAPI() evidence.Window {
	after := slack
	if p.Failure().gaveUp() || !p.Ended {
		after = patience
	}
	return evidence.Between(p.begun(), p.ended(), slack, after)
}

// around reports whether a connection lies in the attempt's time. distance is how far
// outside the attempt's lines its first packet is, 0 for one among them.
func (p placed) around(c *evidence.Connection) (distance time.Duration, ok bool) {
	first, last := p.axis.Packet(c.Source, c.First.When()), p.axis.Packet(c.Source, c.Last.When())
	begin, end := p.begun(), p.ended()
	if p.not(c) || p.unlikely(c) { // another client's, or a probe
		return 0, false
	}
	if !first.Known() || !begin.Known() || p.History() != c.First.History() && p.History() != c.Last.History() {
		return 0, false
	}
	if len(p.Lines) == 0 { // the SSM logs a request when it has answered it
		return 0, evidence.Between(first, last, slack, slack).Has(begin) && (c.ToServerBytes > 0 || c.Trouble.Blind)
	}
	if w := evidence.Between(begin, end, slack, slack); w.Has(first) {
		return p.window().Outside(first), true
	}
	kept := evidence.Between(first, last, 0, 0).Has(begin) && c.ToServerBytes > 0 // open since before
	return slack, kept
}

// not reports whether a connection is none that the attempt's end can be of: whoever
// signed in, or was answered, had one that opened.
func (p placed) not(c *evidence.Connection) bool {
	f := p.Failure()
	went := f.Line == nil && (p.Done != nil || p.Find(logline.TopicAuthenticated) != nil || p.Find(logline.TopicLicences) != nil)
	return (went || f.opened()) && neverOpened(c) || f.otherEnd(c)
}

// unlikely reports whether a connection is to another end than the attempt calls, by its
// settings or its failure's words. Of a name that neither says the address of, the port
// tells. Through a proxy, or where one may be, connections go to its end.
func (p placed) unlikely(c *evidence.Connection) bool {
	peer, line := p.Lines.Peer()
	if line == nil || line.Cut || c.Asked != "" || c.ProxyStatus != 0 || p.Lines.Proxy().Host != "" || p.Lines.ProxyUntold() || p.Failure().AtProxy() {
		return false
	}
	ports, addrs := []string{peer.At(evidence.SSMPort).Port}, p.Failure().Tried(peer.Host)
	if a := peer.Addr(); a.IsValid() {
		addrs = append(addrs, a)
	}
	if p.Failed != nil && !p.Failed.Peer.Empty() {
		failed := evidence.ParseEndpoint(p.Failed.Peer.String())
		ports = append(ports, failed.Port)
		if a := failed.Addr(); a.IsValid() {
			addrs = append(addrs, a)
		}
	}
	server := c.Server
	return len(addrs) > 0 && !slices.Contains(addrs, server.Addr()) || !slices.Contains(ports, fmt.Sprint(server.Port()))
}

// neverOpened reports whether a connection was refused, or nothing answered it.
func neverOpened(c *evidence.Connection) bool {
	return c.State == handshake.ConnRefused || c.State == handshake.SynSent
}

// Closed reports whether a connection has ended.
func Closed(c *evidence.Connection) bool {
	switch c.State {
	case handshake.ConnClosed, handshake.ConnRefused, handshake.ConnReset:
		return true
	}
	return c.Resets > 0
}

// byFirst orders connections by their first packet, as far as it can be placed.
func byFirst(axis *evidence.Axis, conns []*evidence.Connection) {
	slices.SortStableFunc(conns, func(a, b *evidence.Connection) int {
		return axis.Packet(a.Source, a.First.When()).Compare(axis.Packet(b.Source, b.First.When()))
	})
}

// distance is how far a moment is from where an attempt ended: a handshake that
// fails is the last thing of it.
func (p placed) distance(at evidence.Moment) time.Duration {
	d, ok := at.Until(p.ended())
	if !ok {
		return 1 << 62
	}
	return d.Abs()
}
