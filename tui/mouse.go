package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/keys"
)

// The mouse is off until a key asks for it: while it is on, the terminal's own
// selection needs a modifier.

// wheel is how many rows a step of the wheel scrolls.
const wheel = 3

// mouseMode is what the terminal is asked to tell: clicks and the wheel, never
// bare movement.
func mouseMode(on bool) tea.MouseMode {
	if on {
		return tea.MouseModeCellMotion
	}
	return tea.MouseModeNone
}

// point takes the mouse: the wheel scrolls what is under it, a click brings a
// pane or a row under the cursor, a click on that row shows it in detail.
func (m *Model) point(msg tea.MouseMsg) {
	at := msg.Mouse()
	switch msg.(type) {
	case tea.MouseWheelMsg:
		n := map[tea.MouseButton]int{tea.MouseWheelUp: -wheel, tea.MouseWheelDown: wheel}[at.Button]
		if o := m.covers.top(); o != nil {
			*o.Position() += n
		} else if b, ok := m.picture().boxAt(at.X, at.Y); ok {
			m.panes.all[b.pane].Scroll(n)
		}
	case tea.MouseClickMsg:
		if at.Button == tea.MouseLeft && m.covers.top() == nil && m.input.entry == nil {
			m.flash = ""
			if m.picture().click(at.X, at.Y) {
				m.do(keys.Detail, "v")
			}
		}
	}
	m.along()
}

// click brings what is at a place under the cursor; again tells that it was there
// already.
func (p picture) click(x, y int) (again bool) {
	if id, ok := p.tabAt(x, y); ok {
		p.panes.setFocus(id)
		return false
	}
	b, ok := p.boxAt(x, y)
	if !ok {
		return false
	}
	was, l := p.panes.focus, p.panes.rows(b.pane)
	p.panes.setFocus(b.pane)
	edge := 1
	if p.panes.zoomed {
		edge = 0
	}
	return l != nil && l.Stand(y-b.y-edge) && was == b.pane
}

// boxAt is the pane at a place of the screen.
func (p picture) boxAt(x, y int) (box, bool) {
	f := p.planned() // without boxes where the screen is too small
	for _, b := range f.boxes {
		if x >= b.x && x < b.x+b.w && y >= b.y && y < b.y+b.h {
			return b, true
		}
	}
	return box{}, false
}

// tabAt is the pane whose name is at a place of the line of tabs.
func (p picture) tabAt(x, y int) (paneID, bool) {
	f := p.planned()
	if f.tooSmall || !f.tabs || p.panes.presentation.on || y != f.body-1 {
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
