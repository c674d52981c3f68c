package checks

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"syncscope/capture"
)

// Diagnosis is what the engine knows at one moment.
type Diagnosis struct {
	Verdict    Verdict
	Attempts   []Attempt
	Shown      int // index into Attempts; -1 none
	RootCause  *Finding
	Findings   []Finding // symptoms, side findings, benign notes; candidates where there is no root cause
	Evidence   []Evidence
	Comparison *Comparison
	Manager    string
	Release    string
	SSM        string
	Peer       string // as the Manager calls it
	PeerFrom   string
	Conns      []ConnectionState
	Dropped    int
	Clock      Clock
}

// ConnectionState is one connection as the report lists it.
type ConnectionState struct {
	capture.Connection
	Source capture.SourceID
	Ours   bool
}

func (e *Engine) diagnose() {
	tries := e.assemble()
	e.matched, e.lastTries = e.pairs(tries), nil
	for _, i := range lastOf(tries) {
		e.lastTries = append(e.lastTries, tries[i])
	}
	d := Diagnosis{Shown: len(tries) - 1, Manager: e.names.manager, Release: e.names.release, SSM: e.names.ssm, Dropped: e.dropped}
	d.Peer, d.PeerFrom = e.peerText()
	for _, c := range distinct(e.conns) {
		d.Conns = append(d.Conns, ConnectionState{c.Connection, c.source, c.ours})
	}
	causes := make([][]Finding, len(tries))
	for i, t := range tries {
		d.Attempts = append(d.Attempts, e.attempt(i, t))
		causes[i] = e.causes(t, d.Attempts[i])
		if d.Attempts[i].Outcome != OutcomeFail {
			continue
		}
		if root := pick(causes[i]); root != nil {
			d.Attempts[i].RootCause = root.ID
			blame(d.Attempts[i].Stages, root)
		}
	}
	d.Clock = e.clock(tries)
	e.last.Clock = d.Clock
	e.judge(&d, tries, causes)
	d.Comparison = compare(d.Attempts)
	d.Evidence = e.number(&d)
	e.last = d
}

// attempt sums a try up.
func (e *Engine) attempt(i int, t *try) Attempt {
	a := Attempt{
		Number: i + 1, Node: t.node, Kind: "sign-in", Start: t.start(), End: t.end(), Ended: t.ended,
		StatusCode: t.status(), History: t.history(), Stages: e.ladder(t),
		ClientID: t.says(clientOf), User: t.says(userOf),
	}
	a.Sent = Credentials{t.says(clientOf), t.says(secretOf)}
	if t.token != nil {
		a.Seen = Credentials{t.token.field(clientOf), t.token.field(secretOf)}
		a.ClientID = cmp.Or(a.ClientID, t.token.field(clientOf))
		a.User = cmp.Or(a.User, t.token.field(userOf))
	}
	switch {
	case t.find(capture.TopicReport) != nil:
		a.Kind = "usage report"
	case a.Stages[Auth].Status == Pass:
		a.Kind = "sync"
	}
	if t.failed != nil {
		why := e.citeLine(t.failed, "the Manager's own words")
		a.Failure = &why
	}
	a.Outcome = outcome(t, a.Stages)
	if len(t.lines) == 0 && e.noSuchRequest(t) != nil {
		a.Outcome = OutcomeFail // whoever answered, this SSM was not asked
	}
	return a
}

func outcome(t *try, stages []StageState) Outcome {
	switch {
	case t.done != nil, stages[Licences].Status == Pass:
		return OutcomeOK
	case t.failed != nil:
		return OutcomeFail
	}
	for _, s := range stages {
		if s.Status == Fail {
			return OutcomeFail
		}
	}
	if t.conn != nil && t.connSure && t.conn.failed() {
		return OutcomeFail
	}
	// Only the SSM's side is there: it answered the sign-in and what came after.
	if len(t.lines) == 0 && t.token != nil && t.token.status() == 200 && len(t.api) > 0 {
		return OutcomeOK
	}
	return OutcomeUnknown
}

// judge picks the verdict: of each node, only the last attempt counts. A node
// that failed weighs more than one that did not.
func (e *Engine) judge(d *Diagnosis, tries []*try, causes [][]Finding) {
	if len(tries) == 0 {
		e.judgeNone(d)
		return
	}
	for _, i := range lastOf(tries) {
		if d.Attempts[i].Outcome == OutcomeFail && (d.Attempts[d.Shown].Outcome != OutcomeFail || i > d.Shown) {
			d.Shown = i
		}
	}
	switch d.Attempts[d.Shown].Outcome {
	case OutcomeOK:
		d.Verdict = OK
	case OutcomeFail:
		d.Verdict = Inconclusive
		c := causes[d.Shown]
		if root := pick(c); root != nil {
			d.Verdict, d.RootCause = Failed, root
			c = slices.DeleteFunc(slices.Clone(c), func(f Finding) bool { return f.ID == root.ID })
		}
		d.Findings = append(d.Findings, c...)
	default:
		d.Verdict = Inconclusive
	}
	d.Findings = append(d.Findings, e.sideFindings(tries[d.Shown], d.Shown+1)...)
}

// lastOf gives the last try of each node and kind. A usage report is another
// kind than signing in and fetching licences, which are one thing seen to
// different ends. A try of no known node stands for all of them.
func lastOf(tries []*try) []int {
	type key struct {
		node   string
		report bool
	}
	last := map[key]int{}
	for i, t := range tries {
		last[key{t.node, t.find(capture.TopicReport) != nil}] = i
	}
	var out []int
	for k, i := range last {
		if k.node != "" || i == len(tries)-1 {
			out = append(out, i)
		}
	}
	slices.Sort(out)
	return out
}

// pick chooses the root cause among candidates, which stand in order of stage
// and confidence: the earliest stage's, if it is likely or better; at possible
// only if no other stage has a candidate. nil: none is to be named.
func pick(c []Finding) *Finding {
	if len(c) == 0 {
		return nil
	}
	best := 0
	if c[0].Confidence == Possible {
		for i := range c {
			if c[i].Stage != c[0].Stage && c[i].Confidence == Possible {
				return nil
			}
			if c[i].Confidence > c[best].Confidence {
				best = i
			}
		}
	}
	root := c[best]
	return &root
}

// blame writes the root cause into the ladder where the ladder itself could
// not see that its stage failed.
func blame(stages []StageState, root *Finding) {
	st := &stages[root.Stage]
	if st.Status == Fail || st.Status == Pass {
		return
	}
	st.Status, st.Basis, st.Detail, st.Evidence = Fail, Inferred, root.Title, root.Evidence
	if root.Confidence == Confirmed {
		st.Basis = Seen
	}
	inferStages(stages)
}

// judgeNone: without an attempt, only what makes one impossible is a cause.
func (e *Engine) judgeNone(d *Diagnosis) {
	d.Verdict = NoAttempt
	t := &try{}
	for _, r := range e.rules {
		if f, ok := e.apply(r, t, 0); ok && !r.Side && r.stage == Setup {
			d.Verdict, d.RootCause = Failed, &f
			return
		}
	}
	d.Findings = append(d.Findings, e.sideFindings(t, 0)...)
}

// causes lists the rules that explain a failed attempt: the earliest stage
// first, then the surest. A stage that passed is never failed by a later
// symptom.
func (e *Engine) causes(t *try, a Attempt) []Finding {
	var out []Finding
	for _, r := range e.rules {
		if r.Side {
			continue
		}
		f, ok := e.apply(r, t, a.Number)
		if !ok {
			continue
		}
		if a.Stages[f.Stage].Status == Pass {
			if f.Stage = broke(a.Stages); !r.Floats {
				continue
			}
		}
		f.RuledOut = e.ruledOut(a, f.Stage)
		out = append(out, f)
	}
	out = slices.DeleteFunc(out, func(f Finding) bool { return e.superseded(f.ID, out) })
	slices.SortStableFunc(out, func(x, y Finding) int {
		return cmp.Or(cmp.Compare(x.Stage, y.Stage), cmp.Compare(y.Confidence, x.Confidence))
	})
	return out
}

// broke is the stage at which an attempt came to its end: the first that
// failed, else the one after the last that passed.
func broke(stages []StageState) Stage {
	at := Setup
	for _, s := range stages {
		switch s.Status {
		case Fail:
			return s.Stage
		case Pass:
			at = s.Stage + 1
		}
	}
	for at < Licences && stages[at].Status == NotNeeded {
		at++
	}
	return min(at, Licences)
}

func (e *Engine) superseded(id string, found []Finding) bool {
	for _, r := range e.rules {
		if slices.Contains(r.Supersedes, id) && slices.ContainsFunc(found, func(f Finding) bool { return f.ID == r.ID }) {
			return true
		}
	}
	return false
}

func (e *Engine) sideFindings(t *try, number int) []Finding {
	var out []Finding
	for _, r := range e.rules {
		if f, ok := e.apply(r, t, number); ok && r.Side {
			out = append(out, f)
		}
	}
	slices.SortStableFunc(out, func(x, y Finding) int { return cmp.Compare(y.Severity, x.Severity) })
	return out
}

func (e *Engine) ruledOut(a Attempt, failed Stage) []RuledOut {
	var out []RuledOut
	for _, s := range a.Stages[:failed] {
		if s.Status == Pass || s.Status == NotNeeded {
			out = append(out, RuledOut{s.Stage, s.Detail, s.Evidence})
		}
	}
	return out
}

// peerText is the peer as the first line shows it, and where that came from.
func (e *Engine) peerText() (peer, from string) {
	host, port := e.peerName()
	switch {
	case e.peer.IsValid():
		host, from = e.peer.String(), "given"
	case host != "":
		from = "clientUrl in the Manager's log"
	case e.started != nil && e.started.Peer.IsValid():
		host, from = e.started.Peer.String(), "the capture's filter"
	default:
		return "", ""
	}
	return host + ":" + cmp.Or(port, "8443"), from
}

// evidenceOnScreen is how many numbers the digits can jump to.
const evidenceOnScreen = 9

// number gives the evidence of the shown attempt its numbers, in the order of
// the ladder, and writes them back into the stages and findings.
func (e *Engine) number(d *Diagnosis) []Evidence {
	if d.Shown < 0 {
		return nil
	}
	var list []Evidence
	at := map[capture.Ref]int{}
	add := func(ev []Evidence) {
		for _, one := range ev {
			if at[one.Ref] == 0 && len(list) < evidenceOnScreen && one.Ref != (capture.Ref{}) {
				one.Number = len(list) + 1
				at[one.Ref] = one.Number
				list = append(list, one)
			}
		}
	}
	stages := d.Attempts[d.Shown].Stages
	for _, s := range stages {
		if d.RootCause != nil && d.RootCause.Stage == s.Stage {
			add(d.RootCause.Evidence)
		}
		switch s.Stage {
		case Setup, TCP, TLS, Backend, Licences:
			add(s.Evidence[:min(1, len(s.Evidence))])
		case Auth:
			add(s.Evidence)
		}
	}
	renumber := func(ev []Evidence) {
		for i := range ev {
			ev[i].Number = at[ev[i].Ref]
		}
	}
	for _, s := range stages {
		renumber(s.Evidence)
	}
	if d.RootCause != nil {
		renumber(d.RootCause.Evidence)
		for _, r := range d.RootCause.RuledOut {
			renumber(r.Evidence)
		}
	}
	for _, f := range d.Findings {
		renumber(f.Evidence)
	}
	return list
}

// compare sets the last failed attempt of a node beside the success that
// followed it.
func compare(attempts []Attempt) *Comparison {
	n := len(attempts)
	if n < 2 || attempts[n-1].Outcome != OutcomeOK {
		return nil
	}
	after := attempts[n-1]
	for i := n - 2; i >= 0; i-- {
		before := attempts[i]
		if before.Outcome != OutcomeFail || before.Node != after.Node {
			continue
		}
		c := &Comparison{Before: before, After: after}
		for s := range before.Stages {
			if before.Stages[s].Status != after.Stages[s].Status {
				c.Changed = append(c.Changed, Difference{Stage(s), before.Stages[s], after.Stages[s]})
			}
		}
		c.Summary = summary(c)
		return c
	}
	return nil
}

func summary(c *Comparison) string {
	var parts []string
	for _, d := range c.Changed {
		if d.Before.Status == Fail {
			parts = append(parts, fmt.Sprintf("%s failed (%s) and passes now", d.Stage.Label(), d.Before.Short))
		}
	}
	if c.Before.ClientID != "" && c.After.ClientID != "" {
		if c.Before.ClientID == c.After.ClientID {
			parts = append(parts, "the client ID is the same")
		} else {
			parts = append(parts, "the client ID changed from "+c.Before.ClientID+" to "+c.After.ClientID)
		}
	}
	if c.Before.User != "" && c.Before.User == c.After.User {
		parts = append(parts, "the user is the same")
	}
	return strings.Join(parts, "; ")
}
