package pane

import (
	"strings"
	"time"

	"syncscope/capture/event"
)

// Jump goes to the row that a reference is about. A filter that hides it is
// lifted.
func (l *List) Jump(ref event.Ref) bool {
	for seq := l.first; seq < l.next; seq++ {
		if l.row(seq).about(ref) {
			if !l.shown(seq) {
				l.Unfilter()
			}
			l.goTo(seq)
			return true
		}
	}
	return false
}

// seek goes to the next row (dir 1) or the one before (-1) that match wants,
// from the cursor on, and around the end.
func (l *List) seek(dir int, match func(*Row) bool) bool {
	n := int64(l.Len())
	start := n // just behind the newest one
	if l.cursor >= l.first && l.cursor > 0 && !l.follow {
		start = int64(l.cursor - l.first)
	} else if dir > 0 {
		start = -1
	}
	for k := int64(1); k <= n; k++ {
		seq := l.first + uint64(((start+int64(dir)*k)%n+n)%n)
		if l.shown(seq) && match(l.row(seq)) {
			l.goTo(seq)
			return true
		}
	}
	return false
}

// SeekWeight goes to the next or previous row of a weight.
func (l *List) SeekWeight(dir int, w Weight) bool {
	return l.seek(dir, func(r *Row) bool { return r.Weight == w })
}

// Search goes to the next or previous match of the query.
func (l *List) Search(dir int) bool {
	return l.query != nil && l.seek(dir, func(r *Row) bool { return l.query.Matches(l.whole(r.Seq)) })
}

// Highlight shows a query's matches; nil none.
func (l *List) Highlight(q *Query) { l.query = q }

// Matching counts the rows that a query matches.
func (l *List) Matching(match func(*Row) bool) int {
	n := 0
	for seq := l.first; seq < l.next; seq++ {
		if match(l.whole(seq)) {
			n++
		}
	}
	return n
}

// SeekStamp goes to the first row whose time, as it is shown, is not before
// clock ("17:29", "17:29:03.4").
func (l *List) SeekStamp(clock string) bool {
	clock = strings.ReplaceAll(clock, ",", ".")
	for seq := l.first; seq < l.next; seq++ {
		r := l.whole(seq)
		if len(r.Columns) == 0 || !l.shown(seq) {
			continue
		}
		stamp := strings.ReplaceAll(strings.TrimSpace(r.Columns[0].Text), ",", ".")
		if stamp != "" && stamp >= clock {
			l.goTo(seq)
			return true
		}
	}
	return false
}

// SeekTime goes to the row nearest before a moment on the clock that of gives;
// rows without one are passed over.
func (l *List) SeekTime(at time.Time, of func(event.When) time.Time) bool {
	var best uint64
	for seq := l.first; seq < l.next; seq++ {
		if t := of(l.row(seq).When()); !t.IsZero() && l.shown(seq) && (best == 0 || !t.After(at)) {
			best = seq
		}
	}
	if best > 0 {
		l.goTo(best)
	}
	return best > 0
}

// Mark sets or lifts a mark on the row one stands on.
func (l *List) Mark() bool {
	r := l.Current()
	if r == nil {
		return false
	}
	l.Pause()
	l.cursor = r.Seq
	if l.marks[r.Seq] {
		delete(l.marks, r.Seq)
	} else {
		l.marks[r.Seq] = true
	}
	return true
}

// SeekMark goes to the next or previous mark.
func (l *List) SeekMark(dir int) bool {
	return l.seek(dir, func(r *Row) bool { return l.marks[r.Seq] })
}

// lastMark is the newest mark above a row, or the oldest one below it.
func (l *List) lastMark(seq uint64) uint64 {
	var above, below uint64
	for m := range l.marks {
		if m <= seq && m > above {
			above = m
		} else if m > seq && (below == 0 || m < below) {
			below = m
		}
	}
	if above > 0 {
		return above
	}
	return below
}
