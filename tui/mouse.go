package tui

import (
	tea "charm.land/bubbletea/v2"
)

// The mouse is off until a key asks for it: while it is on, the terminal's own
// selection needs a modifier.

// wheel is how many rows a step of the wheel scrolls.
const wheel = 3

func toggleMouse(m *Model, _ string) tea.Cmd {
	m.mouse = !m.mouse
	m.flash = "mouse off: select text as always"
	if m.mouse {
		m.flash = "mouse on: wheel, click; select text with shift (iTerm2: option)"
	}
	return nil
}

// mouseMode is what the terminal is asked to tell: clicks and the wheel, never
// bare movement.
func mouseMode(m *Model) tea.MouseMode {
	if m.mouse {
		return tea.MouseModeCellMotion
	}
	return tea.MouseModeNone
}

// point takes the mouse: the wheel scrolls what is under it, a click brings a
// pane or a row under the cursor, a click on that row shows it in detail.
func point(m *Model, msg tea.MouseMsg) {
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		n := map[tea.MouseButton]int{tea.MouseWheelUp: -wheel, tea.MouseWheelDown: wheel}[at.Button]
		if o := m.covered(); o != nil {
			*o.position() += n
		} else if b, ok := boxAt(m, at.X, at.Y); ok {
			m.panes[b.pane].Scroll(n)
		}
	case tea.MouseClickMsg:
		if at.Button == tea.MouseLeft && m.covered() == nil && m.entry == nil {
			m.flash = ""
			click(m, at.X, at.Y)
		}
	}
	goAlong(m)
}

func click(m *Model, x, y int) {
	if id, ok := tabAt(m, x, y); ok {
		setFocus(m, id)
		return
	}
	b, ok := boxAt(m, x, y)
	if !ok {
		return
	}
	was, l := m.focus, m.panes.rows(b.pane)
	setFocus(m, b.pane)
	edge := 1
	if m.zoomed {
		edge = 0
	}
	if l != nil && l.Stand(y-b.y-edge) && was == b.pane { // for the second time
		openDetail(m, "v")
	}
}

// boxAt is the pane at a place of the screen.
func boxAt(m *Model, x, y int) (box, bool) {
	f := planned(m) // without boxes where the screen is too small
	for _, b := range f.boxes {
		if x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h {
			return b, true
		}
	}
	return box{}, false
}

// tabAt is the pane whose name is at a place of the line of tabs.
func tabAt(m *Model, x, y int) (paneID, bool) {
	f := planned(m)
	if f.tooSmall || !f.tabs || m.presentation.on || y != f.body-1 {
		return 0, false
	}
	at := 1
	for id, s := range registry {
		end := at + len(s.tab) + 2
		if x >= at && x < end {
			return paneID(id), true
		}
		at = end + 1
	}
	return 0, false
}
