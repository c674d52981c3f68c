package pane

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/theme"
)

// rowStyle is how rows are shown.
type rowStyle struct {
	raw    bool
	escape bool // letters written from right to left as \uXXXX
	line   bool // one line a row, cut at its end
	from   int  // the column of the message that a line begins with
	delta  deltaFrom
}

// drawn is a row as lines, and what it was drawn for.
type drawn struct {
	key   drawKey
	lines []string
}

type drawKey struct {
	th     *theme.Theme
	width  int
	wrap   int
	number int
	parts  int // of the row, which may grow
	delta  string
	query  *Query
	look   rowStyle
	cursor bool
	mark   bool
	clock  *Clock
}

// View draws the pane. A row takes few lines where others need the place too.
func (l *List) View(c Canvas) []string {
	l.height, l.inSight = c.Height, l.inSight[:0]
	switch {
	case l.next == l.first && l.Absent():
		return pad(lacking(l.u, l.kinds[0], c), c.Theme, c.Width, c.Height)
	case l.next == l.first:
		return pad(notice(c, l.state), c.Theme, c.Width, c.Height)
	case l.Flooding():
		return l.counters(c)
	}
	bottom := l.next - 1
	if !l.follow {
		l.anchor = min(max(l.anchor, l.cursor, l.first), l.next-1)
		bottom = l.anchor
	}
	lines, top := l.upFrom(c, bottom)
	if !l.follow && l.cursor > 0 && l.cursor < top { // above what fits: it comes first
		lines, l.anchor = l.downFrom(c, max(l.cursor, l.first), nil)
	} else if len(lines) < c.Height {
		lines, _ = l.downFrom(c, bottom+1, lines)
	}
	if len(lines) == 0 {
		lines = l.nothing(c)
	}
	return pad(lines[:min(len(lines), c.Height)], c.Theme, c.Width, c.Height)
}

// upFrom draws rows from one upwards until the pane is full; top is the highest
// of them.
func (l *List) upFrom(c Canvas, seq uint64) (lines []string, top uint64) {
	var rows [][]string
	var seqs []uint64
	n := 0
	top = seq + 1
	for s := l.before(seq + 1); s > 0 && n < c.Height; s = l.before(s) {
		r := l.draw(c, s)
		rows, seqs = append(rows, r), append(seqs, s)
		n += len(r)
		top = s
	}
	for i := len(rows) - 1; i >= 0; i-- {
		lines = l.seen(lines, seqs[i], rows[i])
	}
	if over := len(lines) - c.Height; over > 0 {
		lines, l.inSight = lines[over:], append(l.inSight[:0], l.inSight[over:]...)
	}
	return lines, top
}

// downFrom draws rows from one downwards behind lines until the pane is full;
// last is the lowest of them.
func (l *List) downFrom(c Canvas, seq uint64, lines []string) (_ []string, last uint64) {
	last = seq
	if lines == nil {
		l.inSight = l.inSight[:0]
	}
	for s := l.after(seq - 1); s > 0 && len(lines) < c.Height; s = l.after(s) {
		lines = l.seen(lines, s, l.draw(c, s))
		last = s
	}
	return lines, last
}

// seen appends a row's lines, and notes whose they are.
func (l *List) seen(lines []string, seq uint64, row []string) []string {
	for range row {
		l.inSight = append(l.inSight, seq)
	}
	return append(lines, row...)
}

// nothing says that there are rows, but none passes the filter.
func (l *List) nothing(c Canvas) []string {
	return notice(c, "none of "+thousands(uint64(l.Len()))+" rows passes the filter (esc lifts it)")
}

func notice(c Canvas, text string) []string {
	var out []string
	for _, line := range Wrap([]Seg{{text, theme.Dim}}, c.Width-gutter, 6, &c.Theme.Glyphs) {
		out = append(out, paint(c.Theme, theme.PlainRow, append([]Seg{{"  ", theme.Dim}}, line...), c.Width))
	}
	return out
}

// draw is one row as lines, from the row's own store if nothing has changed.
func (l *List) draw(c Canvas, seq uint64) []string {
	r := l.whole(seq)
	k := drawKey{clock: l.Clock, th: c.Theme, width: c.Width, wrap: 2, parts: len(r.More) + len(r.Message), query: l.query, look: l.rowStyle, cursor: seq == l.cursor && !l.follow, mark: l.marks[seq]}
	if c.Whole {
		k.wrap = 12
	}
	if l.rowStyle.line {
		k.wrap = 1
	}
	k.number = c.Numbers[r.Ref]
	for _, ref := range r.More {
		k.number = max(k.number, c.Numbers[ref])
	}
	k.delta = l.delta(r)
	if r.drawn == nil || r.drawn.key != k {
		r.drawn = &drawn{k, l.lines(r, k)}
	}
	return r.drawn.lines
}

// lines draws a row: its evidence number or mark, its columns, the message.
func (l *List) lines(r *Row, k drawKey) []string {
	back := theme.PlainRow
	switch {
	case k.cursor:
		back = theme.CursorRow
	case r.Bar:
		back = theme.ErrorRow
	}
	columns, message := k.clock.onClock(r), append([]Seg{r.Lead}, segments(r.Message, r.Role)...)
	if k.look.raw && r.Raw != "" {
		columns, message = nil, segments(r.Raw, r.Role)
	}
	if k.look.escape {
		message = escaped(message)
	}
	if l.rowStyle.delta != noDelta {
		columns = append([]Seg{{k.delta + " ", theme.Out}}, columns...)
	}
	if r.Host.Text != "" && !k.look.raw {
		columns = append([]Seg{r.Host}, columns...)
	}
	used := gutter
	for _, c := range columns {
		used += ansi.StringWidth(c.Text)
	}
	if k.look.line {
		message = shifted(message, k.look.from)
	}
	var out []string
	for i, m := range Wrap(message, k.width-used, k.wrap, &k.th.Glyphs) {
		line := []Seg{{strings.Repeat(" ", used), theme.Dim}}
		if i == 0 {
			line = append(sign(r, k), columns...)
		}
		out = append(out, paint(k.th, back, append(line, found(m, k.query)...), k.width))
	}
	return out
}

// sign is the gutter: an evidence number, else a mark, else the glyph of a
// weight, so that it does not rest on colour.
func sign(r *Row, k drawKey) []Seg {
	g := k.th.Glyphs
	switch {
	case k.number > 9:
		return []Seg{{strconv.Itoa(k.number), theme.Number}}
	case k.number > 0:
		return []Seg{{strconv.Itoa(k.number), theme.Number}, {" ", theme.Dim}}
	case k.mark:
		return []Seg{{g.Mark + " ", theme.Title}}
	case r.Weight == Error:
		return []Seg{{g.Status[3] + " ", theme.Fail}}
	case r.Weight == Warning:
		return []Seg{{g.Status[2] + " ", theme.Warn}}
	}
	return []Seg{{"  ", theme.Dim}}
}

// shifted leaves out the first columns of a message.
func shifted(segs []Seg, from int) []Seg {
	var out []Seg
	for _, s := range segs {
		w := ansi.StringWidth(s.Text)
		if from >= w {
			from -= w
			continue
		}
		out = append(out, Seg{ansi.TruncateLeft(s.Text, from, ""), s.Role})
		from = 0
	}
	return out
}

// found shows a query's matches within segments.
func found(segs []Seg, q *Query) []Seg {
	if q == nil {
		return segs
	}
	var out []Seg
	for _, s := range segs {
		at := 0
		for _, m := range q.re.FindAllStringIndex(s.Text, -1) {
			if m[0] == m[1] {
				continue
			}
			out = append(out, Seg{s.Text[at:m[0]], s.Role}, Seg{s.Text[m[0]:m[1]], theme.Match})
			at = m[1]
		}
		out = append(out, Seg{s.Text[at:], s.Role})
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
		if s.Text == "" {
			continue
		}
		text := strings.ReplaceAll(s.Text, "\t", " ")
		w := ansi.StringWidth(text)
		if w > room {
			text = th.Glyphs.Cut(text, room)
			w = ansi.StringWidth(text)
		}
		room -= w
		b.WriteString(th.On(back, s.Role, text))
	}
	if room > 0 {
		b.WriteString(th.On(back, theme.Dim, strings.Repeat(" ", room)))
	}
	return b.String()
}

func pad(lines []string, _ *theme.Theme, width, height int) []string {
	for len(lines) < height {
		lines = append(lines, strings.Repeat(" ", width))
	}
	return lines
}
