package diagnose

import (
	"context"
	"slices"

	"syncscope/checks"
	"syncscope/checks/attempt"
)

// verdict picks the verdict: of each node, only the last attempt counts. A node
// that failed weighs more than one that did not.
func (j *judge) verdict(ctx context.Context, d *checks.Diagnosis, tries []*attempt.Trace, last []int, causes [][]checks.Finding) {
	if len(tries) == 0 {
		j.none(ctx, d)
		return
	}
	for _, i := range last {
		if d.Attempts[i].Outcome == checks.OutcomeFail && (d.Attempts[d.Shown].Outcome != checks.OutcomeFail || i > d.Shown) {
			d.Shown = i
		}
	}
	if d.Callers = callersDiffer(d, tries, last, causes); d.Callers > 0 {
		d.Verdict = checks.Inconclusive
		d.Findings = append(d.Findings, j.sideFindings(ctx, tries[d.Shown], d.Attempts[d.Shown].Number)...)
		return
	}
	d.Attempts[d.Shown].Stages = apart(d.Attempts[d.Shown].Stages)
	switch d.Attempts[d.Shown].Outcome {
	case checks.OutcomeOK:
		d.Verdict = checks.OK
	case checks.OutcomeFail:
		d.Verdict = checks.Inconclusive
		c := findingsApart(causes[d.Shown])
		if root := pick(c); root != nil {
			d.Verdict, d.RootCause = checks.Failed, root
			c = slices.DeleteFunc(slices.Clone(c), func(f checks.Finding) bool { return f.ID == root.ID })
		}
		d.Findings = append(d.Findings, c...)
	default:
		d.Verdict = checks.Inconclusive
	}
	d.Findings = append(d.Findings, j.sideFindings(ctx, tries[d.Shown], d.Attempts[d.Shown].Number)...)
}

// callersDiffer counts the callers that ask like a Manager in the SSM's log, if no
// log of a Manager tells which of them it is, and they did not all end alike; 0:
// there is no such doubt.
func callersDiffer(d *checks.Diagnosis, traces []*attempt.Trace, last []int, causes [][]checks.Finding) int {
	type ending struct {
		outcome checks.Outcome
		cause   string
		sure    checks.Confidence
	}
	ends := map[ending]bool{}
	for _, i := range last {
		if !traces[i].Alone || traces[i].Token == nil {
			return 0
		}
		e := ending{outcome: d.Attempts[i].Outcome}
		if c := pick(causes[i]); c != nil {
			e.cause, e.sure = c.ID, c.Confidence
		}
		ends[e] = true
	}
	if len(ends) < 2 {
		return 0
	}
	for i, t := range traces {
		if t.Alone && t.Token != nil {
			d.Attempts[i].Ambiguous = true // each of theirs, as the last one
		}
	}
	return len(last)
}

// lastOf gives the last attempt of each owner: of each node, tenant and kind,
// and, of what only the SSM's log tells, of each client ID and user. A usage
// report is another kind than signing in and fetching licences, which are one
// thing seen to different ends. An attempt of no known owner stands for all of
// them.
func lastOf(traces []*attempt.Trace) []int {
	last := map[attempt.Owner]int{}
	for i, t := range traces {
		last[t.Owner()] = i
	}
	var out []int
	for o, i := range last {
		if o.Known() || i == len(traces)-1 {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// pick chooses the root cause among candidates, which stand in order of stage
// and confidence: the earliest stage's, if it is likely or better, but literal
// words before what is only concluded; at possible only if no other stage has a
// candidate. nil: none is to be named, or another may go before it.
func pick(c []checks.Finding) *checks.Finding {
	if len(c) == 0 {
		return nil
	}
	if c[0].Strength < literal {
		if i := slices.IndexFunc(c, func(f checks.Finding) bool { return f.Confidence == checks.Confirmed && f.Strength == literal }); i > 0 {
			root := c[i]
			return &root
		}
	}
	best := 0
	if c[0].Confidence == checks.Possible {
		for i := range c {
			if c[i].Stage != c[0].Stage && c[i].Confidence == checks.Possible {
				return nil
			}
			if c[i].Confidence > c[best].Confidence {
				best = i
			}
		}
	}
	root := c[best]
	if root.Unsettled != "" {
		return nil
	}
	return &root
}

// blame writes the root cause into the ladder where the ladder itself could
// not see that its stage failed.
func blame(stages []checks.StageState, root *checks.Finding) {
	st := &stages[root.Stage]
	if st.Status == checks.Fail || st.Status == checks.Pass {
		return
	}
	st.Status, st.Basis, st.Detail, st.Evidence = checks.Fail, checks.Inferred, root.Title, root.Evidence
	if root.Confidence == checks.Confirmed {
		st.Basis = checks.Seen
	}
	inferStages(stages)
}
