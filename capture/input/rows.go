package input

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// rows joins the rows that a terminal of one width, or a mail, made of long lines.
type rows struct {
	c     *Repairs
	known Known
	kinds []kind
	wide  []int // of each line, in columns
	inner []int // of each line that goes on in an envelope of its own: how long that is
	marks bool  // curl's signs in front of lines were seen
}

// kind is what a line is to the one above it.
type kind uint8

const (
	empty   kind = iota
	begins       // a record begins
	follows      // it goes on with the record by itself
	other        // nothing tells: the rest of the line above, or prose
)

// Bounds of a terminal's width.
const (
	minWidth = 56
	maxWidth = 400
	maxWraps = 3 // a log that was wrapped is pasted into something narrower
	// shortPaste is up to how many lines one row that goes on is enough to tell.
	shortPaste = 8
	trimmed    = 3 // blanks at a row's end that were dropped
)

func (*rows) long() bool { return false }

func (r *rows) lines(in []line, _ bool) []line {
	if !r.look(in) {
		return in
	}
	enough := 2
	if len(in) <= shortPaste {
		enough = 1
	}
	if w, ok := r.hidden(in); ok {
		in, enough = r.join(in, []int{w}), 2
		r.look(in)
	}
	if !slices.Contains(r.kinds, begins) { // lines of whatever it is
		return in
	}
	for range maxWraps {
		ws := r.widths(in, enough)
		if len(ws) == 0 {
			break
		}
		in, enough = r.join(in, ws), 2 // how long a line is tells no width
		r.look(in)
	}
	if w, ok := r.broken(in); ok {
		in = r.glue(in, w)
	}
	return in
}

// look tells what each line is; false: nothing is there that could be joined.
func (r *rows) look(in []line) (some bool) {
	n := len(in)
	r.kinds, r.wide, r.inner = slices.Grow(r.kinds[:0], n), slices.Grow(r.wide[:0], n), slices.Grow(r.inner[:0], n)
	r.marks = r.marks || slices.ContainsFunc(in[:min(len(in), firstLines)], func(l line) bool { return marked(l.b) && r.known.Output != nil && r.known.Output(l.b) })
	var around envelope
	widest := minWidth
	for i, l := range in {
		k, inner := other, 0
		switch {
		case len(bytes.TrimSpace(l.b)) == 0, bytes.HasPrefix(l.b, []byte("```")), bytes.HasPrefix(l.b, []byte("^C")):
			k = empty
		case l.begun || r.known.Begins(l.b):
			if k, inner = begins, around.next(l.b, r.known); inner > 0 {
				k, some = other, true
			}
		case r.marks && (marked(l.b) || bytes.HasPrefix(l.b, []byte("curl: ("))):
			k = begins
		case r.known.Follows(l.b):
			k = follows
		case i > 0 && r.kinds[i-1] != empty:
			some = true
		}
		if k == other && i > 0 && r.kinds[i-1] == other && r.wide[i-1] >= minWidth && signs(l.b) && !r.below(i-1) {
			r.kinds[i-1], some = begins, true // nobody writes a line of nothing but signs
		}
		r.kinds, r.inner = append(r.kinds, k), append(r.inner, inner)
		r.wide = append(r.wide, l.front+columns(l.b))
		if i > 0 && r.wide[i-1] >= widest {
			widest = r.wide[i-1]
			some = some || r.kinds[i-1] == begins && r.goes(in, i-1, widest) && torn(in[i-1].b)
		}
	}
	return some
}

// hidden looks for rows where none begins anything, as wide as the widest: joined, they
// tell what none of them tells by itself; or, of an output that is known, several go on
// in a narrower row each, as no table's do. The first of them begins what is joined.
func (r *rows) hidden(in []line) (width int, ok bool) {
	w := slices.Max(r.wide)
	if w < minWidth || w > maxWidth || slices.Contains(r.kinds, begins) {
		return 0, false
	}
	top, pairs, others := -1, 0, 0
	for i := 0; i < len(in); i++ {
		if r.kinds[i] == empty || full(r.wide[i], []int{w}) == 0 {
			continue
		}
		first, b := i, in[i].b
		for full(r.wide[i], []int{w}) > 0 && r.goes(in, i, w) && len(b) <= maxLine {
			i++
			b = append(b[:len(b):len(b)], in[i].b...)
		}
		if top < 0 {
			top = first
		}
		if i == first+1 && full(r.wide[i], []int{w}) == 0 {
			pairs++
		} else {
			others++
		}
		ok = ok || i > first && r.tells(b) && !slices.ContainsFunc(in[first:i+1], func(l line) bool { return r.tells(l.b) })
	}
	if ok = ok || pairs > 1 && others == 0 && r.output(in); ok {
		r.kinds[top] = begins
	}
	return w, ok
}

// output reports whether a command is known by its first lines.
func (r *rows) output(in []line) bool {
	return r.known.Output != nil && slices.ContainsFunc(in[:min(len(in), firstLines)], func(l line) bool { return r.known.Output(l.b) })
}

// tells reports whether a line begins something, or tells whose output it is of.
func (r *rows) tells(b []byte) bool {
	return r.known.Begins(b) || r.known.Output != nil && r.known.Output(b)
}

// goes reports whether the row at i, of a width, goes on in the next line. Words that
// stand anywhere in a line are the rest of a row that is full, or ends within quotes or
// brackets.
func (r *rows) goes(in []line, i, w int) bool {
	switch {
	case i+1 >= len(in):
		return false
	case r.kinds[i+1] == other:
		return true
	}
	return r.kinds[i+1] == begins && r.known.Loose != nil && (r.wide[i] == w || torn(in[i].b)) && r.known.Loose(in[i+1].b)
}

// below reports whether the line at i is the rest of the one above, if it is a row: that
// is as wide.
func (r *rows) below(i int) bool {
	return i > 0 && r.kinds[i-1] != empty && full(r.wide[i-1], r.wide[i:i+1]) > 0
}

// columns is how many columns a line takes: of most lines, as many as bytes.
func columns(b []byte) int {
	at := 0
	for at+8 <= len(b) && printable(b[at:]) {
		at += 8
	}
	return at + utf8.RuneCount(b[at:])
}

// signs reports whether a line ends what the one above says, and is nothing else.
func signs(b []byte) bool { return len(b) < 4 && len(bytes.Trim(b, `.,;:)]}"'`)) == 0 }

// marked reports whether a line begins as those of curl -v do.
func marked(b []byte) bool {
	return len(b) > 1 && b[1] == ' ' && bytes.IndexByte([]byte("*<>{}"), b[0]) >= 0
}

// envelope is what stands around a record that has a stamp of its own: a daemon that
// parts long lines puts it in front of each part.
type envelope struct{ front string }

// next takes a line, and gives how long the envelope is in which it only goes on with
// the record above; 0: it begins one.
func (e *envelope) next(b []byte, known Known) int {
	if known.Front == nil {
		return 0
	}
	n := known.Front(b)
	if n == 0 || n >= len(b) {
		e.front = ""
		return 0
	}
	if known.Stamped(b[n:]) {
		e.front = shape(b[:n])
		return 0
	}
	if e.front == "" || known.Begins(b[n:]) || known.Follows(b[n:]) || shape(b[:n]) != e.front {
		return 0
	}
	return n
}

// full gives the width of which a row is; 0: it is of none.
func full(wide int, ws []int) int {
	for _, w := range ws {
		if wide <= w && wide > w-trimmed-1 {
			return w
		}
	}
	return 0
}

// join joins rows to lines.
func (r *rows) join(in []line, ws []int) []line {
	hang := r.hanging(in, ws)
	out, record := in[:0:0], false
	for i := 0; i < len(in); i++ {
		l, joined := in[i], false
		record = r.kinds[i] != empty && (record || r.kinds[i] != other)
		for w := full(r.wide[i], ws); record && w > 0 && r.goes(in, i, w) && len(l.b) <= maxLine; w = full(r.wide[i], ws) {
			if !joined {
				l.b, l.begun, joined = bytes.Clone(l.b), false, true
			}
			for range w - r.wide[i] {
				l.b = append(l.b, ' ')
			}
			i++
			l.b = append(l.b, in[i].b[max(r.inner[i], min(hang, indent(in[i].b))):]...)
			r.c.rows++
			r.c.width(w)
		}
		out = append(out, l)
	}
	return out
}

// hanging is by how many blanks the rows are indented that go on with another.
func (r *rows) hanging(in []line, ws []int) int {
	hang := -1
	for i := range in {
		if i > 0 && r.kinds[i] == other && r.kinds[i-1] != empty && full(r.wide[i-1], ws) > 0 {
			if n := indent(in[i].b); hang < 0 || n < hang {
				hang = n
			}
		}
	}
	if hang < 2 {
		return 0
	}
	return hang
}

func indent(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " ")) }

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
