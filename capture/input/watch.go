package input

import (
	"bytes"
	endian "encoding/binary"
)

// watch tells, of a text that needed no repair so far, whether it may need one now: a
// line begins as none did before. That costs far less than to try.
type watch struct {
	seen   map[uint64]bool // how lines begin
	recent [256]uint64     // of those, the ones seen last: most lines begin as few do
	signs  [len(oddSigns)]bool
	doubt  bool // what comes next is to be tried
	bytes  int
	tried  int
}

// oddSigns are in what a terminal or an editor puts into the middle of a line: an
// escape, and the first bytes of blanks, quotes and dashes in UTF-8.
const oddSigns = "\x1b\xc2\xe2"

// Bounds of what is remembered, and of what is tried: of a text whose lines begin in
// any way, a part.
const (
	maxSeen    = 4096
	firstTries = 4
	triedOf    = 8 // blocks, one
)

// passed is how much is looked at once: what a processor has at hand.
const passed = 128 << 10

// give is how much of what was read needs nothing. All of it is remembered; its last
// line is looked at again, for the one below may be the rest of it.
func (w *watch) give(b []byte, last bool) int {
	if end := bytes.LastIndexByte(b, '\n') + 1; end > 0 && !last {
		b = b[:end]
	}
	from := w.odd(b)
	w.bytes += len(b)
	if w.doubt = w.tries(from < len(b)); w.doubt {
		return from
	}
	if end := bytes.LastIndexByte(b[:max(len(b)-1, 0)], '\n') + 1; end > 0 && !last {
		b = b[:end]
	}
	return len(b)
}

// tries reports whether to try what may be odd: of a text whose lines begin in any way,
// a part is.
func (w *watch) tries(odd bool) bool {
	if !odd || w.tried > firstTries+w.bytes/(triedOf*maxHead) {
		return false
	}
	w.tried++
	return true
}

// learn remembers what needs nothing though it was tried.
func (w *watch) learn(b []byte) {
	w.odd(b)
	w.doubt = false
}

// odd is where what is odd begins in some bytes; len(b): nowhere.
func (w *watch) odd(b []byte) int {
	from := w.lines(b)
	for i := range w.signs {
		if w.signs[i] {
			continue
		}
		if at := bytes.IndexByte(b, oddSigns[i]); at >= 0 {
			w.signs[i], from = true, min(from, bytes.LastIndexByte(b[:at], '\n')+1)
		}
	}
	return from
}

// lines is where the line stands that is above the first one that begins as none did
// before: that may be the rest of it. len(b): nowhere.
func (w *watch) lines(b []byte) int {
	first, above := len(b), 0
	for at := 0; len(b)-at >= beginning; {
		i := bytes.IndexByte(b[at:], '\n')
		if s := begun(b[at:], i); s != 0 {
			const spread = 0x9e3779b97f4a7c15 // an odd number that mixes the bits upwards
			if recent := &w.recent[s*spread>>56]; *recent != s {
				if *recent = s; w.new(s) {
					first = min(first, above)
				}
			}
		}
		if i < 0 {
			break
		}
		above, at = at, at+i+1
	}
	return first
}

// new reports whether no line began so before.
func (w *watch) new(s uint64) bool {
	if w.seen[s] {
		return false
	}
	if len(w.seen) < maxSeen {
		w.seen[s] = true
	}
	return true
}

// beginning is how many bytes of a line are looked at.
const beginning = 8

// begun is what a line begins with that ends at end: of each byte the upper half, which
// tells digits, letters, and blanks and signs apart. It is 0 for a blank line.
func begun(b []byte, end int) uint64 {
	s := endian.LittleEndian.Uint64(b) & 0xf0f0f0f0f0f0f0f0
	if uint(end) < beginning {
		s &= 1<<(8*end) - 1
	}
	return s
}

// Intact tells of a text that is read as it is whether Open would repair it. Who reads
// the text knows most of its lines for whole records, which need nothing; Intact is given
// the others, and what stands around them.
type Intact struct {
	known Known
	clean watch
	part  []byte // the lines that are tried
	left  int    // how much of the text is to pass until those are together; 0: none are
}

// NewIntact tells of a text from its beginning on, which is tried in any case.
func NewIntact(known Known) *Intact {
	return &Intact{known: known, clean: watch{seen: map[uint64]bool{}}, left: maxHead}
}

// Lines takes the next of the text's lines that are no whole records: b[from:to]. The
// rest of b stands around them.
func (t *Intact) Lines(b []byte, from, to int) {
	if t.left == 0 {
		if !t.clean.tries(t.clean.odd(b[from:to]) < to-from) {
			return
		}
		t.left = maxHead
	}
	t.part = append(t.part, b...)
}

// Passed is told that n more bytes of the text were taken. It is false where the text
// needs repair.
func (t *Intact) Passed(n int) bool {
	t.clean.bytes += n
	if t.left > n {
		t.left -= n
		return true
	}
	return t.left == 0 || t.try(false)
}

// End is told that nothing follows. It is false where the text needs repair.
func (t *Intact) End() bool { return t.left == 0 || t.try(true) }

// try reports whether the lines need nothing, and remembers them then.
func (t *Intact) try(last bool) bool {
	steps := newText(nil, t.known)
	if steps.through(t.part, last); binary(t.part) || encodingOf(t.part) != utf8Text || !steps.Repairs.none() {
		return false
	}
	t.clean.odd(t.part)
	t.part, t.left = t.part[:0], 0
	return true
}
