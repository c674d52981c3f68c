package input

import (
	"unicode/utf8"
)

// glyphs makes plain what an editor or a web page put in place of blanks, quotes
// and dashes, and drops what has no width.
type glyphs struct{ c *Repairs }

func (*glyphs) long() bool { return true }

func (g *glyphs) lines(in []line, _ bool) []line {
	for i := range in {
		in[i].b = g.plain(in[i].b)
	}
	return in
}

// plain is a line without what an editor made of it.
func (g *glyphs) plain(b []byte) []byte {
	at := 0
	for at < len(b) && (b[at] < lead[0] || !strange(b[at:])) {
		at++
	}
	if at == len(b) {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:at]...)
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		switch to, odd := plainGlyph(r); {
		case !odd:
			out = append(out, b[at:at+n]...)
		case to != 0:
			out = append(out, to)
		}
		at += n
	}
	g.c.glyphs++
	return out
}

// lead are the first bytes of what is made plain, in UTF-8.
const lead = "\xc2\xe2\xe3\xef"

func strange(b []byte) bool {
	switch b[0] {
	case lead[0], lead[1], lead[2], lead[3]:
		r, _ := utf8.DecodeRune(b)
		_, odd := plainGlyph(r)
		return odd
	}
	return false
}

// plainGlyph is the ASCII character in whose place r stands; 0: none does.
func plainGlyph(r rune) (to byte, odd bool) {
	switch {
	case r == 0xa0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' ', true
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
		return 0, true
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe63, r == 0xff0d:
		return '-', true
	case r >= 0x2018 && r <= 0x201b, r == 0x2032, r == 0xff07:
		return '\'', true
	case r >= 0x201c && r <= 0x201f, r == 0x2033, r == 0xab, r == 0xbb, r == 0xff02:
		return '"', true
	}
	return 0, false
}
