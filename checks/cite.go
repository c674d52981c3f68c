package checks

import "syncscope/capture"

// cite makes evidence of an event's origin.
func (e *Engine) cite(m capture.Meta, says string) Evidence {
	return Evidence{
		Ref: m.From, Source: e.sources[m.From.Source].Title.String(),
		Time: m.At, Text: m.Excerpt.String(), Says: says,
	}
}

func (e *Engine) citeLine(l *capture.LogEntry, says string) Evidence { return e.cite(l.Meta, says) }
