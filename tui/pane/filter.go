package pane

import (
	"errors"
	"regexp"
	"regexp/syntax"
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
		return nil, notExpression(err)
	}
	return &Query{text, re}, nil
}

// notExpression says what is wrong with an expression without repeating it: it
// stands beside, and what was compiled is not what was typed.
func notExpression(err error) error {
	var fault *syntax.Error
	if errors.As(err, &fault) {
		return errors.New("not a regular expression yet: " + string(fault.Code))
	}
	return errors.New("not a regular expression yet")
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
func (st *store) SetFilter(text string, match func(*Row) bool) {
	st.filter.text, st.filter.match = text, match
	st.sift()
}

// SetDisplay is the same for an expression over fields.
func (st *store) SetDisplay(text string, match func(*Row) bool) {
	st.filter.fields, st.filter.display = text, match
	st.sift()
}

// Unfilter lets all rows through.
func (st *store) Unfilter() {
	st.filter = filter{}
	st.sift()
}

// Filters are the filters as typed; "" none.
func (st *store) Filters() (text, fields string) { return st.filter.text, st.filter.fields }

// sift asks the filter about all rows that are held; those that come later are
// asked one by one, as they come.
func (st *store) sift() {
	st.kept = 0
	for seq := st.first; seq < st.next; seq++ {
		st.admit(st.row(seq))
	}
}

func (st *store) admit(r *Row) {
	r.kept = true
	if st.filter.on() {
		st.whole(r.Seq)
		r.kept = (st.filter.match == nil || st.filter.match(r)) && (st.filter.display == nil || st.filter.display(r))
	}
	if r.kept {
		st.kept++
	}
}

// NextContext goes through the numbers of rows around a match.
func (st *store) NextContext() int {
	st.context = map[int]int{0: 3, 3: 10, 10: 0}[st.context]
	return st.context
}
