package checks

import (
	"cmp"
	"strings"

	"syncscope/capture"
)

// apply tries one rule on one try.
func (e *Engine) apply(r Rule, t *try, number int) (Finding, bool) {
	entries := t.entries()
	for _, no := range r.Unless {
		for _, l := range entries {
			if no.entry(l) {
				return Finding{}, false
			}
		}
	}
	proofs := e.proofs(r, t, entries)
	if len(proofs) == 0 {
		return Finding{}, false
	}
	f := Finding{
		ID: r.ID, Stage: r.stage, Severity: r.severity, Owner: r.Owner, Attempt: number,
		Confidence: min(confidence(proofs), r.cap),
		CouldBe:    r.CouldBe, Fix: r.Fix, Reproduce: r.Reproduce, Runbook: r.ID,
	}
	for _, p := range proofs {
		f.Evidence = append(f.Evidence, p.Evidence)
	}
	words := e.words(t, f.Evidence)
	f.Title, f.Short, f.Next = words.Replace(r.Title), words.Replace(r.Short), words.Replace(r.Next)
	f.Explanation, f.HowToTell = words.Replace(r.Explanation), words.Replace(r.HowToTell)
	for _, m := range r.Missing {
		f.Missing = append(f.Missing, words.Replace(m))
	}
	if _, ok := Runbook("en", r.ID); !ok {
		f.Runbook = ""
	}
	return f, true
}

// entries are the log lines that a try is made of: the Manager's failures
// first, then the SSM's.
func (t *try) entries() []*capture.LogEntry {
	out := append([]*capture.LogEntry(nil), t.lines...)
	if t.token != nil {
		out = append(append(out, t.token.entries()...), t.token.refused...)
	}
	for _, r := range t.api {
		out = append(out, r.entries()...)
	}
	return out
}

type proof struct {
	Evidence
	weight Weight
}

// proofs gives what speaks for a rule, in the rule's order. Each line counts
// once, for the first kind of evidence it matches.
func (e *Engine) proofs(r Rule, t *try, entries []*capture.LogEntry) []proof {
	var out []proof
	used := map[capture.Ref]bool{}
	for _, p := range r.Evidence {
		if p.Match.Fact != "" {
			for _, ev := range e.factOf(t, p.Match.Fact) {
				out = append(out, proof{ev, p.Weight})
			}
			continue
		}
		for _, l := range entries {
			if !used[l.From] && p.Match.entry(l) {
				used[l.From] = true
				out = append(out, proof{e.citeLine(l, p.Says), p.Weight})
			}
		}
	}
	return out
}

// confidence weighs proofs as DESIGN 6.4 says: literal words confirm, so do
// strong proofs of two sources; one strong proof is likely, the rest possible.
func confidence(proofs []proof) Confidence {
	best := Possible
	strong := map[capture.SourceID]bool{}
	for _, p := range proofs {
		switch p.weight {
		case Literal:
			return Confirmed
		case Strong:
			best = Likely
			strong[p.Ref.Source] = true
		}
	}
	if len(strong) > 1 {
		return Confirmed
	}
	return best
}

// words fills the names of this run into a rule's sentences.
func (e *Engine) words(t *try, ev []Evidence) *strings.Replacer {
	client := t.says(clientOf)
	seen, mss := "", ""
	if t.token != nil {
		client = cmp.Or(client, t.token.field(clientOf))
		if a := t.token.access; a != nil && a.Client.IsValid() {
			seen = a.Client.String()
		}
	}
	if t.conn != nil {
		_, mss, _ = strings.Cut(firstSays(e.factOf(t, "mss-clamped")), "MSS ")
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
	return strings.NewReplacer(
		"{client}", cmp.Or(client, "this client ID"), "{hint}", hint(client), "{seen}", seen, "{mss}", mss,
		"{logs}", strings.Join(logs, " and "), "{noise}", strings.Join(says, ", "),
		"{release}", e.names.release, "{mode}", mode,
	)
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

func firstSays(ev []Evidence) string {
	if len(ev) == 0 {
		return ""
	}
	return ev[0].Says
}
