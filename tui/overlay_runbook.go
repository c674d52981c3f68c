package tui

import (
	"charm.land/glamour/v2"

	"syncscope/checks"
)

// runbookPage is the runbook of a cause.
type runbookPage struct {
	page
	id string
}

func (*runbookPage) title(*Model) string { return "Runbook" }

func (p *runbookPage) lines(m *Model, width int) []string {
	text, ok := checks.Runbook(m.opts.Lang, p.id)
	if !ok {
		return []string{"no runbook"}
	}
	style := "dark"
	switch {
	case m.opts.ASCII:
		style = "ascii"
	case m.opts.NoColor:
		style = "notty"
	}
	r, err := glamour.NewTermRenderer(glamour.WithStandardStyle(style), glamour.WithWordWrap(min(width-2, 100)))
	if err != nil {
		return split(text)
	}
	out, err := r.Render(text)
	if err != nil {
		return split(text)
	}
	return split(out)
}
