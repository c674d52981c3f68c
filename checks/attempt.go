package checks

import "syncscope/capture/event"

// Verdict is the answer of a run.
type Verdict uint8

// The verdicts.
const (
	NoAttempt Verdict = iota
	Inconclusive
	OK
	Failed
	verdictCount
)

var verdictNames = [...]string{"no-attempt", "inconclusive", "ok", "fail"}

// String is the name in the report's JSON.
func (v Verdict) String() string { return NameOf(verdictNames[:], v) }

// Outcome is how an attempt ended.
type Outcome uint8

// The outcomes.
const (
	OutcomeUnknown Outcome = iota
	OutcomeOK
	OutcomeFail
	outcomeCount
)

var outcomeNames = [...]string{"unknown", "ok", "fail"}

// String is the name in the report's JSON.
func (o Outcome) String() string { return NameOf(outcomeNames[:], o) }

// Status is that of a stage that ended so.
func (o Outcome) Status() Status {
	switch o {
	case OutcomeOK:
		return Pass
	case OutcomeFail:
		return Fail
	}
	return Unknown
}

// Attempt is one try of one Manager node to reach the SSM's API.
type Attempt struct {
	Number     int    // 1-based, in order of time
	Node       string // "" unknown
	Kind       string // "sign-in", "sync", "usage report"
	Start, End event.When
	Ended      bool
	Outcome    Outcome
	RootCause  string // id, "" none
	ClientID   string // token
	User       string
	StatusCode int
	Sent, Seen Credentials  // as the Manager sent and as the SSM saw them
	Stages     []StageState // always all ten, in order
	Quoted     []Evidence   // both sides' own words of why it failed, the Manager's first
	NotLogged  bool         // the SSM's log is of that moment and has no request of it
	WebServer  string       // the web server's own reason, where it answered in place of the application
	History    bool         // it happened before we connected
	Tenant     string       // whom the Manager worked for; "" unknown
	Ambiguous  bool         // another request, or another attempt, fits as well
	Members    Members
	Exchanges  []Exchange // requests that both logs show
	Manner     Manner     // how it ended, where it did not go well
	Resolver   string     // the DNS server that its lookup asked; "" none was captured
}

// Manner is how an exchange ended badly, as far as it shows: none of these, or some.
type Manner uint8

// The manners. An attempt that was refused on one connection may be silent on the next.
const (
	Refused       Manner = 1 << iota // the connection was refused
	Reset                            // it was cut off
	Silent                           // nobody answered in time
	AtCertificate                    // over a certificate
)

// Exchange is one request that both logs show. The SSM wrote its lines after it
// was asked and before the Manager had its answer, whatever the clocks say.
type Exchange struct {
	Asked, Answered event.Ref   // in the Manager's log
	There           []event.Ref // in the SSM's
}

// Success is what an attempt that went well says, without its full stop. A
// sign-in is no sync.
func (a *Attempt) Success() string {
	switch a.Kind {
	case KindSignIn:
		return "The last sign-in succeeded; a sync was not seen"
	case KindReport:
		return "The last usage report was accepted"
	}
	return "The last sync attempt succeeded"
}

// The kinds of an attempt: the furthest that it is seen to have gone.
const (
	KindSignIn = "sign-in"
	KindSync   = "sync"
	KindReport = "usage report"
)

// Credentials are a sign-in's client ID and client secret, as tokens; empty:
// not in the log.
type Credentials struct{ ClientID, Secret string }

// Difference is one stage that changed between two attempts.
type Difference struct {
	Stage         Stage
	Before, After StageState
}

// Comparison is a failed attempt beside the later one that succeeded.
type Comparison struct {
	Before, After Attempt
	Changed       []Difference
	Summary       string // one sentence
}

// Ladder is every stage of the attempt, in order. What nothing was noted of is
// unknown.
func (a *Attempt) Ladder() []StageState {
	if len(a.Stages) == int(stageCount) {
		return a.Stages
	}
	out := UnknownStages()
	for _, s := range a.Stages {
		if s.Stage < stageCount {
			out[s.Stage] = s
		}
	}
	return out
}
