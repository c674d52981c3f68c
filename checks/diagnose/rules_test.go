package diagnose

import (
	"strings"
	"testing"
	"testing/fstest"
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
