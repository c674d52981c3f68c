package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/pane"
)

// readingKeys work on the rows of the focused pane.
func readingKeys() []binding {
	return []binding{
		{keys: []string{"p"}, label: "p", does: "pause all panes, or follow again; nothing is lost meanwhile", short: "pause", do: pauseAll},
		{keys: []string{"e"}, label: "e", does: "next error in the pane", do: seek("no error in this pane", func(l *pane.List) bool { return l.SeekError(1) })},
		{keys: []string{"E"}, label: "E", does: "previous error in the pane", short: "e/E error", do: seek("no error in this pane", func(l *pane.List) bool { return l.SeekError(-1) })},
		{keys: []string{"/"}, label: "/", does: "search in the pane: text or regular expression", short: "search", do: search},
		{keys: []string{"n"}, label: "n", does: "next match", do: func(m *Model, _ string) tea.Cmd { find(m, 1); return nil }},
		{keys: []string{"N"}, label: "N", does: "previous match", do: func(m *Model, _ string) tea.Cmd { find(m, -1); return nil }},
		{keys: []string{"x"}, label: "x", does: "the lines as they came, or as they are read", short: "raw", do: onRows(func(l *pane.List) { l.ToggleRaw() })},
	}
}

// onRows works on the focused pane's rows, if it has some.
func onRows(f func(*pane.List)) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if l := rows(m); l != nil {
			f(l)
		}
		return nil
	}
}

// seek goes to a row, or says why not.
func seek(none string, f func(*pane.List) bool) func(*Model, string) tea.Cmd {
	return func(m *Model, _ string) tea.Cmd {
		if l := rows(m); l == nil || !f(l) {
			m.flash = none
		}
		return nil
	}
}

func pauseAll(m *Model, _ string) tea.Cmd {
	m.paused = !m.paused
	for _, l := range lists(m) {
		if m.paused {
			l.Pause()
		} else {
			l.Follow()
		}
	}
	return nil
}

// search asks for an expression and goes to its next match.
func search(m *Model, _ string) tea.Cmd {
	m.query = ""
	m.entry = &entry{label: "/", hint: "enter: find  esc: leave", done: func(m *Model, text string) tea.Cmd {
		m.query = text
		find(m, 1)
		return nil
	}}
	return nil
}

// find goes to the next match of the query.
func find(m *Model, dir int) {
	l := rows(m)
	match, ok := pane.Matcher(m.query)
	switch {
	case l == nil:
	case m.query == "":
		m.flash = "search first: /"
	case !ok:
		m.flash = "not a regular expression: " + m.query
	case !l.Seek(dir, match):
		m.flash = "no match for " + m.query
	}
}
