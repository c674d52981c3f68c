package words

import "strings"

// Glob is a pattern of a rule made ready: patterns with * between |, any of
// which may match, and behind them a ! with what must not. An empty one matches
// all.
type Glob struct {
	all bool // one of the patterns is empty
	any []wild
	not *Glob // nil: there is no !
}

// NewGlob makes a pattern ready.
func NewGlob(pattern string) (g Glob) {
	for pattern != "" {
		if other, not := strings.CutPrefix(pattern, "!"); not {
			no := NewGlob(other)
			g.not = &no
			return g
		}
		one, others, more := strings.Cut(pattern, "|")
		if one == "" {
			break
		}
		g.any = append(g.any, newWild(one))
		if !more {
			return g
		}
		pattern = others
	}
	return Glob{all: true}
}

// Match reports whether text, in whichever case, is what the pattern asks for.
// What stands behind a ! needs a text.
func (g *Glob) Match(text string) bool {
	if g.all {
		return true
	}
	bytewise := folds(text)
	for i := range g.any {
		if w := &g.any[i]; bytewise && w.match(text) || !bytewise && w.matchRunes(text) {
			return true
		}
	}
	return g.not != nil && text != "" && !g.not.Match(text)
}

// wild is one pattern in lower case: * stands for anything, ? for one byte of
// the text as strings.ToLower writes it.
type wild struct {
	pattern string
	parts   []string // between the stars
	least   int      // the bytes that the parts have
}

func newWild(pattern string) wild {
	low := strings.ToLower(pattern)
	return wild{low, strings.Split(low, "*"), len(low) - strings.Count(low, "*")}
}

// match holds a text of which only ASCII letters have a case against the
// pattern: first and last part stand at its ends, the others as early as each
// can behind the one before.
func (w *wild) match(text string) bool {
	if len(text) < w.least || len(w.parts) == 1 && len(text) > w.least {
		return false
	}
	first, last := w.parts[0], w.parts[len(w.parts)-1]
	end := len(text) - len(last)
	if !begins(text, first) || !begins(text[end:], last) {
		return false
	}
	if len(w.parts) == 1 {
		return true
	}
	text = text[len(first):end]
	for _, part := range w.parts[1 : len(w.parts)-1] {
		at := index(text, part)
		if at < 0 {
			return false
		}
		text = text[at+len(part):]
	}
	return true
}

// begins reports whether text, which is long enough, begins with part.
func begins(text, part string) bool {
	for i := range len(part) {
		if part[i] != lower(text[i]) && part[i] != '?' {
			return false
		}
	}
	return true
}

// index is where part stands first in text; -1: nowhere.
func index(text, part string) int {
	if part == "" {
		return 0
	}
	small, capital := part[0], upper(part[0])
	for at := range len(text) - len(part) + 1 {
		if b := text[at]; (b == small || b == capital || small == '?') && begins(text[at:], part) {
			return at
		}
	}
	return -1
}

// matchRunes is match for any text. The last * takes one byte more wherever the
// rest does not fit.
func (w *wild) matchRunes(text string) bool {
	pattern, p, star := w.pattern, 0, -1
	here := newFolded(text)
	mark := here
	for !here.end() {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, here
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == here.byte()):
			p++
			here.next()
		case star >= 0:
			mark.next()
			p, here = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
