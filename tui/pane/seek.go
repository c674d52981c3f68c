package pane

import (
	"regexp"
	"strings"
	"time"

	"syncscope/capture/event"
)

// position is where one is in the rows of a pane. It is a row's number, so that
// what is read stays where it is while more arrives.
type position struct {
	store
	anchor uint64 // the lowest row in sight, if not following
	cursor uint64 // the row one stands on; 0: none
	follow bool
	height int // of the last frame

	inSight []uint64 // the row of each line of the last frame
	Clock   *Clock   // nil: times as printed, in a zone that is not known
}

// Current is the row one stands on, or the newest one in sight; nil if there
// is none.
func (p *position) Current() *Row {
	seq := p.cursor
	if seq < p.first || seq >= p.next {
		seq = p.before(p.next)
	}
	if seq == 0 {
		return nil
	}
	return p.whole(seq)
}

// Jump goes to the row that a reference is about. A filter that hides it is
// lifted.
func (p *position) Jump(ref event.Ref) bool {
	for seq := p.first; seq < p.next; seq++ {
		if p.row(seq).about(ref) {
			if !p.shown(seq) {
				p.Unfilter()
			}
			p.goTo(seq)
			return true
		}
	}
	return false
}

// seek goes to the next row (dir 1) or the one before (-1) that match wants,
// from the cursor on, and around the end.
func (p *position) seek(dir int, match func(*Row) bool) bool {
	n := int64(p.Len())
	start := n // just behind the newest one
	if p.cursor >= p.first && p.cursor > 0 && !p.follow {
		start = int64(p.cursor - p.first)
	} else if dir > 0 {
		start = -1
	}
	for k := int64(1); k <= n; k++ {
		seq := p.first + uint64(((start+int64(dir)*k)%n+n)%n)
		if p.shown(seq) && match(p.row(seq)) {
			p.goTo(seq)
			return true
		}
	}
	return false
}

// SeekWeight goes to the next or previous row of a weight.
func (p *position) SeekWeight(dir int, w Weight) bool {
	return p.seek(dir, func(r *Row) bool { return r.Weight == w })
}

// Search goes to the next or previous match of the query.
func (p *position) Search(dir int) bool {
	return p.query != nil && p.seek(dir, func(r *Row) bool { return p.query.Matches(p.whole(r.Seq)) })
}

// clockTime is a time of day as people type it.
var clockTime = regexp.MustCompile(`^(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:[.,]\d*)?)?$`)

// ClockTime reports whether text is a time of day, "9:05" or "17:29:03.4".
func ClockTime(text string) bool { return clockTime.MatchString(text) }

// SeekStamp goes to the first row whose time, as it is shown, is not before
// clock ("17:29", "17:29:03.4").
func (p *position) SeekStamp(clock string) bool {
	clock = strings.ReplaceAll(clock, ",", ".")
	if strings.IndexByte(clock, ':') == 1 { // rows have two digits of an hour
		clock = "0" + clock
	}
	for seq := p.first; seq < p.next; seq++ {
		r := p.whole(seq)
		if len(r.Columns) == 0 || !p.shown(seq) {
			continue
		}
		stamp := strings.ReplaceAll(strings.TrimSpace(p.Clock.onClock(r)[0].Text), ",", ".")
		if stamp != "" && stamp >= clock {
			p.goTo(seq)
			return true
		}
	}
	return false
}

// SeekTime goes to the row nearest before a moment on the clock that of gives;
// rows without one are passed over.
func (p *position) SeekTime(at time.Time, of func(event.When) time.Time) bool {
	var best uint64
	for seq := p.first; seq < p.next; seq++ {
		if t := of(p.row(seq).When()); !t.IsZero() && p.shown(seq) && (best == 0 || !t.After(at)) {
			best = seq
		}
	}
	if best > 0 {
		p.goTo(best)
	}
	return best > 0
}

// Mark sets or lifts a mark on the row one stands on.
func (p *position) Mark() bool {
	r := p.Current()
	if r == nil {
		return false
	}
	p.Pause()
	p.cursor = r.Seq
	if p.marks[r.Seq] {
		delete(p.marks, r.Seq)
	} else {
		p.marks[r.Seq] = true
	}
	return true
}

// SeekMark goes to the next or previous mark.
func (p *position) SeekMark(dir int) bool {
	return p.seek(dir, func(r *Row) bool { return p.marks[r.Seq] })
}

// Following reports whether the newest row is kept in sight.
func (p *position) Following() bool { return p.follow }

// Follow goes to the newest row and stays there.
func (p *position) Follow() { p.follow, p.cursor = true, 0 }

// Pause keeps what is in sight.
func (p *position) Pause() {
	if p.follow {
		p.follow, p.anchor = false, p.next-1
	}
}

// Scroll moves the cursor by n rows; going down from the newest one follows
// again.
func (p *position) Scroll(n int) {
	if p.follow {
		if n > 0 {
			return
		}
		p.Pause()
		p.cursor = p.before(p.next)
	}
	if p.cursor == 0 {
		p.cursor = p.before(min(p.anchor, p.next-1) + 1)
	}
	for ; n < 0; n++ {
		if to := p.before(p.cursor); to > 0 {
			p.cursor = to
		}
	}
	for ; n > 0; n-- {
		to := p.after(p.cursor)
		if to == 0 {
			p.Follow()
			return
		}
		p.cursor = to
	}
}

// Stand puts the cursor on the row that has a line of the last frame, and
// reports whether it was there already. What is in sight stays.
func (p *position) Stand(line int) (again bool) {
	if line < 0 || line >= len(p.inSight) {
		return false
	}
	seq := p.inSight[line]
	if seq < p.first || seq >= p.next {
		return false
	}
	again = !p.follow && p.cursor == seq
	p.Pause()
	p.cursor = seq
	return again
}

// Home goes to the oldest row.
func (p *position) Home() {
	p.Pause()
	p.cursor = p.after(p.first - 1)
}

// Page is the number of rows that a page key moves.
func (p *position) Page() int { return max(1, p.height-2) }

// goTo stands on a row and brings it into sight.
func (p *position) goTo(seq uint64) {
	p.Pause()
	p.cursor = seq
	p.anchor = max(p.anchor, seq)
	if p.height > 0 && p.anchor > seq+uint64(p.height) || p.anchor < seq+contextBelow {
		p.anchor = min(seq+contextBelow, p.next-1)
	}
}

// contextBelow is how many rows are shown below one that was jumped to.
const contextBelow = 6
