package tui

import (
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/pane"
)

// readingKeys work on the rows of the focused pane.
func readingKeys() []binding {
	return []binding{
		{keys: []string{"p"}, label: "p", does: "pause all panes, or follow again; nothing is lost meanwhile", short: "pause", do: pauseAll},
		{keys: []string{"P"}, label: "P", does: "pause this pane, or follow again", do: onRows(pauseOne)},
		{keys: []string{"e"}, label: "e", does: "next error in the pane", do: seek("no error in this pane", func(l *pane.List) bool { return l.SeekWeight(1, pane.Error) })},
		{keys: []string{"E"}, label: "E", does: "previous error in the pane", short: "e/E error", now: withRows, do: seek("no error in this pane", func(l *pane.List) bool { return l.SeekWeight(-1, pane.Error) })},
		{keys: []string{"w"}, label: "w", does: "next warning", do: seek("no warning in this pane", func(l *pane.List) bool { return l.SeekWeight(1, pane.Warning) })},
		{keys: []string{"W"}, label: "W", does: "previous warning", do: seek("no warning in this pane", func(l *pane.List) bool { return l.SeekWeight(-1, pane.Warning) })},
		{keys: []string{"/"}, label: "/", does: "search in the pane: text or regular expression; capitals count if there are any", short: "search", now: withRows, do: search},
		{keys: []string{"n"}, label: "n", does: "next match", do: func(m *Model, _ string) tea.Cmd { find(m, 1); return nil }},
		{keys: []string{"N"}, label: "N", does: "previous match", do: func(m *Model, _ string) tea.Cmd { find(m, -1); return nil }},
		{keys: []string{"&"}, label: "&", does: "show only the rows that match; with ! in front, only the others; empty: all", short: "filter", now: withRows, do: askFilter},
		{keys: []string{"d"}, label: "d", does: "display filter, as in Wireshark: tcp.port == 8443 && tcp.flags.syn, log.level >= warn", rank: 5, do: askDisplay},
		{keys: []string{"D"}, label: "D", does: "the same for all panes at once, each through the fields that it has", do: askDisplay},
		{keys: []string{"C"}, label: "C", does: "0, 3 or 10 rows around each match of the filter", do: nextContext},
		{keys: []string{"m"}, label: "m", does: "mark the row, or lift its mark", do: seek("no row to mark", (*pane.List).Mark)},
		{keys: []string{"u"}, label: "u", does: "next mark", do: seek("no mark in this pane: m sets one", func(l *pane.List) bool { return l.SeekMark(1) })},
		{keys: []string{"U"}, label: "U", does: "previous mark", do: seek("no mark in this pane: m sets one", func(l *pane.List) bool { return l.SeekMark(-1) })},
		{keys: []string{"T"}, label: "T", does: "times since the row above, the mark or the first row", do: nextDelta},
		{keys: []string{"Z"}, label: "Z", does: "all times on one clock: in UTC, in the Manager's zone, in this computer's; again: as each host prints them", short: "Z clock", rank: 7, do: nextZone},
		{keys: []string{"@"}, label: "@", does: "go to a time: 17:29 or 17:29:03", do: askTime},
		{keys: []string{"L"}, label: "L", does: "time lock: the other panes go along with this one", do: toggleLock},
		{keys: []string{"x"}, label: "x", does: "the lines as they came, or as they are read", short: "raw", now: withRows, do: onRows((*pane.List).ToggleRaw)},
		{keys: []string{"ctrl+w"}, label: "ctrl+w", does: "wrap rows, or one line each", do: onRows((*pane.List).ToggleWrap)},
		{keys: []string{"A"}, label: "A", does: "Arabic and Hebrew letters as \\uXXXX, where the terminal shuffles them", do: onRows((*pane.List).ToggleEscape)},
		{keys: []string{"O"}, label: "O", does: "flood: the rows even so, or counters and the last errors", do: onRows((*pane.List).ToggleFlood)},
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

func pauseOne(l *pane.List) {
	if l.Following() {
		l.Pause()
	} else {
		l.Follow()
	}
}

func pauseAll(m *Model, _ string) tea.Cmd {
	m.paused = !m.paused
	for _, l := range m.panes.lists() {
		if m.paused {
			l.Pause()
		} else {
			l.Follow()
		}
	}
	return nil
}

func nextContext(m *Model, _ string) tea.Cmd {
	if l := rows(m); l != nil {
		m.flash = fmt.Sprintf("%d rows around each match of the filter", l.NextContext())
	}
	return nil
}

func nextDelta(m *Model, _ string) tea.Cmd {
	if l := rows(m); l != nil {
		m.flash = "times: " + l.NextDelta()
	}
	return nil
}

// askTime asks for a time of day, as the pane shows it.
func askTime(m *Model, _ string) tea.Cmd {
	m.typing(&entry{label: "@", hint: "a time as the pane shows it, 17:29:03  esc: leave", done: func(m *Model, text string) tea.Cmd {
		goToTime(m, text)
		return nil
	}}, "")
	return nil
}

func goToTime(m *Model, text string) {
	if l := rows(m); l == nil || text == "" || !l.SeekStamp(text) {
		m.flash = "no row at or after " + text
	}
}

// errNoRows: the focused pane has none.
var errNoRows = errors.New("this pane has no rows")
