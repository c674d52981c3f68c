package input

import (
	"bytes"
	"slices"
)

// spread is what speaks for a width and against it.
type spread struct {
	full, whole, page, torn int
	strays                  map[int]int // narrower rows that go on, by their width
}

// stray is how many narrower rows go on that are not of one width. Those of one width
// are rows of another terminal, or what is left of its rows.
func (s spread) stray() int {
	all, most := 0, 0
	for _, n := range s.strays {
		all, most = all+n, max(most, n)
	}
	if most > 1 && 10*most >= 9*all {
		return all - most
	}
	return all
}

// widths finds the widths at which lines were broken. Of a stretch of lines between
// blank ones, it is the longest line's: rows of that width go on in the next line,
// and little else does; enough: how many have to.
func (r *rows) widths(in []line, enough int) []int {
	found := map[int]spread{}
	for from := 0; from < len(in); {
		if r.kinds[from] == empty {
			from++
			continue
		}
		end := from
		for end < len(in) && r.kinds[end] != empty {
			end++
		}
		r.stretch(in, from, end, found)
		from = end
	}
	var out []int
	for w, s := range found {
		if w >= minWidth && w <= maxWidth && s.tells(enough) {
			out = append(out, w)
		}
	}
	if w, ok := r.agreed(in, max(enough, 3)); ok && len(out) == 0 {
		return []int{w}
	}
	slices.Sort(out)
	return widest(out)
}

// widest leaves out a width that is another less the blanks at a row's end: in some
// stretch all rows lost theirs.
func widest(ws []int) (out []int) {
	for i, w := range ws {
		if i+1 == len(ws) || ws[i+1]-w > trimmed {
			out = append(out, w)
		}
	}
	return out
}

// agreed is the width that nearly all rows have which go on in the next one, though
// lines from elsewhere are longer and stand whole. Lines above the first such row and
// below the last are none of their piece. No row of it is wider than the one above.
func (r *rows) agreed(in []line, enough int) (width int, ok bool) {
	count, goes, whole, pending := map[int]int{}, 0, map[int]int{}, []int{}
	for i := range in {
		switch on := i+1 < len(in) && r.kinds[i+1] == other && in[i+1].b[0] != '<' && r.wide[i+1] <= r.wide[i]+trimmed; {
		case r.kinds[i] == empty:
		case !on && goes > 0:
			pending = append(pending, r.wide[i])
		case on:
			goes++
			if count[r.wide[i]]++; count[r.wide[i]] > count[width] {
				width = r.wide[i]
			}
			for _, w := range pending {
				whole[w]++
			}
			pending = pending[:0]
		}
	}
	n := count[width]
	return width, n >= enough && 10*n >= 9*goes && 4*whole[width] <= n && width >= minWidth && width <= maxWidth
}

// tells reports whether a width is one at which rows were broken. A single row tells
// where it ends within quotes or brackets, and nothing speaks against it.
func (s spread) tells(enough int) bool {
	stray := s.stray()
	switch {
	case s.full < min(2, s.page):
		return false
	case stray == 0 && s.torn > 0 && s.whole == 0:
		return true
	case stray == 0:
		return s.full >= enough && s.whole <= s.full
	}
	return s.full >= enough && 4*s.whole <= s.full && stray <= s.full/2
}

// torn reports whether a row ends within quotes or brackets.
func torn(b []byte) bool {
	open := 0
	for _, c := range b {
		switch c {
		case '(', '[', '{':
			open++
		case ')', ']', '}':
			open--
		}
	}
	return open > 0 || bytes.Count(b, []byte{'"'})%2 == 1
}

// stretch counts for the widest line of some lines.
func (r *rows) stretch(in []line, from, end int, found map[int]spread) {
	w := slices.Max(r.wide[from:end])
	s, record := found[w], false
	for i := from; i < end; i++ {
		if record = record || r.kinds[i] != other; !record { // prose in front
			continue
		}
		full, goes := r.wide[i] == w, i+1 < end && r.kinds[i+1] == other
		if full && !goes && i+1 < end && r.goes(in, i, w) {
			if goes = torn(in[i].b); !goes { // it may go on: that speaks for nothing
				continue
			}
		}
		if goes && in[i+1].b[0] == '<' {
			s.page++
		}
		switch {
		case full && goes:
			s.full++
			if torn(in[i].b) {
				s.torn++
			}
		case full:
			s.whole++
		case goes && r.wide[i] < w-trimmed && in[i+1].b[0] != '<': // a page that is quoted has lines of its own
			if s.strays == nil {
				s.strays = map[int]int{}
			}
			s.strays[r.wide[i]]++
		}
	}
	found[w] = s
}
