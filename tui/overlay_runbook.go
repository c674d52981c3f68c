package tui

import "syncscope/checks"

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
	return rendered(m.th, text, min(width-2, 100))
}
