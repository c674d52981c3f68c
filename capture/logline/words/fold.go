package words

import (
	"unicode"
	"unicode/utf8"
)

// lower is an ASCII letter's small one; other bytes stay.
func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}

// upper is an ASCII letter's capital; other bytes stay.
func upper(b byte) byte {
	if 'a' <= b && b <= 'z' {
		b -= 'a' - 'A'
	}
	return b
}

// folds reports whether strings.ToLower changes nothing in text but ASCII
// letters: then it can be compared byte by byte where it stands. Nearly all
// texts are so; the exceptions are foreign capitals and what is no UTF-8.
func folds(text string) bool {
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r == utf8.RuneError && n == 1 || unicode.ToLower(r) != r {
			return false
		}
		i += n
	}
	return true
}

// folded reads a text as strings.ToLower would write it, byte by byte, without
// writing it anywhere. A copy of it reads on from the same place.
type folded struct {
	rest  string            // behind the rune
	rune  [utf8.UTFMax]byte // the small one of the rune that is read
	at, n int               // the next byte of rune, and how many it has; 0: the text is at its end
}

func newFolded(text string) folded {
	f := folded{rest: text}
	f.load()
	return f
}

// load takes the next rune. The small one may have more bytes or fewer; what is
// no UTF-8 becomes U+FFFD, as it does with strings.ToLower.
func (f *folded) load() {
	f.at, f.n = 0, 0
	if f.rest == "" {
		return
	}
	r, n := utf8.DecodeRuneInString(f.rest)
	f.rest = f.rest[n:]
	f.n = utf8.EncodeRune(f.rune[:], unicode.ToLower(r))
}

func (f *folded) end() bool { return f.at == f.n }

func (f *folded) byte() byte { return f.rune[f.at] }

func (f *folded) next() {
	if f.at++; f.at == f.n {
		f.load()
	}
}
