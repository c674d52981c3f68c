package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/pane"
)

// search asks for an expression and shows its matches as it is typed. One that
// is not well formed is red, and what was found before stays.
func search(m *Model, _ string) tea.Cmd {
	l := rows(m)
	if l == nil {
		m.flash = errNoRows.Error()
		return nil
	}
	before := m.query
	m.entry = &entry{
		label: "/", hint: "enter: next match  esc: leave",
		changed: func(m *Model, e *entry) {
			q, err := pane.NewQuery(e.text)
			e.wrong, e.said = err != nil, ""
			switch {
			case err != nil:
				e.said = "not a regular expression yet"
			case e.text == "":
				l.Highlight(nil)
			default:
				l.Highlight(q)
				e.said = count(l.Matching(q.Matches), "match", "matches")
			}
		},
		done: func(m *Model, text string) tea.Cmd {
			if _, err := pane.NewQuery(text); err != nil {
				m.flash = "not a regular expression: " + text
				return nil
			}
			m.query = text
			find(m, 1)
			return nil
		},
		left: func(m *Model) { m.query = before; l.Highlight(query(before)) },
	}
	return nil
}

// query is a text that was found well formed; nil for none.
func query(text string) *pane.Query {
	if text == "" {
		return nil
	}
	q, _ := pane.NewQuery(text)
	return q
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// find goes to the next match of the query.
func find(m *Model, dir int) {
	l := rows(m)
	switch {
	case l == nil:
		m.flash = errNoRows.Error()
	case m.query == "":
		m.flash = "search first: /"
	default:
		l.Highlight(query(m.query))
		if !l.Search(dir) {
			m.flash = "no match for " + m.query
		}
	}
}

// askFilter asks for a text filter of the focused pane.
func askFilter(m *Model, _ string) tea.Cmd {
	return sieve(m, "&", "enter: keep  empty: all rows  esc: as before", (*pane.List).SetFilter, pane.TextFilter, func(l *pane.List) string { t, _ := l.Filters(); return t })
}

// askDisplay asks for an expression over fields.
func askDisplay(m *Model, _ string) tea.Cmd {
	return sieve(m, "display filter: ", "enter: keep  empty: all rows  esc: as before", (*pane.List).SetDisplay, pane.DisplayFilter, func(l *pane.List) string { _, f := l.Filters(); return f })
}

// sieve asks for a filter and counts, as it is typed, what would pass. One that
// means nothing is red; the rows in sight change only with enter.
func sieve(m *Model, label, hint string, set func(*pane.List, string, func(*pane.Row) bool), read func(string) (func(*pane.Row) bool, error), now func(*pane.List) string) tea.Cmd {
	l := rows(m)
	if l == nil {
		m.flash = errNoRows.Error()
		return nil
	}
	e := &entry{label: label, hint: hint, text: now(l)}
	e.changed = func(_ *Model, e *entry) {
		match, err := read(e.text)
		e.wrong, e.right, e.said = err != nil, err == nil && match != nil, ""
		switch {
		case err != nil:
			e.said = err.Error()
		case match != nil:
			e.said = fmt.Sprintf("%d of %s pass", l.Matching(match), count(l.Len(), "row", "rows"))
		}
	}
	e.done = func(m *Model, text string) tea.Cmd {
		match, err := read(text)
		if err != nil {
			m.flash = err.Error()
			return nil
		}
		if match == nil {
			text = ""
		}
		set(l, text, match)
		return nil
	}
	m.entry = e
	e.changed(m, e)
	return nil
}
