package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/event"
	"syncscope/tui/pane"
)

// toggleLock ties the panes together by time.
func toggleLock(m *Model, _ string) tea.Cmd {
	m.locked = !m.locked
	m.flash = "time lock off"
	if m.locked {
		m.flash = "time lock: the other panes go along"
		if words := m.panes.timeline().Relation(); words != "" {
			m.flash += " (" + words + ")"
		}
	}
	return nil
}

// zones is the zone in which all panes show their times; the zero value is each
// pane its own, as its host prints them.
type zones uint8

const (
	printed zones = iota
	inUTC
	managers
	laptops
	zoneCount
)

var zoneWords = [zoneCount]string{"times as each host prints them", "all times on one clock, in UTC", "all times on one clock, in the Manager's zone", "all times on one clock, in this computer's zone"}

// nextZone shows all panes' times in the next zone.
func nextZone(m *Model, _ string) tea.Cmd {
	m.zone = (m.zone + 1) % zoneCount
	m.flash = zoneWords[m.zone]
	if m.zone != printed && !m.panes.timeline().Placed() { // no zone can be told from another
		m.zone = map[zones]zones{inUTC: inUTC}[m.zone]
		m.flash = map[bool]string{true: "all times on one clock, the Manager's; its zone is not known", false: zoneWords[printed]}[m.zone == inUTC]
	}
	m.zone.apply(&m.panes)
	return nil
}

// apply gives each list its clock, a new one only where it is another: rows are
// drawn anew for that.
func (z zones) apply(p *paneSet) {
	line := p.timeline()
	where := map[zones]*time.Location{inUTC: time.UTC, managers: line.Where(event.ManagerLog), laptops: time.Local}[z]
	name := ""
	switch {
	case z == printed:
	case !line.Placed():
		where, name = time.UTC, "the Manager's"
	case where == nil: // the Manager said nothing
		where, name = time.UTC, "UTC"
	default:
		name = zoneName(where)
	}
	for _, l := range p.lists() {
		c := line.Printed(l.Kind())
		if where != nil {
			c = line.OneClock(l.Kind(), where, "one clock: "+name)
		}
		if l.Clock == nil || *l.Clock != c {
			l.Clock = &c
		}
	}
}

// zoneName is a zone's name; this computer's is "Local" to Go.
func zoneName(where *time.Location) string {
	if where == time.Local {
		return time.Now().Format("MST")
	}
	return where.String()
}

// timeline knows how the streams' clocks stand to each other.
func (p *paneSet) timeline() *pane.Timeline { return p[timelinePane].(*pane.Timeline) }

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
	of, known := m.panes.timeline().Clock(l.Kind())
	at := of(r.When())
	if at.IsZero() {
		return
	}
	for _, other := range m.panes.lists() {
		if other == l || other.Len() == 0 {
			continue
		}
		theirs, related := m.panes.timeline().Clock(other.Kind())
		switch {
		case known && related:
			other.SeekTime(at, theirs)
		case m.flash == "":
			m.flash = other.Title().Name + " stays: how its clock stands to this one's is not known"
		}
	}
}
