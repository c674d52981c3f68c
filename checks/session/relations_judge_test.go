package session_test

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"syncscope/checks"
	"syncscope/checks/report"
)

// broader names the ids that may stand for one whose own proof is missing, at
// most likely. It is the table "Broader ids" of the list of root causes.
var broader = map[string][]string{
	"connection-refused":    {"firewall-reset", "wrong-port", "ssm-web-server-down", "ssm-host-firewall"},
	"firewall-drop":         {"ssm-host-firewall", "firewall-reject", "host-unreachable", "network-unreachable", "no-route", "gateway-down", "routing-loop", "dns-wrong-address"},
	"host-unreachable":      {"gateway-down", "no-route", "network-unreachable", "routing-loop", "firewall-reject"},
	"firewall-reject":       {"ssm-host-firewall"},
	"dns-timeout":           {"dns-refused", "dns-server-down"},
	"mtu-blackhole":         {"mtu-icmp-not-honoured"},
	"packet-loss":           {"mtu-blackhole", "mtu-icmp-not-honoured"},
	"server-hung":           {"high-latency", "backend-stalled", "middlebox-drop", "ssm-web-server-overloaded"},
	"server-closes":         {"middlebox-reset", "ssm-web-server-overloaded", "tls-client-cert-required", "tls-no-common-cipher", "tls-protocol-version"},
	"tls-untrusted-ca":      {"tls-self-signed", "tls-incomplete-chain", "tls-interception"},
	"proxy-denied":          {"proxy-auth-required"},
	"not-the-api":           {"foreign-page", "wrong-host", "wrong-path"},
	"backend-down":          {"backend-crash", "answer-too-big", "ssm-out-of-memory", "database-starting"},
	"ssm-application-error": {"redis-down", "redis-oom", "redis-read-only", "redis-too-many-clients", "postgres-down", "postgres-too-many-clients", "database-starting", "database-credentials", "ssm-upgrade-unfinished", "disk-full", "ssm-out-of-memory"},
	"grant-not-found":       {"grant-user-mismatch", "wrong-grant-type", "grant-expired", "api-console-disabled"},
	"bad-user-password":     {"account-locked", "account-disabled", "user-password-expired"},
}

// claim is what a report says of one attempt, or as its verdict.
type claim struct {
	clock      string // whose stamps start and end are
	start, end time.Time
	word       string // the outcome, or the verdict
	id         string // of the cause; empty: none is named
	sure       checks.Confidence
	ambiguous  bool // whose attempt it is, the report leaves open
}

func (c claim) decided() bool { return c.word == "ok" || c.word == "fail" }

// String is the claim in a failure's text.
func (c claim) String() string {
	if c.id == "" {
		return c.word
	}
	return fmt.Sprintf("%s %s (%s)", c.word, c.id, c.sure)
}

// answers are a report's claims; shown is the attempt that the verdict is
// about, -1 where it is about none.
type answers struct {
	attempts []claim
	verdict  claim
	shown    int
	failed   string // why there is no report; empty: there is one
}

// unanswered is what a run without a report says.
func unanswered(why ...any) answers { return answers{shown: -1, failed: fmt.Sprint(why...)} }

func answersOf(r report.Report) answers {
	d := r.Diagnosis
	out := answers{verdict: caused(claim{word: d.Verdict.String()}, d.RootCause), shown: d.Shown}
	for i, a := range d.Attempts {
		c := claim{ambiguous: a.Ambiguous, clock: fmt.Sprint(a.Node != "", a.Start.Dated), start: a.Start.Time, end: a.End.Time, word: a.Outcome.String()}
		out.attempts = append(out.attempts, caused(c, d.Each[i].Cause))
	}
	return out
}

func caused(c claim, f *checks.Finding) claim {
	if f != nil {
		c.id, c.sure = f.ID, f.Confidence
	}
	return c
}

// grade is how a changed input's answer stands to the untouched one's.
type grade int

// The grades; the worst of a run's claims is the run's.
const (
	gradeSame grade = iota
	gradeWeaker
	gradeWrong
)

// terms are what a relation asks of the answer.
type terms struct {
	exact  bool // the same answer; else also its broader id, or unknown
	adds   bool // attempts are added that are none of the case's
	moving bool // stamps move: attempts are told by their order
	// right reports whether a claim is true by what is known of the case; nil: only the
	// untouched input's answer is known.
	right func(claim) bool
}

// allows is what a case's truth says of claims about an input without one of its files,
// or with all of them. What it calls a weaker answer is one where something is missing.
func (tr truth) allows(without string) func(claim) bool {
	most, err := checks.ParseConfidence(cmp.Or(tr.MaxConfidence, checks.Confirmed.String()))
	return func(c claim) bool {
		if c.word == checks.OK.String() {
			return tr.RootCause == "none"
		}
		return err == nil && c.sure <= most && slices.Contains(slices.Concat([]string{tr.RootCause}, tr.AcceptedAlso, tr.Without[without]), c.id)
	}
}

// versus compares two claims about one thing.
func versus(want, got claim, t terms) (grade, string) {
	why := fmt.Sprintf("%s instead of %s", got, want)
	alike := got.word == want.word && got.id == want.id
	switch {
	case alike && got.sure > want.sure:
		return gradeWrong, "more confident: " + why
	case alike && got.sure < want.sure && t.exact:
		return gradeWeaker, why
	case alike, !got.decided() && !want.decided() && got.id == "" && !t.exact:
		return gradeSame, ""
	case got.id == "" && (!got.decided() || got.word == want.word):
		return gradeWeaker, why
	case !t.exact && t.right != nil && t.right(got):
		return gradeWeaker, why + ", which is true"
	case slices.Contains(broader[got.id], want.id) && got.sure > checks.Likely:
		return gradeWrong, "a broader id, more than likely: " + why
	case slices.Contains(broader[got.id], want.id):
		return gradeWeaker, why
	}
	return gradeWrong, why
}

// verdictOn grades a run attempt by attempt, and then its verdict.
func verdictOn(want, got answers, t terms) (grade, string) {
	switch {
	case want.failed != "" && got.failed != "":
		return gradeSame, ""
	case got.failed != "" && t.exact:
		return gradeWrong, "no report: " + got.failed
	case got.failed != "":
		return gradeWeaker, "no report: " + got.failed
	}
	m := pairUp(want.attempts, got.attempts, t)
	worst, why := gradeSame, ""
	note := func(g grade, text string) {
		if g > worst {
			worst, why = g, text
		}
	}
	others := t // the truth is about the attempt that is shown
	others.right = nil
	for i, c := range want.attempts {
		if i == want.shown {
			note(kept(c, got.attempts, m.of[i], t))
		} else {
			note(kept(c, got.attempts, m.of[i], others))
		}
	}
	alone := others
	if len(want.attempts) == 1 && len(got.attempts) == 1 { // it is that one, at another place
		alone = t
	}
	for _, j := range m.rest {
		note(invented(got.attempts[j], want.attempts, alone))
	}
	note(overall(want, got, m, t))
	return worst, why
}

// kept grades one attempt of the untouched input.
func kept(want claim, got []claim, at int, t terms) (grade, string) {
	switch {
	case at >= 0:
		return versus(want, got[at], t)
	case t.exact:
		return gradeWrong, "an attempt is lost: " + want.String()
	case !want.decided():
		return gradeSame, ""
	}
	return gradeWeaker, "an attempt is not seen: " + want.String()
}

// invented grades an attempt that stands for none of the untouched input's.
func invented(got claim, want []claim, t terms) (grade, string) {
	switch {
	case t.adds, !t.exact && (!got.decided() || got.ambiguous):
		return gradeSame, ""
	case t.exact:
		return gradeWrong, "an attempt is invented: " + got.String()
	}
	if t.right != nil && t.right(got) {
		return gradeWeaker, "an attempt more: " + got.String() + ", which is true"
	}
	for _, c := range want {
		if g, _ := versus(c, got, t); g < gradeWrong {
			return gradeSame, ""
		}
	}
	return gradeWrong, "an attempt is invented: " + got.String()
}

// overall grades the verdict, against the attempt that it is about.
func overall(want, got answers, m pairing, t terms) (grade, string) {
	on := want.verdict
	if !t.exact && !t.adds && got.shown >= 0 && want.shown >= 0 && m.of[want.shown] != got.shown {
		i := slices.Index(m.of, got.shown)
		if i < 0 {
			return gradeSame, "" // an attempt that was graded as invented
		}
		on = asVerdict(want.attempts[i])
	}
	g, why := versus(on, got.verdict, t)
	return g, "the verdict: " + why
}

// asVerdict is what the verdict would be if it were about that attempt.
func asVerdict(c claim) claim {
	if c.word == "fail" && c.id == "" || !c.decided() {
		c.word = checks.Inconclusive.String()
	}
	return c
}
