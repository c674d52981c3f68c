package pane

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
