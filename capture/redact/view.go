package redact

import (
	"bytes"
	"html"
	"unicode/utf8"

	"syncscope/capture/redact/script"
)

// view is text as a reader of its escapes sees it, and where each of its bytes
// stands in the text below; at has one more for the end.
type view struct {
	b  []byte
	at []int
}

// levels is how deep escapes are followed: percent-encoding again and again, or
// JSON within JSON within a query. Each level decodes all that can be; the bound
// keeps the time linear on a line that is nothing but escapes.
const levels = 16

// look finds the secrets of b as it stands and as its escapes say.
func (f *finder) look(b []byte) {
	f.views = f.views[:0]
	f.scan(b)
	from, waits, list, dashes := f.from, f.waits, f.list, f.dashes
	cur, escapes := view{b: b}, f.escapes
	for n := 0; escapes && n < levels; n++ {
		next, changed := unescape(cur)
		if !changed {
			break
		}
		g := finder{depth: f.depth, pending: f.pending, words: f.words}
		g.scan(next.b)
		for _, sp := range g.spans {
			if sp.start >= 0 {
				if sp.start, sp.end = next.at[sp.start], next.at[sp.end]; inToken(b, sp) {
					continue
				}
			}
			f.spans = append(f.spans, sp)
		}
		for _, sp := range g.people {
			sp.start, sp.end = next.at[sp.start], next.at[sp.end]
			f.people = append(f.people, sp)
		}
		if g.from >= 0 && (from < 0 || next.at[g.from] < from) {
			from, waits, list = next.at[g.from], g.waits, g.list
		}
		escapes, dashes = g.escapes, dashes || g.dashes
		f.views = append(f.views, next)
		cur = next
	}
	f.from, f.waits, f.list, f.dashes = from, waits, list, dashes
	if f.numeric {
		f.numbers(b)
	}
}

// escapeAt reports whether what is at i can hide a key or a value.
func escapeAt(b []byte, i int) bool {
	rest := b[i:]
	switch c := b[i]; c {
	case '%':
		return len(rest) > 2 && isHex(rest[1:3])
	case '#':
		return octal(rest)
	case '&':
		_, n := entity(rest)
		return n > 0
	case '\n', '\r':
		return false
	default:
		return true
	}
}

// unescape decodes one level of v's escapes: percent, backslash, rsyslog's #011
// and HTML's &quot;. Colour codes, controls and runes that draw nothing are
// left out. Line ends stay: they end values.
func unescape(v view) (view, bool) {
	out := view{make([]byte, 0, len(v.b)), make([]int, 0, len(v.b)+1)}
	changed := false
	for i := 0; i < len(v.b); {
		n, with := escaped(v.b, i)
		if n == 0 {
			n, with = 1, v.b[i:i+1]
		} else {
			changed = true
		}
		at := i
		if v.at != nil {
			at = v.at[i]
		}
		if v.b[i] == '\b' && len(out.b) > 0 && out.b[len(out.b)-1] >= ' ' { // a typed mistake
			out.b, out.at = out.b[:len(out.b)-1], out.at[:len(out.at)-1]
		}
		for range with {
			out.at = append(out.at, at)
		}
		out.b = append(out.b, with...)
		i += n
	}
	end := len(v.b)
	if v.at != nil {
		end = v.at[end]
	}
	out.at = append(out.at, end)
	return out, changed
}

// singles are the bytes, so that one can be given without making it.
var singles = func() (t [256]byte) {
	for i := range t {
		t[i] = byte(i)
	}
	return t
}()

func one(c byte) []byte { return singles[c : int(c)+1] }

// escaped gives what the escape at i says, and its length: 0 if none is there.
func escaped(b []byte, i int) (int, []byte) {
	rest := b[i:]
	switch c := b[i]; {
	case c == '%' && len(rest) > 2 && isHex(rest[1:3]):
		return 3, one(unhex(rest[1])<<4 | unhex(rest[2]))
	case c == '\\' && len(rest) > 1:
		return backslash(rest)
	case c == '#' && octal(rest):
		return 4, one((rest[1]-'0')<<6 | (rest[2]-'0')<<3 | (rest[3] - '0'))
	case c == '&':
		if with, n := entity(rest); n > 0 {
			return n, with
		}
	case c == 0x1b:
		return 1 + colour(rest[1:]), nil
	case c < 0x20 && c != '\t' && c != '\n' && c != '\r', c == 0x7F:
		return 1, nil
	case c >= 0x80:
		r, n := utf8.DecodeRune(rest)
		if r == 0x9B {
			return n + colour(append([]byte{'['}, rest[n:min(len(rest), n+16)]...)) - 1, nil
		}
		if r == utf8.RuneError && n == 1 {
			return 1, nil
		}
		if hidden(r) {
			return n, nil
		}
		return script.Latin(rest, r, n)
	}
	return 0, nil
}

// colour is the length of a control sequence's rest.
func colour(b []byte) int {
	if len(b) == 0 || b[0] != '[' {
		return 0
	}
	n := 1
	for n < len(b) && n < 16 && b[n] >= 0x20 && b[n] < 0x40 {
		n++
	}
	return min(n+1, len(b))
}

// hidden reports whether r draws nothing of its own.
func hidden(r rune) bool {
	switch {
	case r == 0xAD, r == 0x61C, r == 0xFEFF, r == 0x180E:
		return true
	}
	return script.Unseen(r) || r >= 0x80 && r < 0xA0 || r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F
}

func backslash(b []byte) (int, []byte) {
	switch c := b[1]; c {
	case '"', '\'', '\\', '/':
		return 2, one(c)
	case 'n':
		return 2, one('\n')
	case 'r':
		return 2, one('\r')
	case 't':
		return 2, one('\t')
	case 'e':
		return 2, one(0x1b)
	case 'x':
		if len(b) > 3 && isHex(b[2:4]) {
			return 4, one(unhex(b[2])<<4 | unhex(b[3]))
		}
	case 'u':
		if len(b) > 5 && isHex(b[2:6]) {
			r := rune(unhex(b[2]))<<12 | rune(unhex(b[3]))<<8 | rune(unhex(b[4]))<<4 | rune(unhex(b[5]))
			return 6, utf8.AppendRune(nil, r)
		}
	case '0', '1', '2', '3':
		if octal(b) {
			return 4, one((b[1]-'0')<<6 | (b[2]-'0')<<3 | (b[3] - '0'))
		}
	}
	return 0, nil
}

// octal: a mark and three digits below 0200, as rsyslog writes controls.
func octal(b []byte) bool {
	return len(b) > 3 && (b[1] == '0' || b[1] == '1') && b[2] >= '0' && b[2] <= '7' && b[3] >= '0' && b[3] <= '7'
}

// entity is the character that HTML's &name; stands for.
func entity(b []byte) ([]byte, int) {
	end := bytes.IndexByte(b[:min(len(b), 12)], ';')
	if end < 3 || b[1] != '#' && !isLetter(b[1]) {
		return nil, 0
	}
	text := string(b[:end+1])
	c := html.UnescapeString(text)
	if r, n := utf8.DecodeRuneInString(c); n != len(c) || c == text || r == utf8.RuneError {
		return nil, 0
	}
	return []byte(c), end + 1
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}
