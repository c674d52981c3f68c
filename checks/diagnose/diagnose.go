package diagnose

import (
	"cmp"
	"context"
	"sync"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
)

// diagnose works the diagnosis out. Where ctx ends first, the last one stays.
func (e *Engine) diagnose(ctx context.Context) error {
	e.diagnosed = true
	var conns []checks.ConnectionState
	var listed sync.WaitGroup
	listed.Go(func() { conns = e.states() })
	defer listed.Wait()
	tries, err := e.assemble(ctx)
	if err != nil {
		return err
	}
	e.matched, e.lastTries = e.pairs(tries), nil
	for _, i := range lastOf(tries) {
		e.lastTries = append(e.lastTries, tries[i])
	}
	d := checks.Diagnosis{Shown: len(tries) - 1, Manager: e.names.manager, Release: e.names.release, SSM: e.names.ssm, Dropped: e.dropped, Unlisted: e.unlisted}
	d.Peer, d.PeerFrom = e.peerText()
	causes, err := e.judgeEach(ctx, &d, tries)
	if err != nil {
		return err
	}
	d.Clock = e.clock(tries)
	e.last.Clock = d.Clock
	e.judge(ctx, &d, tries, causes)
	if err := ctx.Err(); err != nil {
		return err
	}
	listed.Wait()
	d.Conns = conns
	d.Comparison = checks.LastFix(d.Attempts)
	if d.Shown >= 0 {
		d.Evidence = number(d.Attempts[d.Shown].Stages, d.RootCause, d.Findings)
	}
	e.last = d
	return nil
}

// attempt sums a try up.
func (e *Engine) attempt(i int, t *try) checks.Attempt {
	a := checks.Attempt{
		Number: i + 1, Node: t.node, Kind: "sign-in", Start: t.start().Made(), End: t.end().Made(), Ended: t.ended,
		StatusCode: t.status(), History: t.history(), Stages: e.ladder(t),
		ClientID: t.says(clientOf), User: t.says(userOf),
	}
	a.Sent = checks.Credentials{ClientID: t.says(clientOf), Secret: t.says(secretOf)}
	if t.token != nil {
		a.Seen = checks.Credentials{ClientID: t.token.field(clientOf), Secret: t.token.field(secretOf)}
		a.ClientID = cmp.Or(a.ClientID, t.token.field(clientOf))
		a.User = cmp.Or(a.User, t.token.field(userOf))
	}
	switch {
	case t.find(logline.TopicReport) != nil:
		a.Kind = "usage report"
	case a.Stages[checks.Auth].Status == checks.Pass:
		a.Kind = "sync"
	}
	if t.failed != nil {
		why := e.citeLine(t.failed, "the Manager's own words")
		a.Failure = &why
	}
	a.Outcome = outcome(t, a.Stages)
	if len(t.lines) == 0 && e.noSuchRequest(t) != nil {
		a.Outcome = checks.OutcomeFail // whoever answered, this SSM was not asked
	}
	return a
}

func outcome(t *try, stages []checks.StageState) checks.Outcome {
	switch {
	case t.done != nil, stages[checks.Licences].Status == checks.Pass:
		return checks.OutcomeOK
	case t.failed != nil:
		return checks.OutcomeFail
	}
	for _, s := range stages {
		if s.Status == checks.Fail {
			return checks.OutcomeFail
		}
	}
	if t.conn != nil && t.connSure && t.conn.failed() {
		return checks.OutcomeFail
	}
	// Only the SSM's side is there: it answered the sign-in and what came after.
	if len(t.lines) == 0 && t.token != nil && t.token.status() == 200 && len(t.api) > 0 {
		return checks.OutcomeOK
	}
	return checks.OutcomeUnknown
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

// Proxy is the proxy's host as the Manager's log names it last; "" none.
func (e *Engine) Proxy() string {
	host, _ := proxyName(e.manager)
	return host
}

// evidenceOnScreen is how many numbers the digits can jump to.
const evidenceOnScreen = 9

// number gives the evidence of an attempt its numbers, in the order of the
// ladder, and writes them back into the stages and findings.
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
	for _, s := range stages {
		if root != nil && root.Stage == s.Stage {
			add(root.Evidence)
		}
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
