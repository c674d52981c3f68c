package evidence

import (
	"cmp"
	"time"
)

// Order is how two moments stand to each other.
type Order uint8

// The orders. Overlaps: their intervals have an instant in common, so that
// neither is known to be first.
const (
	Unknown Order = iota
	Before
	After
	Overlaps
)

// Moment is an instant on the run's axis, known to an interval. The zero value
// is no moment.
type Moment struct {
	lo, hi int64 // nanoseconds, both included
	ok     bool
}

// Known reports whether it is a moment at all.
func (m Moment) Known() bool { return m.ok }

// Cmp tells how m stands to o.
func (m Moment) Cmp(o Moment) Order {
	switch {
	case !m.ok || !o.ok:
		return Unknown
	case m.hi < o.lo:
		return Before
	case m.lo > o.hi:
		return After
	}
	return Overlaps
}

// Compare orders moments for sorting: what is no moment stands first.
func (m Moment) Compare(o Moment) int {
	return cmp.Or(cmp.Compare(m.lo, o.lo), cmp.Compare(m.hi, o.hi))
}

// Until is the shortest time from m to o, negative where o comes first, and 0
// where they overlap. ok is false where one is no moment.
func (m Moment) Until(o Moment) (d time.Duration, ok bool) {
	switch m.Cmp(o) {
	case Unknown:
		return 0, false
	case Before:
		return time.Duration(o.lo - m.hi), true
	case After:
		return time.Duration(o.hi - m.lo), true
	}
	return 0, true
}

// Window is a stretch of the axis, its ends included. The zero value holds
// nothing.
type Window struct {
	from, to int64
	ok       bool
}

// Between is the window from one moment to another, widened by before and after.
func Between(from, to Moment, before, after time.Duration) Window {
	if !from.ok || !to.ok {
		return Window{}
	}
	return Window{from.lo - int64(before), max(from.hi, to.hi) + int64(after), true}
}

// Known reports whether it is a window at all.
func (w Window) Known() bool { return w.ok }

// Has reports whether m may lie in w.
func (w Window) Has(m Moment) bool { return w.ok && m.ok && m.hi >= w.from && m.lo <= w.to }

// Outside is how far m lies outside w, 0 within.
func (w Window) Outside(m Moment) time.Duration {
	switch {
	case m.hi < w.from:
		return time.Duration(w.from - m.hi)
	case m.lo > w.to:
		return time.Duration(m.lo - w.to)
	}
	return 0
}

// Before reports whether w lies wholly before m.
func (w Window) Before(m Moment) bool { return w.ok && m.ok && m.lo > w.to }

// Past reports whether m lies wholly before w.
func (w Window) Past(m Moment) bool { return m.ok && m.hi < w.from }
