package diagnose

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
)

// diagnose works the diagnosis out; whole: for a report, which lists the
// connections too. Where ctx ends first, the last one stays.
func (e *Engine) diagnose(ctx context.Context, whole bool) error {
	e.conns.diagnosed = true
	var conns []checks.ConnectionState
	var listed sync.WaitGroup
	if whole {
		listed.Go(func() { conns = states(e.seen.Conns) })
	}
	defer listed.Wait()
	tries, err := e.assemble(ctx, false)
	if err != nil {
		return err
	}
	last := lastOf(tries)
	e.matched, e.seen.LastTraces = pairs(tries[max(0, len(tries)-newestPairs):]), nil
	for _, i := range last {
		e.seen.LastTraces = append(e.seen.LastTraces, tries[i])
	}
	e.seen.Traces = tries
	d := checks.Diagnosis{Shown: len(tries) - 1, Manager: e.seen.Names.Manager, Release: e.seen.Names.Release(e.seen.Results), SSM: e.seen.Names.SSM, Dropped: e.dropped + e.conns.dropped, Unlisted: e.unlisted}
	d.Peer, d.PeerFrom = peerText(&e.seen)
	d.Heard = checks.Heard{Manager: e.heardManager, SSM: e.seen.Lines.SSM.Span().Known(), Packets: len(e.seen.Conns) > 0 || e.seen.Started != nil}
	d.Turned = e.seen.Lines.Turned()
	for _, r := range e.joined.Others {
		d.Others = refs(d.Others, r.Entries()...)
	}
	causes, err := e.judgeEach(ctx, &d, tries, last, whole)
	if err != nil {
		return err
	}
	d.Clock = e.clocks.clock(e.matched)
	e.seen.Clock, e.seen.ClockBy = d.Clock, e.clocks.by(e.matched, &e.seen)
	e.judge().verdict(ctx, &d, tries, last, causes)
	bound(&d, tries, e.missed.list)
	if a := d.Attempt(); a != nil && d.Verdict != checks.OK {
		a.Manner, a.Resolver = fact.Manner(&e.seen, tries[d.Shown]), fact.Resolver(&e.seen, tries[d.Shown])
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	listed.Wait()
	d.Conns = conns
	if d.Callers == 0 { // else nothing tells whether they are one Manager's
		d.Comparison = checks.LastFix(d.Attempts, func(i, k int) bool { return tries[i].Owner() == tries[k].Owner() })
	}
	if d.Shown >= 0 {
		d.Evidence = number(d.Attempts[d.Shown].Stages, d.RootCause, d.Findings)
	}
	d.LastGood = lastGood(&d, tries, e.seen.CiteLine)
	e.past.shorten(&d)
	e.past.forget(e.seen.Lines, tries, last)
	e.last = d
	return nil
}

// attempt sums an attempt up.
func (e *Engine) attempt(number int, t *attempt.Trace) checks.Attempt {
	a := checks.Attempt{
		Number: number, Node: t.Node, Kind: checks.KindSignIn, Start: t.Start().Made(), End: t.End().Made(), Ended: t.Ended,
		StatusCode: t.Status(), History: t.History(), Stages: ladderOf(&e.seen, t),
		ClientID: t.Says(attempt.Client), User: t.Says(attempt.User), Tenant: t.Tenant, Ambiguous: t.Ambiguous, Members: members(t), Exchanges: t.Exchanges(),
	}
	a.Sent = checks.Credentials{ClientID: t.Says(attempt.Client), Secret: t.Says(attempt.Secret)}
	if t.Token != nil {
		a.Seen = checks.Credentials{ClientID: t.Token.Field(attempt.Client), Secret: t.Token.Field(attempt.Secret)}
		a.ClientID = cmp.Or(a.ClientID, t.Token.Field(attempt.Client))
		a.User = cmp.Or(a.User, t.Token.Field(attempt.User))
	}
	switch {
	case t.Find(logline.TopicReport) != nil:
		a.Kind = checks.KindReport
	case t.AsksLicences():
		a.Kind = checks.KindSync
	}
	a.Quoted = ownWords(&e.seen, t)
	a.NotLogged = t.LastRequest() == nil && len(t.Lines) > 0 && e.seen.Coverage(t).Saw(evidence.Request) == evidence.No
	if r := t.FailedRequest(); r != nil && r.OwnAnswer() != nil {
		a.WebServer = r.OwnAnswer().ErrorText.String()
	}
	a.Outcome = outcome(t, a.Stages)
	if len(t.Lines) == 0 && fact.All["no-such-request"](&e.seen, t) != nil {
		a.Outcome = checks.OutcomeFail // whoever answered, this SSM was not asked
	}
	return a
}

// ownWords are both sides' own words of a failure: they are the answer where no rule
// has one. Of the SSM's lines of the request, the one that says why goes before those
// that say what was answered.
func ownWords(v *attempt.View, t *attempt.Trace) (out []checks.Evidence) {
	if t.Failed != nil {
		out = append(out, v.CiteLine(t.Failed, "the Manager's own words"))
	}
	r := t.FailedRequest()
	if r == nil || r.Status() < 400 {
		return out
	}
	said := r.Access
	switch {
	case r.Rails != nil:
		said = r.Rails
	case len(r.Own) > 0:
		said = r.Own[len(r.Own)-1]
	case len(r.Refused) > 0:
		said = r.Refused[len(r.Refused)-1]
	}
	if said != nil {
		out = append(out, v.CiteLine(said, "the SSM's own words of this request"))
	}
	return out
}

func outcome(t *attempt.Trace, stages []checks.StageState) checks.Outcome {
	switch {
	case t.Mixed:
		return checks.OutcomeUnknown
	case t.Failed != nil: // no success came behind it
		return checks.OutcomeFail
	case t.Nothing() != nil: // no error, and nothing to show for it
		return checks.OutcomeUnknown
	case t.Done != nil, stages[checks.Licences].Status == checks.Pass:
		return checks.OutcomeOK
	}
	for _, s := range stages {
		if s.Status == checks.Fail {
			return checks.OutcomeFail
		}
	}
	if t.Conn != nil && t.ConnSure && t.Conn.Failed() {
		return checks.OutcomeFail
	}
	// Only the SSM's side is there: it answered the sign-in and what came after.
	// Or nothing came after: then the sign-in is what succeeded.
	if len(t.Lines) == 0 && t.Token != nil && t.Token.Granted() || t.SignedInOnly() {
		return checks.OutcomeOK
	}
	return checks.OutcomeUnknown
}

// peerText is the peer as the first line shows it, and where that came from.
func peerText(v *attempt.View) (peer, from string) {
	called := v.Lines.Peer()
	switch {
	case v.Given.IsValid():
		called.Host, from = v.Given.String(), "given"
	case called.Host != "":
		from = "clientUrl in the Manager's log"
	case attempt.FilterPeer(v.Started, v.Conns).IsValid():
		called.Host, from = v.Started.Peer.String(), "the capture's filter"
	default:
		return "", ""
	}
	return called.At(evidence.SSMPort).String(), from
}

// Called is whom the Manager calls, as its log names them last, with the
// addresses that were seen as theirs.
type Called struct {
	Peer, Proxy evidence.Endpoint // the zero value: no line names one
	Addrs       string            // those of the names among them
}

// Called tells whom the Manager calls. What is captured, or was guessed, is no
// part of it.
func (e *Engine) Called() Called {
	e.Diagnose() // the lines that came last are read by then
	c := Called{Peer: e.seen.Lines.Peer(), Proxy: e.seen.Lines.Proxy()}
	c.Addrs = fmt.Sprint(e.seen.Addrs(c.Peer.Host), e.seen.Addrs(c.Proxy.Host))
	return c
}

// evidenceOnScreen is how many numbers the digits can jump to.
const evidenceOnScreen = 9

// number gives the evidence of an attempt its numbers, that of the cause first, as
// reports have it and as the digits are pressed, then that of the ladder; and writes
// them back into the stages and findings.
func number(stages []checks.StageState, root *checks.Finding, findings []checks.Finding) []checks.Evidence {
	var list []checks.Evidence
	at := map[event.Ref]int{}
	add := func(ev []checks.Evidence) {
		for _, one := range ev {
			if at[one.Ref] == 0 && len(list) < evidenceOnScreen && one.Ref != (event.Ref{}) {
				one.Number = len(list) + 1
				at[one.Ref] = one.Number
				list = append(list, one)
			}
		}
	}
	if root != nil {
		add(root.Evidence)
	}
	for _, s := range stages {
		switch s.Stage {
		case checks.Setup, checks.TCP, checks.TLS, checks.Backend, checks.Licences:
			add(s.Evidence[:min(1, len(s.Evidence))])
		case checks.Auth:
			add(s.Evidence)
		}
	}
	renumber := func(ev []checks.Evidence) {
		for i := range ev {
			ev[i].Number = at[ev[i].Ref]
		}
	}
	for _, s := range stages {
		renumber(s.Evidence)
	}
	if root != nil {
		renumber(root.Evidence)
		for _, r := range root.RuledOut {
			renumber(r.Evidence)
		}
	}
	for _, f := range findings {
		renumber(f.Evidence)
	}
	return list
}
