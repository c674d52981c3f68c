package tui

import (
	"fmt"
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// head draws what stands over the panes: what is connected, the verdict, the
// ladder.
type head struct {
	th *theme.Theme
	u  *view.Update
	w  int
	h  int // of the screen

	failure error  // the run could not begin
	cursor  ladder // on the stages
	hidden  bool   // names are
	form    bool   // the hosts are asked for

	fresh func(what string) bool // see picture
}

// header says what is connected. Where that does not fit, the program's name gives way
// first, then where it is captured, then the words: an address is cut last.
func (d head) header() string {
	h := d.u.Header
	right := ""
	if h.Alarm != "" {
		right = d.th.Paint(theme.BadgeFail, " "+h.Alarm+" ") + "  "
	}
	if d.u.Dropped > 0 { // nothing is hidden without saying so
		right += d.th.Paint(theme.Warn, fmt.Sprintf("%d rows not shown", d.u.Dropped)) + "  "
	}
	if h.Simulated {
		right += d.th.Paint(theme.BadgeWarn, " SIMULATED ") + " "
	}
	left := ""
	for _, f := range headers {
		if f.words && d.w < medium { // no room for words
			continue
		}
		if left = f.connected(d); width(left)+width(right) < d.w {
			break
		}
	}
	return join(d.th, d.w, left, right)
}

// headerForm is how much a header tells.
type headerForm struct{ name, where, words, peer bool }

var headers = []headerForm{{true, true, true, true}, {false, true, true, true}, {false, false, true, true}, {peer: true}, {}}

// connected is a header's left side.
func (f headerForm) connected(d head) string {
	h := d.u.Header
	var parts []string
	named := func(label, value string) {
		switch {
		case value == "":
		case f.words:
			parts = append(parts, d.th.Paint(theme.Dim, label+" ")+d.th.Paint(theme.Text, value))
		default:
			parts = append(parts, d.th.Paint(theme.Text, value))
		}
	}
	named("Manager", strings.TrimSpace(h.Manager+" "+h.Release))
	named("SSM", h.SSM)
	if secrets := d.secrets(); secrets != "" {
		parts = append(parts, d.th.Paint(theme.Token, secrets))
	}
	if f.name || len(parts) == 0 {
		parts = slices.Insert(parts, 0, d.th.Paint(theme.Bright, "syncscope"))
	}
	if h.Peer != "" && f.peer {
		where := ""
		if h.PeerGuessed {
			where = d.th.Paint(theme.Warn, " guessed")
		}
		if h.Interface != "" && f.where {
			where += d.th.Paint(theme.Dim, fmt.Sprintf(" vpn %s %s, %s", h.VPN, h.Interface, h.Level))
		}
		parts = append(parts, d.th.Paint(theme.Dim, "capturing ")+d.th.Paint(theme.Text, h.Peer)+where)
	}
	gap := map[bool]string{true: "  ", false: " "}[f.words]
	return " " + strings.Join(parts, gap+d.th.Paint(theme.Dim, d.th.Glyphs.Dot)+gap)
}

// secrets says what of the streams is not shown.
func (d head) secrets() string {
	var out []string
	if n := d.u.Header.Masked; n > 0 {
		out = append(out, overlay.Count(n, "secret", "secrets"))
	}
	if d.hidden {
		out = append(out, "names")
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, " and ") + " hidden"
}

// verdict is the sentence, and whose turn it is.
func (d head) verdict() []string {
	s := d.said()
	if d.cursor.on {
		return append(d.sentence(s), d.about(d.u.Ladder()[d.cursor.stage]))
	}
	return append(d.sentence(s), d.turn(s)...)
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
		return said{role: theme.BadgeWarn, badge: "? OPEN", first: of.Sentence(), turn: turn.Who.Label(), next: turn.Do, key: checkKey}
	}
	return d.early()
}

// sentence is the verdict, how sure it is, and whether it is of an older
// attempt.
func (d head) sentence(s said) []string {
	var body []pane.Seg
	if older := d.older(); older != "" {
		body = []pane.Seg{{Text: " " + older + " ", Role: theme.BadgeWarn}, {Text: " "}}
	}
	if alarm := d.u.Header.Alarm; alarm != "" {
		body = append(body, pane.Seg{Text: " " + alarm + " ", Role: theme.BadgeFail}, pane.Seg{Text: " "})
	}
	body = append(body, pane.Seg{Text: s.first, Role: theme.Bright})
	if s.more != "" {
		body = append(body, pane.Seg{Text: " " + s.more, Role: theme.Text})
	}
	var right []string
	if f := d.u.RootCause; f != nil {
		sure := d.th.Paint(theme.Pass, f.Confidence.String()) + " "
		right = []string{sure + d.th.Paint(theme.Dim, f.Agreement()) + " ", sure}
	}
	lead := []pane.Seg{{Text: " "}, {Text: " " + s.badge + " ", Role: s.role}, {Text: " "}}
	return d.broken(lead, body, right)
}

// turn is whose turn it is, and to do what.
func (d head) turn(s said) []string {
	lead, body := []pane.Seg{{Text: " "}}, []pane.Seg{{Text: s.next, Role: theme.Text}}
	if s.turn != "" {
		lead = []pane.Seg{{Text: " Turn  ", Role: theme.Dim}}
		body = append([]pane.Seg{{Text: s.turn + "  ", Role: theme.Warn}}, body...)
	}
	var right []string
	if s.key != "" {
		right = []string{d.th.Paint(theme.Dim, s.key+" "), ""}
	}
	return d.broken(lead, body, right)
}

// broken is a text on as many lines as it takes and the height allows, behind
// its lead; the first of right for which there is room stands at the end of the
// last line. Where there are lines to spare, the first of them has one rather
// than give way to a shorter one; where there are none and the text is cut, a line
// that only it would have is the text's, with the shortest behind it.
func (d head) broken(lead, body []pane.Seg, right []string) []string {
	painted := segs(d.th, lead)
	indent, limit := width(painted), min(max((d.h-12)/4, 1), 4)
	lines := pane.Wrap(body, d.w-indent-1, limit, &d.th.Glyphs)
	more := pane.Wrap(body, d.w-indent-1, limit+1, &d.th.Glyphs)
	squeezed := len(more) > limit && !beside(indent+width(segs(d.th, lines[limit-1])), d.w, right)
	if squeezed {
		lines = more
	}
	last := len(lines) - 1
	var out []string
	for i, l := range lines {
		text := painted + segs(d.th, l)
		painted = strings.Repeat(" ", indent)
		if i < last || len(right) == 0 {
			out = append(out, join(d.th, d.w, text, ""))
			continue
		}
		fits := slices.IndexFunc(right, func(end string) bool { return width(text)+width(end)+1 < d.w })
		if squeezed {
			out = append(out, join(d.th, d.w, text, shortest(right)))
			continue
		}
		if fits < 0 || fits > 0 && (d.h >= roomy || right[fits] == "") && len(lines) < limit {
			out = append(out, join(d.th, d.w, text, ""), join(d.th, d.w, "", right[0]))
			continue
		}
		out = append(out, join(d.th, d.w, text, right[fits]))
	}
	return out
}

// beside reports whether one of right, if there is any, has room behind a line
// of so many columns on a screen of w.
func beside(used, w int, right []string) bool {
	return len(right) == 0 || slices.ContainsFunc(right, func(end string) bool { return used+width(end)+1 < w })
}

// shortest is the last that says something.
func shortest(right []string) string {
	for _, end := range slices.Backward(right) {
		if end != "" {
			return end
		}
	}
	return ""
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
