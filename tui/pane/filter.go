package pane

import (
	"regexp"
	"strings"
	"unicode"
)

// Query is a search that is well formed.
type Query struct {
	text string
	re   *regexp.Regexp
}

// NewQuery reads a search: a regular expression, without case unless it has
// capitals (smart case).
func NewQuery(text string) (*Query, error) {
	expr := text
	if !strings.ContainsFunc(text, unicode.IsUpper) {
		expr = "(?i)" + text
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil, err
	}
	return &Query{text, re}, nil
}

// Matches reports whether the row, as shown or as it came, holds the query.
func (q *Query) Matches(r *Row) bool {
	return r.Raw != "" && q.re.MatchString(r.Raw) || q.re.MatchString(r.text())
}

// filter is what rows must pass to be in sight: a text, an expression over
// fields, or both.
type filter struct {
	text, fields   string // as typed
	match, display func(*Row) bool
}

func (f *filter) on() bool { return f.match != nil || f.display != nil }

// words are the filters as typed.
func (f *filter) words() string {
	out := ""
	if f.match != nil {
		out = "&" + f.text
	}
	if f.display != nil {
		out = strings.TrimSpace(out + " " + f.fields)
	}
	return out
}

// TextFilter reads a filter as less and k9s have it: rows that match, or with a
// ! in front those that do not.
func TextFilter(text string) (func(*Row) bool, error) {
	rest, out := strings.CutPrefix(text, "!")
	q, err := NewQuery(rest)
	if err != nil || rest == "" {
		return nil, err
	}
	return func(r *Row) bool { return q.Matches(r) != out }, nil
}

// SetFilter keeps the rows that match in sight; nil lets all through.
func (l *List) SetFilter(text string, match func(*Row) bool) {
	l.filter.text, l.filter.match = text, match
	l.sift()
}

// SetDisplay is the same for an expression over fields.
func (l *List) SetDisplay(text string, match func(*Row) bool) {
	l.filter.fields, l.filter.display = text, match
	l.sift()
}

// Unfilter lets all rows through.
func (l *List) Unfilter() {
	l.filter = filter{}
	l.sift()
}

// Filters are the filters as typed; "" none.
func (l *List) Filters() (text, fields string) { return l.filter.text, l.filter.fields }

// sift asks the filter about all rows that are held; those that come later are
// asked one by one, as they come.
func (l *List) sift() {
	l.kept = 0
	for seq := l.first; seq < l.next; seq++ {
		l.admit(l.row(seq))
	}
}

func (l *List) admit(r *Row) {
	r.kept = true
	if l.filter.on() {
		l.whole(r.Seq)
		r.kept = (l.filter.match == nil || l.filter.match(r)) && (l.filter.display == nil || l.filter.display(r))
	}
	if r.kept {
		l.kept++
	}
}

// NextContext goes through the numbers of rows around a match.
func (l *List) NextContext() int {
	l.context = map[int]int{0: 3, 3: 10, 10: 0}[l.context]
	return l.context
}
