package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/terminal"
)

// screenKeys are about the screen itself.
func screenKeys() []binding {
	return []binding{
		{keys: []string{"z"}, label: "z", does: "one pane on the whole screen, without borders", short: "zoom", do: func(m *Model, _ string) tea.Cmd { m.zoomed = !m.zoomed; return nil }},
		{keys: []string{"V", "f5"}, label: "V, F5", does: "presentation, for those who look on: verdict, ladder and diagnosis only, with room around; again: back", short: "V back", rank: 4, do: present, now: func(m *Model) bool { return m.presentation.on }},
		{keys: []string{"M", "f2"}, label: "M, F2", does: "mouse on or off: wheel scrolls, click goes to a pane or row; off, the terminal selects text as always", do: toggleMouse},
		{keys: []string{"H"}, label: "H", does: "hide users, host names and addresses behind pseudonyms, everywhere, or show them again", do: toggleNames},
		{keys: []string{":"}, label: ":", does: "commands: all of these, found by their words; a number is evidence, 17:29 a time", short: "commands", do: openPalette},
		{keys: []string{"?"}, label: "?", does: "this help", short: "help", do: func(m *Model, _ string) tea.Cmd { open(m, &helpPage{}); return nil }},
		{keys: []string{"esc"}, label: "esc", does: "one step back: close, leave the search, lift the filter", do: escape},
		{keys: []string{"ctrl+l"}, label: "ctrl+l", does: "draw the screen anew", do: func(*Model, string) tea.Cmd { return tea.ClearScreen }},
		{keys: []string{"q"}, label: "q", does: "close what covers the panes; over the panes: quit, and ask if a live capture would be lost", short: "quit", do: closeOrQuit},
		{keys: []string{"ctrl+c"}, label: "ctrl+c", does: "quit, whatever covers the panes; asks if a live capture would be lost", do: quit},
		{keys: []string{"ctrl+z"}, label: "ctrl+z", does: "suspend; fg goes on", do: func(*Model, string) tea.Cmd { return terminal.Suspend }},
	}
}

// escape goes one step back.
func escape(m *Model, _ string) tea.Cmd {
	if m.covered() != nil {
		shut(m)
		return nil
	}
	if m.ladder.on {
		m.ladder.on = false
		return nil
	}
	if m.presentation.on {
		return present(m, "")
	}
	if l := rows(m); l != nil {
		if text, fields := l.Filters(); m.query == "" && text+fields != "" {
			l.Unfilter()
		}
		l.Highlight(nil)
	}
	m.query, m.found = "", ""
	return nil
}

// runKeys are about the run itself.
func runKeys() []binding {
	return []binding{
		{keys: []string{"R"}, label: "R", does: "try again what failed while connecting", short: "try again", do: retry, now: failed},
	}
}

// failed reports whether something failed that can be tried again.
func failed(m *Model) bool {
	if m.login.failure != nil {
		return true
	}
	for i := range m.update.Hosts {
		if m.update.Hosts[i].Failed() != nil {
			return true
		}
	}
	return false
}
