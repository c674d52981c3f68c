package report

import (
	_ "embed"
	"html/template"
	"io"
	"sync"

	"syncscope/checks"
)

//go:embed report.html.tmpl
var page string

// view is what the page is made from.
type htmlPage struct {
	Report
	Headline   string
	Class      string // of the verdict: pass, fail, open
	Cause      *checks.Finding
	Agreement  string
	Stages     []checks.StageState
	Candidates []checks.Finding
	Also       []checks.Finding
	Quoted     []checks.Evidence
	MaskedAll  int
}

// pageTemplate is parsed when a page is written: most runs write none.
var pageTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("page").Funcs(template.FuncMap{
		"glyph": checks.Status.Sign,
		"once":  once,
		"ref":   refs,
	}).Parse(page))
})

// HTML writes the diagnosis as one page that loads nothing and runs nothing:
// no script, no picture, no address of another host. html/template escapes what
// a host wrote.
func HTML(w io.Writer, r Report) error {
	d := r.Diagnosis
	v := htmlPage{Report: r, Headline: headline(d), Class: "open", Cause: d.RootCause, Stages: ladderOf(d), Also: beside(d), MaskedAll: masked(r)}
	switch {
	case d.Verdict == checks.OK:
		v.Class = "pass"
	case d.RootCause != nil:
		v.Class, v.Agreement = "fail", d.RootCause.Agreement()
	case d.Verdict == checks.Inconclusive:
		v.Candidates = candidates(d)
		if a := d.Attempt(); a != nil {
			v.Quoted = a.Quoted
		}
	}
	return pageTemplate().Execute(w, v)
}
