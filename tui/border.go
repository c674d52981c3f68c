package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// width is a line's columns.
func width(s string) int { return ansi.StringWidth(s) }

// join sets left and right on one line; the left side gives way.
func join(th *theme.Theme, w int, left, right string) string {
	room := w - width(right)
	left = th.Glyphs.Cut(left, max(room-1, 0))
	return left + strings.Repeat(" ", max(0, room-width(left))) + th.Glyphs.Cut(right, w)
}

// cut is what stands left of column from and right of column to.
func cut(line string, from, to int) (left, right string) {
	left = ansi.Truncate(line, from, "")
	left += strings.Repeat(" ", max(0, from-width(left)))
	return left, ansi.TruncateLeft(line, to, "")
}

// ender ends a run of letters written from right to left: a blank that counts
// as written from left to right (U+2800, class L in UAX #9). Without it, a
// terminal that orders such runs takes the border and the digits behind it, the
// next pane's time, into the run. It has a cell of its own, which a mark without
// a width (U+200E) would not: terminals that order cells look at the letter in
// each.
const ender = "\u2800"

// ended is a line of w columns whose last one ends such a run, if it has one.
func ended(th *theme.Theme, line string, w int) string {
	if !pane.RightToLeft(line) {
		return line
	}
	tail := ""
	if width(strings.TrimRight(ansi.Strip(line), " ")) >= w { // no blank to give
		tail = th.Glyphs.Ellipsis
	}
	return ansi.Truncate(line, w-1, tail) + ender
}

// segs paints segments one behind the other.
func segs(th *theme.Theme, list []pane.Seg) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(th.Paint(s.Role, s.Text))
	}
	return b.String()
}

// border is what stands on a box's upper edge.
type border struct {
	left    string // the name, plain
	right   string // painted
	focused bool
}

// boxed draws a border around content.
func boxed(th *theme.Theme, b box, e border, content []string) []string {
	g, role := th.Glyphs, theme.Border
	if e.focused {
		role = theme.Focus
	}
	left, right := th.Paint(theme.Title, g.Cut(e.left, b.w-6)), e.right
	if room := b.w - 4 - width(left) - 2; width(right)+2 > room {
		right = g.Cut(right, max(0, room-2))
	}
	if right != "" {
		right = " " + right + " "
	}
	fill := max(0, b.w-4-width(left)-2-width(right))
	out := []string{th.Paint(role, g.TopLeft+g.Dash) + " " + left + " " + th.Paint(role, strings.Repeat(g.Dash, fill)) + right + th.Paint(role, g.Dash+g.TopRight)}
	side := th.Paint(role, g.Vertical)
	for i := 0; i < b.h-2; i++ {
		line := strings.Repeat(" ", b.w-2)
		if i < len(content) {
			line = g.Cut(content[i], b.w-2)
			line += strings.Repeat(" ", max(0, b.w-2-width(line)))
			line = ended(th, line, b.w-2)
		}
		out = append(out, side+line+side)
	}
	return append(out, th.Paint(role, g.BottomLeft+strings.Repeat(g.Dash, b.w-2)+g.BottomRight))
}
