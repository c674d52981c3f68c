package rule

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/checks"
)

// Rule is one failure signature: what must have been seen, and what is then
// true. Rules are data; see assets/rules.
type Rule struct {
	ID          string       `yaml:"id"`
	StageName   string       `yaml:"stage"`
	Level       string       `yaml:"severity"`
	Owner       checks.Owner `yaml:"owner"`
	Side        bool         `yaml:"side"`   // never a root cause
	Floats      bool         `yaml:"floats"` // may break a later stage than its own (losses, resets, silence)
	Sinks       bool         `yaml:"sinks"`  // may break an earlier stage than its own (nobody is there to be connected to)
	Cap         string       `yaml:"cap"`    // the highest confidence it may reach
	Title       string       `yaml:"title"`
	Short       Text         `yaml:"short"`
	Next        string       `yaml:"next"` // the Turn: one step, which begins with a verb
	Explanation Text         `yaml:"explanation"`
	CouldBe     []Clause     `yaml:"could_be"`
	HowToTell   string       `yaml:"how_to_tell"`
	Missing     []Clause     `yaml:"missing"`
	Evidence    []Proof      `yaml:"evidence"`
	Unless      []Match      `yaml:"unless"`
	Supersedes  []string     `yaml:"supersedes"`
	Fix         []Step       `yaml:"fix"`
	Reproduce   []Command    `yaml:"reproduce"`

	File string `yaml:"-"` // where it was read
	Line int    `yaml:"-"`

	stage    checks.Stage
	severity checks.Severity
	cap      checks.Confidence
}

// Stage is where the cause usually shows.
func (r *Rule) Stage() checks.Stage { return r.stage }

// Severity is how bad the finding is.
func (r *Rule) Severity() checks.Severity { return r.severity }

// Limit is the highest confidence that the rule may reach.
func (r *Rule) Limit() checks.Confidence { return r.cap }

// Proof is one kind of evidence for a rule. An event counts for the first
// proof that it matches.
type Proof struct {
	Says   string `yaml:"says"`
	Weight Weight `yaml:"weight"`
	Match  Match  `yaml:"match"`
	Needs  bool   `yaml:"needs"` // without this proof the rule does not apply
}

// Weight is what one piece of evidence is worth. "literal": the source says it
// in words that no other cause produces: confirmed. "strong": likely, and
// confirmed where two sources agree. "weak": possible. "support": what the
// rule's siblings would show as well: it lifts possible to likely, and carries
// nothing by itself.
type Weight string

// The weights.
const (
	Support Weight = "support"
	Weak    Weight = "weak"
	Strong  Weight = "strong"
	Literal Weight = "literal"
)

// Match is what an event's typed fields must be. Fields left out match
// anything; texts may hold * and ignore case, and with ! before them match
// every other text but none at all.
type Match struct {
	Fact      string `yaml:"fact"` // a fact worked out of several events
	Form      string `yaml:"form"`
	Topic     string `yaml:"topic"`
	Method    string `yaml:"method"`
	Path      string `yaml:"path"`
	Status    int    `yaml:"status"`
	Size      int64  `yaml:"size"`
	ErrorCode string `yaml:"error_code"`
	ErrorText string `yaml:"error_text"`
	Exception string `yaml:"exception"`
	GrantType string `yaml:"grant_type"`
	Message   string `yaml:"message"`
	Value     string `yaml:"value"`
	Errno     int    `yaml:"errno"`
	Check     string `yaml:"check"` // a command whose output has a line like Text
	Text      string `yaml:"text"`
}

// longestTitle is what the verdict line has room for beside the confidence.
const longestTitle = 64

// check fills the enums in and refuses a rule that could never be right. facts
// are the names of the facts that there are.
func (r *Rule) check(facts []string) error {
	stage, err1 := checks.ParseStage(r.StageName)
	severity, err2 := checks.ParseSeverity(r.Level)
	limit, err3 := checks.Confirmed, error(nil)
	if r.Cap != "" {
		limit, err3 = checks.ParseConfidence(r.Cap)
	}
	switch {
	case r.ID == "":
		return fmt.Errorf("no id")
	case !r.Side && len(r.Title) > longestTitle:
		return fmt.Errorf("the title has %d characters: %d are seen at 80 columns (the rest belongs in short)", len(r.Title), longestTitle)
	case r.Title == "":
		return fmt.Errorf("no title: there would be nothing to say")
	case err1 != nil:
		return err1
	case err2 != nil:
		return err2
	case err3 != nil:
		return fmt.Errorf("cap: %w", err3)
	case r.Owner.Label() == "unknown" && r.Owner != checks.OwnerUnknown:
		return fmt.Errorf("owner %q is not known", r.Owner)
	case len(r.Evidence) == 0:
		return fmt.Errorf("no evidence: it would never match")
	}
	for _, c := range r.Reproduce {
		if err := c.check(); err != nil {
			return err
		}
	}
	r.stage, r.severity, r.cap = stage, severity, limit
	for _, p := range r.Evidence {
		if err := p.check(facts); err != nil {
			return err
		}
	}
	for _, m := range r.Unless {
		if m == (Match{}) {
			return fmt.Errorf("unless: matches everything")
		}
		if err := m.check(facts); err != nil {
			return fmt.Errorf("unless: %w", err)
		}
	}
	if err := r.checkTurn(); err != nil {
		return err
	}
	return r.checkTexts(facts)
}

func (p Proof) check(facts []string) error {
	switch {
	case p.Weight != Support && p.Weight != Weak && p.Weight != Strong && p.Weight != Literal:
		return fmt.Errorf("weight %q is none of support, weak, strong, literal", p.Weight)
	case p.Match == Match{}:
		return fmt.Errorf("evidence %q matches everything", p.Says)
	}
	return p.Match.check(facts)
}

func (m Match) check(facts []string) error {
	if m.Form != "" && groups[m.Form] == 0 && !slices.Contains(formNames(), m.Form) {
		return fmt.Errorf("form %q is none of %s", m.Form, strings.Join(formNames(), ", "))
	}
	if _, ok := topicNames[m.Topic]; m.Topic != "" && !ok {
		return fmt.Errorf("topic %q is not known", m.Topic)
	}
	if m.Fact != "" && !slices.Contains(facts, m.Fact) {
		return fmt.Errorf("fact %q is none of %s", m.Fact, strings.Join(facts, ", "))
	}
	if _, ok := checkNames[m.Check]; (m.Check != "" && !ok) || (m.Check == "") != (m.Text == "") {
		return fmt.Errorf("check %q with text %q: name a command whose output is read, and what its line says", m.Check, m.Text)
	}
	return nil
}
