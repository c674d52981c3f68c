package fact

import (
	"fmt"
	"time"

	"syncscope/capture"
	"syncscope/capture/handshake"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// reset is the server's RST that ended the try's connection, where it had not closed
// before: behind its FIN it only refuses what still came.
func reset(t *attempt.Trace) (*evidence.Connection, *capture.Cite) {
	c := t.Conn
	switch {
	case c == nil || c.MidStream || c.Trouble.FINBy == handshake.Server:
	case c.State == handshake.ConnRefused:
		return c, &c.Answer
	case c.Trouble.ResetBy == handshake.Server && c.Reset != nil:
		return c, c.Reset
	}
	return nil, nil
}

// otherTTL: the RST came with another TTL than what else came from there.
func otherTTL(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	c, m := reset(t)
	if c == nil || c.RST.TTL == 0 {
		return nil
	}
	known := c.AnswerTTL
	if known == 0 {
		for _, o := range v.ToPeer() {
			if o.Server.Addr() == c.Server.Addr() && o.AnswerTTL != 0 {
				known = o.AnswerTTL
			}
		}
	}
	if known == 0 || known == c.RST.TTL {
		return nil
	}
	return []checks.Evidence{v.CitePacket(m, fmt.Sprintf("capture: the RST's TTL is %d, the SSM's packets have %d", c.RST.TTL, known))}
}

// otherForm: the RST is not written as a host writes it: to a SYN its window is 0, and
// timestamps never go back.
func otherForm(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	switch c, m := reset(t); {
	case c == nil:
	case c.State == handshake.ConnRefused && c.RST.Window != 0:
		return []checks.Evidence{v.CitePacket(m, fmt.Sprintf("capture: the RST to the SYN has a window (%d), which a host sets to 0", c.RST.Window))}
	case c.RST.Stale:
		return []checks.Evidence{v.CitePacket(m, "capture: the RST's timestamp lies before the SSM's last one")}
	}
	return nil
}

// much reports whether one answer came so much sooner than another takes that their
// senders are not equally far: in less than half of the time, and by more than hosts and
// queues are unsteady.
func much(one, other time.Duration) bool { return 2*one < other && other-one >= sooner }

const sooner = 2 * time.Millisecond

// tooSoon is the fact that a RST came back in less than half of the shortest time in which
// the SSM was seen to answer on that port: its sender is nearer.
func tooSoon(shows func(*evidence.Connection) (*capture.Cite, bool)) Fact {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		c, m := reset(t)
		if c == nil {
			return nil
		}
		_, is := shows(c)
		own, after := shortest(v, c), c.RST.After
		if !is || after <= 0 || !much(after, own) {
			return nil
		}
		return []checks.Evidence{v.CitePacket(m, fmt.Sprintf("capture: the RST came after %.1f ms; the SSM's own packets take %.1f ms", milliseconds(after), milliseconds(own)))}
	}
}

// shortest is the shortest time in which a connection's server answered a SYN in the same
// capture; 0: it answered none.
func shortest(v *attempt.View, c *evidence.Connection) (least time.Duration) {
	for _, o := range v.Conns {
		if o.RTT > 0 && (least == 0 || o.RTT < least) && o.Server == c.Server && v.Capture(o.Source) == v.Capture(c.Source) {
			least = o.RTT
		}
	}
	return least
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
