package pane

import (
	"fmt"
	"time"

	"syncscope/capture/event"
	"syncscope/tui/theme"
)

// lane is one stream's times, in milliseconds on its own clock.
type lane struct {
	points  []int64
	sure    bool           // date and zone are known
	east    int            // of UTC, in seconds
	zone    *time.Location // of its stamps, nil: not known
	seen    bool           // a stamp of its own was read
	newest  int64          // the last sure time
	fold    int64          // added to stamps whose date or zone is not sure
	folded  bool
	live    bool  // something came while we listened
	arrived int64 // our clock minus the lane's, at the last live event
}

// zoneGrid is what clocks in unknown zones differ by a multiple of.
const zoneGrid = int64(15 * time.Minute / time.Millisecond)

// place is a time on the lane's clock; ok is false where there is none.
func (l *lane) place(w event.When) (at int64, ok bool) {
	switch {
	case w.Time.IsZero() && w.Arrival.IsZero():
		return 0, false
	case w.Time.IsZero():
		return w.Arrival.UnixMilli() - l.arrived, true
	case w.Dated && w.Zoned:
		return w.Time.UnixMilli(), true
	}
	return w.Time.UnixMilli() + l.fold, true
}

// take adds a time. A stamp without date or zone lies on a grid of quarters of
// an hour beside the sure ones around it, or beside its arrival.
func (l *lane) take(w event.When) (at int64, ok bool) {
	if !w.Time.IsZero() {
		l.seen = true
		if w.Dated && w.Zoned {
			_, east := w.Time.Zone()
			if l.newest = w.Time.UnixMilli(); !l.sure || l.east != east {
				l.sure, l.east, l.zone = true, east, inZone(int64(east)*1000)
			}
		} else if !l.folded {
			near := l.newest
			if !w.Arrival.IsZero() {
				near = w.Arrival.UnixMilli()
			}
			if near != 0 {
				l.fold, l.folded = nearest(near-w.Time.UnixMilli()), true
				l.zone = inZone(-l.fold)
			}
		}
	}
	if at, ok = l.place(w); !ok {
		return 0, false
	}
	if !w.Arrival.IsZero() && !w.Time.IsZero() {
		l.live, l.arrived = true, w.Arrival.UnixMilli()-at
	}
	if len(l.points) >= maxPoints+maxPoints/4 {
		l.points = append([]int64(nil), l.points[len(l.points)-maxPoints:]...)
	}
	l.points = append(l.points, at)
	return at, true
}

// nearest is d on the grid.
func nearest(d int64) int64 {
	if d < 0 {
		return -nearest(-d)
	}
	return (d + zoneGrid/2) / zoneGrid * zoneGrid
}

// shift is what brings a lane's times onto the Manager's clock; related is
// false where nothing tells. What the SSM wrote of a request lies between the
// Manager's question and the answer: matched requests hold the shift to that.
func (t *Timeline) shift(l int) (shift int64, related bool) {
	shift, related = t.unheld(l)
	if l == ssmLane {
		if low, high, n := t.held(); n > 0 {
			return (low + high) / 2, true
		}
	}
	return shift, related
}

// unheld is the shift as the clocks were measured, or lines came.
func (t *Timeline) unheld(l int) (shift int64, related bool) {
	me, manager := &t.lanes[l], &t.lanes[managerLane]
	switch {
	case l == managerLane || !me.seen:
		return 0, true
	case l == ssmLane && t.clockKnown() && (me.sure || me.folded):
		return -t.u.Clock.Offset.Milliseconds(), true
	case !manager.seen && me.live: // what came to us is on our clock
		return me.arrived, true
	case me.live && manager.live: // both came to us: our clock is between them
		return me.arrived - manager.arrived, true
	case l == packetLane && len(manager.points) > 0 && len(me.points) > 0: // the same host's clock, in an unknown zone
		return t.beside(me), true
	case l == ssmLane && len(manager.points) > 0 && len(me.points) > 0 && !me.sure:
		return t.beside(me), false
	}
	return 0, false
}

// Clock puts the times of a kind's stream on one clock for all: the Manager's,
// or ours where it said nothing. known is false where nothing tells how the
// stream's clock stands to it.
func (t *Timeline) Clock(kind event.Kind) (of func(event.When) time.Time, known bool) {
	l := laneOf(kind)
	if l < 0 {
		return func(event.When) time.Time { return time.Time{} }, false
	}
	shift, known := t.shift(l)
	return func(w event.When) time.Time {
		at, ok := t.lanes[l].place(w)
		if !ok {
			return time.Time{}
		}
		return time.UnixMilli(at + shift)
	}, known
}

// Relation says how the SSM's clock stands to the Manager's.
func (t *Timeline) Relation() string {
	words, _ := t.relation()
	return words
}

// beside is the shift on the grid that brings a lane's middle nearest to the
// attempt, or to the Manager's last line.
func (t *Timeline) beside(me *lane) int64 {
	at := t.lanes[managerLane].points[len(t.lanes[managerLane].points)-1]
	if a := t.u.Attempt(); a != nil {
		if start, ok := t.lanes[managerLane].place(a.Start); ok {
			at = start
		}
	}
	return nearest(at - me.points[len(me.points)/2])
}

// What the times on the axis are.
const (
	sureUTC = "UTC"
	nearUTC = "~UTC" // the zone is the one in which lines come when they are written
	printed = "printed"
)

// zone says what is known of the zone of the axis: that of the clock which all
// lanes are put on.
func (t *Timeline) zone() string {
	me := &t.lanes[managerLane]
	for l := range t.lanes {
		if !me.seen && len(me.points) == 0 {
			me = &t.lanes[l]
		}
	}
	switch {
	case me.sure || !me.seen: // it has no stamps of its own: they are ours
		return sureUTC
	case me.folded:
		return nearUTC
	}
	return printed
}

func (t *Timeline) clockKnown() bool { return t.u.Clock.String() != "" }

// relation says how the SSM's clock stands to the Manager's.
func (t *Timeline) relation() (string, theme.Role) {
	_, related := t.shift(ssmLane)
	low, high, n := t.held()
	switch {
	case len(t.lanes[ssmLane].points) == 0 || len(t.lanes[managerLane].points) == 0:
		return "one side only", theme.Dim
	case n > 0:
		return offBy(t.u.Clock, low, high, n), theme.Dim
	case t.clockKnown():
		return fmt.Sprintf("SSM's clock %s", t.u.Clock), theme.Dim
	case related:
		return "by arrival on our clock", theme.Dim
	}
	return "clocks not related: lanes cannot be compared", theme.Warn
}
