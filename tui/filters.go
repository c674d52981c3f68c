package tui

import (
	"fmt"
	"strings"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/overlay"
	"syncscope/tui/pane"
)

// input is what is typed at the foot, what was typed before, and the search that
// one is in.
type input struct {
	entry *entry // nil: nothing is typed
	past  pasts
	query string // of the last search
	found string // which match one is at: "2 of 3"
}

// ask begins a line with a text in it.
func (i *input) ask(e *entry, text string) reply {
	i.entry = e
	e.begin(text)
	return reply{}
}

// press takes a key for what is typed.
func (i *input) press(key tea.KeyPressMsg) reply {
	r, over := i.entry.press(key)
	if over {
		i.entry = nil
	}
	return r
}

// noRows is said where a key works on packets and lines of a log, and the focused pane
// holds none.
var noRows = reply{flash: "that is for packets and lines of a log (tab: next pane)"}

// search asks for an expression and shows its matches as it is typed. One that
// is not well formed is red, and what was found before stays.
func (i *input) search(l *pane.List) reply {
	if l == nil {
		return noRows
	}
	before := i.query
	return i.ask(&entry{
		label: "/", hint: "enter: next match  up: typed before  esc: leave", past: i.past.of("/"),
		changed: func(e *entry) {
			q, err := pane.NewQuery(e.text())
			e.wrong, e.said = err != nil, ""
			switch {
			case err != nil:
				e.said = err.Error()
			case e.text() == "":
				l.Highlight(nil)
			default:
				l.Highlight(q)
				e.said = overlay.Count(l.Matching(q.Matches), "match", "matches")
			}
		},
		done: func(text string) reply {
			i.query = text
			return i.find(l, 1)
		},
		left: func() { i.query = before; l.Highlight(query(before)) },
	}, "")
}

// leave ends the search, else lifts the filter.
func (i *input) leave(l *pane.List) {
	if l != nil {
		if text, fields := l.Filters(); i.query == "" && text+fields != "" {
			l.Unfilter()
		}
		l.Highlight(nil)
	}
	i.query, i.found = "", ""
}

// query is a text that was found well formed; nil for none.
func query(text string) *pane.Query {
	if text == "" {
		return nil
	}
	q, _ := pane.NewQuery(text)
	return q
}

// find goes to the next match of the query.
func (i *input) find(l *pane.List, dir int) reply {
	switch {
	case l == nil:
		return noRows
	case i.query == "":
		return reply{flash: "search first: /"}
	}
	q := query(i.query)
	l.Highlight(q)
	if i.found = ""; !l.Search(dir) {
		return reply{flash: "no match for " + i.query}
	}
	here, at := l.Current().Seq, 0
	of := l.Matching(func(r *pane.Row) bool {
		hit := q.Matches(r)
		if hit && r.Seq <= here {
			at++
		}
		return hit
	})
	i.found = fmt.Sprintf("%d of %d", at, of)
	return reply{}
}

// filter asks for a text filter of a pane.
func (i *input) filter(l *pane.List) reply {
	if l == nil {
		return noRows
	}
	now, _ := l.Filters()
	s := sieve{[]*pane.List{l}, (*pane.List).SetFilter, pane.TextFilter, "text or regular expression; !text: only the others"}
	return i.ask(s.entry(&entry{label: l.Name() + " &", past: i.past.of("&")}), now)
}

// display asks for an expression over fields of a pane.
func (i *input) display(l *pane.List) reply {
	if l == nil {
		return noRows
	}
	return i.displayIn(l, l.Name(), []*pane.List{l})
}

// displayIn asks for an expression over the fields of some panes, each through
// those that it has; it begins with the one of the pane at hand.
func (i *input) displayIn(l *pane.List, name string, lists []*pane.List) reply {
	now := ""
	if l != nil {
		_, now = l.Filters()
	}
	like := "log.level >= warn"
	if l != nil && l.Kind().HasPackets() && len(lists) == 1 {
		like = "tcp.port == 8443"
	}
	s := sieve{lists, (*pane.List).SetDisplay, pane.DisplayFilter, "like " + like}
	return i.ask(s.entry(&entry{label: name + ": ", words: pane.Complete, past: i.past.of("d")}), now)
}

// time asks for a time of day, as the pane shows it.
func (i *input) time(l *pane.List) reply {
	return i.ask(&entry{
		label: "@", hint: "enter: go there  esc: leave",
		changed: func(e *entry) {
			e.wrong, e.said = false, ""
			switch text := e.text(); {
			case text == "":
				e.said = "a time as the pane shows it, 17:29 or 17:29:03"
			case !pane.ClockTime(text):
				e.wrong, e.said = true, "not a time yet: 17:29 or 17:29:03"
			}
		},
		done: func(text string) reply {
			if text == "" {
				return reply{}
			}
			return goToTime(l, text)
		},
	}, "")
}

func goToTime(l *pane.List, text string) reply {
	if l == nil || !l.SeekStamp(text) {
		return reply{flash: "no row at or after " + text}
	}
	return reply{}
}

// sieve is a filter that is being typed: whose rows it is for, and how it is
// read and set.
type sieve struct {
	lists []*pane.List
	set   func(*pane.List, string, func(*pane.Row) bool)
	read  func(string) (func(*pane.Row) bool, error)
	like  string // what may be typed, said while nothing is
}

// entry counts, as the filter is typed, what would pass. One that means nothing
// is red and stays to be mended; the rows in sight change only with enter.
func (s sieve) entry(e *entry) *entry {
	e.hint = "enter: keep  empty: all rows  tab: complete  up: typed before  esc: as before"
	if e.words == nil {
		e.hint = strings.Replace(e.hint, "tab: complete  ", "", 1)
	}
	e.changed = func(e *entry) {
		match, err := s.read(e.text())
		e.wrong, e.right, e.said = err != nil, err == nil && match != nil, ""
		switch {
		case err != nil:
			e.said = err.Error()
		case match != nil:
			e.said = s.count(e.text(), match)
		case e.text() == "":
			e.said = s.like
		}
	}
	e.done = func(text string) reply {
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
		return reply{}
	}
	return e
}

// count says how many rows would pass, of the panes that a filter is about.
func (s sieve) count(text string, match func(*pane.Row) bool) string {
	n, of, about := 0, 0, 0
	for _, l := range s.lists {
		if len(s.lists) == 1 || pane.Concerns(text, l.Kind()) {
			n, of, about = n+l.Matching(match), of+l.Len(), about+1
		}
	}
	out := fmt.Sprintf("%d of %s pass", n, overlay.Count(of, "row", "rows"))
	if about < len(s.lists) {
		out += " in " + overlay.Count(about, "pane", "panes")
	}
	return out
}
