package evidence

import (
	"cmp"
	"slices"
	"time"

	"syncscope/capture/event"
)

// turn is what a line says of its file's clock that others leave out, where it
// changes.
type turn struct {
	line  int
	raw   int64
	value int64
}

// Learn takes what a line tells of its file's clock, whether the line is kept
// or not: programs behind syslog print the year and the zone that it leaves out.
func (g *Log) Learn(e *event.LogEntry) {
	w := &e.Written
	if !w.Dated {
		return
	}
	raw, ok := rawOf(e)
	if !ok {
		return
	}
	f, at := g.file(e.From.Source), w.Time.UnixNano()
	if lead := raw - at; lead == f.lead && (!w.Zoned || len(f.zones) > 0) {
		return // as the line before
	} else if w.Zoned {
		f.lead = lead
	}
	changed := false
	if n := len(f.years); n == 0 || abs(f.years[n-1].value-at) > int64(90*24*time.Hour) {
		f.years, changed = append(f.years, turn{e.From.Line, raw, at}), true
	}
	if w.Zoned {
		east := int64(time.Duration(inYear(raw, at) - at).Round(zoneStep))
		if n := len(f.zones); n == 0 || f.zones[n-1].value != east {
			f.zones, changed = append(f.zones, turn{e.From.Line, raw, east}), true
		}
	}
	if changed {
		g.stale, g.covered = g.stale || len(g.order) > 0, nil
	}
}

// wallOf is the line's time as its file's clock tells it.
func (g *Log) wallOf(f *file, l *Line) int64 {
	none := l.Stamp.Time.IsZero()
	return g.utc(f, stamp{l.raw, l.From.Line, l.Stamp.Dated || none, l.Stamp.Zoned || none, l.Stamp.Zone})
}

// utc is a stamp's moment as far as the clock's zone and year are known: of
// letters that mean several zones, the first meaning.
func (g *Log) utc(f *file, s stamp) int64 {
	switch {
	case s.zoned:
		return s.raw
	case s.dated:
		return s.raw - int64(meaning(s.zone))
	}
	east := g.told(f, s, func(f *file) []turn { return f.zones })
	if ref := cmp.Or(g.told(f, s, func(f *file) []turn { return f.years }), g.near, g.newYear); ref != 0 {
		s.raw = inYear(s.raw, ref)
	}
	return s.raw - east
}

// yearEnds reports whether a new year begins between two stamps that print none: the one
// below lies before the one above by nearly a year. A text that was pasted behind a newer
// one is as old as that only by chance.
func yearEnds(above, below stamp) bool {
	const nearlyYear = 300 * 24 * time.Hour
	return !above.dated && !below.dated && above.raw-below.raw > int64(nearlyYear)
}

// told is what the lines of a file tell of its clock at a stamp; of a file that
// has no such line, what the others tell that is nearest in time: they are parts
// of one log.
func (g *Log) told(f *file, s stamp, of func(*file) []turn) int64 {
	if own := of(f); len(own) > 0 {
		return nearest(own, s)
	}
	var best turn
	found := false
	for _, o := range g.order {
		for _, t := range of(o) {
			if !found || cmp.Or(cmp.Compare(abs(s.raw-t.raw), abs(s.raw-best.raw)), cmp.Compare(t.value, best.value)) < 0 {
				best, found = t, true
			}
		}
	}
	return best.value
}

// nearest is the value of the turn, before a line or behind it, whose stamp is
// nearer to the line's.
func nearest(turns []turn, s stamp) int64 {
	i, _ := slices.BinarySearchFunc(turns, s.line, func(t turn, line int) int { return cmp.Compare(t.line, line+1) })
	if i == 0 || i < len(turns) && abs(s.raw-turns[i].raw) < abs(s.raw-turns[i-1].raw) {
		return turns[i].value
	}
	return turns[i-1].value
}
