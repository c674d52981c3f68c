package pane

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"syncscope/capture"
)

// Jump goes to the row that a reference is about.
func (l *List) Jump(ref capture.Ref) bool {
	for i, r := range l.rows {
		if slices.Contains(r.Refs, ref) {
			l.goTo(i)
			return true
		}
	}
	return false
}

// Seek goes to the next row (dir 1) or the one before (-1) that match wants,
// from the cursor on, and around the end.
func (l *List) Seek(dir int, match func(*Row) bool) bool {
	n := len(l.rows)
	if n == 0 {
		return false
	}
	start := n
	if dir < 0 {
		start = 0
	}
	if l.marked {
		start = l.at(l.cursor)
	} else if dir > 0 {
		start = -1
	}
	for k := 1; k <= n; k++ {
		i := ((start+dir*k)%n + n) % n
		if match(l.rows[i]) {
			l.goTo(i)
			return true
		}
	}
	return false
}

// SeekError goes to the next or previous error.
func (l *List) SeekError(dir int) bool { return l.Seek(dir, func(r *Row) bool { return r.Error }) }

// Matcher is a search: a regular expression if it is one, without case if it
// has none. ok is false for an expression that is not well formed.
func Matcher(query string) (match func(*Row) bool, ok bool) {
	expr := query
	if !strings.ContainsFunc(query, unicode.IsUpper) {
		expr = "(?i)" + query
	}
	re, err := regexp.Compile(expr)
	if err != nil || query == "" {
		return nil, false
	}
	return func(r *Row) bool { return re.MatchString(r.text()) || re.MatchString(r.Raw) }, true
}
