package tui

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// older says that the attempt on the screen is not the last one; "" if it is.
// What failed once and works now is not to be read as failing.
func (d head) older() string {
	a := d.u.Attempt()
	if a == nil || d.u.Shown == len(d.u.Attempts)-1 {
		return ""
	}
	return fmt.Sprintf("attempt %d of %d, not the last", a.Number, d.u.Earlier.Attempts+len(d.u.Attempts))
}

// strip is all attempts in a row, and when it worked last. There is none where
// one attempt is all that was seen.
func (d head) strip() []string {
	if d.u.Attempt() == nil || len(d.u.Attempts) == 1 && d.u.LastGood == nil {
		return nil
	}
	right := d.lastGood()
	cells := d.cells()
	from := d.u.Shown // those around the one that is shown, as many as there is room for
	to, room := from+1, d.w-width(right)-6
	if room < d.w/3 {
		right, room = "", d.w-6
	}
	room -= width(segs(d.th, cells[from]))
	for grown := true; grown; {
		grown = false
		if w := d.cellWidth(cells, to); to < len(cells) && w <= room {
			to, room, grown = to+1, room-w, true
		}
		if w := d.cellWidth(cells, from-1); from > 0 && w <= room {
			from, room, grown = from-1, room-w, true
		}
	}
	var out []pane.Seg
	if from > 0 || d.u.Earlier.Attempts > 0 {
		out = append(out, pane.Seg{Text: d.th.Glyphs.Ellipsis + " ", Role: theme.Dim})
	}
	for i := from; i < to; i++ {
		if i > from {
			out = append(out, pane.Seg{Text: " " + d.th.Glyphs.Dot + " ", Role: theme.Dim})
		}
		out = append(out, cells[i]...)
	}
	if to < len(cells) {
		out = append(out, pane.Seg{Text: " " + d.th.Glyphs.Ellipsis, Role: theme.Dim})
	}
	return []string{join(d.th, d.w, " "+segs(d.th, out), right)}
}

func (d head) cellWidth(cells [][]pane.Seg, i int) int {
	if i < 0 || i >= len(cells) {
		return 0
	}
	return width(segs(d.th, cells[i])) + 3
}

// cells are the attempts: number, outcome, time, and whose it was where there
// are several.
func (d head) cells() [][]pane.Seg {
	nodes, tenants := map[string]bool{}, map[string]bool{}
	for _, a := range d.u.Attempts {
		nodes[a.Node], tenants[a.Tenant] = true, true
	}
	out := make([][]pane.Seg, len(d.u.Attempts))
	for i, a := range d.u.Attempts {
		words := strings.TrimRight(" "+d.minute(a.Start), " ")
		if len(nodes) > 1 && a.Node != "" {
			words += " " + a.Node
		}
		if len(tenants) > 1 && a.Tenant != "" {
			words += " " + a.Tenant
		}
		status := a.Outcome.Status()
		glyph := d.th.Glyphs.Status.Of(uint8(status))
		if i == d.u.Shown {
			out[i] = []pane.Seg{{Text: fmt.Sprintf(" %d %s%s ", a.Number, glyph, words), Role: theme.Number}}
			continue
		}
		out[i] = []pane.Seg{{Text: fmt.Sprintf("%d ", a.Number), Role: theme.Dim}, {Text: glyph, Role: pane.StatusRole(status)}, {Text: words, Role: theme.Text}}
	}
	return out
}

// minute is a moment as short as it is still told from the others: with its day
// where that is another than the newest attempt's.
func (d head) minute(w event.When) string {
	if w.Time.IsZero() {
		return ""
	}
	newest := d.u.Attempts[len(d.u.Attempts)-1].Start
	if day := func(t time.Time) int { return t.YearDay() }; w.Dated && newest.Dated && day(w.Time) != day(newest.Time) {
		return w.Time.Format("Mon 15:04")
	}
	return w.Time.Format("15:04")
}

// lastGood is when it worked last, and what changed since.
func (d head) lastGood() string {
	g := d.u.LastGood
	if g == nil {
		return ""
	}
	out := d.th.Paint(theme.Dim, "last good ") + d.th.Paint(theme.Pass, strings.TrimSpace(d.minute(g.Time)+fmt.Sprintf(" (attempt %d)", g.Number)))
	var changed []string
	for _, c := range g.Changed {
		changed = append(changed, strings.TrimPrefix(c.What, "the "))
	}
	if len(changed) > 0 {
		out += d.th.Paint(theme.Dim, " "+d.th.Glyphs.Dot+" since then changed: ") + d.th.Paint(theme.Warn, strings.Join(changed, ", "))
	}
	return out + " "
}
