package diagnose

import (
	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// cite makes evidence of an event's origin.
func (e *Engine) cite(m event.Meta, says string) checks.Evidence {
	m = m.Cited()
	return checks.Evidence{
		Ref: m.From, Source: e.sources[m.From.Source].Title.String(), Kind: kindOf(m.From, e.sources[m.From.Source].Kind),
		Time: m.At, Text: m.Excerpt.String(), Says: says,
	}
}

// citePacket makes evidence of a packet that was kept.
func (e *Engine) citePacket(c *capture.Cite, says string) checks.Evidence {
	return e.cite(c.Meta(), says)
}

// citeResult cites one line of a command's output.
func (e *Engine) citeResult(r *event.CheckResult, line int, says string) checks.Evidence {
	m := r.Meta
	m.From.Line, m.Excerpt = r.From+line, r.Lines[line]
	ev := e.cite(m, says)
	ev.Kind = event.Check
	return ev
}

func (e *Engine) citeLine(l *evidence.Line, says string) checks.Evidence {
	ev := e.cite(l.Meta, says)
	if ev.Kind = event.SSMMessages; l.Form == logline.Manager || l.Form == logline.ManagerMore {
		ev.Kind = event.ManagerLog
	}
	return ev
}

// kindOf is whose word it is that stands at a place, as far as the place tells:
// all captures are one, and a file of several kinds is told by its packets.
func kindOf(at event.Ref, k event.Kind) event.Kind {
	switch {
	case at.Packet > 0 || k.HasPackets():
		return event.Pcap
	case k == event.Mixed || k == event.KindUnknown: // a log's line and an output's are told by who cites them
		return event.Check
	}
	return k
}
