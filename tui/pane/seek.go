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
		stamp := strings.ReplaceAll(strings.TrimSpace(l.Clock.onClock(r)[0].Text), ",", ".")
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

// Following reports whether the newest row is kept in sight.
func (l *List) Following() bool { return l.follow }

// Follow goes to the newest row and stays there.
func (l *List) Follow() { l.follow, l.cursor = true, 0 }

// Pause keeps what is in sight.
func (l *List) Pause() {
	if l.follow {
		l.follow, l.anchor = false, l.next-1
	}
}

// Scroll moves the cursor by n rows; going down from the newest one follows
// again.
func (l *List) Scroll(n int) {
	if l.follow {
		if n > 0 {
			return
		}
		l.Pause()
		l.cursor = l.before(l.next)
	}
	if l.cursor == 0 {
		l.cursor = l.before(min(l.anchor, l.next-1) + 1)
	}
	for ; n < 0; n++ {
		if to := l.before(l.cursor); to > 0 {
			l.cursor = to
		}
	}
	for ; n > 0; n-- {
		to := l.after(l.cursor)
		if to == 0 {
			l.Follow()
			return
		}
		l.cursor = to
	}
}

// Stand puts the cursor on the row that has a line of the last frame, and
// reports whether it was there already. What is in sight stays.
func (l *List) Stand(line int) (again bool) {
	if line < 0 || line >= len(l.inSight) || l.Flooding() {
		return false
	}
	seq := l.inSight[line]
	if seq < l.first || seq >= l.next {
		return false
	}
	again = !l.follow && l.cursor == seq
	l.Pause()
	l.cursor = seq
	return again
}

// Home goes to the oldest row.
func (l *List) Home() {
	l.Pause()
	l.cursor = l.after(l.first - 1)
}

// Page is the number of rows that a page key moves.
func (l *List) Page() int { return max(1, l.height-2) }

// before is the nearest row in sight above a number, 0 if there is none.
func (l *List) before(seq uint64) uint64 {
	for s := min(seq, l.next); s > l.first; {
		if s--; l.shown(s) {
			return s
		}
	}
	return 0
}

// after is the nearest row in sight below a number, 0 if there is none.
func (l *List) after(seq uint64) uint64 {
	for s := max(seq+1, l.first); s < l.next; s++ {
		if l.shown(s) {
			return s
		}
	}
	return 0
}

// shown reports whether a row is let through by the filter, or is near enough
// to one that is.
func (l *List) shown(seq uint64) bool {
	if !l.filter.on() || l.row(seq).kept {
		return true
	}
	n := uint64(l.context)
	for s := max(l.first+n, seq) - n; n > 0 && s < min(l.next, seq+n+1); s++ {
		if l.row(s).kept {
			return true
		}
	}
	return false
}

// goTo stands on a row and brings it into sight.
func (l *List) goTo(seq uint64) {
	l.Pause()
	l.cursor = seq
	l.anchor = max(l.anchor, seq)
	if l.height > 0 && l.anchor > seq+uint64(l.height) || l.anchor < seq+contextBelow {
		l.anchor = min(seq+contextBelow, l.next-1)
	}
}

// contextBelow is how many rows are shown below one that was jumped to.
const contextBelow = 6
