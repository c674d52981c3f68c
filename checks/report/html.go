package report

import (
	_ "embed"
	"fmt"
	"io"

	g "maragu.dev/gomponents"
	h "maragu.dev/gomponents/html"

	"syncscope/checks"
	"syncscope/checks/view"
)

//go:embed report.css
var style string

// HTML writes the diagnosis as one page that loads nothing and runs nothing:
// no script, no picture, no address of another host. Every text is a node that
// escapes itself, so that what a host wrote is never markup. The page is built
// of Go values: html/template finds methods by name at run time, which keeps
// every exported method of the program in the binary, 3.7 MB of them.
func HTML(w io.Writer, r Report) error {
	title := headline(r.Diagnosis)
	return h.Doctype(h.HTML(h.Lang("en"),
		h.Head(
			h.Meta(h.Charset("utf-8")),
			h.Meta(h.Name("viewport"), h.Content("width=device-width")),
			h.Meta(g.Attr("http-equiv", "Content-Security-Policy"), h.Content("default-src 'none'; style-src 'unsafe-inline'")),
			h.TitleEl(g.Text(title)),
			h.StyleEl(g.Raw("\n"+style)),
		),
		h.Body(htmlAnswer(r, title), htmlRead(r)),
	)).Render(w)
}

// htmlAnswer is the page down to what was read.
func htmlAnswer(r Report, title string) g.Node {
	d := r.Diagnosis
	out := g.Group{h.H1(h.Class(verdictClass(d)), g.Text(title))}
	if d.LastGood != nil {
		out = append(out, paragraph(d.LastGood.Sentence()+"."))
	}
	f := d.RootCause
	if f != nil {
		out = append(out,
			h.P(h.B(g.Text(f.ID)), g.Textf(": %s, %s. Turn: ", f.Confidence, f.Agreement()), h.B(g.Text(f.Owner.Label())), g.Text(". "+f.Next)),
			paragraph(f.Explanation))
	}
	if what := about(d); what != "" {
		out = append(out, paragraph("Attempt: "+what))
	}
	out = append(out, htmlLadder(d))
	switch {
	case f != nil:
		out = append(out, htmlCause(f)...)
	case d.Verdict == checks.Inconclusive:
		out = append(out, htmlOpen(d)...)
	}
	if d.Comparison != nil {
		out = append(out, h.H2(g.Text("Before and after")), paragraph(d.Comparison.Summary))
	}
	out = append(out, listed("Attempts", items("", history(d))))
	return append(out, listed("Also", g.Map(beside(d), func(f checks.Finding) g.Node {
		return h.Li(g.Textf("%s: %s ", f.Severity, f.Title), dim(refs(f.Evidence, nil)))
	})))
}

// verdictClass is the colour of the headline.
func verdictClass(d checks.Diagnosis) string {
	switch {
	case d.Verdict == checks.OK:
		return "pass"
	case d.RootCause != nil:
		return "fail"
	}
	return "open"
}

func htmlLadder(d checks.Diagnosis) g.Node {
	return table([]string{"stage", "status", "basis", "object", "detail"}, g.Map(ladderOf(d), func(s checks.StageState) g.Node {
		return cells(g.Text(s.Stage.Label()), g.Group{h.Class(s.Status.String()), g.Text(s.Status.Sign() + " " + s.Status.String())},
			g.Text(s.Basis.String()), g.Text(s.Object), g.Text(s.Detail))
	}))
}

func htmlCause(f *checks.Finding) g.Group {
	out := g.Group{h.H2(g.Text("Evidence")), proofs(once(f.Evidence))}
	out = append(out, listed("Ruled out", g.Map(f.RuledOut, func(o checks.RuledOut) g.Node {
		return h.Li(g.Textf("%s: %s ", o.Stage.Label(), o.Why), dim(refs(o.Evidence, f.Evidence)))
	})), listed("Not known: it could be that", items("", f.CouldBe)))
	if f.HowToTell != "" {
		out = append(out, paragraph("To tell: "+f.HowToTell))
	}
	out = append(out, listed("Missing", items("", f.Missing)))
	if len(f.Fix) > 0 {
		out = append(out, h.H2(g.Text("Fix")), h.Ol(g.Map(f.Fix, func(s checks.FixStep) g.Node {
			return h.Li(h.B(g.Text(s.Who.Label())), g.Text(": "+s.Do), h.Br(), dim(fmt.Sprintf("where: %s; impact: %s", s.Where, s.Impact)))
		})))
	}
	if len(f.Reproduce) > 0 {
		out = append(out, h.H2(g.Text("Reproduce")))
		for _, typed := range shells(f.Reproduce) {
			out = append(out, paragraph(typed.on.Label()+":"), g.Map(typed.run, func(c string) g.Node { return h.Pre(g.Text(c)) }))
		}
	}
	return out
}

// htmlOpen is what there is where no cause can be named.
func htmlOpen(d checks.Diagnosis) (out g.Group) {
	if a := d.Attempt(); a != nil && len(a.Quoted) > 0 {
		out = append(out, h.H2(g.Text("What they say themselves")), proofs(a.Quoted))
	}
	for _, f := range candidates(d) {
		out = append(out, h.H2(g.Textf("Candidate (%s): %s", f.Confidence, f.Title)), h.Ul(items("missing: ", f.Missing)))
	}
	return out
}

// htmlRead is what was read, and the foot.
func htmlRead(r Report) g.Node {
	out := g.Group{
		h.H2(g.Text("Read")),
		table([]string{"source", "kind", "level", "lines", "packets", "not read"}, g.Map(r.Sources, func(s view.SourceStatus) g.Node {
			return cells(g.Text(s.Source.Title.String()), g.Textf("%s", s.Source.Kind), g.Textf("%s", s.Source.Level),
				g.Textf("%d", s.Lines), g.Textf("%d", s.Packets), g.Textf("%d", s.Skipped))
		})),
		g.Map(r.Remarks(), func(text string) g.Node { return h.P(h.Class("dim"), g.Text(text)) }),
	}
	if wait := r.CanWait(); wait != "" {
		out = append(out, paragraph(wait))
	}
	return append(out, h.P(h.Class("dim"), g.Textf("%d values are masked. syncscope %s", masked(r), r.Version)))
}

// proofs are lines or packets with what they say.
func proofs(list []checks.Evidence) g.Node {
	return g.Map(list, func(e checks.Evidence) g.Node {
		number := g.If(e.Number > 0, g.Group{h.B(g.Textf("%d", e.Number)), g.Text(" ")})
		return g.Group{h.P(number, g.Text(e.Says+" "), dim(e.Place())), h.Pre(g.Text(e.Text))}
	})
}

// listed is a list under its title; nothing where it is empty.
func listed(title string, list g.Group) g.Node {
	if len(list) == 0 {
		return nil
	}
	return g.Group{h.H2(g.Text(title)), h.Ul(list)}
}

func items(before string, list []string) g.Group {
	return g.Map(list, func(text string) g.Node { return h.Li(g.Text(before + text)) })
}

func table(head []string, rows g.Group) g.Node {
	return h.Table(h.Tr(g.Map(head, func(text string) g.Node { return h.Th(g.Text(text)) })), rows)
}

func cells(nodes ...g.Node) g.Node {
	return h.Tr(g.Map(nodes, func(c g.Node) g.Node { return h.Td(c) }))
}

func paragraph(text string) g.Node { return h.P(g.Text(text)) }

func dim(text string) g.Node { return h.Span(h.Class("dim"), g.Text(text)) }
