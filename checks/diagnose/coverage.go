package diagnose

import (
	"slices"
	"time"

	"syncscope/capture/event"
)

// coverage is when a log has lines, and how far east of UTC its clock is, as far
// as lines that print both tell.
type coverage struct {
	times []event.When // at most one a second, the newest maxSpan
	east  time.Duration
}

const maxSpan = 20_000

func (s *coverage) add(ev *event.LogEntry) {
	if w := ev.Written; w.Zoned && w.Dated && !ev.Stamp.Time.IsZero() {
		s.east = yearless(ev.Stamp.Time).Sub(yearless(w.Time)).Round(zoneStep)
	}
	at := ev.At
	if at.Time.IsZero() {
		return
	}
	if n := len(s.times); n > 0 && s.times[n-1].Time.Unix() == at.Time.Unix() {
		return
	}
	if len(s.times) >= maxSpan {
		s.times = slices.Delete(s.times, 0, maxSpan/4)
	}
	s.times = append(s.times, at)
}

// around is how near a log's lines must lie on both sides of a moment for the
// log to cover it: even a quiet SSM logs Redis' saving every few minutes. It
// is less than half of zoneStep.
const around = 7 * time.Minute

// covers reports whether the log has lines before and after an attempt on the
// Manager's clock. Without a date and a zone that is known up to a multiple of
// zoneStep only.
func (s *coverage) covers(from, to event.When, zone string) bool {
	before, after := false, false
	for _, at := range s.times {
		if d, ok := s.since(from, zone, at); ok && d <= time.Second && d > -around {
			before = true
		}
		if d, ok := s.since(to, zone, at); ok && d >= -time.Second && d < around {
			after = true
		}
	}
	return before && after
}

// since is how long after the Manager's moment the log's line was written.
func (s *coverage) since(m event.When, zone string, at event.When) (time.Duration, bool) {
	if !m.Arrival.IsZero() && !at.Arrival.IsZero() {
		return at.Arrival.Sub(m.Arrival), true
	}
	if d, ok := apart(m, zone, at, s.east); ok {
		return d, true
	}
	return gap(m, at)
}
