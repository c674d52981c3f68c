package redact

import (
	"fmt"
	"hash/maphash"
	"io"
	"log/slog"
	"strings"
	"unsafe"
)

// Raw is bytes from a remote host or a file that nobody may show: they can
// hold secrets and terminal escapes. Only packages below capture read them
// (a test over the tree holds this); everything that prints a Raw gets a
// placeholder.
//
// It holds an address, not a slice: package fmt does not ask a value in an
// unexported field how it wants to be printed, and would print a slice's bytes.
type Raw struct {
	p    *byte
	n, c int
}

// Wrap marks b as raw. It does not copy: the caller must not reuse b.
func Wrap(b []byte) Raw { return Raw{unsafe.SliceData(b), len(b), cap(b)} }

// Bytes gives the bytes to a decoder below capture.
func (r Raw) Bytes() []byte { return unsafe.Slice(r.p, r.c)[:r.n:r.c] }

// Len is the number of bytes.
func (r Raw) Len() int { return r.n }

const withheld = "[raw bytes withheld]"

// String never shows the bytes.
func (Raw) String() string { return withheld }

// GoString never shows the bytes.
func (Raw) GoString() string { return withheld }

// Format never shows the bytes, whatever the verb.
func (Raw) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, withheld) }

// MarshalText never shows the bytes.
func (Raw) MarshalText() ([]byte, error) { return []byte(withheld), nil }

// LogValue never shows the bytes.
func (Raw) LogValue() slog.Value { return slog.StringValue(withheld) }

// Text is safe to show and to store: secrets are tokens and only graphic
// runes and blanks remain. It can only be made here.
type Text struct{ s string }

// String returns the safe text.
func (t Text) String() string { return t.s }

// Empty reports whether there is no text.
func (t Text) Empty() bool { return t.s == "" }

// MarshalText makes a Text a JSON string.
func (t Text) MarshalText() ([]byte, error) { return []byte(t.s), nil }

// literal is unexported so that Literal takes untyped constants only.
type literal string

// Literal makes a Text of words of our own. Its parameter's type is not
// exported: only an untyped constant can be passed, never a variable.
func Literal(s literal) Text { return Text{string(s)} }

// Join puts texts together with a blank between, if there are two.
func Join(a, b Text) Text {
	if a.s == "" {
		return b
	}
	return Text{a.s + " " + b.s}
}

// Part is a part of a line as a Text. whole is the line's own Text: where that
// is the line byte for byte, what was looked through once is not looked
// through again, and nothing is copied. ok is false where it is not: then the
// part must pass the gate by itself.
func Part(whole Text, line, part Raw) (t Text, ok bool) {
	at := line.c - part.c
	b, p := line.Bytes(), part.Bytes()
	if len(whole.s) != len(b) || at < 0 || at+len(p) > len(whole.s) || whole.s[at:at+len(p)] != string(p) {
		return Text{}, false
	}
	return Text{whole.s[at : at+len(p)]}, true
}

// Lines tells which lines of a file have nothing in them that keys or shapes
// give away, so that the second reading need not look for it again. The zero
// value, and nil, know of none. A line of a file may hold several records, each of
// which is learned by itself: it is clean if all of them are.
type Lines struct {
	clean, found lineSet
}

// lineSet is a set of line numbers, from 1.
type lineSet []uint64

func (s *lineSet) add(n int) {
	for len(*s) <= n/64 {
		*s = append(*s, 0)
	}
	(*s)[n/64] |= 1 << (n % 64)
}

func (s lineSet) has(n int) bool { return n/64 < len(s) && s[n/64]&(1<<(n%64)) != 0 }

// note takes what was found of a record in line n.
func (l *Lines) note(n int, clean bool) {
	if clean {
		l.clean.add(n)
	} else {
		l.found.add(n)
	}
}

// Clean reports whether line n is known to be clean.
func (l *Lines) Clean(n int) bool { return l != nil && l.clean.has(n) && !l.found.has(n) }

// ID tells values apart without showing them: two of one run are the same value
// if their IDs are equal. 0 is no value: there is none, it was cut, or its
// source had masked it.
type ID uint64

// ids makes the IDs of this process; they mean nothing outside it.
var ids = maphash.MakeSeed()

// ID is the text's, without what a token shows beside the value's name.
func (t Text) ID() ID {
	if t.s == "" || strings.HasSuffix(t.s, cutMark) || sourceMasked([]byte(t.s)) {
		return 0
	}
	s := t.s
	if n := tokenAt([]byte(s)); n == len(s) {
		s, _, _ = strings.Cut(s, " ")
	}
	return ID(maphash.String(ids, s))
}
