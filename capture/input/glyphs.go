package input

import (
	"bytes"
	"slices"
	"unicode/utf8"
)

// glyphs makes plain what an editor or a web page put in place of blanks, quotes
// and dashes, and drops what has no width.
type glyphs struct{ c *Repairs }

func (*glyphs) long() bool { return true }

func (g *glyphs) lines(in []line, _ bool) []line {
	for i := range in {
		in[i].b = g.unescaped(g.unnamed(g.plain(g.unlinked(in[i].b))))
	}
	return in
}

// unlinked is a line without the links that a mail puts behind what it takes for an
// address: "ssm.example<http://ssm.example>".
func (g *glyphs) unlinked(b []byte) []byte {
	var out []byte
	some := false
	for {
		i := bytes.Index(b, []byte("<http"))
		end := -1
		if i >= 0 {
			end = bytes.IndexByte(b[i:min(len(b), i+maxLink)], '>')
		}
		if end < 0 {
			break
		}
		url := b[i+1 : i+end]
		_, name, _ := bytes.Cut(url, []byte("://"))
		name = bytes.TrimSuffix(name, []byte("/"))
		if len(name) > 0 && (bytes.HasSuffix(b[:i], name) || bytes.HasSuffix(b[:i], url)) {
			out, some = append(out, b[:i]...), true
		} else {
			out = append(out, b[:i+end+1]...)
		}
		b = b[i+end+1:]
	}
	if out == nil {
		return b
	}
	if some {
		g.c.glyphs++
	}
	return append(out, b...)
}

// maxLink is the longest link that is looked for.
const maxLink = 2000

// plain is a line without what an editor made of it.
func (g *glyphs) plain(b []byte) []byte {
	at := 0
	for at < len(b) {
		if at+8 <= len(b) && printable(b[at:]) {
			at += 8
			continue
		}
		if b[at] < utf8.RuneSelf {
			at++
			continue
		}
		if strange(b[at:]) {
			break
		}
		_, n := utf8.DecodeRune(b[at:])
		at += n
	}
	if at == len(b) {
		return b
	}
	out := append(make([]byte, 0, len(b)), b[:at]...)
	for at < len(b) {
		r, n := utf8.DecodeRune(b[at:])
		if was, k := misread(b[at:]); k > 0 {
			r, n = was, k
		} else if r == utf8.RuneError && n == 1 {
			r = of1252(b[at])
		}
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

// strange reports whether b begins with a sign that is made plain, in UTF-8 or as an
// ANSI editor of Windows writes it.
func strange(b []byte) bool {
	if _, n := misread(b); n > 0 {
		return true
	}
	r, n := utf8.DecodeRune(b)
	if r == utf8.RuneError && n == 1 {
		r = of1252(b[0])
	}
	_, odd := plainGlyph(r)
	return odd
}

// of1252 is the character of a byte from 0x80 on in codepage 1252.
func of1252(c byte) rune {
	if c < 0xa0 {
		return high1252[c-0x80]
	}
	return rune(c)
}

// misread finds a sign in UTF-8 whose bytes were taken for characters of codepage 1252
// each, as "\u00e2\u20ac\u0153" for a quote; n is 0 where none begins b. Only those are
// told that are made plain: any others may be somebody's words.
func misread(b []byte) (r rune, n int) {
	var was [3]byte
	for i := range was {
		c, k := utf8.DecodeRune(b[n:])
		x, ok := in1252(c)
		if !ok || i == 0 && x < 0xc2 || i > 0 && x&0xc0 != 0x80 {
			return 0, 0
		}
		was[i], n = x, n+k
		if utf8.FullRune(was[:i+1]) {
			r, _ = utf8.DecodeRune(was[:i+1])
			_, odd := plainGlyph(r)
			if !odd {
				return 0, 0
			}
			return r, n
		}
	}
	return 0, 0
}

// high1252 are the characters of codepage 1252 from 0x80 on that are not those of
// Latin-1; what is not assigned stands for itself.
var high1252 = [32]rune{
	0x20ac, 0x81, 0x201a, 0x192, 0x201e, 0x2026, 0x2020, 0x2021, 0x2c6, 0x2030, 0x160, 0x2039, 0x152, 0x8d, 0x17d, 0x8f,
	0x90, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x2dc, 0x2122, 0x161, 0x203a, 0x153, 0x9d, 0x17e, 0x178,
}

// in1252 is the byte that a character has in codepage 1252.
func in1252(c rune) (byte, bool) {
	if c < 0x80 || c >= 0xa0 && c < 0x100 {
		return byte(c), true
	}
	if i := slices.Index(high1252[:], c); i >= 0 {
		return byte(0x80 + i), true
	}
	return 0, false
}

// plainGlyph is the ASCII character in whose place r stands; 0: none does.
func plainGlyph(r rune) (to byte, odd bool) {
	switch {
	case r == 0xa0, r >= 0x2000 && r <= 0x200a, r == 0x202f, r == 0x205f, r == 0x3000:
		return ' ', true
	case r == 0xad, r >= 0x200b && r <= 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2060 && r <= 0x2069, r == 0xfeff:
		return 0, true
	case r >= 0x2010 && r <= 0x2015, r == 0x2212, r == 0xfe63:
		return '-', true
	case r >= 0x2018 && r <= 0x201b, r == 0x2032:
		return '\'', true
	case r >= 0xff01 && r <= 0xff5e: // of an East Asian keyboard
		return byte(r - 0xff01 + '!'), true
	case r >= 0x201c && r <= 0x201f, r == 0x2033, r == 0xab, r == 0xbb:
		return '"', true
	}
	return 0, false
}
