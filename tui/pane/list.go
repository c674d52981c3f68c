package pane

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture"
	"syncscope/tui/theme"
)

// maxRows bounds a pane; the oldest rows go, and are counted.
const maxRows = 20_000

// List is a pane of rows. It is scrolled by a row's number, so that what is
// read stays where it is while more arrives.
type List struct {
	Name    string
	State   string // shown where there is nothing to follow: why, what to do
	Show    func(*Row) bool
	rows    []*Row
	next    uint64
	dropped uint64
	anchor  uint64 // the lowest row shown, if not following
	cursor  uint64 // the row one stands on
	marked  bool   // cursor is shown
	follow  bool
	raw     bool
}

// NewList makes an empty pane that follows.
func NewList(name string) *List { return &List{Name: name, follow: true, next: 1} }

// Add appends a row.
func (l *List) Add(r *Row) {
	r.Seq = l.next
	l.next++
	l.rows = append(l.rows, r)
	if over := len(l.rows) - maxRows; over > 0 {
		l.dropped += uint64(over)
		l.rows = slices.Clone(l.rows[over:])
	}
}

// Last is the newest row, nil if there is none.
func (l *List) Last() *Row {
	if len(l.rows) == 0 {
		return nil
	}
	return l.rows[len(l.rows)-1]
}

// Following reports whether the newest row is kept in sight.
func (l *List) Following() bool { return l.follow }

// Follow goes to the newest row and stays there.
func (l *List) Follow() { l.follow, l.marked = true, false }

// Pause keeps what is in sight.
func (l *List) Pause() {
	if l.follow {
		l.follow, l.anchor = false, l.next-1
	}
}

// Len is the number of rows; Dropped, how many had to go.
func (l *List) Len() int        { return len(l.rows) }
func (l *List) Dropped() uint64 { return l.dropped }

// ToggleRaw shows the lines as they came, or as they are read.
func (l *List) ToggleRaw() { l.raw = !l.raw }

// Scroll moves by n rows; reaching the newest one follows again.
func (l *List) Scroll(n int) {
	l.Pause()
	to := int64(l.anchor) + int64(n)
	first := int64(l.dropped) + 1
	l.anchor = uint64(min(max(to, first), int64(l.next)-1))
	if n > 0 && l.anchor == l.next-1 {
		l.Follow()
	}
}

// Home goes to the oldest row.
func (l *List) Home() { l.Pause(); l.anchor = l.dropped + 1 }

// at is the index of the row with a number.
func (l *List) at(seq uint64) int {
	return min(max(int(seq)-int(l.dropped)-1, 0), max(len(l.rows)-1, 0))
}

// goTo puts the cursor on a row and the row into sight.
func (l *List) goTo(i int) {
	l.follow, l.marked = false, true
	l.cursor = l.rows[i].Seq
	l.anchor = min(l.cursor+contextBelow, l.next-1)
}

// contextBelow is how many rows are shown below one that was jumped to.
const contextBelow = 6

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

// View draws the pane: height lines of width columns. numbers are the evidence
// numbers by reference; wrap is how many lines a row may take.
func (l *List) View(th *theme.Theme, width, height, wrap int, numbers map[capture.Ref]int) []string {
	if len(l.rows) == 0 {
		return pad(l.empty(th, width), th, width, height)
	}
	bottom := len(l.rows) - 1
	if !l.follow {
		bottom = l.at(l.anchor)
	}
	var lines []string
	i := bottom
	for ; i >= 0 && len(lines) < height; i-- {
		lines = append(l.draw(th, l.rows[i], width, wrap, numbers), lines...)
	}
	if len(lines) > height {
		lines = lines[len(lines)-height:]
	}
	for i = bottom + 1; i < len(l.rows) && len(lines) < height; i++ {
		lines = append(lines, l.draw(th, l.rows[i], width, wrap, numbers)...)
	}
	return pad(lines[:min(len(lines), height)], th, width, height)
}

func (l *List) empty(th *theme.Theme, width int) []string {
	var out []string
	for _, line := range wrapped([]Seg{{l.State, theme.Dim}}, width-gutter, 6, th.Glyphs.Ellipsis) {
		out = append(out, paint(th, theme.PlainRow, append([]Seg{{"  ", theme.Dim}}, line...), width))
	}
	return out
}

// draw is one row as lines.
func (l *List) draw(th *theme.Theme, r *Row, width, wrap int, numbers map[capture.Ref]int) []string {
	back := theme.PlainRow
	switch {
	case l.marked && r.Seq == l.cursor:
		back = theme.CursorRow
	case r.Bar:
		back = theme.ErrorRow
	}
	num := Seg{"  ", theme.Dim}
	for _, ref := range r.Refs {
		if n := numbers[ref]; n > 0 {
			num = Seg{strconv.Itoa(n), theme.Number}
		}
	}
	columns, message := r.Columns, append([]Seg{r.Lead}, segments(r.Message, r.Role)...)
	if l.raw && r.Raw != "" {
		columns, message = nil, segments(r.Raw, r.Role)
	}
	used := gutter
	for _, c := range columns {
		used += ansi.StringWidth(c.Text)
	}
	var out []string
	for i, m := range wrapped(message, width-used, wrap, th.Glyphs.Ellipsis) {
		line := []Seg{num}
		if ansi.StringWidth(num.Text) < gutter {
			line = append(line, Seg{" ", theme.Dim})
		}
		if i == 0 {
			line = append(line, columns...)
		} else {
			line[0], line = Seg{"  ", theme.Dim}, line[:1]
			line = append(line, Seg{strings.Repeat(" ", used-gutter), theme.Dim})
		}
		out = append(out, paint(th, back, append(line, m...), width))
	}
	return out
}

// paint joins segments to a line of exactly width columns.
func paint(th *theme.Theme, back theme.Row, segs []Seg, width int) string {
	var b strings.Builder
	room := width
	for _, s := range segs {
		if room <= 0 {
			break
		}
		text := strings.ReplaceAll(s.Text, "\t", " ")
		if w := ansi.StringWidth(text); w > room {
			text = ansi.Truncate(text, room, th.Glyphs.Ellipsis)
		}
		room -= ansi.StringWidth(text)
		b.WriteString(th.On(back, s.Role, text))
	}
	if room > 0 {
		b.WriteString(th.On(back, theme.Dim, strings.Repeat(" ", room)))
	}
	return b.String()
}

func pad(lines []string, th *theme.Theme, width, height int) []string {
	for len(lines) < height {
		lines = append(lines, strings.Repeat(" ", width))
	}
	return lines
}
