package report

import (
	"fmt"
	"io"
	"strings"

	"syncscope/checks"
)

// Text writes the diagnosis for a person: the verdict, whose turn it is, the
// ladder, the evidence and the fix.
func Text(w io.Writer, r Report) error {
	var b strings.Builder
	d := r.Diagnosis
	for _, r := range verdict(d) {
		b.WriteString(r.lead + r.text + "\n")
	}
	if what := about(d); what != "" {
		b.WriteString("Attempt " + what + "\n")
	}
	if a := d.Attempt(); a != nil && a.Ambiguous && d.Callers == 0 {
		b.WriteString("        Two requests in the SSM's log fit this attempt equally well: neither counts as proof.\n")
	}
	if d.LastGood != nil {
		b.WriteString("        " + d.LastGood.Sentence() + since(d.LastGood) + ".\n")
	}
	b.WriteString("\n" + Ladder(ladderOf(d)) + "\n")
	if d.RootCause != nil {
		cause(&b, d.RootCause)
	} else if d.Verdict == checks.Inconclusive {
		open(&b, d)
	}
	if d.Comparison != nil {
		comparison(&b, d.Comparison)
	}
	section(&b, "Attempts", history(d))
	also(&b, d)
	footer(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

// row is a line of the verdict; lead has the blanks that part it from the text.
type row struct{ lead, text string }

func verdict(d checks.Diagnosis) []row {
	turn := row{"Turn    ", turnOf(d)}
	switch f := d.RootCause; {
	case d.Verdict == checks.OK:
		return []row{{"✓ OK  ", d.Sentence()}}
	case d.Verdict == checks.NoAttempt:
		return []row{{"? ", "NO ATTEMPT  " + d.Sentence()}, turn}
	case f == nil: // whatever the verdict is called
		return []row{{"? ", "INCONCLUSIVE  " + d.Sentence()}, turn}
	default:
		return []row{{"✗ FAIL  ", d.Sentence()}, {"        ", fmt.Sprintf("%s: %s, %s", f.ID, f.Confidence, f.Agreement()) + aboutCheck(f)}, turn}
	}
}

// aboutCheck says of a cause that it is no attempt's.
func aboutCheck(f *checks.Finding) string {
	if f.About == checks.AboutCheck {
		return "; about a check, not a sync attempt"
	}
	return ""
}

// turnOf is whose turn it is, and to do what.
func turnOf(d checks.Diagnosis) string {
	t := d.Turn()
	return t.Who.Label() + ". " + t.Do
}

// since cites the lines that show when it worked and what changed.
func since(g *checks.LastGood) string {
	ev := []checks.Evidence{g.Evidence}
	for _, c := range g.Changed {
		ev = append(ev, c.Evidence)
	}
	return refs(ev, nil)
}

// Ladder is the stages in one line.
func Ladder(stages []checks.StageState) string {
	var parts []string
	for _, s := range stages {
		part := s.Stage.Label() + " " + s.Status.Sign()
		if s.Short != "" {
			part += " " + strings.ReplaceAll(s.Short, "→ proxy", "(proxy)") // an arrow parts the stages here
		} else if s.Basis == checks.Inferred {
			part += " inferred"
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " → ")
}

func cause(b *strings.Builder, f *checks.Finding) {
	fmt.Fprintf(b, "\n%s\n\nFor\n", f.Explanation)
	for _, e := range once(f.Evidence) {
		proof(b, e)
	}
	if len(f.RuledOut) > 0 {
		b.WriteString("Ruled out\n")
		for _, r := range f.RuledOut {
			fmt.Fprintf(b, "  %-8s %s%s\n", r.Stage.Label(), r.Why, refs(r.Evidence, f.Evidence))
		}
	}
	section(b, "Not known: it could be that", f.CouldBe)
	if f.HowToTell != "" {
		fmt.Fprintf(b, "  To tell: %s\n", f.HowToTell)
	}
	section(b, "Missing", f.Missing)
	if len(f.Fix) > 0 {
		b.WriteString("Fix\n")
		for i, s := range f.Fix {
			fmt.Fprintf(b, "  %d. %s: %s\n     where: %s\n     impact: %s\n", i+1, s.Who.Label(), s.Do, s.Where, s.Impact)
		}
	}
	if len(f.Reproduce) > 0 {
		b.WriteString("Reproduce\n")
	}
	for _, typed := range shells(f.Reproduce) {
		fmt.Fprintf(b, "  %s:\n", typed.on.Label())
		for _, run := range typed.run { // as it can be copied: no sign in front of it
			b.WriteString("    " + strings.ReplaceAll(run, "\n", "\n    ") + "\n")
		}
	}
}

func section(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	b.WriteString(title + "\n")
	for _, l := range lines {
		b.WriteString("  - " + strings.ReplaceAll(l, "\n", "\n    ") + "\n")
	}
}

func proof(b *strings.Builder, e checks.Evidence) {
	n := ""
	if e.Number > 0 {
		n = fmt.Sprintf("[%d] ", e.Number)
	}
	fmt.Fprintf(b, "  %s%s  %s\n      %s\n", n, e.Says, e.Place(), e.Text)
}

func open(b *strings.Builder, d checks.Diagnosis) {
	if a := d.Attempt(); a != nil && len(a.Quoted) > 0 {
		b.WriteString("\n")
		for _, said := range a.Quoted {
			proof(b, said)
		}
	}
	for _, f := range candidates(d) {
		fmt.Fprintf(b, "\nCandidate (%s): %s\n", f.Confidence, f.Title)
		section(b, "Missing", f.Missing)
	}
}

func comparison(b *strings.Builder, c *checks.Comparison) {
	fmt.Fprintf(b, "\nBefore and after (attempt %d, attempt %d): %s\n", c.Before.Number, c.After.Number, c.Summary)
	for _, d := range c.Changed {
		fmt.Fprintf(b, "  %-8s %s %-10s → %s %s\n", d.Stage.Label(), d.Before.Status.Sign(), d.Before.Short, d.After.Status.Sign(), d.After.Detail)
	}
}

func also(b *strings.Builder, d checks.Diagnosis) {
	var lines []string
	for _, f := range beside(d) {
		mark := ""
		if f.Severity == checks.Warning {
			mark = "! "
		}
		lines = append(lines, mark+f.Title+refs(f.Evidence, nil))
	}
	section(b, "Also", lines)
}

func footer(b *strings.Builder, r Report) {
	b.WriteString("\nRead\n")
	for _, s := range r.Sources {
		fmt.Fprintf(b, "  %s: %s, %d lines", s.Source.Title, s.Source.Kind, s.Lines)
		if s.Packets > 0 {
			fmt.Fprintf(b, ", %d packets", s.Packets)
		}
		if s.Skipped > 0 {
			fmt.Fprintf(b, ", %d not read", s.Skipped)
		}
		b.WriteString("\n")
	}
	for _, n := range r.Remarks() {
		fmt.Fprintf(b, "  %s\n", n)
	}
	fmt.Fprintf(b, "  %d values masked\n", masked(r))
	if wait := r.CanWait(); wait != "" {
		fmt.Fprintf(b, "\n%s\n", wait)
	}
}
