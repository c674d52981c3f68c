package pane

import (
	"fmt"
	"strconv"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// Diagnosis says what the evidence means: for, ruled out, not known, the fix.
type Diagnosis struct {
	th     *theme.Theme // of the frame being drawn
	u      *view.Update
	top    int
	public bool // see Canvas
	below  int  // lines that the last frame had no room for
}

// NewDiagnosis makes the pane.
func NewDiagnosis() *Diagnosis {
	return &Diagnosis{u: &view.Update{Shown: -1}}
}

// Observe ignores events: what they mean comes with Set.
func (d *Diagnosis) Observe(event.Kind, event.Event) {}

// Set takes the newest update.
func (d *Diagnosis) Set(u *view.Update) { d.u = u }

// Title names the cause.
func (d *Diagnosis) Title() Title {
	t := Title{Name: "Diagnosis"}
	if d.u.RootCause != nil {
		t.Name = "Diagnosis  " + d.u.RootCause.ID
	} else if d.u.Comparison != nil {
		t.Name = "Diagnosis  before and after"
	}
	if n := len(d.u.Attempts); n > 0 {
		t.State = []Seg{{fmt.Sprintf("%d evidence  attempt %d of %d", len(d.u.Evidence), d.u.Earlier.Attempts+d.u.Shown+1, d.u.Earlier.Attempts+n), theme.Dim}}
	}
	if d.below > 0 {
		t.State = append([]Seg{{fmt.Sprintf("%d more %s  ", d.below, map[bool]string{true: "line"}[d.below == 1]+map[bool]string{true: "lines"}[d.below > 1]), theme.Text}}, t.State...)
	}
	return t
}

// Scroll moves by n lines.
func (d *Diagnosis) Scroll(n int) { d.top = max(0, d.top+n) }

// mostLines bounds one line of the diagnosis. A step that is to be done is shorter at
// any width: what does not fit the pane is scrolled to, not cut.
const mostLines = 12

// View draws the pane.
func (d *Diagnosis) View(c Canvas) []string {
	d.th, d.public = c.Theme, c.Public
	width, height := c.Width, c.Height
	var lines []string
	for _, l := range d.lines() {
		indent := 0
		if c.Airy && len(lines) > 0 {
			lines = append(lines, strings.Repeat(" ", width))
		}
		for _, s := range l.head {
			indent += len([]rune(s.Text))
		}
		for i, w := range Wrap(l.body, width-indent-1, mostLines, &d.th.Glyphs) {
			head := l.head
			if i > 0 {
				head = []Seg{{strings.Repeat(" ", indent), theme.Dim}}
			}
			lines = append(lines, paint(d.th, theme.PlainRow, append(append([]Seg{}, head...), w...), width))
		}
	}
	d.top = min(d.top, max(0, len(lines)-height))
	lines = lines[d.top:]
	d.below = max(0, len(lines)-height)
	return pad(lines[:min(len(lines), height)], d.th, width, height)
}

// open says what it could be: one of several, or whether it is the only one.
func open(couldBe []string) string {
	if len(couldBe) == 1 {
		return "whether " + couldBe[0] + "."
	}
	return "which of " + strconv.Itoa(len(couldBe)) + ": " + strings.Join(couldBe, "; ") + "."
}

// line is a label and what stands behind it.
type line struct{ head, body []Seg }

// label is a head of fixed width.
func label(word string, role theme.Role) []Seg { return []Seg{{fmt.Sprintf(" %-10s", word), role}} }

func (d *Diagnosis) lines() []line {
	switch {
	case d.u.Comparison != nil:
		return append(append(d.comparison(), d.missing(theme.Dim)...), d.also()...)
	case d.u.RootCause != nil:
		return d.cause(d.u.RootCause)
	case d.u.Verdict == checks.OK:
		var out []line
		if !d.public { // it stands above, as a sentence
			out = []line{{label("", theme.Dim), []Seg{{checks.Success(d.u.Attempts, d.u.Shown) + ". Nothing to do.", theme.Pass}}}}
		}
		return append(append(out, d.missing(theme.Dim)...), d.also()...)
	case d.u.Verdict == checks.Inconclusive:
		return append(append(d.open(), d.missing(theme.Warn)...), d.also()...)
	}
	return d.nothing()
}

// nothing: no attempt was seen; what to do, and, after a while, what may be
// wrong.
func (d *Diagnosis) nothing() []line {
	out := []line{{label("", theme.Dim), []Seg{{d.u.Hint, theme.Text}}}}
	for i, doubt := range d.u.Doubts {
		head := label("", theme.Dim)
		if i == 0 {
			head = label("may be", theme.Warn)
		}
		out = append(out, line{head, []Seg{{doubt, theme.Text}}})
	}
	return append(out, d.missing(theme.Warn)...)
}

// open: no cause is named; both sides' own words are shown instead.
func (d *Diagnosis) open() []line {
	out := []line{{label("", theme.Dim), []Seg{{"What was seen does not name one cause.", theme.Warn}}}}
	if a := d.u.Attempt(); a != nil {
		for i, said := range a.Quoted {
			head := map[bool]string{true: "says"}[i == 0]
			out = append(out, line{label(head, theme.Dim), append([]Seg{{said.Says + ": ", theme.Dim}}, segments(said.Text, theme.Text)...)})
		}
	}
	head := label("may be", theme.Warn)
	for _, f := range d.u.Findings {
		if f.Severity == checks.Critical {
			out = append(out, line{head, []Seg{{f.Title, theme.Text}, {"  " + f.Confidence.String(), theme.Dim}}})
			head = label("", theme.Dim)
		}
	}
	return out
}

// cause is the root cause: what to do, why it is the cause, and what is not.
func (d *Diagnosis) cause(f *checks.Finding) []line {
	out := append(d.fix(f), d.reasons(f)...)
	firm := f.Confidence == checks.Confirmed
	if !firm { // what would make it firm
		out = append(out, d.missing(theme.Warn)...)
	}
	if len(f.CouldBe) > 0 {
		out = append(out, line{label("not known", theme.Dim), []Seg{{open(f.CouldBe), theme.Text}}})
	}
	if d.public {
		return append(out, d.also()...)
	}
	if f.HowToTell != "" {
		out = append(out, line{label("to tell", theme.Dim), segments(f.HowToTell, theme.Text)})
	}
	out = append(out, d.ruledOut(f)...)
	if firm {
		out = append(out, d.missing(theme.Dim)...)
	}
	return append(out, d.also()...)
}

func (d *Diagnosis) fix(f *checks.Finding) []line {
	var out []line
	for i, s := range f.Fix {
		head := ""
		if i == 0 {
			head = "fix"
		}
		out = append(out, line{label(head, theme.Bright), []Seg{
			{strconv.Itoa(i+1) + ". ", theme.Dim}, {s.Who.Label() + ": ", theme.Dim}, {s.Do + "  ", theme.Bright}, {s.Where + "  ", theme.Text}, {"impact on others: " + s.Impact, theme.Dim},
		}})
	}
	return out
}

// reasons are what speaks for the cause, and when it worked last.
func (d *Diagnosis) reasons(f *checks.Finding) []line {
	var body []Seg
	for _, e := range f.Evidence {
		body = append(body, number(e)...)
		body = append(body, Seg{e.Says + "   ", theme.Text})
	}
	out := []line{{label("for", theme.Pass), body}}
	if g := d.u.LastGood; g != nil {
		out = append(out, line{label("last good", theme.Dim), segments(g.Sentence()+".", theme.Text)})
	}
	return out
}

func (d *Diagnosis) ruledOut(f *checks.Finding) []line {
	var body []Seg
	for _, r := range f.RuledOut {
		body = append(body, Seg{r.Stage.Label() + " ", theme.Text})
		if len(r.Evidence) > 0 {
			body = append(body, number(r.Evidence[0])...)
		}
		body = append(body, Seg{shorten(r.Why) + "   ", theme.Dim})
	}
	if body == nil {
		return nil
	}
	return []line{{label("ruled out", theme.Dim), body}}
}

// missing is what a firm verdict would take and is not there, each with what to
// do about it.
func (d *Diagnosis) missing(role theme.Role) []line {
	var out []line
	for i, lack := range d.u.Missing() {
		head := label("", theme.Dim)
		if i == 0 {
			head = label("missing", role)
		}
		body := []Seg{{d.th.Glyphs.Dot + " ", theme.Dim}}
		body = append(body, segments(lack.What, theme.Text)...)
		if lack.Next != "" {
			body = append(append(body, Seg{"  " + d.th.Glyphs.Next + " ", theme.Dim}), segments(lack.Next, theme.Bright)...)
		}
		out = append(out, line{head, body})
	}
	return out
}

// shorten keeps a ruled-out reason to its first clause.
func shorten(s string) string {
	s, _, _ = strings.Cut(s, ", ")
	return s
}

func number(e checks.Evidence) []Seg {
	if e.Number == 0 {
		return nil
	}
	return []Seg{{strconv.Itoa(e.Number), theme.Number}, {" ", theme.Dim}}
}

// also lists side findings: warnings first.
func (d *Diagnosis) also() []line {
	var out []line
	for _, f := range d.u.Findings {
		if f.Severity == checks.Critical && d.u.Verdict == checks.Inconclusive {
			continue // a candidate
		}
		if d.public && f.Severity == checks.Note {
			continue
		}
		head, role := label("also", theme.Dim), theme.Dim
		if f.Severity == checks.Warning {
			head, role = []Seg{{fmt.Sprintf(" %-10s", d.th.Glyphs.Status[checks.Warn]+" also"), theme.Warn}}, theme.Warn
		}
		out = append(out, line{head, []Seg{{f.Title, role}}})
	}
	return out
}

// comparison sets the stages of two attempts side by side.
func (d *Diagnosis) comparison() []line {
	c := d.u.Comparison
	out := []line{
		{label("changed", theme.Pass), segments(c.Summary, theme.Bright)},
		{label("", theme.Dim), []Seg{{fmt.Sprintf("%-10s %-34s %s", "stage", fmt.Sprintf("before (attempt %d)", c.Before.Number), fmt.Sprintf("after (attempt %d)", c.After.Number)), theme.Dim}}},
	}
	before, after := c.Before.Ladder(), c.After.Ladder()
	for i := range before {
		b, a := before[i], after[i]
		role := theme.Dim
		if b.Status != a.Status {
			role = theme.Bright
		}
		out = append(out, line{label("", theme.Dim), []Seg{
			{fmt.Sprintf("%-10s ", b.Stage.Label()), role}, {d.th.Glyphs.Status.Of(uint8(b.Status)) + " ", StatusRole(b.Status)}, {fmt.Sprintf("%-32.32s ", b.Short), role},
			{d.th.Glyphs.Status.Of(uint8(a.Status)) + " ", StatusRole(a.Status)}, {a.Short, role},
		}})
	}
	return out
}

// StatusRole is the role of a stage's outcome.
func StatusRole(s checks.Status) theme.Role {
	switch s {
	case checks.Pass:
		return theme.Pass
	case checks.Warn:
		return theme.Warn
	case checks.Fail:
		return theme.Fail
	}
	return theme.Dim
}
