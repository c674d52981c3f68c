package diagnose

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"syncscope/checks"
	"syncscope/checks/rule"
)

// A rule that could never be right is refused, with file and reason.
func TestBadRules(t *testing.T) {
	const good = "- {id: x, stage: auth, severity: note, owner: unknown, title: t, evidence: [{says: s, weight: strong, match: {status: 403}}]}\n"
	for _, tt := range []struct{ name, text, want string }{
		{"good", good, ""},
		{"twice", good + good, "stands twice"},
		{"no id", strings.Replace(good, "id: x, ", "", 1), "no id"},
		{"stage", strings.Replace(good, "stage: auth", "stage: attic", 1), `stage "attic"`},
		{"severity", strings.Replace(good, "severity: note", "severity: loud", 1), `severity "loud"`},
		{"owner", strings.Replace(good, "owner: unknown", "owner: nobody", 1), `owner "nobody"`},
		{"weight", strings.Replace(good, "weight: strong", "weight: heavy", 1), `weight "heavy"`},
		{"matches all", strings.Replace(good, "{status: 403}", "{}", 1), "matches everything"},
		{"topic", strings.Replace(good, "{status: 403}", "{topic: weather}", 1), `topic "weather"`},
		{"fact", strings.Replace(good, "{status: 403}", "{fact: alternative}", 1), `fact "alternative"`},
		{"topic of unless", strings.Replace(good, "title: t,", "title: t, unless: [{topic: weather}],", 1), `unless: topic "weather"`},
		{"fact of unless", strings.Replace(good, "title: t,", "title: t, unless: [{fact: alternative}],", 1), `unless: fact "alternative"`},
		{"unless anything", strings.Replace(good, "title: t,", "title: t, unless: [{}],", 1), "unless: matches everything"},
		{"no title", strings.Replace(good, "title: t, ", "", 1), "no title"},
		{"supersedes nothing", strings.Replace(good, "title: t,", "title: t, supersedes: [atlantis],", 1), "supersedes atlantis"},
		{"where", "\n" + good + strings.Replace(good, "stage: auth", "stage: attic", 1), "r.yaml:3: rule x"},
		{"syntax", good + "- [", "r.yaml:2"},
		{"turn", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{where: w, impact: none}],", 1), ""},
		{"turn without a verb", strings.Replace(good, "title: t,", "title: t, next: The log, fix: [{where: w, impact: none}],", 1), `r.yaml:1: rule x: next "The log" begins with no verb`},
		{"turn that asks", strings.Replace(good, "title: t,", "title: t, next: Check what the log says?, fix: [{where: w, impact: none}],", 1), "is a question"},
		{"turn too long", strings.Replace(good, "title: t,", "title: t, next: 'Check {client} "+strings.Repeat("long ", 12)+"', fix: [{where: w, impact: none}],", 1), "119 characters"},
		{"turn without a fix", strings.Replace(good, "title: t,", "title: t, next: Check the log,", 1), "no fix"},
		{"fix without a turn", strings.Replace(good, "title: t,", "title: t, fix: [{where: w, impact: none}],", 1), "begins with no verb"},
		{"fix of another owner", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{who: dns, where: w, impact: none}],", 1), "without conditions is the rule's owner"},
		{"fix of another step", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{do: Wait, where: w, impact: none}],", 1), "without conditions is the rule's owner"},
		{"turn with a condition", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{where: w, impact: none, when: [{status: 403}]}],", 1), "no fix without conditions"},
		{"turn with a condition, no verb", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{who: dns, do: the log, where: w, impact: none, when: [{status: 403}]}, {where: w, impact: none}],", 1), "begins with no verb"},
		{"turn with a condition, good", strings.Replace(good, "title: t,", "title: t, next: Check the log, fix: [{who: dns, do: Read it, where: w, impact: none, when: [{status: 403}]}, {where: w, impact: none}],", 1), ""},
		{"clause", strings.Replace(good, "title: t,", "title: t, short: {say: s, when: [{status: 403}], unless: [{fact: captured}]}, missing: [m, {say: n}],", 1), ""},
		{"fact of a clause", strings.Replace(good, "title: t,", "title: t, short: {say: s, when: [{fact: weather}]},", 1), `short "s": fact "weather"`},
		{"topic of a clause", strings.Replace(good, "title: t,", "title: t, missing: [{say: s, unless: [{topic: weather}]}],", 1), `missing "s": topic "weather"`},
		{"clause of anything", strings.Replace(good, "title: t,", "title: t, explanation: [{say: s, when: [{}]}],", 1), `explanation "s": a condition matches everything`},
		{"clause of nothing", strings.Replace(good, "title: t,", "title: t, reproduce: [{when: [{status: 403}]}],", 1), "reproduce: a text says nothing"},
		{"field of a clause", strings.Replace(good, "title: t,", "title: t, could_be: [{say: s, if: [{status: 403}]}],", 1), "if"},
		{"unknown field", strings.Replace(good, "title: t", "titel: t", 1), "titel"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := LoadRules(fstest.MapFS{"r.yaml": {Data: []byte(tt.text)}})
			switch {
			case tt.want == "" && err != nil:
				t.Error(err)
			case tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)):
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// Every cause says what to do, and its fix begins with just that. What a text's
// conditions ask for is looked at when rules are read, see TestBadRules.
func TestEveryCauseHasATurn(t *testing.T) {
	rules, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rules {
		if r.Side != (r.Next == "") {
			t.Errorf("%s: next is %q", r.ID, r.Next)
		}
		at := slices.IndexFunc(r.Fix, func(s rule.Step) bool { return len(s.When)+len(s.Unless) == 0 })
		if !r.Side && (r.Fix[at].Do != r.Next || r.Fix[at].Who != r.Owner) {
			t.Errorf("%s: the first step that is always there is %+v", r.ID, r.Fix[at].FixStep)
		}
		for _, s := range r.Fix {
			if s.Do == "" || s.Who == "" || s.Where == "" || s.Impact == "" {
				t.Errorf("%s: %+v", r.ID, s.FixStep)
			}
		}
	}
}

// What a line has to say stands once in a file: what asks for it a second time does so by
// its name, and cannot differ from the first.
func TestMatchesStandOnce(t *testing.T) {
	matches := regexp.MustCompile(`\{(?:form|topic|check|message|exception|error_text): (?:"(?:\\.|[^"\\])*"|[^{}"])*\}`)
	files, err := filepath.Glob("../../assets/rules/*.yaml")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	named := 0
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		named += strings.Count(string(data), "[*") + strings.Count(string(data), ": *")
		seen := map[string]bool{}
		for _, m := range matches.FindAllString(string(data), -1) {
			if !strings.Contains(m, `: "`) || !strings.Contains(m, "*") { // no pattern of words
				continue
			}
			if seen[m] {
				t.Errorf("%s: %s stands twice: name it", filepath.Base(file), m)
			}
			seen[m] = true
		}
	}
	if named == 0 {
		t.Error("nothing is named")
	}
}

// A step is addressed to who can take it: its place is that owner's own host or pages,
// and what it says to do is not done on another one's.
func TestAStepIsItsOwnersToTake(t *testing.T) {
	rules, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	places := map[checks.Owner]*regexp.Regexp{
		checks.OwnerManagerAdmin: regexp.MustCompile(`(?:^|; )(?:a shell of the )?(?:the )?Manager(?:$| ›|:|,| CLI| and )`),
		checks.OwnerSSMAdmin:     regexp.MustCompile(`(?:^|; )(?:the )?SSM(?:$| ›|:|,|'s own| On-Prem)`),
	}
	settings := map[checks.Owner]*regexp.Regexp{
		checks.OwnerManagerAdmin: regexp.MustCompile(`(?i)\benter\b|\bin the Manager\b|the Manager's (?:settings|default route|clock|trust store)|the Manager another`),
	}
	for _, r := range rules {
		for _, s := range r.Fix {
			for owner, place := range places {
				if s.Who != owner && place.MatchString(s.Where) {
					t.Errorf("%s: %q is %s's to do, and its place is not: %q", r.ID, s.Do, s.Who, s.Where)
				}
			}
			for owner, does := range settings {
				if s.Who != owner && does.MatchString(s.Do) {
					t.Errorf("%s: %s can't do %q", r.ID, s.Who, s.Do)
				}
			}
		}
	}
}
