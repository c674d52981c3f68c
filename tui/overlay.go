package tui

import (
	"fmt"
	"strings"

	"charm.land/glamour/v2"

	"syncscope/checks"
	"syncscope/tui/theme"
)

func (m *Model) overlayTitle() string {
	if m.overlay == helpOverlay {
		return m.paint(theme.Title, "Help")
	}
	return m.paint(theme.Title, "Runbook")
}

// overlayLines are the overlay's lines from its scroll position on.
func (m *Model) overlayLines(w, h int) []string {
	var lines []string
	if m.overlay == helpOverlay {
		lines = m.helpLines()
	} else if m.update.RootCause != nil {
		lines = m.runbookLines(w)
	}
	m.scroll = min(m.scroll, max(0, len(lines)-h))
	lines = lines[m.scroll:]
	for i, l := range lines {
		lines[i] = " " + l
	}
	return lines[:min(len(lines), h)]
}

func (m *Model) helpLines() []string {
	out := []string{""}
	for _, row := range KeyTable() {
		out = append(out, m.paint(theme.Bright, fmt.Sprintf("%-12s", row[0]))+m.paint(theme.Text, row[1]))
	}
	g := m.th.Glyphs.Status
	out = append(out, "", m.paint(theme.Dim, fmt.Sprintf("stages: %s pass  %s warning  %s fail  %s unknown  %s not reached  %s not needed",
		g[checks.Pass], g[checks.Warn], g[checks.Fail], g[checks.Unknown], g[checks.NotReached], g[checks.NotNeeded])))
	return append(out, m.paint(theme.Dim, "\"inferred\": concluded from lengths and order; no byte of it was seen"))
}

// runbookLines renders the cause's runbook.
func (m *Model) runbookLines(w int) []string {
	text, ok := checks.Runbook(m.lang(), m.update.RootCause.Runbook)
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
	r, err := glamour.NewTermRenderer(glamour.WithStandardStyle(style), glamour.WithWordWrap(min(w-2, 100)))
	if err != nil {
		return strings.Split(text, "\n")
	}
	out, err := r.Render(text)
	if err != nil {
		return strings.Split(text, "\n")
	}
	return strings.Split(strings.Trim(out, "\n"), "\n")
}
