package diagnose

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/rule"
)

// apply tries one rule on one try.
func (e *Engine) apply(r *rule.Rule, t *try, number int) (checks.Finding, bool) {
	entries := e.entries(t)
	proofs := e.proofs(r, t, entries)
	if !carried(proofs) { // few are: what speaks against them need not be looked for
		return checks.Finding{}, false
	}
	for i := range r.Unless {
		if len(e.matching(&r.Unless[i], "", t, entries, nil)) > 0 {
			return checks.Finding{}, false
		}
	}
	f := checks.Finding{
		ID: r.ID, Stage: r.Stage(), Severity: r.Severity(), Owner: r.Owner, Attempt: number,
		Confidence: min(confidence(proofs), r.Limit()),
		Runbook:    r.ID,
	}
	for _, p := range proofs {
		f.Evidence = append(f.Evidence, p.Evidence)
	}
	words := e.words(t, f.Evidence)
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

// entries are the lines that may speak about a try: its own, and what the
// SSM's parts said of themselves around its request.
func (e *Engine) entries(t *try) []*event.LogEntry {
	return append(t.entries(), e.around(t)...)
}

// trouble is how long before a request a fault of the SSM may have been logged
// and still be its cause.
const trouble = 10 * time.Minute

// around gives the SSM's lines about its own health at the time of the try's
// last request, and failed TLS handshakes at the time of its connection.
func (e *Engine) around(t *try) []*event.LogEntry {
	var out []*event.LogEntry
	r := t.lastRequest()
	for _, l := range e.health {
		switch {
		case l.Topic == logline.TopicTLS:
			if d, ok := e.coverage.since(t.start(), t.zone(), l.At); ok && d.Abs() < aboutThen {
				out = append(out, l)
			}
		case r != nil && r.source() == l.From.Source:
			if d, ok := gapYearless(l.At, r.when()); ok && d > -time.Minute && d < trouble {
				out = append(out, l)
			}
		}
	}
	return out
}

func (r *request) source() event.SourceID {
	for _, l := range append(r.entries(), r.refused...) {
		return l.From.Source
	}
	return 0
}

// gapYearless is b minus a, both of one log whose lines may lack the year.
func gapYearless(a, b event.When) (time.Duration, bool) {
	if a.Time.IsZero() || b.Time.IsZero() {
		return 0, false
	}
	return yearless(b.Time).Sub(yearless(a.Time)), true
}

// entries are the log lines that a try is made of: the Manager's failures
// first, then the SSM's.
func (t *try) entries() []*event.LogEntry {
	out := append([]*event.LogEntry(nil), t.lines...)
	if t.token != nil {
		out = append(append(out, t.token.entries()...), t.token.refused...)
	}
	for _, r := range t.api {
		out = append(out, r.entries()...)
	}
	return out
}

type proof struct {
	checks.Evidence
	weight rule.Weight
}

// proofs gives what speaks for a rule, in the rule's order. Each line counts
// once, for the first kind of evidence it matches.
func (e *Engine) proofs(r *rule.Rule, t *try, entries []*event.LogEntry) []proof {
	var out []proof
	var used map[event.Ref]bool
	if len(entries) > 0 {
		used = map[event.Ref]bool{}
	}
	for i := range r.Evidence {
		p := &r.Evidence[i]
		found := e.matching(&p.Match, p.Says, t, entries, used)
		if p.Needs && len(found) == 0 {
			return nil
		}
		for _, ev := range found {
			out = append(out, proof{ev, p.Weight})
		}
	}
	return out
}

// matching gives the evidence that m asks for. Lines in used count no more.
func (e *Engine) matching(m *rule.Match, says string, t *try, entries []*event.LogEntry, used map[event.Ref]bool) []checks.Evidence {
	if m.Fact != "" {
		return facts[m.Fact](e, t)
	}
	var out []checks.Evidence
	for _, r := range e.results {
		for _, i := range m.Result(r) {
			out = append(out, e.citeResult(r, i, says))
		}
	}
	for _, l := range entries {
		if used[l.From] || !m.Entry(l) {
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
// sources; one strong proof is likely, or a weak one with support; the rest
// possible.
func confidence(proofs []proof) checks.Confidence {
	best := checks.Possible
	strong := map[event.SourceID]bool{}
	for _, p := range proofs {
		switch p.weight {
		case rule.Support:
			best = checks.Likely
		case rule.Literal:
			return checks.Confirmed
		case rule.Strong:
			best = checks.Likely
			strong[p.Ref.Source] = true
		}
	}
	if len(strong) > 1 {
		return checks.Confirmed
	}
	return best
}

// words fills the names of this run into a rule's sentences.
func (e *Engine) words(t *try, ev []checks.Evidence) fillings {
	client := t.says(clientOf)
	seen, mss := "", ""
	if t.token != nil {
		client = cmp.Or(client, t.token.field(clientOf))
		if a := t.token.access; a != nil && a.Client.IsValid() {
			seen = a.Client.String()
		}
	}
	if t.conn != nil {
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
		"{host}", cmp.Or(t.peerHost(), "the SSM's name"), "{peer}", cmp.Or(t.peerHost(), e.peerAddrText(), t.server(), "SSM"), "{proxy}", cmp.Or(proxyText(t), "PROXY:PORT"),
	}
}

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
func proxyText(t *try) string {
	host, port := proxyName(t.lines)
	if host == "" {
		return ""
	}
	return strings.TrimSuffix(host+":"+port, ":")
}

// server is the address that the try's connection goes to.
func (t *try) server() string {
	if t.conn == nil {
		return ""
	}
	return t.conn.Server.Addr().String()
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
