package checks

import (
	"fmt"

	"syncscope/capture/event"
)

// Severity is how bad a finding is.
type Severity uint8

// The severities.
const (
	Note Severity = iota // benign, worth saying
	Warning
	Critical
	severityCount
)

var severityNames = [...]string{"note", "warning", "critical"}

// String is the name in rules and in the report's JSON.
func (s Severity) String() string { return NameOf(severityNames[:], s) }

// ParseSeverity reads a name as rules and the report's JSON have it.
func ParseSeverity(name string) (Severity, error) {
	i, err := parseName("severity", name, severityNames[:])
	return Severity(i), err
}

// Confidence is how sure a finding is.
type Confidence uint8

// The confidences; see DESIGN 6.4 for their meaning.
const (
	Possible Confidence = iota
	Likely
	Confirmed
	confidenceCount
)

var confidenceNames = [...]string{"possible", "likely", "confirmed"}

// String is the name in rules and in the report's JSON.
func (c Confidence) String() string { return NameOf(confidenceNames[:], c) }

// ParseConfidence reads a name as rules and the report's JSON have it.
func ParseConfidence(name string) (Confidence, error) {
	i, err := parseName("confidence", name, confidenceNames[:])
	return Confidence(i), err
}

// Owner is whose turn it is.
type Owner string

// The owners.
const (
	OwnerNobody       Owner = "" // nothing is to do
	OwnerUnknown      Owner = "unknown"
	OwnerManagerAdmin Owner = "manager-admin"
	OwnerSSMAdmin     Owner = "ssm-admin"
	OwnerNetwork      Owner = "network"
	OwnerDNS          Owner = "dns"
	OwnerProxy        Owner = "proxy"
)

// Label is the owner as people say it.
func (o Owner) Label() string {
	switch o {
	case OwnerNobody:
		return "nobody"
	case OwnerManagerAdmin:
		return "Manager admin"
	case OwnerSSMAdmin:
		return "SSM admin"
	case OwnerNetwork:
		return "network team"
	case OwnerDNS:
		return "DNS team"
	case OwnerProxy:
		return "proxy team"
	}
	return "unknown"
}

// FixStep is one step of a fix.
type FixStep struct {
	Who    Owner  `json:"who" yaml:"who"`
	Do     string `json:"do" yaml:"do"`
	Where  string `json:"where" yaml:"where"`
	Impact string `json:"impact" yaml:"impact"`
	Asks   string `json:"-" yaml:"asks"` // the question of a message that asks for the same; "" none does
}

// RuledOut is a stage that is not the cause, and why.
type RuledOut struct {
	Stage    Stage
	Why      string
	Evidence []Evidence
}

// Finding is a cause, a symptom, a side finding or a benign note.
type Finding struct {
	ID          string
	Stage       Stage
	Severity    Severity
	Confidence  Confidence
	Owner       Owner
	Title       string // one sentence: the verdict line
	Short       string // after the title: what is fine
	Next        string // the next step, one line
	Explanation string
	CouldBe     []string // reasons that the evidence cannot tell apart
	HowToTell   string
	Missing     []string // evidence that would settle it
	Evidence    []Evidence
	RuledOut    []RuledOut
	Fix         []FixStep
	Reproduce   []Command
	Runbook     string
	Attempt     int // 1-based; 0: about none
	About       About
	Strength    int // of the best proof, among findings: the larger the stronger
	// Unsettled is a command whose output was given without its answer: by that, another
	// cause may go before this one, which is no root cause then. Empty: none is.
	Unsettled string
}

// About is what a finding is about.
type About string

// A sync attempt, or a command that was run by hand.
const (
	AboutAttempt About = "attempt"
	AboutCheck   About = "check"
)

// Agreement says how many sources the evidence comes from.
func (f *Finding) Agreement() string {
	seen := map[event.Kind]bool{}
	for _, e := range f.Evidence {
		seen[e.Kind] = true
	}
	logs := seen[event.ManagerLog] && seen[event.SSMMessages]
	switch {
	case len(seen) == 2 && logs:
		return "by 2 logs"
	case len(seen) > 1:
		return fmt.Sprintf("by %d sources", len(seen))
	case seen[event.Check]:
		return "from a check"
	case seen[event.Pcap]:
		return "from the capture"
	}
	return "from one log"
}
