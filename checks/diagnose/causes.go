package diagnose

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/fact"
	"syncscope/checks/rule"
)

// judge holds attempts against the rules. It only reads what the run has seen.
type judge struct {
	*attempt.View
	rules *rule.Set
}

// judge is who judges by what is known now.
func (e *Engine) judge() *judge { return &judge{&e.seen, e.rules} }

// literal is the strength of a finding that a source says in words.
var literal = slices.Index(weights, rule.Literal)

// none: without an attempt, only what makes one impossible is a cause.
func (j *judge) none(ctx context.Context, d *checks.Diagnosis) {
	d.Verdict = checks.NoAttempt
	t := &attempt.Trace{}
	h := j.hear(t, 0)
	for i := range j.rules.All {
		r := &j.rules.All[i]
		if ctx.Err() != nil {
			return
		}
		if r.Side || r.Stage() != checks.Setup {
			continue
		}
		if f := j.apply(i, h); f != nil {
			f.About = checks.AboutCheck
			d.Verdict, d.RootCause = checks.Failed, f
			return
		}
	}
	if d.Heard == (checks.Heard{}) && j.checked(ctx, d) {
		return
	}
	d.Findings = append(d.Findings, j.sideFindings(ctx, t, 0)...)
}

// candidates are the findings of the rules that want accepts: the earliest stage
// first, then the surest. Where ctx ends, some are missing: nobody is to use what
// is there.
func (j *judge) candidates(ctx context.Context, h *hearing, want func(*rule.Rule) bool) []checks.Finding {
	var out []checks.Finding
	for i := range j.rules.All {
		if ctx.Err() != nil {
			return nil
		}
		if !want(&j.rules.All[i]) {
			continue
		}
		if f := j.apply(i, h); f != nil {
			out = append(out, *f)
		}
	}
	return j.inOrder(out)
}

// inOrder leaves out what another finding explains better.
func (j *judge) inOrder(out []checks.Finding) []checks.Finding {
	out = slices.DeleteFunc(slices.Clone(out), func(f checks.Finding) bool { return j.superseded(f, out) })
	slices.SortStableFunc(out, func(x, y checks.Finding) int {
		return cmp.Or(cmp.Compare(x.Stage, y.Stage), cmp.Compare(y.Confidence, x.Confidence), cmp.Compare(y.Strength, x.Strength))
	})
	return out
}

// causes lists the rules that explain a failed attempt: the earliest stage
// first, then the surest. A stage that passed is never failed by a later
// symptom. Where ctx ends, some are missing: nobody is to use what is there.
func (j *judge) causes(ctx context.Context, t *attempt.Trace, a checks.Attempt) []checks.Finding {
	var out []checks.Finding
	h, atProxy := j.hear(t, a.Number), j.brokeAtProxy(t)
	for _, i := range h.atProxy.Candidates(h.alone) { // in it is what was found for others, too
		r := &j.rules.All[i]
		if ctx.Err() != nil {
			return nil
		}
		if r.Side || atProxy && r.Stage() >= checks.DNS && r.Stage() < checks.Proxy {
			continue
		}
		f := j.apply(i, h)
		if f == nil {
			continue
		}
		switch status := a.Stages[f.Stage].Status; {
		case status == checks.NotNeeded && f.Stage == checks.DNS: // an address is called: whatever was looked up, it was for something else
			continue
		case status == checks.Pass:
			if f.Stage = checks.Broke(a.Stages); !r.Floats {
				continue
			}
		case status == checks.NotReached:
			if r.Sinks || atProxy && f.Stage == checks.Proxy { // on the way to it
				f.Stage = checks.Broke(a.Stages)
			}
		}
		f.RuledOut = ruledOut(a, f.Stage)
		out = append(out, *f)
	}
	j.doubt(out, h, a)
	return j.inOrder(out)
}

// doubt weighs what was found against the causes that may hold: an output was given that
// would tell, and has no answer in it. What such a cause explains is likely at most; what
// it goes before is not settled, unless it is said in words at the same stage.
func (j *judge) doubt(found []checks.Finding, h *hearing, a checks.Attempt) {
	if len(j.Results) == 0 {
		return
	}
	for i := range j.rules.All {
		r := &j.rules.All[i]
		command, may := j.mayHold(i, h)
		if !may || r.Stage() > checks.Setup && a.Stages[r.Stage()].Status == checks.Pass { // a mode in the log does not tell the release
			continue
		}
		for k := range found {
			f := &found[k]
			explains := slices.Contains(r.Supersedes, f.ID)
			before := r.Stage() < f.Stage || r.Stage() == f.Stage && f.Strength < literal
			if f.ID == r.ID || !explains && !before {
				continue
			}
			f.Confidence = min(f.Confidence, checks.Likely)
			if lacks := "the whole output of " + command + ": what is given does not tell its answer"; !slices.Contains(f.Missing, lacks) {
				f.Missing = append(f.Missing, lacks)
			}
			if !explains {
				f.Unsettled = command
			}
		}
	}
}

// mayHold gives the command by whose lost answer a rule may hold that was not found.
func (j *judge) mayHold(i int, h *hearing) (command string, may bool) {
	r := &j.rules.All[i]
	for _, p := range r.Evidence {
		if name, lost := fact.Lost(j.View, p.Match.Fact); lost && p.Weight != rule.Support {
			command, may = name, true
		}
	}
	for k := range r.Unless {
		may = may && len(j.matching(&r.Unless[k], "", h, h.hits(r).Unless(i, k), nil)) == 0
	}
	return command, may && !r.Side
}

// brokeAtProxy reports whether what could not be reached is the proxy: nothing of
// it is about the SSM.
func (j *judge) brokeAtProxy(t *attempt.Trace) bool {
	if t.Checked != nil {
		return t.Checked.Proxy
	}
	return t.Failure().AtProxy() || t.Failure().BySOCKS() || t.Failure().Elsewhere() || (t.Failed == nil || t.Failed.Status == 0) && fact.All["proxy-silent"](j.View, t) != nil
}

// superseded reports whether another finding explains what f only describes. What is
// no more than possible takes the place of nothing that is surer.
func (j *judge) superseded(f checks.Finding, found []checks.Finding) bool {
	for i := range j.rules.All {
		r := &j.rules.All[i]
		if slices.Contains(r.Supersedes, f.ID) && slices.ContainsFunc(found, func(o checks.Finding) bool {
			return o.ID == r.ID && (o.Confidence > checks.Possible || f.Confidence == checks.Possible)
		}) {
			return true
		}
	}
	return false
}

func (j *judge) sideFindings(ctx context.Context, t *attempt.Trace, number int) []checks.Finding {
	var out []checks.Finding
	h := j.hear(t, number)
	for i := range j.rules.All {
		if !j.rules.All[i].Side || ctx.Err() != nil {
			continue
		}
		if f := j.apply(i, h); f != nil {
			out = append(out, *f)
		}
	}
	slices.SortStableFunc(out, func(x, y checks.Finding) int { return cmp.Compare(y.Severity, x.Severity) })
	return out
}

// ruledOut are the stages before the one that failed that are fine, each with what
// shows it. One that nothing shows is not told of.
func ruledOut(a checks.Attempt, failed checks.Stage) []checks.RuledOut {
	var out []checks.RuledOut
	for _, s := range a.Stages[:failed] {
		if s.Detail != "" && (s.Status == checks.Pass || s.Status == checks.NotNeeded) {
			out = append(out, checks.RuledOut{Stage: s.Stage, Why: why(s), Evidence: s.Evidence})
		}
	}
	return out
}

// why says what shows that a stage is fine, and where it was only concluded.
func why(s checks.StageState) string {
	if s.Basis != checks.Inferred || strings.Contains(s.Detail, "inferred") {
		return s.Detail
	}
	return "inferred: " + s.Detail
}
