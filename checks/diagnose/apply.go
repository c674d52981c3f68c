package diagnose

import (
	"cmp"
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
	"syncscope/checks/rule"
)

// apply tries one rule on one try.
func (j *judge) apply(i int, h *hearing) (checks.Finding, bool) {
	if !h.found.MayApply(i, h.alone) {
		return checks.Finding{}, false
	}
	r, t, number := &j.rules.All[i], h.t, h.number
	proofs := j.proofs(i, h)
	if len(proofs) == 0 || !h.alone && !carried(proofs) { // few are: what speaks against them need not be looked for
		return checks.Finding{}, false
	}
	for k := range r.Unless {
		if len(j.matching(&r.Unless[k], "", h, h.found.Unless(i, k), nil)) > 0 {
			return checks.Finding{}, false
		}
	}
	f := checks.Finding{
		ID: r.ID, Stage: r.Stage(), Severity: r.Severity(), Owner: r.Owner, Attempt: number, About: checks.AboutAttempt,
		Confidence: min(confidence(proofs), r.Limit()), Strength: strongest(proofs),
		Runbook: r.ID,
	}
	if f.Confidence == checks.Confirmed && f.Stage >= checks.HTTP && fact.All["no-such-request"](j.View, t) != nil {
		f.Confidence = checks.Likely // somebody answered so, and this SSM's log has no such request
	}
	for _, p := range proofs {
		f.Evidence = append(f.Evidence, p.Evidence)
	}
	words := append(j.words(t, f.Evidence), "{raised}", raised(h.lines))
	f.Title, f.Short, f.Next = words.Replace(r.Title), words.Replace(r.Short), words.Replace(r.Next)
	f.Explanation, f.HowToTell = words.Replace(r.Explanation), words.Replace(r.HowToTell)
	f.Missing, f.CouldBe, f.Reproduce = replaced(words, r.Missing), replaced(words, r.CouldBe), checks.Masked(replaced(words, r.Reproduce))
	f.Fix = make([]checks.FixStep, len(r.Fix))
	for i, step := range r.Fix {
		f.Fix[i] = checks.FixStep{Who: step.Who, Do: words.Replace(step.Do), Where: words.Replace(step.Where), Impact: words.Replace(step.Impact)}
	}
	if !checks.HasRunbook(r.ID) {
		f.Runbook = ""
	}
	return f, true
}

func replaced(words fillings, list []string) []string {
	out := make([]string, len(list))
	for i, s := range list {
		out[i] = words.Replace(s)
	}
	return out
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
	health map[event.Ref]bool // of the lines, those in which the SSM's parts speak of themselves
	found  rule.Hits          // in the lines, and in the outputs of commands
	alone  bool               // nothing but outputs of commands is there: what only supports carries, too
}

// hear finds what may speak about a try: its own lines, what the SSM's parts
// said of themselves around its request, and the outputs of commands.
func (j *judge) hear(t *attempt.Trace, number int) *hearing {
	around := j.around(t)
	h := &hearing{t: t, number: number, lines: append(t.Entries(), around...), health: map[event.Ref]bool{}}
	for _, l := range around[len(t.TLS):] {
		h.health[l.From] = true
	}
	h.found = j.rules.Search(h.entries, j.Results)
	return h
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

// happened tells what a piece of evidence shows. All runs of one command are one
// event: a file may be given twice.
func (j *judge) happened(h *hearing, ev checks.Evidence) happening {
	switch {
	case ev.Kind == event.Check:
		for _, r := range j.Results {
			if r.Meta.From.Source == ev.Ref.Source && ev.Ref.Line >= r.From && ev.Ref.Line < r.From+len(r.Lines) {
				return happening(r.Check.String())
			}
		}
		return happening(ev.Source)
	case h.health[ev.Ref]:
		return theSSM
	}
	return theAttempt
}

// proofs gives what speaks for a rule, in the rule's order. Each line counts
// once, for the first kind of evidence it matches.
func (j *judge) proofs(i int, h *hearing) []proof {
	var out []proof
	used := map[event.Ref]bool{}
	for k := range j.rules.All[i].Evidence {
		p := &j.rules.All[i].Evidence[k]
		found := j.matching(&p.Match, p.Says, h, h.found.Evidence(i, k), used)
		if p.Needs && len(found) == 0 {
			return nil
		}
		for _, ev := range found {
			out = append(out, proof{ev, p.Weight, j.happened(h, ev)})
		}
	}
	return out
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
			out = append(out, j.CiteResult(j.Results[hit.At], hit.Line, says))
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
func confidence(proofs []proof) checks.Confidence {
	best := checks.Possible
	strong := map[happening]bool{}
	for _, p := range proofs {
		switch p.weight {
		case rule.Support:
			if carried(proofs) {
				best = checks.Likely
			}
		case rule.Literal:
			return checks.Confirmed
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

// words fills the names of this run into a rule's sentences.
func (j *judge) words(t *attempt.Trace, ev []checks.Evidence) fillings {
	client := t.Says(attempt.Client)
	seen, mss := "", ""
	if t.Token != nil {
		client = cmp.Or(client, t.Token.Field(attempt.Client))
		if a := t.Token.Access; a != nil && a.Client.IsValid() {
			seen = a.Client.String()
		}
	}
	if t.Conn != nil {
		_, mss, _ = strings.Cut(firstSays(fact.All["mss-clamped"](j.View, t)), "MSS ")
	}
	var says, logs []string
	for _, one := range ev {
		says = append(says, one.Says)
		if _, log, ok := strings.Cut(one.Says, "in clear in "); ok {
			logs = append(logs, log)
		}
	}
	mode := ""
	if len(j.Modes) > 0 {
		mode = j.Modes[len(j.Modes)-1].Value.String()
	}
	peer, _ := t.Lines.Peer()
	return fillings{
		"{client}", cmp.Or(client, "this client ID"), "{hint}", hint(client), "{seen}", seen, "{mss}", mss,
		"{logs}", strings.Join(logs, " and "), "{noise}", strings.Join(says, ", "),
		"{says}", firstSays(ev), "{release}", j.Names.Release, "{mode}", cmp.Or(mode, "another"),
		"{host}", cmp.Or(peer.Host, "the SSM's name"), "{peer}", cmp.Or(peer.Host, j.peerAddrText(), server(t), "SSM"), "{proxy}", cmp.Or(t.Lines.Proxy().String(), "PROXY:PORT"),
	}
}

// raised is the exception that the SSM's application raised, with its words: the
// one of the request, else the first at that time.
func raised(lines []*evidence.Line) string {
	for _, form := range []logline.Form{logline.Rails, logline.RailsOther} {
		for _, l := range lines {
			if l.Form == form && !l.Exception.Empty() {
				says := []rune(l.Exception.String() + ": " + strings.TrimSuffix(l.ErrorText.String(), "):"))
				return string(says[:min(len(says), longestQuote)])
			}
		}
	}
	for _, l := range lines {
		if l.Form == logline.Manager && l.Status == 500 && strings.Contains(l.ErrorCode.String(), "::") {
			return l.ErrorCode.String()
		}
	}
	return "an exception"
}

// longestQuote is how many characters of a program's words a sentence has room for.
const longestQuote = 120

// fillings are names in braces, each before what stands for it. A Replacer of
// the library's takes longer to make than to use for one finding.
type fillings []string

// Replace puts in what s names.
func (f fillings) Replace(s string) string {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(s, "{")
		if !ok && out.Len() == 0 {
			return s
		}
		out.WriteString(before)
		if !ok {
			return out.String()
		}
		value, n := f.at(s[len(before):])
		out.WriteString(value)
		s = rest[n-1:]
	}
}

// at gives what stands for the name that s begins with, and the name's length;
// a brace that begins none stands for itself.
func (f fillings) at(s string) (value string, n int) {
	for i := 0; i < len(f); i += 2 {
		if strings.HasPrefix(s, f[i]) {
			return f[i+1], len(f[i])
		}
	}
	return s[:1], 1
}

// server is the address that the try's connection goes to.
func server(t *attempt.Trace) string {
	if t.Conn == nil {
		return ""
	}
	return t.Conn.Server.Addr().String()
}

func (j *judge) peerAddrText() string {
	if a := j.PeerAddr(); a.IsValid() {
		return a.String()
	}
	return ""
}

// hint is the part of a client ID's token that the SSM's list shows: its first
// four characters.
func hint(token string) string {
	_, rest, ok := strings.Cut(token, "(")
	if !ok {
		return "in question"
	}
	short, _, _ := strings.Cut(rest, ",")
	return short
}

func firstSays(ev []checks.Evidence) string {
	if len(ev) == 0 {
		return ""
	}
	return ev[0].Says
}
