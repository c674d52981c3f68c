package cliout

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
)

// pattern is a regular expression that is compiled when a line may match it: most runs
// read no command's output, and most lines begin as few of them ask.
type pattern struct {
	expr  string
	front []byte // what a line begins with that matches
	once  sync.Once
	re    *regexp.Regexp
}

func newPattern(expr string) *pattern { return &pattern{expr: expr, front: []byte(front(expr))} }

// regexp is the expression compiled.
func (p *pattern) regexp() *regexp.Regexp {
	p.once.Do(func() { p.re = regexp.MustCompile(p.expr) })
	return p.re
}

// Match reports whether b matches.
func (p *pattern) Match(b []byte) bool { return bytes.HasPrefix(b, p.front) && p.regexp().Match(b) }

// FindSubmatch gives what of b matches, and its groups; nil: nothing does.
func (p *pattern) FindSubmatch(b []byte) [][]byte {
	if !bytes.HasPrefix(b, p.front) {
		return nil
	}
	return p.regexp().FindSubmatch(b)
}

// front is the text that whatever matches an expression begins with, as far as plain
// characters show it: "": they show none.
func front(expr string) string {
	rest, anchored := strings.CutPrefix(expr, "^")
	if !anchored || strings.Contains(expr, "|") && alternatives(expr) {
		return ""
	}
	var out []byte
	for len(rest) > 0 {
		c, n := rest[0], 1
		switch {
		case c == '\\' && len(rest) > 1 && strings.IndexByte(`*.()[]{}|+?$^\`, rest[1]) >= 0:
			c, n = rest[1], 2
		case strings.IndexByte(`\*.()[]{}|+?$^`, c) >= 0, c >= 0x80: // of a sign of several bytes all may be missing
			return string(out)
		}
		if rest = rest[n:]; len(rest) > 0 && strings.IndexByte("*?{", rest[0]) >= 0 {
			return string(out) // it may be missing
		}
		out = append(out, c)
	}
	return string(out)
}

// alternatives reports whether an expression is several: a | stands in no group.
func alternatives(expr string) bool {
	depth, class := 0, false
	for i := 0; i < len(expr); i++ {
		switch c := expr[i]; {
		case c == '\\':
			i++
		case class:
			class = c != ']'
		case c == '[':
			class = true
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == '|' && depth == 0:
			return true
		}
	}
	return false
}
