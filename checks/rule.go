package checks

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"syncscope/assets"
)

// Rule is one failure signature: what must have been seen, and what is then
// true. Rules are data; see assets/rules.
type Rule struct {
	ID          string    `yaml:"id"`
	StageName   string    `yaml:"stage"`
	Level       string    `yaml:"severity"`
	Owner       Owner     `yaml:"owner"`
	Side        bool      `yaml:"side"`   // never a root cause
	Floats      bool      `yaml:"floats"` // may break a later stage than its own (losses, resets, silence)
	Cap         string    `yaml:"cap"`    // the highest confidence it may reach
	Title       string    `yaml:"title"`
	Short       string    `yaml:"short"`
	Next        string    `yaml:"next"`
	Explanation string    `yaml:"explanation"`
	CouldBe     []string  `yaml:"could_be"`
	HowToTell   string    `yaml:"how_to_tell"`
	Missing     []string  `yaml:"missing"`
	Evidence    []Proof   `yaml:"evidence"`
	Unless      []Match   `yaml:"unless"`
	Supersedes  []string  `yaml:"supersedes"`
	Fix         []FixStep `yaml:"fix"`
	Reproduce   []string  `yaml:"reproduce"`

	File string `yaml:"-"` // where it was read
	Line int    `yaml:"-"`

	stage    Stage
	severity Severity
	cap      Confidence
}

// Stage is where the cause usually shows.
func (r Rule) Stage() Stage { return r.stage }

// Limit is the highest confidence that the rule may reach.
func (r Rule) Limit() Confidence { return r.cap }

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

// check fills the enums in and refuses a rule that could never be right.
func (r *Rule) check() error {
	stage := slices.Index(stageNames[:], r.StageName)
	severity := slices.Index(severityNames[:], r.Level)
	limit := Confirmed
	if r.Cap != "" {
		limit = Confidence(slices.Index(confidenceNames[:], r.Cap))
	}
	switch {
	case r.ID == "":
		return fmt.Errorf("no id")
	case !r.Side && len(r.Title) > longestTitle:
		return fmt.Errorf("the title has %d characters: %d are seen at 80 columns (the rest belongs in short)", len(r.Title), longestTitle)
	case r.Title == "":
		return fmt.Errorf("no title: there would be nothing to say")
	case stage < 0:
		return fmt.Errorf("stage %q is none of %s", r.StageName, strings.Join(stageNames[:], ", "))
	case severity < 0:
		return fmt.Errorf("severity %q is none of %s", r.Level, strings.Join(severityNames[:], ", "))
	case limit > Confirmed:
		return fmt.Errorf("cap %q is none of %s", r.Cap, strings.Join(confidenceNames[:], ", "))
	case r.Owner.Label() == "unknown" && r.Owner != OwnerUnknown:
		return fmt.Errorf("owner %q is not known", r.Owner)
	case len(r.Evidence) == 0:
		return fmt.Errorf("no evidence: it would never match")
	}
	for _, c := range r.Reproduce {
		if why := PrintsSecrets(c); why != "" {
			return fmt.Errorf("reproduce %q: %s (end it in %s)", c, why, maskStage)
		}
	}
	r.stage, r.severity, r.cap = Stage(stage), Severity(severity), limit
	for _, p := range r.Evidence {
		if err := p.check(); err != nil {
			return err
		}
	}
	return nil
}

func (p Proof) check() error {
	switch {
	case p.Weight != Support && p.Weight != Weak && p.Weight != Strong && p.Weight != Literal:
		return fmt.Errorf("weight %q is none of support, weak, strong, literal", p.Weight)
	case p.Match == Match{}:
		return fmt.Errorf("evidence %q matches everything", p.Says)
	}
	return p.Match.check()
}

func (m Match) check() error {
	if m.Form != "" && m.Form != saidForm && !slices.Contains(formNames(), m.Form) {
		return fmt.Errorf("form %q is none of %s", m.Form, strings.Join(formNames(), ", "))
	}
	if _, ok := topicNames[m.Topic]; m.Topic != "" && !ok {
		return fmt.Errorf("topic %q is not known", m.Topic)
	}
	if _, ok := facts[m.Fact]; m.Fact != "" && !ok {
		return fmt.Errorf("fact %q is none of %s", m.Fact, strings.Join(slices.Sorted(maps.Keys(facts)), ", "))
	}
	if _, ok := checkNames[m.Check]; (m.Check != "" && !ok) || (m.Check == "") != (m.Text == "") {
		return fmt.Errorf("check %q with text %q: name one of curl, nslookup, openssl, ping, and what its line says", m.Check, m.Text)
	}
	return nil
}

// Runbook is the page for a root cause in the language, else in English. One
// whose commands are masked ends with what defines that.
func Runbook(lang, id string) (string, bool) {
	for _, l := range []string{lang, "en"} {
		data, err := fs.ReadFile(assets.FS, runbookPath(l, id))
		if err != nil {
			continue
		}
		page := string(data)
		if strings.Contains(page, maskStage) {
			how, err := fs.ReadFile(assets.FS, runbookPath(l, "mask"))
			page += "\n---\n\n" + string(how) + "\n    " + strings.ReplaceAll(MaskCommand, "\n", "\n    ") + "\n"
			return page, err == nil
		}
		return page, true
	}
	return "", false
}

// maskStage ends each command that people are told to run and that prints what
// others wrote.
const maskStage = "| mask"

// MaskCommand defines mask in a shell: a command that ends in it prints no
// secret, and nothing at all where it was not defined. In the order of its
// lines it masks headers; client IDs, but for four characters; logins in URLs;
// quoted values; other values, up to a blank, a quote or an ampersand. No line
// is longer than a narrow screen shows.
const MaskCommand = `mask() { s='( *([":=>\\]|x22|%(25)*(22|3[AD])))+ *'
k='(secret|passw(or)?d|token|psk|apikey|[_-]key|sess[a-z_-]*id)'
k=$k'[a-z_]*'$s
sed -E 's/((cookie|authorization)"?[:=] *).*/\1*/I
s/(client_?id'"$s"'[^&" \\]{0,4})[^&" \\]*/\1*/Ig
s,(//[^/: ]*:)[^/ ]*@,\1*@,g
s/((bearer|basic) +)[^&" ]+/\1*/Ig
s/('"$k"'("|\\x22))([^"\\]|\\[^x])*/\1*/Ig
s/('"$k"')[^&" ]+/\1*/Ig'; }`

// masked are commands as they are shown: behind the definition of mask, if one
// needs it.
func masked(commands []string) []string {
	if slices.ContainsFunc(commands, func(c string) bool { return strings.Contains(c, maskStage) }) {
		return append([]string{MaskCommand}, commands...)
	}
	return commands
}

// PrintsSecrets says why the output of a command may hold secrets; "": it holds
// none, or is masked.
func PrintsSecrets(command string) string {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(command, p) })
	}
	words := strings.Fields(command)
	switch {
	case has(maskStage), len(words) < 2:
		return ""
	case has("journalctl ", "docker logs "), has("/var/log", ".log") && has("grep ", "tail ", "cat ", "head ", "less ", "awk ", "sed "):
		return "logs hold passwords in clear"
	case has("openssl s_client ") && has("-connect ") && !has("| openssl x509 -noout"):
		return "it prints the key of the session"
	case has("curl -") && has("://") && (has(" -v") || !has("-o /dev/null")):
		return "headers and pages hold cookies and tokens"
	}
	return ""
}

// hasRunbook reports whether there is a page for a root cause, without reading it.
func hasRunbook(id string) bool {
	_, err := fs.Stat(assets.FS, runbookPath("en", id))
	return err == nil
}

func runbookPath(lang, id string) string { return path.Join("runbooks", lang, id+".md") }
