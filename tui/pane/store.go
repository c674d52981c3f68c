package pane

// maxRows bounds a pane; the oldest rows go, and are counted. Up to firstRows
// the ring grows as it must.
const (
	maxRows   = 10_000
	firstRows = 1024
)

// ring is the newest rows, numbered from 1.
type ring struct {
	held  []Row
	next  uint64 // number of the next row
	first uint64 // number of the oldest row that is held
}

// store is the rows of a pane, which of them its filter lets through, and which
// are marked.
type store struct {
	ring
	build      func(*Row) // makes a row's parts from its event, also a second time; nil: they come made
	filter     filter
	kept       int // rows that the filter lets through
	context    int // rows shown around each of them
	query      *Query
	marks      map[uint64]bool
	pseudonyms *Pseudonyms
}

// farthest is how far back a row may stand that a later one amends.
const farthest = 8

// put keeps a row, the oldest one giving way, or puts it where the one stands
// that it amends.
func (st *store) put(r Row) (held *Row, amended bool) {
	for seq := st.next - 1; seq >= st.first && seq+farthest >= st.next; seq-- {
		if old := st.row(seq); r.amends(old) {
			if old.kept {
				st.kept--
			}
			r.Seq = old.Seq
			*old = r
			return old, true
		}
	}
	r.Seq = st.next
	st.next++
	at := int(r.Seq-1) % maxRows
	switch {
	case len(st.held) == firstRows: // from here on it is a flood, or a long day
		st.held = append(make([]Row, 0, maxRows), st.held...)
		fallthrough
	case len(st.held) < maxRows:
		st.held = append(st.held, Row{})
	default:
		if st.held[at].kept {
			st.kept--
		}
		delete(st.marks, st.first)
		st.first++
	}
	st.held[at] = r
	return &st.held[at], false
}

// row is the row with a number that is held.
func (g *ring) row(seq uint64) *Row { return &g.held[int(seq-1)%maxRows] }

// whole is the row with a number, with all its parts, names as they are to be
// shown.
func (st *store) whole(seq uint64) *Row {
	r := st.row(seq)
	if r.whole && r.pseudonyms == st.pseudonyms {
		return r
	}
	r.uncover()
	if st.build != nil {
		st.build(r)
	}
	r.whole = true
	r.cover(st.pseudonyms)
	return r
}

// amend changes the newest row, names and all, and reports whether there is one.
func (st *store) amend(f func(*Row)) bool {
	if st.next == st.first {
		return false
	}
	r := st.row(st.next - 1)
	r.uncover()
	f(r)
	return true
}

// Len is the number of rows held; Gone, how many had to go.
func (g *ring) Len() int     { return int(g.next - g.first) }
func (g *ring) Gone() uint64 { return g.first - 1 }

// Before is the row above another, nil if there is none.
func (st *store) Before(r *Row) *Row {
	if r.Seq <= st.first {
		return nil
	}
	return st.whole(r.Seq - 1)
}

// Highlight shows a query's matches; nil none.
func (st *store) Highlight(q *Query) { st.query = q }

// Matching counts the rows that a query matches.
func (st *store) Matching(match func(*Row) bool) int {
	n := 0
	for seq := st.first; seq < st.next; seq++ {
		if match(st.whole(seq)) {
			n++
		}
	}
	return n
}

// lastMark is the newest mark above a row, or the oldest one below it.
func (st *store) lastMark(seq uint64) uint64 {
	var above, below uint64
	for m := range st.marks {
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

// before is the nearest row in sight above a number, 0 if there is none.
func (st *store) before(seq uint64) uint64 {
	for s := min(seq, st.next); s > st.first; {
		if s--; st.shown(s) {
			return s
		}
	}
	return 0
}

// after is the nearest row in sight below a number, 0 if there is none.
func (st *store) after(seq uint64) uint64 {
	for s := max(seq+1, st.first); s < st.next; s++ {
		if st.shown(s) {
			return s
		}
	}
	return 0
}

// shown reports whether a row is let through by the filter, or is near enough
// to one that is.
func (st *store) shown(seq uint64) bool {
	if !st.filter.on() || st.row(seq).kept {
		return true
	}
	n := uint64(st.context)
	for s := max(st.first+n, seq) - n; n > 0 && s < min(st.next, seq+n+1); s++ {
		if st.row(s).kept {
			return true
		}
	}
	return false
}
