package pane

import (
	"fmt"
	"time"

	"syncscope/capture/event"
)

// Clock is how a list's times are shown.
type Clock struct {
	Zone  string // for the title; "" not known
	lane  *lane  // whose stamps are shown on the one clock of all panes; nil: as they were printed
	shift int64
	where *time.Location
}

// Printed is a kind's clock as its host prints it.
func (t *Timeline) Printed(kind event.Kind) Clock {
	if own := t.Where(kind); own != nil {
		return Clock{Zone: own.String()}
	}
	return Clock{}
}

// OneClock is a kind's clock as all panes share it, in a zone; as it is printed
// where nothing tells how it stands to the others.
func (t *Timeline) OneClock(kind event.Kind, where *time.Location, zone string) Clock {
	l := laneOf(kind)
	shift, known := t.shift(l)
	if !known {
		return t.Printed(kind)
	}
	return Clock{zone, &t.lanes[l], shift, where}
}

// stamp is a row's time as it is shown; ok is false where it stays as printed.
func (c *Clock) stamp(r *Row) (text string, ok bool) {
	if c == nil || c.lane == nil || r.Event == nil {
		return "", false
	}
	w := r.When()
	at, ok := c.lane.place(w)
	if !ok || w.Time.IsZero() {
		return "", false
	}
	format := "15:04:05.000"
	if w.Time.Nanosecond() == 0 {
		format = "15:04:05"
	}
	return time.UnixMilli(at + c.shift).In(c.where).Format(format), true
}

// onClock are a row's columns with its time as it is shown.
func (c *Clock) onClock(r *Row) []Seg {
	text, ok := c.stamp(r)
	if !ok || len(r.Columns) == 0 {
		return r.Columns
	}
	out := append([]Seg(nil), r.Columns...)
	out[0].Text = fmt.Sprintf("%-12s ", text)
	return out
}

// Where is the zone of a kind's stamps, as far as anything tells; nil: nothing
// does.
func (t *Timeline) Where(kind event.Kind) *time.Location {
	l := laneOf(kind)
	if l < 0 {
		return nil
	}
	return t.lanes[l].zone
}

// Placed reports whether the clock that all share has a zone.
func (t *Timeline) Placed() bool { return t.zone() != printed }

// inZone is the zone east of UTC by milliseconds, of which whole days tell nothing: a
// stamp without a date is any day's. Zones reach from 12 hours west to 14 east.
func inZone(east int64) *time.Location {
	const day, eastmost = int64(24 * time.Hour / time.Millisecond), int64(14 * time.Hour / time.Millisecond)
	if east = (east%day + day) % day; east > eastmost {
		east -= day
	}
	if east == 0 {
		return time.UTC
	}
	sign, minutes := '+', int(east/60_000)
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return time.FixedZone(fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60), int(east/1000))
}
