package input

import (
	"bytes"
	"io"
	"slices"
)

// Known tells what begins a record. All look at one line without its end.
type Known struct {
	// Begins reports whether a line begins a record of a log, a listing or an
	// output that is understood.
	Begins func(line []byte) bool
	// Recorded reports whether it is a log's or a listing's: no command's output, and
	// not what a page shows.
	Recorded func(line []byte) bool
	// Listed reports whether a line begins a packet of a listing. Optional.
	Listed func(line []byte) bool
	// Dumped reports whether a line is a row of a packet's dump: nothing begins in it,
	// wherever one looks. Optional.
	Dumped func(line []byte) bool
	// Loose reports whether a line begins something by words that may as well be the
	// rest of a row: a page shows them anywhere, or a command has no prompt. Optional.
	Loose func(line []byte) bool
	// Output reports whether a line is one by which a command is known.
	Output func(line []byte) bool
	// Stamped reports whether the record that a line begins has a time of its own.
	Stamped func(line []byte) bool
	// Follows reports whether a line that begins nothing goes on with the record
	// above it by itself: a stack trace's, a dump's.
	Follows func(line []byte) bool
	// Front is how much of a line that begins a record is not its program's words.
	Front func(line []byte) int
}

// Bounds of what is held at once.
const (
	maxHead = 1 << 20  // of a text: what tells whether it needs repairs, and a block
	maxLine = 64 << 10 // of a line: a record is never longer
)

// The marks that keep count of lines. No text in UTF-8 holds their bytes.
var (
	Joined = []byte("\xff\xfe\xff") // this line was joined to the one before it
	Piece  = []byte("\xff\xfe\xfe") // what follows belongs to the line before it too
)

// Number gives how many lines of the file a line of the repaired text counts for,
// and its bytes; none: it only counts.
func Number(b []byte) (n int, rest []byte, none bool) {
	switch {
	case len(b) < len(Joined) || b[0] != Joined[0] || b[1] != Joined[1]:
		return 1, b, false
	case len(b) == len(Joined) && b[2] == Joined[2]:
		return 1, nil, true
	case b[2] == Piece[2]:
		return 0, b[len(Piece):], false
	}
	return 1, b, false
}

// line is a line of a block: its bytes, which line of the file it begins in, and how
// many columns of it stood in front and were dropped.
type line struct {
	b     []byte
	n     int
	front int
	begun bool // a record is known to begin it, as it stands
}

// step is a repair: lines in, lines out, in order of their numbers. Each sees every
// line of a text once.
type step interface {
	lines(in []line, last bool) []line
	// long reports whether lines may be longer than records are: markup has no lines.
	long() bool
}

// Text is a text being repaired, from where it needs that.
type Text struct {
	r       io.Reader // in UTF-8
	steps   []step    // none: the encoding was all
	known   Known
	clean   *watch // while nothing needed repair; nil: something did
	Repairs Repairs

	in   []byte // read and not repaired yet
	used int    // of that, what was given as it is
	out  []byte // repaired and not given yet
	base int    // the number of the next line of the file
	next int    // the number of the next line to be given
	over bool   // the rest of a line that is too long is dropped
	err  error
}

// Open looks at the first bytes of r, and gives back what is to be read in its
// place: a *Text if something has to be repaired, or is found to be behind what is
// looked at first; else a reader of the same bytes.
func Open(r io.Reader, known Known) io.Reader {
	head := make([]byte, 4<<10)
	n, err := readFull(r, head)
	if head = head[:n]; err == nil && !binary(head) {
		more := make([]byte, maxHead)
		k, e := readFull(r, more[copy(more, head):])
		head, err = more[:n+k], e
	}
	whole := io.MultiReader(bytes.NewReader(head), &rest{r, err})
	if binary(head) {
		return whole
	}
	if as := encodingOf(head); as != utf8Text {
		again := Open(&decoder{r: whole, as: as}, known)
		t, ok := again.(*Text)
		if !ok {
			t = &Text{r: again}
		}
		t.Repairs.encoding = as
		return t
	}
	try := newText(nil, known)
	try.through(head, err != nil)
	t := newText(whole, known)
	switch {
	case !try.Repairs.none():
	case err != nil:
		return whole
	default:
		t.clean = &watch{seen: map[uint64]bool{}}
		t.clean.learn(head[:bytes.LastIndexByte(head, '\n')+1])
	}
	return t
}

// rest is what is behind the head, or the error that ended it.
type rest struct {
	r   io.Reader
	err error
}

func (r *rest) Read(b []byte) (int, error) {
	if r.err != nil {
		return 0, r.err
	}
	return r.r.Read(b)
}

// readFull fills b as far as r goes, with the reader's own error.
func readFull(r io.Reader, b []byte) (n int, err error) {
	for n < len(b) && err == nil {
		var k int
		k, err = r.Read(b[n:])
		n += k
	}
	return n, err
}

func newText(r io.Reader, known Known) *Text {
	t := &Text{r: r, known: known}
	c := &t.Repairs
	t.steps = []step{&escapes{c: c}, &mail{c: c}, &page{c: c, known: known}, &glyphs{c: c}, &panes{c: c, known: known}, &journal{c: c, known: known}, &records{c: c, known: known}, &breaks{c: c, known: known}, &tabs{c: c, known: known}, &dress{c: c, known: known}, &rows{c: c, known: known}}
	return t
}

// Read gives the repaired text.
func (t *Text) Read(b []byte) (int, error) {
	if t.steps == nil {
		return t.r.Read(b)
	}
	for len(t.out) == 0 {
		if t.err != nil && t.used == len(t.in) {
			return 0, t.err
		}
		t.block()
	}
	n := copy(b, t.out)
	t.out = t.out[n:]
	return n, nil
}

// block gives or repairs another block.
func (t *Text) block() {
	t.in, t.used = t.in[:copy(t.in, t.in[t.used:])], 0
	if t.clean != nil && !t.clean.doubt {
		t.fill(passed)
		t.used = t.clean.give(t.in, t.err != nil)
		t.out = t.in[:t.used]
		return
	}
	t.fill(maxHead)
	b := t.in
	if t.over {
		if b = t.drop(b); t.over {
			t.in = t.in[:0]
			return
		}
	}
	end := len(b)
	if i := bytes.LastIndexByte(b, '\n'); t.err == nil && i >= 0 {
		end = i + 1
	}
	t.used = len(t.in) - len(b) + end
	if t.clean != nil && t.needless(b[:end]) {
		t.clean.learn(b[:end])
		t.out = b[:end]
		return
	}
	t.clean = nil
	t.out = t.repair(b[:end], t.err != nil)
}

// fill reads on until a block is there, or all.
func (t *Text) fill(size int) {
	have := len(t.in)
	if t.err != nil || have >= size {
		return
	}
	t.in = slices.Grow(t.in, size-have)[:size]
	n, err := readFull(t.r, t.in[have:])
	t.in, t.err = t.in[:have+n], err
}

// needless reports whether a block needs no repair after all.
func (t *Text) needless(b []byte) bool {
	try := newText(nil, t.known)
	try.through(b, t.err != nil)
	return try.Repairs.none()
}

// drop leaves out the rest of a line whose beginning was given.
func (t *Text) drop(b []byte) []byte {
	i := bytes.IndexByte(b, '\n')
	if i < 0 {
		return nil
	}
	t.over = false
	return b[i+1:]
}

// repair gives a block's lines as they are behind all steps. A block without an end
// is the beginning of a line.
func (t *Text) repair(b []byte, last bool) []byte {
	in, whole, long := t.through(b, last)
	out := t.write(in)
	if !whole && t.base > 0 {
		if t.over = !long; !t.over { // what follows are more pieces of the same line
			t.base--
		}
	}
	return out
}

// through takes the lines of a block through all steps. whole: a line of it ends.
func (t *Text) through(b []byte, last bool) (in []line, whole, long bool) {
	in, whole = make([]line, 0, bytes.Count(b, []byte{'\n'})+1), last
	for len(b) > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			i = len(b)
		} else {
			whole = true
		}
		in = append(in, line{b: bytes.TrimRight(b[:i], "\r"), n: t.base})
		t.base++
		b = b[min(i+1, len(b)):]
	}
	for _, s := range t.steps {
		if long = long || s.long(); !s.long() {
			in = cut(in)
		}
		in = s.lines(in, last)
	}
	return in, whole, long
}

// cut ends lines that are longer than a record: whoever reads them sees by one byte
// more that they were cut.
func cut(in []line) []line {
	for i := range in {
		if len(in[i].b) > maxLine+1 {
			in[i].b = in[i].b[:maxLine+1]
		}
	}
	return in
}

// write gives lines their ends and the marks that keep count of them.
func (t *Text) write(in []line) []byte {
	size := 0
	for _, l := range in {
		size += len(l.b) + 1
	}
	out := make([]byte, 0, size)
	for _, l := range in {
		out = t.count(out, l.n)
		if l.n < t.next {
			out = append(out, Piece...)
		} else {
			t.next++
		}
		if b := l.b; len(b) >= 2 && b[0] == Joined[0] && b[1] == Joined[1] { // no mark of ours
			out = append(append(out, ' '), b[2:]...)
		} else {
			out = append(out, b...)
		}
		out = append(out, '\n')
	}
	return t.count(out, t.base)
}

// count writes a mark for each line before number n that is not there any more.
func (t *Text) count(out []byte, n int) []byte {
	for ; t.next < n; t.next++ {
		out = append(append(out, Joined...), '\n')
	}
	return out
}
