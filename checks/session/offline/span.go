package offline

import "syncscope/capture/event"

// span is the time of the first and of the last line of one log that have one.
type span struct{ first, last event.When }

// take widens it by a line. Of the line's time it keeps no text: that may be cut from
// what is read over.
func (s *span) take(w event.When) {
	if w.Time.IsZero() {
		return
	}
	s.last = event.When{Time: w.Time, Zoned: w.Zoned, Dated: w.Dated}
	if s.first.Time.IsZero() {
		s.first = s.last
	}
}
