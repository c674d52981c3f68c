package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/pane"
)

// toggleLock ties the panes together by time.
func toggleLock(m *Model, _ string) tea.Cmd {
	m.locked = !m.locked
	m.flash = "time lock off"
	if m.locked {
		m.flash = "time lock: the other panes go along"
		if words := clocks(m).Relation(); words != "" {
			m.flash += " (" + words + ")"
		}
	}
	return nil
}

// clocks knows how the streams' clocks stand to each other.
func clocks(m *Model) *pane.Timeline { return m.panes[timelinePane].(*pane.Timeline) }

// goAlong brings the other panes to the time of the focused one's row, if they
// are locked: on the one clock that the timeline shows, with the hosts' measured
// offset taken out. A pane whose clock is not known stays where it is, and that
// is said.
func goAlong(m *Model) {
	l := rows(m)
	if !m.locked || l == nil || l.Following() {
		return
	}
	r := l.Current()
	if r == nil {
		return
	}
	of, known := clocks(m).Clock(l.Kind())
	at := of(r.When())
	if at.IsZero() {
		return
	}
	for _, other := range m.panes.lists() {
		if other == l || other.Len() == 0 {
			continue
		}
		theirs, related := clocks(m).Clock(other.Kind())
		switch {
		case known && related:
			other.SeekTime(at, theirs)
		case m.flash == "":
			m.flash = other.Title().Name + " stays: how its clock stands to this one's is not known"
		}
	}
}
