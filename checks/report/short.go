package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
)

// Screen is the terminal that a short report is for.
type Screen struct {
	Width  int
	Colour bool
}

// shortRows is how many rows a short report takes at most: it is to be seen whole.
const shortRows = 30

// The colours of a terminal with sixteen, by meaning.
const (
	red    = "31"
	green  = "32"
	yellow = "33"
	bold   = "1"
	faint  = "2"
)

// ink gives text a colour.
func (s Screen) ink(colour, text string) string {
	if !s.Colour || text == "" {
		return text
	}
	return "\x1b[" + colour + "m" + text + "\x1b[0m"
}

// Short writes the diagnosis for a terminal: verdict, turn, ladder, evidence and fix,
// on one screen.
func Short(w io.Writer, r Report, s Screen) error {
	s.Width = min(max(s.Width, 40), 120)
	d := r.Diagnosis
	colour := map[checks.Verdict]string{checks.OK: green, checks.Failed: red}[d.Verdict]
	if colour == "" {
		colour = yellow
	}
	p := sheet{screen: s}
	for i, row := range verdict(d) {
		ink := ""
		if i == 0 {
			ink = bold + ";" + colour
		}
		p.text(ink, row.lead, row.text, 3)
	}
	p.blank()
	p.ladder(ladderOf(d))
	p.proofs(d)
	p.fix(d.RootCause)
	p.foot(r)
	_, err := io.WriteString(w, strings.Join(p.rows, "\n")+"\n")
	return err
}

// sheet are the rows of a short report.
type sheet struct {
	screen Screen
	rows   []string
}

func (p *sheet) blank() { p.rows = append(p.rows, "") }

// text adds a paragraph behind its lead, on some rows at most.
func (p *sheet) text(colour, lead, text string, most int) {
	indent := strings.Repeat(" ", ansi.StringWidth(lead))
	rows := strings.Split(ansi.Wrap(strings.Join(strings.Fields(text), " "), p.screen.Width-len(indent), ""), "\n")
	if len(rows) > most {
		rows = rows[:most]
		rows[most-1] = ansi.Truncate(rows[most-1]+" …", p.screen.Width-len(indent), "…")
	}
	for i, row := range rows {
		if i > 0 {
			lead = indent
		}
		p.rows = append(p.rows, p.screen.ink(colour, lead+row))
	}
}

// ladder adds the stages, parted where a row is full.
func (p *sheet) ladder(stages []checks.StageState) {
	row, wide := "", 0
	for i, one := range strings.Split(Ladder(stages), " → ") {
		if i > 0 {
			one = " → " + one
		}
		if w := ansi.StringWidth(one); wide+w > p.screen.Width && wide > 0 {
			p.rows = append(p.rows, row)
			row, wide = "  ", 2
			one = strings.TrimPrefix(one, " ")
		}
		wide += ansi.StringWidth(one)
		row += p.screen.signed(one)
	}
	p.rows = append(p.rows, row)
}

// signed colours a stage by its sign.
func (s Screen) signed(one string) string {
	switch {
	case strings.Contains(one, checks.Pass.Sign()):
		return s.ink(green, one)
	case strings.Contains(one, checks.Fail.Sign()):
		return s.ink(bold+";"+red, one)
	case strings.Contains(one, checks.Warn.Sign()):
		return s.ink(yellow, one)
	}
	return s.ink(faint, one)
}

// mostProofs is how much evidence a short report shows: the rest is in the whole one.
const mostProofs = 3

// proofs adds the evidence of the cause, or what was said where there is none.
func (p *sheet) proofs(d checks.Diagnosis) {
	var all []checks.Evidence
	switch a := d.Attempt(); {
	case d.RootCause != nil:
		all = once(d.RootCause.Evidence)
	case d.CheckFailed != nil:
		all = []checks.Evidence{*d.CheckFailed}
	case a != nil:
		all = a.Quoted
	}
	for i, e := range all[:min(len(all), mostProofs)] {
		if i == 0 {
			p.blank()
		}
		p.text("", "· ", e.Says+"  "+e.Place(), 1)
		p.text(faint, "  ", e.Text, 1)
	}
	if n := len(all) - mostProofs; n > 0 {
		p.text(faint, "  ", fmt.Sprintf("and %d more", n), 1)
	}
	if d.RootCause != nil && len(d.RootCause.CouldBe) > 0 {
		p.text("", "? ", "not known: "+strings.Join(d.RootCause.CouldBe, "; "), 2)
	}
}

// mostSteps is how many steps of a fix a short report shows.
const mostSteps = 3

func (p *sheet) fix(f *checks.Finding) {
	if f == nil || len(f.Fix) == 0 {
		return
	}
	p.blank()
	for i, s := range f.Fix[:min(len(f.Fix), mostSteps)] {
		p.text("", fmt.Sprintf("%d. ", i+1), s.Who.Label()+": "+s.Do+" ("+s.Where+")", 2)
	}
}

// foot adds what was read and noted, as far as there is room.
func (p *sheet) foot(r Report) {
	p.blank()
	var read []string
	for _, s := range r.Sources {
		read = append(read, s.Source.Title.String()+" ("+s.Source.Kind.String()+")")
	}
	p.text(faint, "", "read "+strings.Join(read, ", ")+"; "+fmt.Sprint(masked(r))+" values masked", 2)
	notes := r.Remarks()
	for i, n := range notes {
		room := shortRows - len(p.rows) - 2
		if room < 1 || room < 2 && i+1 < len(notes) {
			p.text(faint, "", fmt.Sprintf("and %d more notes", len(notes)-i), 1)
			break
		}
		p.text("", "", n, min(3, room))
	}
	p.text(faint, "", "-v shows all: every proof, what is ruled out, what is missing, how to reproduce it", 1)
}
