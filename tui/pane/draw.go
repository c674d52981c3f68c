package pane

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture"
	"syncscope/tui/theme"
)

// View draws the pane. A row takes few lines where others need the place too.
func (l *List) View(c Canvas) []string {
	th, width, height, numbers, wrap := c.Theme, c.Width, c.Height, c.Numbers, 2
	if c.Whole {
		wrap = 12
	}
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
	for _, line := range wrapped([]Seg{{l.state, theme.Dim}}, width-gutter, 6, th.Glyphs.Ellipsis) {
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
