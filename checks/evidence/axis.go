package evidence

import (
	"sort"
	"time"

	"syncscope/capture/event"
)

// Basis is what the offset between two hosts' clocks is known from.
type Basis uint8

// The bases, weakest first.
const (
	Assumed  Basis = iota // nothing tells it: both clocks are taken as right
	Paired                // things that both logs show
	Arrived               // when lines of both came here
	Measured              // both hosts' date, asked
)

// Axis is the one line of time of a run: the SSM's clock, and without its log
// the Manager's. It does not change once it is made.
type Axis struct {
	skew     time.Duration // the SSM's time minus a Manager's
	basis    Basis
	captures map[event.SourceID]time.Duration // what to add to a capture's stamps
}

// NewAxis makes an axis on which a Manager's clock is skew behind the SSM's.
func NewAxis(skew time.Duration, basis Basis) *Axis {
	return &Axis{skew: skew, basis: basis, captures: map[event.SourceID]time.Duration{}}
}

// Skew is the SSM's time minus a Manager's, and what it is known from.
func (a *Axis) Skew() (time.Duration, Basis) { return a.skew, a.basis }

// resolution of an SSM's log is a second; a Manager's is finer.
const resolution = time.Second

// Manager places a line of a Manager's log.
func (a *Axis) Manager(l *Line) Moment {
	if !l.has {
		return Moment{}
	}
	at := l.wall + int64(a.skew)
	return Moment{at, at, true}
}

// SSM places a line of the SSM's log.
func (a *Axis) SSM(l *Line) Moment {
	if !l.has {
		return Moment{}
	}
	return Moment{l.wall, l.wall + int64(resolution) - 1, true}
}

// Packet places a packet of a capture. Where no place of the capture's stamps on
// the axis is known, it is no moment.
func (a *Axis) Packet(source event.SourceID, at event.When) Moment {
	by, ok := a.captures[source]
	if !ok || at.Time.IsZero() {
		return Moment{}
	}
	ns := nanos(at.Time) + int64(by)
	return Moment{ns, ns, true}
}

// WithCapture is the axis with a capture placed.
func (a *Axis) WithCapture(source event.SourceID, by time.Duration) *Axis {
	out := *a
	out.captures = make(map[event.SourceID]time.Duration, len(a.captures)+1)
	for s, d := range a.captures {
		out.captures[s] = d
	}
	out.captures[source] = by
	return &out
}

// Like is the axis with a capture's stamps where another's are: both are one capture.
func (a *Axis) Like(source, first event.SourceID) *Axis {
	if by, ok := a.captures[first]; ok {
		return a.WithCapture(source, by)
	}
	return a
}

// Within gives the lines that lie in a window, of lines in order of time.
func Within(lines []*Line, w Window, at func(*Line) Moment) []*Line {
	if !w.ok {
		return nil
	}
	from := sort.Search(len(lines), func(i int) bool { return !w.Past(at(lines[i])) })
	n := sort.Search(len(lines)-from, func(i int) bool { return !w.Has(at(lines[from+i])) })
	return lines[from : from+n]
}

// Offset is how far the clock of an SSM's line is before a Manager's, if both
// tell of one moment. ok is false where one prints no time.
func Offset(manager, ssm *Line) (d time.Duration, ok bool) {
	return time.Duration(ssm.wall - manager.wall), manager.has && ssm.has
}

// Newest is the newer of a date and a reading that prints its date.
func Newest(t time.Time, at event.When) time.Time {
	if at.Dated && at.Time.After(t) {
		return at.Time
	}
	return t
}

// Behind is how far the clock of a packet that was followed is behind ours.
func Behind(at event.When) time.Duration {
	return time.Duration(at.Arrival.UnixNano() - nanos(at.Time))
}
