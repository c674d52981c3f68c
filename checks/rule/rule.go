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
	ID          string       `yaml:"id" json:",omitzero"`
	StageName   string       `yaml:"stage" json:",omitzero"`
	Level       string       `yaml:"severity" json:",omitzero"`
	Owner       checks.Owner `yaml:"owner" json:",omitzero"`
	Side        bool         `yaml:"side" json:",omitzero"`   // never a root cause
	Floats      bool         `yaml:"floats" json:",omitzero"` // may break a later stage than its own (losses, resets, silence)
	Sinks       bool         `yaml:"sinks" json:",omitzero"`  // may break an earlier stage than its own (nobody is there to be connected to)
	Cap         string       `yaml:"cap" json:",omitzero"`    // the highest confidence it may reach
	Title       string       `yaml:"title" json:",omitzero"`
	Short       Text         `yaml:"short" json:",omitzero"`
	Next        string       `yaml:"next" json:",omitzero"` // the Turn: one step, which begins with a verb
	Explanation Text         `yaml:"explanation" json:",omitzero"`
	CouldBe     []Clause     `yaml:"could_be" json:",omitzero"`
	HowToTell   string       `yaml:"how_to_tell" json:",omitzero"`
	Missing     []Clause     `yaml:"missing" json:",omitzero"`
	Evidence    []Proof      `yaml:"evidence" json:",omitzero"`
	Unless      []Match      `yaml:"unless" json:",omitzero"`
	Supersedes  []string     `yaml:"supersedes" json:",omitzero"`
	Fix         []Step       `yaml:"fix" json:",omitzero"`
	Reproduce   []Clause     `yaml:"reproduce" json:",omitzero"`

	File string `yaml:"-" json:",omitzero"` // where it was read
	Line int    `yaml:"-" json:",omitzero"`

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
	Says   string `yaml:"says" json:",omitzero"`
	Weight Weight `yaml:"weight" json:",omitzero"`
	Match  Match  `yaml:"match" json:",omitzero"`
	Needs  bool   `yaml:"needs" json:",omitzero"` // without this proof the rule does not apply
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
	Fact      string `yaml:"fact" json:",omitzero"` // a fact worked out of several events
	Form      string `yaml:"form" json:",omitzero"`
	Topic     string `yaml:"topic" json:",omitzero"`
	Method    string `yaml:"method" json:",omitzero"`
	Path      string `yaml:"path" json:",omitzero"`
	Status    int    `yaml:"status" json:",omitzero"`
	Size      int64  `yaml:"size" json:",omitzero"`
	ErrorCode string `yaml:"error_code" json:",omitzero"`
	ErrorText string `yaml:"error_text" json:",omitzero"`
	Exception string `yaml:"exception" json:",omitzero"`
	GrantType string `yaml:"grant_type" json:",omitzero"`
	Message   string `yaml:"message" json:",omitzero"`
	Value     string `yaml:"value" json:",omitzero"`
	Errno     int    `yaml:"errno" json:",omitzero"`
	Check     string `yaml:"check" json:",omitzero"` // a command whose output has a line like Text
	Text      string `yaml:"text" json:",omitzero"`
}

// longestTitle is what the verdict line has room for beside the confidence.
const longestTitle = 64

// ready fills the enums in.
func (r *Rule) ready() (err error) {
	if r.stage, err = checks.ParseStage(r.StageName); err != nil {
		return err
	}
	if r.severity, err = checks.ParseSeverity(r.Level); err != nil {
		return err
	}
	if r.cap = checks.Confirmed; r.Cap != "" {
		if r.cap, err = checks.ParseConfidence(r.Cap); err != nil {
			return fmt.Errorf("cap: %w", err)
		}
	}
	return nil
}

// check makes a rule ready, and refuses one that could never be right. facts are the
// names of the facts that there are.
func (r *Rule) check(facts []string) error {
	unknown := r.ready()
	switch {
	case r.ID == "":
		return fmt.Errorf("no id")
	case !r.Side && len(r.Title) > longestTitle:
		return fmt.Errorf("the title has %d characters: %d are seen at 80 columns (the rest belongs in short)", len(r.Title), longestTitle)
	case r.Title == "":
		return fmt.Errorf("no title: there would be nothing to say")
	case unknown != nil:
		return unknown
	case r.Owner.Label() == "unknown" && r.Owner != checks.OwnerUnknown:
		return fmt.Errorf("owner %q is not known", r.Owner)
	case len(r.Evidence) == 0:
		return fmt.Errorf("no evidence: it would never match")
	}
	for _, c := range Says(r.Reproduce) {
		if why := checks.PrintsSecrets(c); why != "" {
			return fmt.Errorf("reproduce %q: %s (end it in %s)", c, why, checks.MaskStage)
		}
	}
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
