package redact

import "bytes"

// What a mask may tell. Whoever sees which words are masked could read a secret
// off them, or ask for one by writing guesses into a log. So a word or a phrase is
// never learnt, a value is looked for whole, and a part of one is masked only where
// a line may have been cut, and only if a machine made the value.

// A value that is looked for in parts too is at least so long.
const cutMin = 16

// joiners are the signs that stand within words and between them.
var joiners = func() (t [256]bool) {
	for _, c := range []byte(" \t-_.,:;'/()[]") {
		t[c] = true
	}
	return t
}()

// Classes of characters, to tell words from what a machine made.
const (
	small = iota
	capital
	digit
	sign
)

func classOf(c byte) int {
	switch {
	case c >= 'a' && c <= 'z':
		return small
	case c >= 'A' && c <= 'Z':
		return capital
	case c >= '0' && c <= '9':
		return digit
	}
	return sign
}

// changes counts how often v goes over from one class to another. That a word
// begins with a capital is no change.
func changes(v []byte) (n int) {
	for i := 1; i < len(v); i++ {
		a, b := classOf(v[i-1]), classOf(v[i])
		if a != b && !(a == capital && b == small && (i == 1 || classOf(v[i-2]) != small)) {
			n++
		}
	}
	return n
}

// ordinary reports whether v is a word or a phrase as logs are made of: letters
// and what joins them. It is masked where its key stands, and tells nothing
// elsewhere.
func ordinary(v []byte) bool {
	for _, c := range v {
		if c >= '0' && c <= '9' || c < 0x80 && !isLetter(c) && !joiners[c] {
			return false
		}
	}
	return 2*changes(v) < len(v)
}

// cuttable reports whether parts of the value are looked for: those of what a
// machine made. A password that a person made has words in it, and the line that
// cuts it is masked by its key.
func (k *known) cuttable() bool {
	if len(k.value) < cutMin || !random(k.value) {
		return false
	}
	return k.kind != Password || 5*changes(k.value) >= 2*len(k.value) && mixed(k.value)
}

// mixed reports whether v has letters of both cases and digits.
func mixed(v []byte) bool {
	var has [sign + 1]bool
	for _, c := range v {
		has[classOf(c)] = true
	}
	return has[small] && has[capital] && has[digit]
}

// tells reports whether a part has a digit or a sign: letters alone may be a word.
func tells(part []byte) bool {
	for _, c := range part {
		if !isLetter(c) && !joiners[c] {
			return true
		}
	}
	return false
}

// partAt reports whether b[start:end], which f has, may be what a cut left of the
// value: it goes to an edge of the text on each side on which the value goes on.
// Of what a person made only the end of a value is taken for one, at a line's
// beginning: no name can stand before it.
func (k *known) partAt(f spelling, b []byte, start, end int) bool {
	part := b[start:end]
	first, last := f.hex || bytes.HasPrefix(f.b, part), bytes.HasSuffix(f.b, part)
	switch {
	case !tells(part):
		return false
	case k.kind == Password && !bytes.ContainsFunc(part, func(r rune) bool { return r < 0x80 && isLetter(byte(r)) }): // a time, an address
		return false
	case !k.cuttable():
		return last && start == 0
	case f.hex:
		return end-start >= hexMin && (edgeBefore(b[:start]) || edgeBehind(b[end:]))
	}
	return (first || edgeBefore(b[:start])) && (last || edgeBehind(b[end:]))
}

// edgeBefore reports whether text may have been cut behind b: a line's beginning,
// an ellipsis, the border of a column.
func edgeBefore(b []byte) bool {
	t := bytes.TrimRight(b, " \t")
	return len(t) == 0 || t[len(t)-1] == '\n' || t[len(t)-1] == '>' || t[len(t)-1] == '|' || bytes.HasSuffix(t, []byte("...")) || bytes.HasSuffix(t, []byte("…")) || bytes.HasSuffix(t, []byte("│"))
}

// edgeBehind reports the same of what stands before b.
func edgeBehind(b []byte) bool {
	t := bytes.TrimLeft(b, " \t\r\\=\"'")
	return len(t) == 0 || t[0] == '\n' || t[0] == '|' || bytes.HasPrefix(t, []byte("...")) || bytes.HasPrefix(t, []byte("…")) || bytes.HasPrefix(t, []byte("│"))
}
