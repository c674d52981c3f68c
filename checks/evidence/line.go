package evidence

import (
	"time"

	"syncscope/capture/event"
)

// Line is a log line that is kept, and its time as its own clock tells it.
type Line struct {
	event.LogEntry
	raw  int64 // the stamp in front, as if it were UTC; without a year in year 0
	wall int64 // when, by its file's clock; it goes on where the clock was set. See Log.
	has  bool  // a stamp was printed
	rank int   // the line's place among those of its log
	edge *edge // of its file; nil: it is in none
}

// edge is where the lines of a file end that are longest, and how many do.
type edge struct{ at, lines int }

func (e *edge) saw(length int) {
	switch {
	case length > e.at:
		e.at, e.lines = length, 1
	case length == e.at:
		e.lines++
	}
}

// Whole reports whether nothing speaks for more of the line than is there: it did not end
// inside a field, nor where others of its file end, and none goes on. What stands at its
// end is known then, and a value that is not there is blank.
func (l *Line) Whole() bool {
	return !l.Cut && (l.edge == nil || l.edge.lines < 2 || l.Length < l.edge.at)
}

// NewLine copies a line that is to be kept.
func NewLine(e *event.LogEntry) *Line {
	l := &Line{LogEntry: *e}
	l.raw, l.has = rawOf(e)
	return l
}

// rawOf is the stamp that a log's lines follow each other by: the one in front.
func rawOf(e *event.LogEntry) (ns int64, ok bool) {
	t := e.Stamp.Time
	if t.IsZero() {
		t = e.At.Time
	}
	if t.IsZero() {
		return 0, false
	}
	return nanos(t), true
}

// nanos counts from 1970. Year 0, in which stamps without a year are read, is
// moved to 1972: no int64 reaches that far back, and both have a February 29.
func nanos(t time.Time) int64 {
	sec := t.Unix()
	switch {
	case sec >= yearOne+366*daySeconds:
	case sec >= yearOne: // times of day
		sec += year1972 - yearOne
	default:
		sec += year1972 - yearZero
	}
	return sec*int64(time.Second) + int64(t.Nanosecond())
}

// The first seconds of the years 0, 1 and 1972 (time.Date(0, 1, 1, ...).Unix()).
const (
	yearZero   = -62_167_219_200
	yearOne    = -62_135_596_800
	year1972   = 63_072_000
	daySeconds = 86_400
)

// inYear moves a moment of 1972, as which nanos reads one without a year, into
// the year in which it lies nearest to ref.
func inYear(ns, ref int64) int64 {
	t, near := time.Unix(0, ns).UTC(), time.Unix(0, ref).UTC()
	best := ns
	for i, year := range []int{near.Year(), near.Year() - 1, near.Year() + 1} {
		if one := t.AddDate(year-t.Year(), 0, 0).UnixNano(); i == 0 || abs(one-ref) < abs(best-ref) {
			best = one
		}
	}
	return best
}

func abs(d int64) int64 { return max(d, -d) }

// Apart is how much time lies between two lines of one log.
func (l *Line) Apart(o *Line) time.Duration {
	if !l.has || !o.has {
		return 0
	}
	return time.Duration(abs(l.wall - o.wall))
}

// UnderWay reports whether the work that the line ends was under way when another line of
// its log was written. Stamps may be of whole seconds: less than one shows nothing.
func (l *Line) UnderWay(o *Line) bool {
	return l.has && o.has && l.wall-int64(l.Took)+int64(time.Second) <= o.wall && o.wall <= l.wall
}

// PrintedWithin reports whether two lines of one file print stamps that are
// nearer to each other than d.
func (l *Line) PrintedWithin(d time.Duration, o *Line) bool {
	return l.has && o.has && abs(l.raw-o.raw) < int64(d)
}

// Behind reports whether a line that is read later than another was written later,
// too: in one file it was, and of two files their stamps tell.
func (l *Line) Behind(o *Line) bool { return l.From.Source == o.From.Source || l.raw >= o.raw }

// Above reports whether the line stands before another one in their log's order, which
// is that of writing even where a file is turned.
func (l *Line) Above(o *Line) bool { return l.rank < o.rank }

// After reports whether an entry of another file was written before the line.
func (l *Line) After(e *event.LogEntry) bool {
	raw, ok := rawOf(e)
	return ok && raw < l.raw && l.From.Source != e.From.Source
}

// Until is the time from l to a later line of the same log; ok is false where
// one prints none.
func (l *Line) Until(o *Line) (d time.Duration, ok bool) {
	return time.Duration(o.wall - l.wall), l.has && o.has
}
