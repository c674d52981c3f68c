package tui

import tea "charm.land/bubbletea/v2"

// movingKeys move between panes and within one.
func movingKeys() []binding {
	return []binding{
		{keys: []string{"tab"}, label: "tab", does: "next pane", short: "pane", do: func(m *Model, _ string) tea.Cmd { return nextPane(m, 1) }},
		{keys: []string{"shift+tab"}, label: "shift+tab", does: "previous pane", do: func(m *Model, _ string) tea.Cmd { return nextPane(m, -1) }},
		{keys: []string{"up", "k"}, label: "up, k", does: "scroll up a row", do: scroller(-1)},
		{keys: []string{"down", "j"}, label: "down, j", does: "scroll down a row", do: scroller(1)},
		{keys: []string{"pgup", "ctrl+b"}, label: "pgup", does: "scroll up a page", do: scroller(-pageRows)},
		{keys: []string{"pgdown", "ctrl+f", "space"}, label: "pgdn, space", does: "scroll down a page", do: scroller(pageRows)},
		{keys: []string{"home", "g"}, label: "home, g", does: "oldest row", do: goHome},
		{keys: []string{"end", "G", "F"}, label: "F, G, end", does: "newest row, and follow", short: "follow", do: goEnd},
	}
}

// pageRows is how far a page key scrolls.
const pageRows = 15

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
