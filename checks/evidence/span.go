package evidence

import (
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
)

// maxNoted is how many seconds of a file are remembered to have a line.
const maxNoted = 20_000

// Near is how near a log's lines must lie on both sides of a moment for the log
// to cover it: even a quiet SSM logs Redis' saving every few minutes.
const Near = 7 * time.Minute

// Note remembers that the log has a line at e's time, whatever it says.
func (g *Log) Note(e *event.LogEntry) {
	raw, ok := rawOf(e)
	if !ok {
		return
	}
	g.served = g.served || e.Form >= logline.NginxError && e.Form <= logline.Postgres
	g.app = g.app || e.Form == logline.Rails || e.Form == logline.RailsOther
	if !g.several {
		g.several = !g.writer.Empty() && g.writer != e.Role || e.Form == logline.NginxAccess
		g.writer = e.Role
	}
	f := g.file(e.From.Source)
	n := len(f.noted)
	at := stamp{raw, e.From.Line, e.Stamp.Dated, e.Stamp.Zoned, e.Stamp.Zone}
	f.close(at)
	if e.Topic == logline.TopicLost {
		f.lost(at)
		defer g.Break(e.From.Source, false) // it ends, or goes on to drop lines
	}
	if n > 0 && f.noted[n-1].raw/int64(time.Second) == raw/int64(time.Second) {
		return
	}
	if n > 0 {
		was := f.newestFirst()
		if raw < f.noted[n-1].raw {
			f.back++
			if yearEnds(f.noted[n-1], at) {
				g.newYear, g.stale, g.covered = f.noted[n-1].raw, true, nil
			}
		} else {
			f.forth++
		}
		g.stale = g.stale || was != f.newestFirst()
	}
	switch {
	case n == 0:
		f.first = at
	case n >= maxNoted:
		f.noted = slices.Delete(f.noted, 0, maxNoted/4)
		g.covered = nil
	}
	f.noted = append(f.noted, at)
	if len(g.covered) == 0 {
		return // it is made where it is asked for
	}
	if utc := g.utc(f, at); utc >= g.covered[len(g.covered)-1] {
		g.covered = append(g.covered, utc)
	} else {
		g.covered = nil
	}
}

// stamp is when a line was written, without the line.
type stamp struct {
	raw          int64
	line         int
	dated, zoned bool
	zone         string
}

// seconds are the moments at which the log has lines, in order.
func (g *Log) seconds() []int64 {
	if g.covered != nil {
		return g.covered
	}
	for _, f := range g.order {
		for _, s := range f.noted {
			g.covered = append(g.covered, g.utc(f, s))
		}
	}
	slices.Sort(g.covered)
	return g.covered
}

// Reached is when a file's newest line was written, kept or not; of a file that no
// line came of yet, when its first was, whose stamp is head. The zero time: nothing
// tells.
func (g *Log) Reached(id event.SourceID, head logline.Stamp) time.Time {
	f := g.files[id]
	switch {
	case f != nil && len(f.noted) > 0:
		return time.Unix(0, g.utc(f, f.noted[len(f.noted)-1]))
	case head.Time.IsZero():
		return time.Time{}
	}
	return time.Unix(0, g.utc(&file{}, stamp{nanos(head.Time), 0, head.Dated, head.Zoned, head.Zone}))
}

// Covers reports whether the log has lines shortly before and shortly after a
// stretch of its own time, and lines of its web server or of several programs: those
// of another one alone were taken from it by somebody. A log without a line of any of the
// SSM's services is no SSM's, or they do not write to it.
func (g *Log) Covers(w Window) bool {
	all := g.seconds()
	if !w.ok || len(all) == 0 || !g.several || !g.served || g.missing(w) {
		return false
	}
	second := int64(time.Second)
	before, _ := slices.BinarySearch(all, w.from+second+1)
	after, _ := slices.BinarySearch(all, w.to-second)
	return before > 0 && w.from-all[before-1] < int64(Near) && after < len(all) && all[after]-w.to < int64(Near)
}

// hole is a stretch of a file that was not read, or not written, between two of its
// lines.
type hole struct {
	from, to stamp
	begun    bool // there is a line before it
	ended    bool // and one behind it
}

// Break tells that lines of a file may be missing between the newest one and the
// next. stays: and so it is until Break is called without it.
func (g *Log) Break(id event.SourceID, stays bool) {
	f := g.file(id)
	f.full = stays
	if n := len(f.holes); n > 0 && !f.holes[n-1].ended {
		return
	}
	h := hole{}
	if n := len(f.noted); n > 0 {
		h.from, h.begun = f.noted[n-1], true
	}
	f.holes = append(f.holes, h)
}

// longestLoss is how long ago the lines may be whose loss a log daemon tells: rsyslog's
// journal reader counts them for ten minutes, journald for half of one.
const longestLoss = 10 * time.Minute

// lost notes a hole that ends with the line that tells of it.
func (f *file) lost(told stamp) {
	from := told
	from.raw -= int64(longestLoss)
	if n := len(f.holes); n > 0 && f.holes[n-1].ended && f.holes[n-1].to.raw >= from.raw {
		f.holes[n-1].to = told // one that goes on
		return
	}
	f.holes = append(f.holes, hole{from, told, true, true})
}

// close ends the hole before a line.
func (f *file) close(next stamp) {
	if n := len(f.holes); n > 0 && !f.full && !f.holes[n-1].ended {
		f.holes[n-1].to, f.holes[n-1].ended = next, true
	}
}

// missing reports whether lines of a stretch of the log's time may be missing.
func (g *Log) missing(w Window) bool {
	for _, f := range g.order {
		for _, h := range f.holes {
			if (!h.begun || g.utc(f, h.from) <= w.to) && (!h.ended || w.from <= g.utc(f, h.to)) {
				return true
			}
		}
	}
	return false
}

// Span is the log's time, from its first line to its last.
func (g *Log) Span() Window {
	all := g.seconds()
	if len(all) == 0 {
		return Window{}
	}
	w := Window{all[0], all[len(all)-1], true}
	for _, f := range g.order {
		if len(f.noted) > 0 { // of a long file the first seconds are no longer noted one by one
			w.from = min(w.from, g.utc(f, f.first))
		}
	}
	return w
}

// Shifted is w on a clock that is d further.
func (w Window) Shifted(d time.Duration) Window {
	return Window{w.from + int64(d), w.to + int64(d), w.ok}
}

// Widened is w with time before and after it.
func (w Window) Widened(before, after time.Duration) Window {
	return Window{w.from - int64(before), w.to + int64(after), w.ok}
}

// Length is the time from w's begin to its end.
func (w Window) Length() time.Duration { return time.Duration(w.to - w.from) }

// Over reports whether m lies before w's end, or in it.
func (w Window) Over(m Moment) bool { return w.ok && m.ok && m.hi <= w.to }

// Until is the time from w's begin, or o's where that is earlier, to the end of
// the one that ends first.
func (w Window) Until(o Window) Window {
	return Window{min(w.from, o.from), min(w.to, o.to), w.ok && o.ok}
}
