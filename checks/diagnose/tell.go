package diagnose

import (
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/evidence"
	"syncscope/checks/rule"
)

// teller says a rule's texts of an attempt: those whose conditions hold, with the
// names of this run.
type teller struct {
	*judge
	h     *hearing
	rule  int
	words fillings
}

// tell writes a rule's texts into its finding.
func (j *judge) tell(f *checks.Finding, i int, h *hearing) {
	r := &j.rules.All[i]
	t := teller{j, h, i, append(j.words(h.t, f.Evidence), "{raised}", raised(h.lines), "{caught}", caughtFrom(h.lines))}
	f.Title, f.HowToTell = t.words.Replace(r.Title), t.words.Replace(r.HowToTell)
	f.Short, f.Explanation = strings.Join(t.list(r.Short), " "), strings.Join(t.list(r.Explanation), " ")
	f.Missing, f.CouldBe, f.Reproduce = t.list(r.Missing), t.list(r.CouldBe), checks.Masked(t.commands(r.Reproduce))
	if f.Fix = t.steps(r.Fix); len(f.Fix) > 0 {
		f.Owner, f.Next = f.Fix[0].Who, f.Fix[0].Do
	}
}

// caughtFrom is whose packet the SSM's own filter caught.
func caughtFrom(lines []*evidence.Line) string {
	for _, l := range lines {
		if l.Form == logline.Kernel && l.Client.IsValid() {
			return l.Client.String()
		}
	}
	return "that address"
}

// list is what clauses say.
func (t *teller) list(clauses []rule.Clause) []string {
	out := []string{}
	for _, c := range clauses {
		if t.holds(c.Conditions) {
			out = append(out, t.words.Replace(c.Say))
		}
	}
	return out
}

// commands are those whose conditions hold, as they are typed here.
func (t *teller) commands(list []rule.Command) []checks.Command {
	out := []checks.Command{}
	for _, c := range list {
		if t.holds(c.Conditions) {
			out = append(out, checks.Command{On: c.On, Run: t.words.Replace(c.Run)})
		}
	}
	return out
}

func (t *teller) steps(steps []rule.Step) []checks.FixStep {
	out := []checks.FixStep{}
	for _, s := range steps {
		if t.holds(s.Conditions) {
			out = append(out, checks.FixStep{Who: s.Who, Do: t.words.Replace(s.Do), Where: t.words.Replace(s.Where), Impact: t.words.Replace(s.Impact), Asks: s.Asks})
		}
	}
	return out
}

// holds reports whether all that is to be seen is seen, and nothing that is not.
func (t *teller) holds(c rule.Conditions) bool {
	missing := func(m rule.Match) bool { return !t.seen(m) }
	return !slices.ContainsFunc(c.When, missing) && !slices.ContainsFunc(c.Unless, t.seen)
}

func (t *teller) seen(m rule.Match) bool {
	return len(t.matching(&m, "", t.h, t.h.hits(&t.rules.All[t.rule]).Condition(t.rule, m), nil)) > 0
}
