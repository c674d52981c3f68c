package attempt

import (
	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// Cite makes evidence of an event's origin.
func (v *View) Cite(m event.Meta, says string) checks.Evidence {
	m = m.Cited()
	return checks.Evidence{
		Ref: m.From, Source: v.Sources[m.From.Source].Title.String(), Kind: kindOf(m.From, v.Sources[m.From.Source].Kind),
		Time: m.At, Text: m.Excerpt.String(), Says: says,
	}
}

// OfCapture marks evidence as a capture's where it cites a line of a listing that stands
// in a file of several sorts.
func OfCapture(e checks.Evidence) checks.Evidence {
	e.Kind = event.Pcap
	return e
}

// CitePacket makes evidence of a packet that was kept.
func (v *View) CitePacket(c *capture.Cite, says string) checks.Evidence {
	return v.Cite(c.Meta(), says)
}

// CiteResult cites one line of a command's output.
func (v *View) CiteResult(r *event.CheckResult, line int, says string) checks.Evidence {
	m := r.Meta
	m.From.Line, m.Excerpt = r.From+line, r.Lines[line]
	ev := v.Cite(m, says)
	ev.Kind = event.Check
	return ev
}

// CiteLine cites a log line, as the word of the host that wrote it.
func (v *View) CiteLine(l *evidence.Line, says string) checks.Evidence {
	ev := v.Cite(l.Meta, says)
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
