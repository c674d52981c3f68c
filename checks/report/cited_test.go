package report

import (
	"bytes"
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/checks"
)

// A line that shows two things stands once in a report, and by its number among
// what is ruled out; every reference names its source.
func TestALineStandsOnce(t *testing.T) {
	at := func(line int, says string) checks.Evidence {
		return checks.Evidence{Number: line, Ref: event.Ref{Source: 1, Line: line}, Source: "messages", Text: "the text", Says: says}
	}
	f := &checks.Finding{
		ID: "backend-down", Explanation: "Down.", Evidence: []checks.Evidence{at(7, "502"), at(7, "refused"), at(7, "502")},
		RuledOut: []checks.RuledOut{{Why: "an answer came", Evidence: []checks.Evidence{at(7, "502"), at(9, "another")}}},
	}
	side := checks.Finding{Title: "Both logs show it.", Severity: checks.Note, Evidence: []checks.Evidence{at(3, "x"), at(4, "y")}}
	r := Report{Diagnosis: checks.Diagnosis{Verdict: checks.Failed, Shown: -1, RootCause: f, Findings: []checks.Finding{side}}}
	for name, want := range map[string][]string{
		"text":     {"502; refused  messages:7", "an answer came  ([7]; messages:9)", "Both logs show it.  (messages:3; messages:4)"},
		"markdown": {"502; refused, messages:7", `an answer came  (\[7\]; messages:9)`, "(messages:3; messages:4)"},
		"html":     {`502; refused <span class="dim">messages:7`, "([7]; messages:9)", "(messages:3; messages:4)"},
	} {
		write, err := Format(name)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := write(&b, r); err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(b.String(), "the text"); n != 1 {
			t.Errorf("%s: the line stands %d times", name, n)
		}
		for _, w := range want {
			if !strings.Contains(b.String(), w) {
				t.Errorf("%s lacks %q:\n%s", name, w, b.String())
			}
		}
	}
}
