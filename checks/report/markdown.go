package report

import (
	"fmt"
	"io"
	"strings"

	"syncscope/checks"
)

// Markdown writes the diagnosis for a ticket or a chat (CommonMark with tables).
// What a host wrote stands in code spans or fences that it cannot close, so
// that it is shown and never read as markup.
func Markdown(w io.Writer, r Report) error {
	var b strings.Builder
	d := r.Diagnosis
	fmt.Fprintf(&b, "# %s\n\n", escaped(headline(d)))
	if f := d.RootCause; f != nil {
		fmt.Fprintf(&b, "**%s**: %s, %s. Turn: **%s**. %s\n\n%s\n\n", f.ID, f.Confidence, f.Agreement(), f.Owner.Label(), escaped(f.Next), escaped(f.Explanation))
	} else if t := d.Turn(); t.Who != checks.OwnerNobody {
		fmt.Fprintf(&b, "Turn: **%s**. %s\n\n", t.Who.Label(), escaped(t.Do))
	}
	if what := about(d); what != "" {
		fmt.Fprintf(&b, "Attempt: %s\n\n", escaped(what))
	}
	mdStages(&b, ladderOf(d))
	if f := d.RootCause; f != nil {
		mdCause(&b, f)
	} else if d.Verdict == checks.Inconclusive {
		mdOpen(&b, d)
	}
	if c := d.Comparison; c != nil {
		fmt.Fprintf(&b, "## Before and after\n\n%s\n\n", escaped(c.Summary))
	}
	if d.LastGood != nil {
		b.WriteString("\n" + escaped(d.LastGood.Sentence()+since(d.LastGood)) + ".\n")
	}
	mdList(&b, "Attempts", history(d))
	mdAlso(&b, d)
	mdRead(&b, r)
	_, err := io.WriteString(w, b.String())
	return err
}

// headline is the verdict as one sentence.
func headline(d checks.Diagnosis) string {
	sign := "✗ "
	switch {
	case d.Verdict == checks.OK:
		sign = "✓ "
	case d.Verdict == checks.NoAttempt, d.RootCause == nil:
		sign = "? "
	}
	return sign + d.Sentence()
}

func mdStages(b *strings.Builder, stages []checks.StageState) {
	b.WriteString("| stage | status | basis | object | detail |\n|---|---|---|---|---|\n")
	for _, s := range stages {
		fmt.Fprintf(b, "| %s | %s %s | %s | %s | %s |\n", s.Stage.Label(), s.Status.Sign(), s.Status, s.Basis, cell(s.Object), cell(s.Detail))
	}
	b.WriteString("\n")
}

func mdCause(b *strings.Builder, f *checks.Finding) {
	b.WriteString("## Evidence\n\n")
	for _, e := range once(f.Evidence) {
		mdProof(b, e)
	}
	if len(f.RuledOut) > 0 {
		b.WriteString("## Ruled out\n\n")
		for _, r := range f.RuledOut {
			fmt.Fprintf(b, "- %s: %s%s\n", r.Stage.Label(), escaped(r.Why), escaped(refs(r.Evidence, f.Evidence)))
		}
		b.WriteString("\n")
	}
	mdList(b, "Not known: it could be that", f.CouldBe)
	if f.HowToTell != "" {
		fmt.Fprintf(b, "To tell: %s\n\n", escaped(f.HowToTell))
	}
	mdList(b, "Missing", f.Missing)
	if len(f.Fix) > 0 {
		b.WriteString("## Fix\n\n")
		for i, s := range f.Fix {
			fmt.Fprintf(b, "%d. **%s**: %s  \n   where: %s  \n   impact: %s\n", i+1, s.Who.Label(), escaped(s.Do), escaped(s.Where), escaped(s.Impact))
		}
		b.WriteString("\n")
	}
	if len(f.Reproduce) > 0 {
		b.WriteString("## Reproduce\n\n")
		for _, typed := range shells(f.Reproduce) {
			b.WriteString(typed.on.Label() + ":\n\n")
			for _, c := range typed.run {
				b.WriteString(fenced(c))
			}
		}
	}
}

func mdOpen(b *strings.Builder, d checks.Diagnosis) {
	if a := d.Attempt(); a != nil && len(a.Quoted) > 0 {
		b.WriteString("## What they say themselves\n\n")
		for _, said := range a.Quoted {
			mdProof(b, said)
		}
	}
	for _, f := range candidates(d) {
		mdList(b, fmt.Sprintf("Candidate (%s): %s. Missing", f.Confidence, f.Title), f.Missing)
	}
}

// candidates are the causes that are possible where none is named.
func candidates(d checks.Diagnosis) []checks.Finding {
	var out []checks.Finding
	for _, f := range d.Findings {
		if f.Severity == checks.Critical {
			out = append(out, f)
		}
	}
	return out
}

// beside are the findings that are no cause: side findings and benign notes.
func beside(d checks.Diagnosis) []checks.Finding {
	var out []checks.Finding
	for _, f := range d.Findings {
		if f.Severity != checks.Critical {
			out = append(out, f)
		}
	}
	return out
}

func mdAlso(b *strings.Builder, d checks.Diagnosis) {
	var lines []string
	for _, f := range beside(d) {
		lines = append(lines, fmt.Sprintf("%s: %s%s", f.Severity, f.Title, refs(f.Evidence, nil)))
	}
	mdList(b, "Also", lines)
}

func mdList(b *strings.Builder, title string, lines []string) {
	if len(lines) == 0 {
		return
	}
	fmt.Fprintf(b, "## %s\n\n", escaped(title))
	for _, l := range lines {
		fmt.Fprintf(b, "- %s\n", escaped(l))
	}
	b.WriteString("\n")
}

func mdProof(b *strings.Builder, e checks.Evidence) {
	n := ""
	if e.Number > 0 {
		n = fmt.Sprintf("**%d** ", e.Number)
	}
	fmt.Fprintf(b, "- %s%s, %s\n\n%s", n, escaped(e.Says), escaped(e.Place()), fenced(e.Text))
}

func mdRead(b *strings.Builder, r Report) {
	b.WriteString("## Read\n\n| source | kind | level | lines | packets | not read |\n|---|---|---|---|---|---|\n")
	for _, s := range r.Sources {
		fmt.Fprintf(b, "| %s | %s | %s | %d | %d | %d |\n", cell(s.Source.Title.String()), s.Source.Kind, s.Source.Level, s.Lines, s.Packets, s.Skipped)
	}
	b.WriteString("\n")
	for _, n := range r.Remarks() {
		fmt.Fprintf(b, "- %s\n", escaped(n))
	}
	if wait := r.CanWait(); wait != "" {
		fmt.Fprintf(b, "\n%s\n", escaped(wait))
	}
	fmt.Fprintf(b, "\n%d values are masked. syncscope %s\n", masked(r), escaped(r.Version))
}

// masked is how many values were masked.
func masked(r Report) int {
	total := 0
	for _, n := range r.Masked {
		total += n
	}
	return total
}

// escaped makes text that CommonMark reads as itself: every sign that could
// begin markup gets a backslash (CommonMark 2.4).
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if strings.ContainsRune("\\`*_{}[]<>#|~&!", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

func cell(s string) string { return escaped(strings.ReplaceAll(s, "\n", " ")) }

// fenced sets text in a fence longer than any run of backticks in it
// (CommonMark 4.5).
func fenced(s string) string {
	fence := "```"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + "text\n" + s + "\n" + fence + "\n\n"
}
