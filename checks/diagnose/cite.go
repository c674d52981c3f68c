package diagnose

import (
	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/checks"
)

// cite makes evidence of an event's origin.
func (e *Engine) cite(m event.Meta, says string) checks.Evidence {
	m = m.Cited()
	return checks.Evidence{
		Ref: m.From, Source: e.sources[m.From.Source].Title.String(),
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
	return e.cite(m, says)
}

func (e *Engine) citeLine(l *event.LogEntry, says string) checks.Evidence {
	return e.cite(l.Meta, says)
}
