package diagnose

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
	"syncscope/checks/rule"
)

// apply tries one rule on one try; nil: it does not hold. Most do not: a value would be
// cleared and copied for each.
func (j *judge) apply(i int, h *hearing) *checks.Finding {
	if !h.hits(&j.rules.All[i]).MayApply(i, h.alone) {
		return nil
	}
	r, t, number := &j.rules.All[i], h.t, h.number
	if s := r.Stage(); (s == checks.Backend || s == checks.Auth) && neverThere(t) {
		return nil
	}
	proofs := j.proofs(i, h)
	if len(proofs) == 0 || !h.alone && !carried(proofs) { // few are: what speaks against them need not be looked for
		return nil
	}
	for k := range r.Unless {
		if len(j.matching(&r.Unless[k], "", h, h.hits(r).Unless(i, k), nil)) > 0 {
			return nil
		}
	}
	f := &checks.Finding{
		ID: r.ID, Stage: r.Stage(), Severity: r.Severity(), Owner: r.Owner, Attempt: number, About: checks.AboutAttempt,
		Confidence: min(confidence(proofs), r.Limit()), Strength: strongest(proofs),
		Runbook: r.ID,
	}
	var absent []checks.Evidence
	if ofSSM(r) {
		absent = fact.All["no-such-request"](j.View, t)
	}
	switch {
	case !ofSSM(r):
	case absent == nil && fact.All["call-not-logged"](j.View, t) != nil:
		f.Confidence, absent = checks.Possible, fact.All["call-not-logged"](j.View, t)
	case absent != nil, j.unproven(t):
		f.Confidence = min(f.Confidence, checks.Likely) // somebody answered so, and it may be another SSM
	}
	for _, p := range proofs {
		if !h.repeats(f.Evidence, p.Evidence) {
			f.Evidence = append(f.Evidence, p.Evidence)
		}
	}
	j.tell(f, i, h)
	if ofSSM(r) && f.Confidence < checks.Confirmed && fact.All["ssm-unheard"](j.View, h.t) != nil {
		f.Missing = append(f.Missing, "the SSM's /var/log/messages of that minute: it shows whether this SSM gave the answer, or another one")
	}
	if absent != nil && r.Owner == checks.OwnerSSMAdmin {
		askOther(f, absent)
	}
	if !checks.HasRunbook(r.ID) {
		f.Runbook = ""
	}
	return f
}

// ofSSM reports whether a rule is about an answer of the SSM's: no proxy's, and nothing
// on the side.
func ofSSM(r *rule.Rule) bool { return !r.Side && r.Stage() >= checks.HTTP }

// unproven reports whether an SSM's log is given that may or may not lack the
// attempt's request: nothing proves how its clock stands, or lines of that time are
// missing in it.
func (j *judge) unproven(t *attempt.Trace) bool {
	_, basis := j.Axis.Skew()
	return fact.All["unlogged"](j.View, t) != nil && (basis == evidence.Assumed || j.Lines.SSM.Span().Has(j.Axis.Manager(t.Failed)))
}

// repeats reports whether a row below the Manager's line, a cause's or a page's, says
// once more what is cited already.
func (h *hearing) repeats(cited []checks.Evidence, ev checks.Evidence) bool {
	return slices.ContainsFunc(cited, func(o checks.Evidence) bool { return o.Says == ev.Says && o.Kind == ev.Kind }) &&
		slices.ContainsFunc(h.lines, func(l *evidence.Line) bool { return l.From == ev.Ref && l.Form == logline.ManagerMore })
}

// askOther has the next step be to find who answered: the SSM's log, which covers the
// moment, has no such request, so whatever the answer says is another one's word.
func askOther(f *checks.Finding, ev []checks.Evidence) {
	turn := checks.OtherSSM()
	step := checks.FixStep{Who: turn.Who, Do: turn.Do, Where: "the other node: /var/log/messages", Impact: "none", Asks: turn.Asks}
	f.Owner, f.Next, f.Fix = step.Who, step.Do, append([]checks.FixStep{step}, f.Fix...)
	f.Evidence = append(f.Evidence, ev...)
}

// neverThere reports whether the request that failed never reached the application:
// nginx answered it itself.
func neverThere(t *attempt.Trace) bool {
	r := t.FailedRequest()
	return r != nil && r.OwnAnswer() != nil
}

// carried reports whether anything but support speaks for a rule.
func carried(proofs []proof) bool {
	return slices.ContainsFunc(proofs, func(p proof) bool { return p.weight != rule.Support })
}

// strongest is the weight of the best proof.
func strongest(proofs []proof) int {
	best := 0
	for _, p := range proofs {
		best = max(best, slices.Index(weights, p.weight))
	}
	return best
}

// weights are the weights of proofs, the strongest last.
var weights = []rule.Weight{rule.Support, rule.Weak, rule.Strong, rule.Literal}

// hearing is a try before the rules.
type hearing struct {
	t      *attempt.Trace
	number int
	lines  []*evidence.Line
	health map[event.Ref]*evidence.Line // of the lines, those in which the SSM's parts speak of themselves
	// outputs are those of commands that may speak of what the try calls, and behind
	// them those that speak of its proxy.
	outputs []*event.CheckResult
	found   rule.Hits // in the lines, and in the outputs but the proxy's
	atProxy rule.Hits // in the proxy's too
	signed  bool      // an answer that failed the try is written as the SSM's parts write
	foreign bool      // it is written as none of them writes
	alone   bool      // nothing but outputs of commands is there: what only supports carries, too
}

// hear finds what may speak about a try: its own lines, what the SSM's parts
// said of themselves around its request, and the outputs of commands.
func (j *judge) hear(t *attempt.Trace, number int) *hearing {
	around := j.around(t)
	h := &hearing{t: t, number: number, lines: append(t.Entries(), around...), health: map[event.Ref]*evidence.Line{}}
	for _, l := range around[len(t.TLS):] {
		h.health[l.From] = l
	}
	h.outputs, h.alone = j.Outputs(t), t.Checked != nil
	h.signed, h.foreign = fact.Signed(t), fact.All["page-of-device"](j.View, t) != nil || fact.All["page-of-nobody"](j.View, t) != nil
	h.found = j.rules.Search(h.entries, h.outputs)
	h.atProxy = h.found
	if at := j.AtProxyOutputs(t); len(at) > 0 {
		h.outputs = append(h.outputs, at...) // behind the others, which keep their places
		h.atProxy = j.rules.Search(h.entries, h.outputs)
	}
	return h
}

// hits are what was found for a rule: a proxy's words speak for the rules about proxies
// only.
func (h *hearing) hits(r *rule.Rule) *rule.Hits {
	if r.Stage() == checks.Proxy {
		return &h.atProxy
	}
	return &h.found
}

// entries gives the lines as rules look at them.
func (h *hearing) entries(yield func(*event.LogEntry) bool) {
	for _, l := range h.lines {
		if !yield(&l.LogEntry) {
			return
		}
	}
}

// around gives what the SSM's parts say of themselves that may bear on an
// attempt, and the failed TLS handshakes that are its own.
func (j *judge) around(t *attempt.Trace) []*evidence.Line {
	return append(slices.Clone(t.TLS), j.Lines.Around(t, j.Axis, j.ManagerAddrs)...)
}

// proof is a piece of evidence, what it weighs, and which event it is a view of.
type proof struct {
	checks.Evidence
	weight rule.Weight
	of     happening
}

// happening is what a proof shows. The Manager's words, the packets and the SSM's
// lines of a request are views of one attempt, however many they are: they cannot
// confirm each other. What the SSM's parts say of themselves is another event, and
// so is each run of a command.
type happening string

const (
	theAttempt happening = "attempt"
	theSSM     happening = "ssm"
)

// weighs is what a kind of evidence weighs: what was shown to another host than the
// Manager carries little by itself, as does an answer of which nothing tells that the SSM
// gave it. Without a line of the SSM's log, another SSM may have given the answer, whose
// words prove less then. What a part of the SSM said of itself long before the request is
// no word of that moment, and a handshake that failed then may be another client's.
func (j *judge) weighs(h *hearing, r *rule.Rule, proof *rule.Proof, ev checks.Evidence) rule.Weight {
	p := proof.Weight
	if p == rule.Literal && ofSSM(r) && fact.All["ssm-unheard"](j.View, h.t) != nil && j.happened(h, ev) == theAttempt {
		p = rule.Strong
	}
	if !h.signed && proof.Match.Fact == "" && r.Stage() >= checks.HTTP && ev.Ref == h.t.Failed.From && p != rule.Support {
		return rule.Weak
	}
	if l := h.health[ev.Ref]; l != nil && p != rule.Support {
		switch attempt.WhenSaid(l, h.t, j.Axis) {
		case attempt.SaidBehind:
			return rule.Weak
		case attempt.SaidBefore:
			if p == rule.Literal {
				return rule.Strong
			}
		}
	}
	if p == rule.Literal && slices.ContainsFunc(h.t.TLS, func(l *evidence.Line) bool { return l.From == ev.Ref && !attempt.Proven(l.Client, h.t) }) {
		return rule.Strong
	}
	if ev.Kind == event.Check && slices.Index(weights, p) > slices.Index(weights, rule.Weak) {
		if r := j.printed(ev.Ref); r != nil && j.Names.Away(r) {
			return rule.Weak
		}
	}
	return p
}

// printed is the output that a line is of; nil: none.
func (j *judge) printed(at event.Ref) *event.CheckResult {
	for _, r := range j.Results {
		if r.Meta.From.Source == at.Source && at.Line >= r.From && at.Line < r.From+len(r.Lines) {
			return r
		}
	}
	return nil
}

// happened tells what a piece of evidence shows. All runs of one command are one
// event: a file may be given twice.
func (j *judge) happened(h *hearing, ev checks.Evidence) happening {
	switch {
	case ev.Ref == (event.Ref{}): // what no place shows is no other event
		return theAttempt
	case ev.Kind == event.Check:
		if r := j.printed(ev.Ref); r != nil {
			return happening(r.Check.String())
		}
		return happening(ev.Source)
	case h.health[ev.Ref] != nil && !attempt.OfRequest(h.health[ev.Ref], h.t, j.Axis):
		return theSSM
	}
	return theAttempt
}

// proofs gives what speaks for a rule, in the rule's order. Each line counts
// once, for the first kind of evidence it matches.
func (j *judge) proofs(i int, h *hearing) []proof {
	var out []proof
	var used map[event.Ref]bool // nil until something was found
	for k := range j.rules.All[i].Evidence {
		p := &j.rules.All[i].Evidence[k]
		hits := h.hits(&j.rules.All[i]).Evidence(i, k)
		if p.Match.Fact == "" && len(hits) == 0 {
			if p.Needs {
				return nil
			}
			continue
		}
		if used == nil && len(hits) > 0 {
			used = map[event.Ref]bool{}
		}
		if len(hits) > 0 && p.Match.Check == "" {
			hits = slices.DeleteFunc(slices.Clone(hits), func(hit rule.Hit) bool { return h.others(&j.rules.All[i], h.lines[hit.At]) })
		}
		found := j.matching(&p.Match, p.Says, h, hits, used)
		if p.Needs && len(found) == 0 {
			return nil
		}
		for _, ev := range found {
			out = append(out, proof{ev, j.weighs(h, &j.rules.All[i], p, ev), j.happened(h, ev)})
		}
	}
	return out
}

// others reports whether a line is somebody else's word than of whom a rule is about.
func (h *hearing) others(r *rule.Rule, l *evidence.Line) bool {
	if r.Stage() < checks.Proxy {
		return answer(l) || ofNobody(r, h.t, l)
	}
	return r.Stage() >= checks.HTTP && h.foreign && l == h.t.Failed
}

// answer reports whether a line tells what somebody answered: what stands in an answer,
// on a page for one, is no exception of the Manager's, and its connection worked.
func answer(l *evidence.Line) bool {
	return (l.Form == logline.Manager || l.Form == logline.ManagerMore) && (l.Status != 0 || l.Topic == logline.TopicPage)
}

// ofNobody reports whether a line is the Manager's word of a connection or a lookup that
// does not tell whose: it may be a proxy's, and speaks for no rule about the way to the SSM.
func ofNobody(r *rule.Rule, t *attempt.Trace, l *evidence.Line) bool {
	return r.Stage() >= checks.DNS && (l.Form == logline.Manager || l.Form == logline.ManagerMore) && t.Failure().Unnamed()
}

// matching gives the evidence that m asks for: a fact, or what was found of it.
// Lines in used count no more.
func (j *judge) matching(m *rule.Match, says string, h *hearing, found []rule.Hit, used map[event.Ref]bool) []checks.Evidence {
	if m.Fact != "" {
		return fact.All[m.Fact](j.View, h.t)
	}
	var out []checks.Evidence
	for _, hit := range found {
		if m.Check != "" {
			out = append(out, j.CiteResult(h.outputs[hit.At], hit.Line, says))
			continue
		}
		l := h.lines[hit.At]
		if used[l.From] {
			continue
		}
		if used != nil {
			used[l.From] = true
		}
		out = append(out, j.CiteLine(l, says))
	}
	return out
}

// confidence weighs proofs: literal words confirm, so do strong proofs of two
// events; one strong proof is likely, or a weak one with support; the rest possible.
// What a part of the SSM says of itself is the reason of this request where the
// attempt shows it, too: by itself its words are a strong proof.
func confidence(proofs []proof) checks.Confidence {
	best := checks.Possible
	strong := map[happening]bool{}
	shown := slices.ContainsFunc(proofs, func(p proof) bool { return p.of != theSSM })
	for _, p := range proofs {
		switch p.weight {
		case rule.Support:
			if carried(proofs) {
				best = max(best, checks.Likely)
			}
		case rule.Literal:
			if p.of != theSSM || shown {
				return checks.Confirmed
			}
			best = max(best, checks.Likely)
		case rule.Strong:
			best = checks.Likely
			strong[p.of] = true
		}
	}
	if len(strong) > 1 {
		return checks.Confirmed
	}
	return best
}
