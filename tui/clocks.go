package tui

import (
	"time"

	"syncscope/capture/event"
	"syncscope/tui/pane"
)

// clocks is how the panes' times are shown, and whether the panes go along with
// each other in time.
type clocks struct {
	zone   zones
	locked bool
}

// toggleLock ties the panes together by time.
func (c *clocks) toggleLock(line *pane.Timeline) string {
	c.locked = !c.locked
	if !c.locked {
		return "time lock off"
	}
	if words := line.Relation(); words != "" {
		return "time lock: the other panes go along (" + words + ")"
	}
	return "time lock: the other panes go along"
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

// next shows all panes' times in the next zone.
func (c *clocks) next(line *pane.Timeline, lists []*pane.List) string {
	c.zone = (c.zone + 1) % zoneCount
	words := zoneWords[c.zone]
	if c.zone != printed && !line.Placed() { // no zone can be told from another
		c.zone = map[zones]zones{inUTC: inUTC}[c.zone]
		words = map[bool]string{true: "all times on one clock, the Manager's; its zone is not known", false: zoneWords[printed]}[c.zone == inUTC]
	}
	c.apply(line, lists)
	return words
}

// apply gives each list its clock, a new one only where it is another: rows are
// drawn anew for that.
func (c clocks) apply(line *pane.Timeline, lists []*pane.List) {
	where := map[zones]*time.Location{inUTC: time.UTC, managers: line.Where(event.ManagerLog), laptops: time.Local}[c.zone]
	name := ""
	switch {
	case c.zone == printed:
	case !line.Placed():
		where, name = time.UTC, "the Manager's"
	case where == nil: // the Manager said nothing
		where, name = time.UTC, "UTC"
	default:
		name = zoneName(where)
	}
	for _, l := range lists {
		own := line.Printed(l.Kind())
		if where != nil {
			own = line.OneClock(l.Kind(), where, "one clock: "+name)
		}
		if l.Clock == nil || *l.Clock != own {
			l.Clock = &own
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

// goAlong brings the other lists to the time of one's row, if they are locked: on
// the one clock that the timeline shows, with the hosts' measured offset taken
// out. One whose clock is not known stays where it is, and that is said.
func (c clocks) goAlong(l *pane.List, lists []*pane.List, line *pane.Timeline) (stays string) {
	if !c.locked || l == nil || l.Following() {
		return ""
	}
	r := l.Current()
	if r == nil {
		return ""
	}
	of, known := line.Clock(l.Kind())
	at := of(r.When())
	if at.IsZero() {
		return ""
	}
	for _, other := range lists {
		if other == l || other.Len() == 0 {
			continue
		}
		theirs, related := line.Clock(other.Kind())
		switch {
		case known && related:
			other.SeekTime(at, theirs)
		case stays == "":
			stays = other.Title().Name + " stays: how its clock stands to this one's is not known"
		}
	}
	return stays
}
