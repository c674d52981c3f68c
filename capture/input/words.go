package input

import "bytes"

// broken finds the width at which lines were broken between words: no row is
// longer, and none had room for the next row's first word. Rows of one width were
// broken at a column, within words: joined with a blank they would say something else.
func (r *rows) broken(in []line) (width int, ok bool) {
	var votes [maxWidth + 2]int
	alike := map[int]int{} // rows that go on, by their width
	pairs, most := 0, 0
	for i := 1; i < len(in); i++ {
		if r.kinds[i] != other || r.kinds[i-1] == empty || r.wide[i-1] < minWidth/2 {
			continue
		}
		pairs++
		alike[r.wide[i-1]]++
		most = max(most, alike[r.wide[i-1]])
		word := bytes.IndexByte(in[i].b, ' ')
		if word < 0 {
			word = len(in[i].b)
		}
		if word == 0 { // no mail begins a row with a blank
			continue
		}
		if lo, hi := r.wide[i-1], r.wide[i-1]+word; lo <= maxWidth {
			votes[lo]++
			votes[min(hi, maxWidth)+1]--
		}
	}
	sum, best := 0, 0
	for w := range votes {
		if sum += votes[w]; sum > best && w >= minWidth {
			best, width = sum, w
		}
	}
	return width, pairs > 2 && 10*best >= 9*pairs && 2*most <= pairs
}

// glue joins rows that were broken between words.
func (r *rows) glue(in []line, width int) []line {
	out := in[:0:0]
	for i := 0; i < len(in); i++ {
		l, joined := in[i], false
		for i+1 < len(in) && r.kinds[i] != empty && r.kinds[i+1] == other && len(l.b) <= maxLine {
			word := bytes.IndexByte(in[i+1].b, ' ')
			if word < 0 {
				word = len(in[i+1].b)
			}
			if r.wide[i]+1+word <= width {
				break
			}
			if !joined {
				l.b, l.begun, joined = bytes.Clone(l.b), false, true
			}
			i++
			l.b = append(append(l.b, ' '), in[i].b...)
			r.c.rows++
			r.c.words++
		}
		out = append(out, l)
	}
	return out
}
