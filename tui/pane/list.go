package pane

import (
	"slices"

	"syncscope/capture"
	"syncscope/checks"
)

// maxRows bounds a pane; the oldest rows go, and are counted.
const maxRows = 20_000

// List is a pane of rows. It is scrolled by a row's number, so that what is
// read stays where it is while more arrives.
type List struct {
	name    string
	kinds   []capture.Kind // of the sources it shows
	status  checks.SourceStatus
	state   string // shown where there is nothing to follow: why, what to do
	u       *checks.Update
	rows    []*Row
	next    uint64
	dropped uint64
	anchor  uint64 // the lowest row shown, if not following
	cursor  uint64 // the row one stands on
	marked  bool   // cursor is shown
	follow  bool
	raw     bool
}

// NewList makes an empty pane that follows sources of these kinds.
func NewList(name string, kinds ...capture.Kind) *List {
	return &List{name: name, kinds: kinds, follow: true, next: 1, u: &checks.Update{}}
}

// Rows is the list itself: what embeds it is a Reader.
func (l *List) Rows() *List { return l }

// mine reports whether an event concerns the list: marks concern all.
func (l *List) mine(kind capture.Kind, ev capture.Event) bool {
	if _, all := ev.(capture.Mark); all {
		return true
	}
	return slices.Contains(l.kinds, kind)
}

// Set takes the state of the list's sources.
func (l *List) Set(u *checks.Update) {
	l.u = u
	for _, s := range u.Sources {
		if slices.Contains(l.kinds, s.Source.Kind) {
			l.status = s
			l.state = streamWords[s.State]
			if s.Detail != "" {
				l.state += ": " + s.Detail
			}
		}
	}
}

// Add appends a row.
func (l *List) Add(r *Row) {
	r.Seq = l.next
	l.next++
	l.rows = append(l.rows, r)
	if over := len(l.rows) - maxRows; over > 0 {
		l.dropped += uint64(over)
		l.rows = slices.Clone(l.rows[over:])
	}
}

// Last is the newest row, nil if there is none.
func (l *List) Last() *Row {
	if len(l.rows) == 0 {
		return nil
	}
	return l.rows[len(l.rows)-1]
}

// Following reports whether the newest row is kept in sight.
func (l *List) Following() bool { return l.follow }

// Follow goes to the newest row and stays there.
func (l *List) Follow() { l.follow, l.marked = true, false }

// Pause keeps what is in sight.
func (l *List) Pause() {
	if l.follow {
		l.follow, l.anchor = false, l.next-1
	}
}

// Len is the number of rows; Dropped, how many had to go.
func (l *List) Len() int        { return len(l.rows) }
func (l *List) Dropped() uint64 { return l.dropped }

// ToggleRaw shows the lines as they came, or as they are read.
func (l *List) ToggleRaw() { l.raw = !l.raw }

// Scroll moves by n rows; reaching the newest one follows again.
func (l *List) Scroll(n int) {
	l.Pause()
	to := int64(l.anchor) + int64(n)
	first := int64(l.dropped) + 1
	l.anchor = uint64(min(max(to, first), int64(l.next)-1))
	if n > 0 && l.anchor == l.next-1 {
		l.Follow()
	}
}

// Home goes to the oldest row.
func (l *List) Home() { l.Pause(); l.anchor = l.dropped + 1 }

// at is the index of the row with a number.
func (l *List) at(seq uint64) int {
	return min(max(int(seq)-int(l.dropped)-1, 0), max(len(l.rows)-1, 0))
}

// goTo puts the cursor on a row and the row into sight.
func (l *List) goTo(i int) {
	l.follow, l.marked = false, true
	l.cursor = l.rows[i].Seq
	l.anchor = min(l.cursor+contextBelow, l.next-1)
}

// contextBelow is how many rows are shown below one that was jumped to.
const contextBelow = 6
