package checks

import (
	"syncscope/capture"
	"syncscope/capture/event"
)

// cite makes evidence of an event's origin.
func (e *Engine) cite(m event.Meta, says string) Evidence {
	m = m.Cited()
	return Evidence{
		Ref: m.From, Source: e.sources[m.From.Source].Title.String(),
		Time: m.At, Text: m.Excerpt.String(), Says: says,
	}
}

// citePacket makes evidence of a packet that was kept.
func (e *Engine) citePacket(c *capture.Cite, says string) Evidence { return e.cite(c.Meta(), says) }

// citeResult cites one line of a command's output.
func (e *Engine) citeResult(r *event.CheckResult, line int, says string) Evidence {
	m := r.Meta
	m.From.Line, m.Excerpt = r.From+line, r.Lines[line]
	return e.cite(m, says)
}

func (e *Engine) citeLine(l *event.LogEntry, says string) Evidence { return e.cite(l.Meta, says) }
