package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// draw makes the frame: exactly h lines of w columns.
func draw(m *Model) string {
	f := planned(m)
	if f.tooSmall {
		return small(m.w, m.h)
	}
	lines := f.head
	if m.covered() != nil {
		lines = append(lines, overlaid(m, f)...)
	} else {
		lines = append(lines, paneLines(m, f)...)
	}
	return strings.Join(append(lines, foot(m)), "\n")
}

// headLines are what stands over the panes.
func headLines(m *Model, s shape) []string {
	hd := head{m.th, &m.update, m.w, m.h, m.login.failure, m.ladder, m.names.pseudonyms.Hides(), formOf(m) != nil}
	if m.presentation.on {
		return hd.presented()
	}
	lines := []string{hd.header()}
	blank := func() {
		if s.airy {
			lines = append(lines, strings.Repeat(" ", m.w))
		}
	}
	blank()
	lines = append(lines, hd.verdict()...)
	blank()
	lines = append(append(lines, hd.ladder()), hd.strip()...)
	blank()
	if s.tabs {
		lines = append(lines, tabLine(m))
	}
	return lines
}

func small(w, h int) string {
	lines := []string{ansi.Truncate(fmt.Sprintf("%dx%d is too small: 60x15 at least", w, h), w, "")}
	for len(lines) < h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// tabLine names all panes, the focused one bright.
func tabLine(m *Model) string {
	var parts []string
	for id, s := range registry {
		role := theme.Dim
		if paneID(id) == m.focus {
			role = theme.Number
		}
		parts = append(parts, m.th.Paint(role, " "+s.tab+" "))
	}
	return join(m.th, m.w, " "+strings.Join(parts, " "), m.th.Paint(theme.Dim, "tab "))
}

// paneLines draws the panes in their boxes; a zoomed one has no borders, so
// that selecting text with the mouse takes nothing else along.
func paneLines(m *Model, f frame) []string {
	if m.presentation.on {
		return diagnosed(m, f.boxes[0].h)
	}
	c := pane.Canvas{Theme: m.th, Numbers: numbers(&m.update), Ends: m.update.Ends, Pseudonyms: m.names.pseudonyms, Whole: m.zoomed, Alone: len(f.boxes) == 1}
	if m.zoomed {
		c.Width, c.Height = f.boxes[0].w, f.boxes[0].h
		return m.panes[f.boxes[0].pane].View(c)
	}
	var out []string
	row := -1 // the y of the boxes being joined; they have one height
	for _, b := range f.boxes {
		c.Width, c.Height = b.w-2, b.h-2
		view := m.panes[b.pane].View(c)
		t := m.panes[b.pane].Title() // it tells how much is out of sight
		e := border{left: t.Name, right: segs(m.th, t.State), focused: b.pane == m.focus}
		lines := boxed(m.th, b, e, view)
		if b.y != row {
			row, out = b.y, append(out, lines...)
			continue
		}
		for i, l := range lines {
			out[len(out)-len(lines)+i] += l
		}
	}
	return out
}

// numbers are the evidence numbers by reference.
func numbers(u *view.Update) map[event.Ref]int {
	out := map[event.Ref]int{}
	for _, e := range u.Evidence {
		out[e.Ref] = e.Number
	}
	return out
}
