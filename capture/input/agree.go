package input

import (
	"bytes"
	"strings"
)

// minAgree is how many lines must have the same front where no record tells it.
const minAgree = 3

// separators end a front.
const separators = ":|\t>`.)"

// agree adds the front that all lines of a text have in common, where none of them
// begins a record: blanks, the name of a file, numbers that count.
func (d *dress) agree(in []line) {
	common, lines, last := "", 0, -1
	for _, l := range in {
		if len(bytes.TrimSpace(l.b)) == 0 {
			continue
		}
		if lines++; lines == 1 {
			common = shape(l.b[:min(len(l.b), maxFront)])
		}
		for common != "" && match(common, l.b) < 0 {
			common = common[:len(common)-1]
		}
		common = strings.TrimRight(common, string(rune(anyBlanks)))
	}
	common = front(common)
	if lines < minAgree || common == "" {
		return
	}
	if i := strings.IndexByte(common, anyDigits); i >= 0 {
		for _, l := range in {
			if n, ok := counts(common, l.b); ok && n <= last {
				return // numbers that do not count are no line's
			} else if ok {
				last = n
			}
		}
	}
	d.shapes, d.now = append(d.shapes, common), common
	if end := in[0].b; common == "`" && bytes.HasSuffix(end, []byte("`")) {
		d.ends = map[string][]byte{common: []byte("`")}
	}
}

// front is a shape as far as something ends it: blanks at its beginning, or a sign
// with a blank behind it at most.
func front(s string) string {
	if n := len(s) - len(strings.TrimLeft(s, " \t")); n > 0 && strings.IndexByte(s[n:], anyDigits) < 0 {
		return s[:n]
	}
	i := strings.LastIndexAny(s, separators)
	if i < 0 {
		if n := strings.IndexByte(s, anyDigits); n >= 0 && n+1 < len(s) && s[n+1] == ' ' { // "   12 "
			return s[:n+2]
		}
		return ""
	}
	s = s[:min(i+2, len(s))]
	if last := s[len(s)-1]; last != ' ' && i+2 == len(s) {
		s = s[:i+1]
	}
	return s
}

// counts is the last number in a line's front.
func counts(shape string, b []byte) (n int, ok bool) {
	end := match(shape, b)
	if end < 0 {
		return 0, false
	}
	i := bytes.LastIndexAny(b[:end], "0123456789") + 1
	from := i
	for from > 0 && b[from-1]-'0' <= 9 {
		from--
	}
	for _, c := range b[from:i] {
		if n = n*10 + int(c-'0'); n > 1<<40 {
			return 0, false
		}
	}
	return n, from < i
}
