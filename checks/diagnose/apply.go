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
	"syncscope/checks/rule"
)

// apply tries one rule on one try.
func (e *Engine) apply(i int, h *hearing) (checks.Finding, bool) {
	if !h.found.MayApply(i) {
		return checks.Finding{}, false
	}
	r, t, number := &e.rules.All[i], h.t, h.number
	proofs := e.proofs(i, h)
	if !carried(proofs) { // few are: what speaks against them need not be looked for
		return checks.Finding{}, false
	}
	for k := range r.Unless {
		if len(e.matching(&r.Unless[k], "", h, h.found.Unless(i, k), nil)) > 0 {
			return checks.Finding{}, false
		}
	}
	f := checks.Finding{
		ID: r.ID, Stage: r.Stage(), Severity: r.Severity(), Owner: r.Owner, Attempt: number,
		Confidence: min(confidence(proofs), r.Limit()),
		Runbook:    r.ID,
	}
	if f.Confidence == checks.Confirmed && f.Stage >= checks.HTTP && e.noSuchRequest(t) != nil {
		f.Confidence = checks.Likely // somebody answered so, and this SSM's log has no such request
	}
	for _, p := range proofs {
		f.Evidence = append(f.Evidence, p.Evidence)
	}
	words := append(e.words(t, f.Evidence), "{raised}", raised(h.lines))
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

// hearing is a try before the rules.
type hearing struct {
	t      *attempt.Trace
	number int
	lines  []*evidence.Line
	found  rule.Hits // in the lines, and in the outputs of commands
}

// hear finds what may speak about a try: its own lines, what the SSM's parts
// said of themselves around its request, and the outputs of commands.
func (e *Engine) hear(t *attempt.Trace, number int) *hearing {
	h := &hearing{t: t, number: number, lines: append(t.Entries(), e.around(t)...)}
	h.found = e.rules.Search(h.entries, e.results)
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
func (e *Engine) around(t *attempt.Trace) []*evidence.Line {
	return append(slices.Clone(t.TLS), e.lines.Around(t, e.at, e.managerAddrs)...)
}

type proof struct {
	checks.Evidence
	weight rule.Weight
}

// proofs gives what speaks for a rule, in the rule's order. Each line counts
// once, for the first kind of evidence it matches.
func (e *Engine) proofs(i int, h *hearing) []proof {
	var out []proof
	used := map[event.Ref]bool{}
	for k := range e.rules.All[i].Evidence {
		p := &e.rules.All[i].Evidence[k]
		found := e.matching(&p.Match, p.Says, h, h.found.Evidence(i, k), used)
		if p.Needs && len(found) == 0 {
			return nil
		}
		for _, ev := range found {
			out = append(out, proof{ev, p.Weight})
		}
	}
	return out
}

// matching gives the evidence that m asks for: a fact, or what was found of it.
// Lines in used count no more.
func (e *Engine) matching(m *rule.Match, says string, h *hearing, found []rule.Hit, used map[event.Ref]bool) []checks.Evidence {
	if m.Fact != "" {
		return facts[m.Fact](e, h.t)
	}
	var out []checks.Evidence
	for _, hit := range found {
		if m.Check != "" {
			out = append(out, e.citeResult(e.results[hit.At], hit.Line, says))
			continue
		}
		l := h.lines[hit.At]
		if used[l.From] {
			continue
		}
		if used != nil {
			used[l.From] = true
		}
		out = append(out, e.citeLine(l, says))
	}
	return out
}

// confidence weighs proofs: literal words confirm, so do strong proofs of two
// kinds of source, in however many files; one strong proof is likely, or a weak
// one with support; the rest possible.
func confidence(proofs []proof) checks.Confidence {
	best := checks.Possible
	strong := map[event.Kind]bool{}
	for _, p := range proofs {
		switch p.weight {
		case rule.Support:
			best = checks.Likely
		case rule.Literal:
			return checks.Confirmed
		case rule.Strong:
			best = checks.Likely
			strong[p.Kind] = true
		}
	}
	if len(strong) > 1 {
		return checks.Confirmed
	}
	return best
}

// words fills the names of this run into a rule's sentences.
func (e *Engine) words(t *attempt.Trace, ev []checks.Evidence) fillings {
	client := t.Says(attempt.Client)
	seen, mss := "", ""
	if t.Token != nil {
		client = cmp.Or(client, t.Token.Field(attempt.Client))
		if a := t.Token.Access; a != nil && a.Client.IsValid() {
			seen = a.Client.String()
		}
	}
	if t.Conn != nil {
		_, mss, _ = strings.Cut(firstSays(e.clamped(t)), "MSS ")
	}
	var says, logs []string
	for _, one := range ev {
		says = append(says, one.Says)
		if _, log, ok := strings.Cut(one.Says, "in clear in "); ok {
			logs = append(logs, log)
		}
	}
	mode := ""
	if len(e.modes) > 0 {
		mode = e.modes[len(e.modes)-1].Value.String()
	}
	return fillings{
		"{client}", cmp.Or(client, "this client ID"), "{hint}", hint(client), "{seen}", seen, "{mss}", mss,
		"{logs}", strings.Join(logs, " and "), "{noise}", strings.Join(says, ", "),
		"{says}", firstSays(ev), "{release}", e.names.release, "{mode}", cmp.Or(mode, "another"),
		"{host}", cmp.Or(peerHost(t), "the SSM's name"), "{peer}", cmp.Or(peerHost(t), e.peerAddrText(), server(t), "SSM"), "{proxy}", cmp.Or(proxyText(t), "PROXY:PORT"),
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

// proxyText is the proxy as the try's lines name it.
func proxyText(t *attempt.Trace) string {
	host, port := t.Proxy()
	if host == "" {
		return ""
	}
	return strings.TrimSuffix(host+":"+port, ":")
}

// server is the address that the try's connection goes to.
func server(t *attempt.Trace) string {
	if t.Conn == nil {
		return ""
	}
	return t.Conn.Server.Addr().String()
}

func (e *Engine) peerAddrText() string {
	if a := e.peerAddr(); a.IsValid() {
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
