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
	m.typing(&entry{
		label: "/", hint: "enter: next match  up: typed before  esc: leave", past: m.past.of("/"),
		changed: func(m *Model, e *entry) {
			q, err := pane.NewQuery(e.text())
			e.wrong, e.said = err != nil, ""
			switch {
			case err != nil:
				e.said = "not a regular expression yet"
			case e.text() == "":
				l.Highlight(nil)
			default:
				l.Highlight(q)
				e.said = count(l.Matching(q.Matches), "match", "matches")
			}
		},
		done: func(m *Model, text string) tea.Cmd {
			m.query = text
			find(m, 1)
			return nil
		},
		left: func(m *Model) { m.query = before; l.Highlight(query(before)) },
	}, "")
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
		q := query(m.query)
		l.Highlight(q)
		if m.found = ""; !l.Search(dir) {
			m.flash = "no match for " + m.query
			return
		}
		here, at := l.Current().Seq, 0
		of := l.Matching(func(r *pane.Row) bool {
			hit := q.Matches(r)
			if hit && r.Seq <= here {
				at++
			}
			return hit
		})
		m.found = fmt.Sprintf("%d of %d", at, of)
	}
}

// askFilter asks for a text filter of the focused pane.
func askFilter(m *Model, _ string) tea.Cmd {
	l := rows(m)
	if l == nil {
		m.flash = errNoRows.Error()
		return nil
	}
	now, _ := l.Filters()
	sieve{[]*pane.List{l}, (*pane.List).SetFilter, pane.TextFilter}.ask(m, &entry{label: l.Name() + " &", past: m.past.of("&")}, now)
	return nil
}

// askDisplay asks for an expression over fields: of the focused pane (d), or of
// all panes at once, each through the fields that it has (D).
func askDisplay(m *Model, key string) tea.Cmd {
	over, name, now := m.panes.lists(), "all panes", ""
	l := rows(m)
	switch {
	case l != nil && key == "d":
		over, name = []*pane.List{l}, l.Name()
		fallthrough
	case l != nil:
		_, now = l.Filters()
	case key == "d":
		m.flash = errNoRows.Error()
		return nil
	}
	sieve{over, (*pane.List).SetDisplay, pane.DisplayFilter}.ask(m, &entry{label: name + ": ", words: pane.Complete, past: m.past.of("d")}, now)
	return nil
}

// sieve is a filter that is being typed: whose rows it is for, and how it is
// read and set.
type sieve struct {
	lists []*pane.List
	set   func(*pane.List, string, func(*pane.Row) bool)
	read  func(string) (func(*pane.Row) bool, error)
}

// ask counts, as the filter is typed, what would pass. One that means nothing
// is red and stays to be mended; the rows in sight change only with enter.
func (s sieve) ask(m *Model, e *entry, now string) {
	e.hint = "enter: keep  tab: complete  up: typed before  empty: all rows  esc: as before"
	e.changed = func(_ *Model, e *entry) {
		match, err := s.read(e.text())
		e.wrong, e.right, e.said = err != nil, err == nil && match != nil, ""
		switch {
		case err != nil:
			e.said = err.Error()
		case match != nil:
			e.said = s.count(e.text(), match)
		}
	}
	e.done = func(m *Model, text string) tea.Cmd {
		match, _ := s.read(text)
		if match == nil {
			text = ""
		}
		for _, l := range s.lists {
			if len(s.lists) > 1 && !pane.Concerns(text, l.Kind()) {
				s.set(l, "", nil)
				continue
			}
			s.set(l, text, match)
		}
		return nil
	}
	m.typing(e, now)
}

// count says how many rows would pass, of the panes that a filter is about.
func (s sieve) count(text string, match func(*pane.Row) bool) string {
	n, of, about := 0, 0, 0
	for _, l := range s.lists {
		if len(s.lists) == 1 || pane.Concerns(text, l.Kind()) {
			n, of, about = n+l.Matching(match), of+l.Len(), about+1
		}
	}
	out := fmt.Sprintf("%d of %s pass", n, count(of, "row", "rows"))
	if about < len(s.lists) {
		out += " in " + count(about, "pane", "panes")
	}
	return out
}
