package fact

import (
	"fmt"
	"net/netip"
	"slices"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// tcp is the fact that the try's connection shows a pattern. The packet that
// shows it is cited.
func tcp(shows func(*evidence.Connection) (*capture.Cite, bool), says string) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Conn == nil || t.Conn.MidStream || (!t.Conn.Heard() || t.Conn.State == handshake.ConnRefused) && v.Unplaced(t) {
			return nil
		}
		m, ok := shows(t.Conn)
		if !ok {
			return nil
		}
		return []checks.Evidence{v.CitePacket(m, "capture: "+says)}
	}
}

// silence is the fact that something stayed without an answer, of a capture that would
// have shown one.
func silence(shows func(*evidence.Connection) (*capture.Cite, bool), says string) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	seen := tcp(shows, says)
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if v.Coverage(t).Saw(evidence.Reply) != evidence.No {
			return nil
		}
		return seen(v, t)
	}
}

// answerLost: no answer to the SYN was captured, and packets were lost.
func answerLost(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if !v.Coverage(t).Lossy() {
		return nil
	}
	return tcp((*evidence.Connection).Unanswered, "no answer to the SYN among the packets that were captured")(v, t)
}

// either is the fact that the Manager says, or its connection shows, that it did
// not get to the SSM's web server, while that served nobody else.
func either(said func(*attempt.Trace) bool, says string, shows ...func(*evidence.Connection) (*capture.Cite, bool)) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) (out []checks.Evidence) {
		if len(evidence.Within(v.Lines.Served, t.Window(v.Axis).Widened(aboutThen, aboutThen), v.Axis.SSM)) > 0 {
			return nil
		}
		if said(t) {
			out = append(out, v.CiteLine(t.Failed, "Manager: "+says))
		}
		for _, show := range shows {
			out = append(out, tcp(show, says)(v, t)...)
		}
		return out
	}
}

// brokeAt tells of an attempt whether the Manager's exception is about one of
// some stages.
func brokeAt(stages ...checks.Stage) func(*attempt.Trace) bool {
	return func(t *attempt.Trace) bool {
		at, ok := t.Failure().At()
		return ok && t.Failed.Status == 0 && slices.Contains(stages, at)
	}
}

// brokeWith tells of an attempt whether the Manager's exception about the SSM,
// and not about a proxy, has some words.
func brokeWith(list ...string) func(*attempt.Trace) bool {
	says := words.SayAll(list...)
	return func(t *attempt.Trace) bool {
		return brokeAt(checks.TCP, checks.TLS, checks.HTTP)(t) && t.Failure().Says(says...)
	}
}

// refusedWhileUp: the SSM served others at the time when it seems to refuse the
// Manager on the same port. What another host or port refuses is not refused by
// the web server that served them.
func refusedWhileUp(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	c := t.Conn
	if c == nil || c.State != handshake.ConnRefused || fmt.Sprint(c.Server.Port()) != evidence.SSMPort || v.AtProxy(c.Server) {
		return nil
	}
	w := t.Window(v.Axis)
	if !v.Lines.SSM.Covers(w) {
		return nil
	}
	served := func(w evidence.Window) []*evidence.Line { return evidence.Within(v.Lines.Served, w, v.Axis.SSM) }
	before, around := served(w.Widened(aboutThen, -w.Length())), served(w.Widened(aboutThen, aboutThen))
	if len(before) == 0 || len(around) == len(before) {
		return nil // it may have been down meanwhile
	}
	return []checks.Evidence{
		v.CiteLine(before[len(before)-1], "SSM, nginx: served another client shortly before"),
		v.CiteLine(around[len(before)], "SSM, nginx: served another client shortly after"),
	}
}

// resetEarly: by the Manager's words the connection was reset, and nothing says that
// TLS had come about on the way before.
func resetEarly(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if !t.Failure().EarlyReset() {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: the connection was reset")}
}

// unlistened is the list of sockets of a host that is none of the Manager's and has none on the
// port that is called, or only one that no other host gets to; nil there is no such list.
func unlistened(v *attempt.View, t *attempt.Trace) (r *event.CheckResult, port string) {
	peer, _ := t.Lines.Peer()
	port = peer.At(evidence.SSMPort).Port
	for _, r := range slices.Backward(v.Results) {
		if r.Check != cliout.Sockets || len(r.Listeners) == 0 || r.Host.Empty() || r.PC || v.Names.IsManager(r) || v.Names.Away(r) {
			continue
		}
		if slices.ContainsFunc(r.Listeners, func(l netip.AddrPort) bool { return fmt.Sprint(l.Port()) == port && !l.Addr().IsLoopback() }) {
			return nil, port
		}
		return r, port
	}
	return nil, port
}

// notListening: nothing listens on the port that is called.
func notListening(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	r, port := unlistened(v, t)
	if r == nil {
		return nil
	}
	return []checks.Evidence{v.CiteResult(r, 0, "ss: nothing listens on port "+port+" of "+r.Host.String())}
}

// Silent is the host that has no listener on the port that is called; "" none is known.
func Silent(v *attempt.View, t *attempt.Trace) string {
	if r, _ := unlistened(v, t); r != nil {
		return r.Host.String()
	}
	return ""
}
