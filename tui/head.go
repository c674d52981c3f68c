package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// head draws what stands over the panes: what is connected, the verdict, the
// ladder.
type head struct {
	th *theme.Theme
	u  *view.Update
	w  int

	failure error  // the run could not begin
	cursor  ladder // on the stages
	hidden  bool   // names are
	form    bool   // the hosts are asked for
}

// header says what is connected.
func (d head) header() string {
	h := d.u.Header
	dot := "  " + d.th.Paint(theme.Dim, d.th.Glyphs.Dot) + "  "
	parts := []string{" " + d.th.Paint(theme.Bright, "syncscope")}
	named := func(label, value string) {
		if value != "" {
			parts = append(parts, d.th.Paint(theme.Dim, label+" ")+d.th.Paint(theme.Text, value))
		}
	}
	masked := fmt.Sprint(h.Masked)
	if d.w < medium && d.hidden {
		named("masked", masked+" + names")
		masked = ""
	}
	if d.w < medium { // no room for words
		for _, name := range []string{strings.TrimSpace(h.Manager + " " + h.Release), h.SSM} {
			if name != "" {
				parts = append(parts, d.th.Paint(theme.Text, name))
			}
		}
	} else {
		named("Manager", strings.TrimSpace(h.Manager+" "+h.Release))
		named("SSM", h.SSM)
	}
	named("masked", masked)
	if h.Peer != "" && d.w >= medium {
		where := ""
		if h.Interface != "" {
			where = fmt.Sprintf(" vpn %s %s, %s", h.VPN, h.Interface, h.Level)
		}
		if h.PeerGuessed {
			where = d.th.Paint(theme.Warn, " guessed") + d.th.Paint(theme.Dim, where)
		} else {
			where = d.th.Paint(theme.Dim, where)
		}
		parts = append(parts, d.th.Paint(theme.Dim, "capturing ")+d.th.Paint(theme.Text, h.Peer)+where)
	}
	right := ""
	if d.u.Dropped > 0 { // nothing is hidden without saying so
		right = d.th.Paint(theme.Warn, fmt.Sprintf("%d rows not shown", d.u.Dropped)) + "  "
	}
	if d.hidden && d.w >= medium {
		right += d.th.Paint(theme.Token, "names hidden") + "  "
	}
	if h.Simulated {
		right += d.th.Paint(theme.BadgeWarn, " SIMULATED ") + " "
	}
	return join(d.th, d.w, strings.Join(parts, dot), right)
}

// verdict is the sentence, and whose turn it is.
func (d head) verdict() []string {
	out := d.sentence()
	if d.cursor.on {
		out[1] = d.about(d.u.Ladder()[d.cursor.stage])
	}
	return out
}

// about tells all of a stage: what it was about, how it went, and whether that
// was seen or is inferred.
func (d head) about(s checks.StageState) string {
	basis := map[checks.Basis]string{checks.Seen: "seen", checks.Inferred: "inferred"}[s.Basis]
	line := " " + d.th.Paint(theme.Number, " "+s.Stage.Label()+" ") + " " + d.th.Paint(stageRole(s), d.th.Glyphs.Status.Of(uint8(s.Status))+" "+s.Status.Word())
	for _, part := range []string{basis, s.Object, s.Detail} {
		if part != "" {
			line += d.th.Paint(theme.Dim, "  "+d.th.Glyphs.Dot+"  ") + d.th.Paint(theme.Text, part)
		}
	}
	return join(d.th, d.w, line, d.th.Paint(theme.Dim, "enter: evidence  esc "))
}

// said is the verdict in its parts.
type said struct {
	role        theme.Role // of the badge
	badge       string
	first, more string // the sentence
	sure        string // how sure it is
	turn, next  string // whose turn it is, and to do what
	key         string // that leads further
}

func (d head) said() said {
	g := d.th.Glyphs.Status
	switch {
	case d.u.RootCause != nil:
		f := d.u.RootCause
		return said{theme.BadgeFail, g[checks.Fail] + " FAIL", f.Title, f.Short, f.Confidence.String() + " " + f.Agreement(), f.Owner.Label(), f.Next, "enter: runbook"}
	case d.u.Verdict == checks.OK:
		next := "Nothing to do."
		if d.u.Comparison != nil {
			next = d.u.Comparison.Summary
		}
		return said{role: theme.BadgePass, badge: g[checks.Pass] + " OK", first: checks.Success(d.u.Attempts, d.u.Shown) + ".", next: next}
	case d.u.Verdict == checks.Inconclusive:
		of := d.u.Diagnosis()
		turn := of.Turn()
		return said{role: theme.BadgeWarn, badge: "? OPEN", first: of.Sentence(), turn: turn.Who.Label(), next: turn.Do}
	}
	return d.early()
}

// sentence is the verdict in two lines.
func (d head) sentence() []string {
	s := d.said()
	first, right := " "+d.th.Paint(s.role, " "+s.badge+" ")+" "+d.th.Paint(theme.Bright, s.first), ""
	if s.more != "" {
		first += " " + d.th.Paint(theme.Text, s.more)
	}
	if d.u.RootCause != nil {
		right = d.confidence(d.u.RootCause)
	}
	next := " " + d.th.Paint(theme.Text, s.next)
	if s.turn != "" {
		next = d.th.Paint(theme.Dim, " Turn  ") + d.th.Paint(theme.Warn, s.turn) + " " + next
	}
	key := ""
	if s.key != "" {
		key = d.th.Paint(theme.Dim, s.key+" ")
	}
	return []string{join(d.th, d.w, first, right), join(d.th, d.w, next, key)}
}

// confidence says how sure the cause is; without room, in one word.
func (d head) confidence(f *checks.Finding) string {
	out := d.th.Paint(theme.Pass, f.Confidence.String()) + " "
	if d.w >= medium {
		out += d.th.Paint(theme.Dim, f.Agreement()) + " "
	}
	return out
}

// ladder is the stages; where it does not fit, without details, then with short
// names, then with no blanks behind these.
func (d head) ladder() string {
	stages := d.u.Ladder()
	for _, style := range []ladderStyle{{details: true, names: true, gap: " "}, {names: true, gap: " "}, {gap: " "}, {}} {
		line := d.stages(stages, style)
		if ansi.StringWidth(line) < d.w || style == (ladderStyle{}) {
			return join(d.th, d.w, line, "")
		}
	}
	return ""
}

// ladderStyle is how much of the ladder is told.
type ladderStyle struct {
	details, names bool
	gap            string // between a name and its sign
}

func (d head) stages(stages []checks.StageState, style ladderStyle) string {
	sep := " " + d.th.Paint(theme.Dim, strings.Repeat(d.th.Glyphs.Separator, 2)) + " "
	if !style.details {
		sep = " "
	}
	var parts []string
	for _, s := range stages {
		name, short := s.Stage.Label(), ""
		if !style.names {
			name = s.Stage.Short()
		}
		if style.details || s.Status == checks.Fail && style.gap != "" {
			short = s.Short
		}
		if style.details && short == "" && s.Basis == checks.Inferred {
			short = "inferred"
		}
		parts = append(parts, d.stage(s, name, style.gap, short))
	}
	return " " + strings.Join(parts, sep)
}

func stageRole(s checks.StageState) theme.Role {
	if s.Basis == checks.Inferred && s.Status == checks.Pass {
		return theme.Warn
	}
	return pane.StatusRole(s.Status)
}

func (d head) stage(s checks.StageState, name, gap, short string) string {
	glyph := d.th.Glyphs.Status.Of(uint8(s.Status))
	badge := gap + strings.TrimRight(name+gap+glyph+" "+short, " ") + gap
	if d.cursor.on && d.cursor.stage == s.Stage {
		return d.th.Paint(theme.Number, badge)
	}
	if s.Status == checks.Fail {
		return d.th.Paint(theme.BadgeFail, badge)
	}
	role := stageRole(s)
	text := theme.Text
	if s.Status != checks.Pass && s.Status != checks.Warn {
		text = theme.Dim
	}
	out := d.th.Paint(text, name) + gap + d.th.Paint(role, glyph)
	if short != "" {
		out += " " + d.th.Paint(theme.Dim, short)
	}
	return out
}
