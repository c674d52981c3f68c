package tui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/tui/overlay"
	"syncscope/tui/theme"
)

// presentation is the screen for those who only look on: the verdict in whole
// sentences, the ladder with a column for each stage, and the diagnosis, with
// room around them.
type presentation struct {
	on   bool
	from paneID // the focus it is left with
}

// present begins it, or ends it.
func (p *paneSet) present() {
	if p.presentation.on = !p.presentation.on; !p.presentation.on {
		p.setFocus(p.presentation.from)
		return
	}
	p.presentation.from, p.zoomed, p.focus = p.focus, false, diagnosisPane
}

// Bounds of what is presented: lines longer than this are hard to follow, and
// below this height there is no room for blank ones.
const (
	longest = 132
	roomy   = 30
	narrow  = 9 // of a stage's column: below it, only failures say more
)

// margin is the blank columns at the left.
func margin(w int) int { return max(1, min(6, (w-longest)/2, w/20)) }

// presented draws what stands over the diagnosis.
func (d head) presented() []string {
	d.form = false
	lines := []string{d.header()}
	blank := func() {
		if d.h >= roomy {
			lines = append(lines, strings.Repeat(" ", d.w))
		}
	}
	blank()
	lines = append(lines, d.aloud()...)
	blank()
	lines = append(append(lines, d.columns()...), d.strip()...)
	blank()
	return lines
}

// aloud is the verdict in whole sentences: nothing is cut.
func (d head) aloud() []string {
	s := d.said()
	const label = 11 // as the diagnosis has it
	left := margin(d.w)
	var out []string
	add := func(name string, text string, role theme.Role) {
		for _, l := range overlay.Folded(text, min(d.w-left-label-2, longest)) {
			out = append(out, join(d.th, d.w, strings.Repeat(" ", left)+name+strings.Repeat(" ", max(0, label-width(name)))+d.th.Paint(role, l), ""))
			name = ""
		}
	}
	add(d.th.Paint(s.role, " "+s.badge+" "), s.first, theme.Bright)
	if d.isFresh("") {
		out[0] = strings.Repeat(" ", left-1) + d.th.Paint(theme.Warn, d.th.Glyphs.Mark) + ansi.TruncateLeft(out[0], left, "")
	}
	if older := d.older(); older != "" {
		add("", " "+older+" ", theme.BadgeWarn)
	}
	add("", s.more, theme.Text)
	if s.sure != "" {
		add("", s.sure, theme.Dim)
	}
	if d.w >= medium {
		out = append(out, strings.Repeat(" ", d.w))
	}
	if s.turn != "" {
		add(d.th.Paint(theme.Dim, " Turn"), s.turn, theme.Warn)
	}
	if s.next != "" {
		label := " Next"
		if s.role == theme.BadgePass {
			label = ""
		}
		add(d.th.Paint(theme.Dim, label), s.next, theme.Text)
	}
	return out
}

// isFresh reports whether a stage, or the verdict (""), has changed just now: it
// is marked for those who look on.
func (d head) isFresh(what string) bool { return d.fresh != nil && d.fresh(what) }

// outcomeWord says a stage's outcome where there is little room; its sign says
// the others.
func outcomeWord(s checks.Status) string {
	switch s {
	case checks.Pass, checks.Warn, checks.Fail:
		return s.String()
	}
	return ""
}

// columns is the ladder with a column for each stage: its name, how it went,
// and what was seen.
func (d head) columns() []string {
	left := margin(d.w)
	even := (d.w - left - 1) / len(checks.Stages())
	spare := d.w - left - 1 - even*len(checks.Stages())
	rows := make([]string, 4)
	for _, s := range d.u.Ladder() {
		cell := even
		if short := len(s.Stage.Short()) + 1 - cell; short > 0 && short <= spare { // no name is cut while there is room
			cell, spare = cell+short, spare-short
		}
		name, detail := s.Stage.Label(), s.Short
		if len(name) > cell-1 {
			name = s.Stage.Short()
		}
		switch {
		case cell < narrow && s.Status != checks.Fail:
			detail = ""
		case detail == "" && s.Basis == checks.Inferred:
			detail = "inferred"
		}
		how := strings.TrimSpace(d.th.Glyphs.Status.Of(uint8(s.Status)) + " " + outcomeWord(s.Status))
		roles := [4]theme.Role{theme.Text, stageRole(s), theme.Dim, theme.Dim}
		if s.Status != checks.Pass && s.Status != checks.Warn {
			roles[0] = theme.Dim
		}
		switch {
		case d.cursor.on && d.cursor.stage == s.Stage:
			roles = [4]theme.Role{theme.Number, theme.Number, theme.Number, theme.Number}
		case s.Status == checks.Fail:
			roles = [4]theme.Role{theme.BadgeFail, theme.BadgeFail, theme.BadgeFail, theme.BadgeFail}
		}
		seen := append(strings.Split(ansi.Wordwrap(detail, cell-1, ""), "\n"), "")
		if len(seen) > 3 { // what does not fit two lines does not end as if it were all
			seen[1] = d.th.Glyphs.Cut(strings.Join(seen[1:], " "), cell-1)
		}
		for i, text := range []string{name, how, seen[0], seen[1]} {
			text = d.th.Glyphs.Cut(text, cell-1)
			lead := " "
			if i == 0 && d.isFresh(s.Stage.Label()) {
				lead = d.th.Glyphs.Mark
			}
			rows[i] += d.th.Paint(roles[i], lead+text+strings.Repeat(" ", cell-1-width(text)))
		}
	}
	if strings.TrimSpace(ansi.Strip(rows[3])) == "" {
		rows = rows[:3]
	}
	for i := range rows {
		rows[i] = join(d.th, d.w, strings.Repeat(" ", left-1)+rows[i], "")
	}
	return rows
}

// diagnosed is the diagnosis without a border, its lines not longer than can be
// followed.
func (p picture) diagnosed(height int) []string {
	left := margin(p.Width)
	c := p.canvas()
	c.Whole, c.Public, c.Airy, c.Width, c.Height = true, true, p.Height >= roomy, min(p.Width-2*left, longest), height
	lines := p.panes.all[diagnosisPane].View(c)
	for i, l := range lines {
		lines[i] = join(p.Theme, p.Width, strings.Repeat(" ", left)+l, "")
	}
	return lines
}
