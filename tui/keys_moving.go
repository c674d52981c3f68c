package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/pane"
)

// movingKeys move between panes and within one.
func movingKeys() []binding {
	return []binding{
		{keys: []string{"tab"}, label: "tab", does: "next pane", short: "pane", do: func(m *Model, _ string) tea.Cmd { return nextPane(m, 1) }},
		{keys: []string{"shift+tab"}, label: "shift+tab", does: "previous pane", do: func(m *Model, _ string) tea.Cmd { return nextPane(m, -1) }},
		{keys: []string{"up", "k"}, label: "up, k", does: "scroll up a row", do: scroller(-1)},
		{keys: []string{"down", "j"}, label: "down, j", does: "scroll down a row", do: scroller(1)},
		{keys: []string{"pgup", "ctrl+b"}, label: "pgup", does: "scroll up a page", do: pager(-1)},
		{keys: []string{"pgdown", "ctrl+f", "space"}, label: "pgdn, space", does: "scroll down a page", do: pager(1)},
		{keys: []string{"ctrl+u"}, label: "ctrl+u", does: "scroll up half a page", do: scroller(-8)},
		{keys: []string{"ctrl+d"}, label: "ctrl+d", does: "scroll down half a page", do: scroller(8)},
		{keys: []string{"right", "l", ">"}, label: "right, l", does: "scroll sideways; rows are on one line each then", do: shifter(sideways)},
		{keys: []string{"left", "h", "<"}, label: "left, h", does: "scroll back", do: shifter(-sideways)},
		{keys: []string{"home", "g"}, label: "home, g", does: "oldest row", do: goHome},
		{keys: []string{"end", "G", "F"}, label: "F, G, end", does: "newest row, and follow", short: "follow", now: func(m *Model) bool { l := rows(m); return l != nil && !l.Following() }, do: goEnd},
	}
}

// sideways is how far a key scrolls to the side, in columns.
const sideways = 16

func shifter(columns int) func(*Model, string) tea.Cmd {
	return onRows(func(l *pane.List) { l.Shift(columns) })
}

// pager scrolls by what is in sight.
func pager(dir int) func(*Model, string) tea.Cmd {
	return func(m *Model, key string) tea.Cmd {
		n := 15
		if l := rows(m); l != nil && m.covered() == nil {
			n = l.Page()
		}
		return scroller(dir*n)(m, key)
	}
}

func nextPane(m *Model, dir int) tea.Cmd {
	setFocus(m, (m.focus+panes+paneID(dir))%panes)
	return nil
}

// scroller scrolls the overlay in sight, or the focused pane.
func scroller(n int) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if o := m.covered(); o != nil {
			*o.position() += n
			return nil
		}
		m.panes[m.focus].Scroll(n)
		return nil
	}
}

func goHome(m *Model, _ string) tea.Cmd {
	if o := m.covered(); o != nil {
		*o.position() = 0
		return nil
	}
	if l := rows(m); l != nil {
		l.Home()
	}
	return nil
}

func goEnd(m *Model, _ string) tea.Cmd {
	if l := rows(m); l != nil {
		l.Follow()
		m.paused = false
	}
	return nil
}
