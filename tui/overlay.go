package tui

import (
	"fmt"
	"strings"

	"charm.land/glamour/v2"

	"syncscope/checks"
	"syncscope/tui/theme"
)

func (m *Model) overlayTitle() string {
	return m.paint(theme.Title, map[overlay]string{helpOverlay: "Help", checksOverlay: "Checks", runbookOverlay: "Runbook"}[m.overlay])
}

// overlayLines are the overlay's lines from its scroll position on.
func (m *Model) overlayLines(w, h int) []string {
	var lines []string
	switch {
	case m.overlay == helpOverlay:
		lines = m.helpLines()
	case m.overlay == checksOverlay:
		lines = m.checkLines()
	case m.update.RootCause != nil:
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

// checkStyles paint a check's word by its status.
var checkStyles = map[string]theme.Role{"pass": theme.Pass, "warn": theme.Warn, "fail": theme.Fail, "could-not-check": theme.Dim}

// checkLines are the active checks, each with a word. They tell how things are
// now.
func (m *Model) checkLines() []string {
	out := []string{m.paint(theme.Dim, "how things are now; no evidence about an attempt"), ""}
	if m.update.Checking {
		out[0] = m.paint(theme.Bright, "the checks are running, at most 20 s each")
	}
	for _, c := range m.update.Checks {
		out = append(out, m.paint(checkStyles[c.Status], fmt.Sprintf("%-16s", c.Status))+m.paint(theme.Bright, fmt.Sprintf("%-18s", c.Name))+m.paint(theme.Text, c.Detail))
	}
	return out
}

// runbookLines renders the cause's runbook.
func (m *Model) runbookLines(w int) []string {
	text, ok := checks.Runbook(m.opts.Lang, m.update.RootCause.Runbook)
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
