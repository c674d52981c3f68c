package rule

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/checks"
)

// Conditions are what must be seen for a text to be said, all of it, and what must
// not. Without any, the text is said of whatever the rule matches.
type Conditions struct {
	When   []Match `yaml:"when"`
	Unless []Match `yaml:"unless"`
}

// Clause is a text and its conditions. In YAML it is a mapping, or only its text.
type Clause struct {
	Say        string `yaml:"say"`
	Conditions `yaml:",inline"`
}

// Text is clauses that are read one after another. In YAML it is a list of them,
// or only one.
type Text []Clause

// Step is a step of a fix and its conditions. The first one without conditions is the
// rule's next: it names neither who nor what to do. The first that is said is the Turn.
type Step struct {
	checks.FixStep `yaml:",inline"`
	Conditions     `yaml:",inline"`
}

// Command is one that shows the cause once more, where it is typed, and its conditions.
// In YAML it is a mapping, or only what is typed; that says nothing of where.
type Command struct {
	Run        string       `yaml:"run"`
	On         checks.Shell `yaml:"on"`
	Conditions `yaml:",inline"`
}

// check refuses a command that may print secrets, or that is typed in no shell we know.
func (c Command) check() error {
	if why := checks.PrintsSecrets(c.Run); why != "" {
		return fmt.Errorf("reproduce %q: %s (end it in %s)", c.Run, why, checks.MaskStage)
	}
	if c.On != checks.ShellUnknown && !slices.Contains(checks.Shells(), c.On) {
		return fmt.Errorf("reproduce %q: on %q is none of %v", c.Run, c.On, checks.Shells())
	}
	return nil
}

// UnmarshalYAML reads a command in either form.
func (c *Command) UnmarshalYAML(read func(any) error) error {
	type mapping Command // without this method
	*c = Command{}
	return either(read, &c.Run, (*mapping)(c))
}

// UnmarshalYAML reads a clause in either form.
func (c *Clause) UnmarshalYAML(read func(any) error) error {
	type mapping Clause // without this method
	*c = Clause{}
	return either(read, &c.Say, (*mapping)(c))
}

// either reads what is a mapping, or only its text.
func either(read func(any) error, text *string, mapping any) error {
	var form any
	if err := read(&form); err != nil {
		return err
	}
	if _, ok := form.(map[string]any); ok {
		return read(mapping)
	}
	return read(text)
}

// UnmarshalYAML reads a text in either form.
func (t *Text) UnmarshalYAML(read func(any) error) error {
	var form any
	if err := read(&form); err != nil {
		return err
	}
	if _, ok := form.([]any); ok {
		return read((*[]Clause)(t))
	}
	*t = make(Text, 1)
	return read(&(*t)[0])
}

// String is all that the text may say.
func (t Text) String() string { return strings.Join(Says(t), " ") }

// Says are the texts of clauses, whatever their conditions.
func Says(list []Clause) []string {
	out := make([]string, len(list))
	for i, c := range list {
		out[i] = c.Say
	}
	return out
}

// told is a text of a rule that may have conditions, and the field that it is of.
type told struct {
	field, say string
	Conditions
}

// told are the rule's texts that may have conditions.
func (r *Rule) told() (out []told) {
	for _, f := range []struct {
		name string
		list []Clause
	}{{"short", r.Short}, {"explanation", r.Explanation}, {"could_be", r.CouldBe}, {"missing", r.Missing}} {
		for _, c := range f.list {
			out = append(out, told{f.name, c.Say, c.Conditions})
		}
	}
	for _, c := range r.Reproduce {
		out = append(out, told{"reproduce", c.Run, c.Conditions})
	}
	for _, s := range r.Fix {
		out = append(out, told{"fix", s.Do, s.Conditions})
	}
	return out
}

// asked are the matches of all conditions.
func (c Conditions) asked() []Match { return slices.Concat(c.When, c.Unless) }

// conditions are the matches that the rule's texts ask for, each once.
func (r *Rule) conditions() (out []Match) {
	for _, text := range r.told() {
		for _, m := range text.asked() {
			if !slices.Contains(out, m) {
				out = append(out, m)
			}
		}
	}
	return out
}

// checkTexts refuses a text that says nothing, or asks for what can never be.
func (r *Rule) checkTexts(facts []string) error {
	for _, text := range r.told() {
		if text.say == "" {
			return fmt.Errorf("%s: a text says nothing", text.field)
		}
		for _, m := range text.asked() {
			if err := m.check(facts); err != nil {
				return fmt.Errorf("%s %q: %w", text.field, text.say, err)
			}
			if m == (Match{}) {
				return fmt.Errorf("%s %q: a condition matches everything", text.field, text.say)
			}
		}
	}
	return nil
}
