package logline

import "testing"

// Each value has a name of its own, and one that the table lacks has a safe
// word: a new value must not make whoever prints it panic.
func TestEveryValueHasAName(t *testing.T) {
	for name, enum := range map[string]struct {
		count  int
		string func(uint8) string
	}{
		"Form":             {int(formCount), func(v uint8) string { return Form(v).String() }},
		"Severity":         {int(severityCount), func(v uint8) string { return Severity(v).String() }},
		"Severity's label": {int(severityCount), func(v uint8) string { return Severity(v).Label() }},
	} {
		seen := map[string]bool{}
		for v := range enum.count {
			word := enum.string(uint8(v))
			if seen[word] || word == enum.string(255) && v > 0 {
				t.Errorf("%s %d is called %q, as another", name, v, word)
			}
			seen[word] = true
		}
		if enum.string(uint8(enum.count)) == "" || enum.string(255) == "" {
			t.Errorf("%s: a value that nobody knows has no word", name)
		}
	}
}
