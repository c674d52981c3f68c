package checks

import (
	"testing"
)

// Each value has a name of its own, and one that the table lacks has a safe
// word: a new value must not make whoever prints it panic.
func TestEveryValueHasAName(t *testing.T) {
	for name, enum := range map[string]struct {
		count  int
		string func(uint8) string
	}{
		"Stage":         {int(stageCount), func(v uint8) string { return Stage(v).String() }},
		"short Stage":   {int(stageCount), func(v uint8) string { return Stage(v).Short() }},
		"Status":        {int(statusCount), func(v uint8) string { return Status(v).String() }},
		"Status's word": {int(statusCount), func(v uint8) string { return Status(v).Word() }},
		"Status's sign": {int(statusCount), func(v uint8) string { return Status(v).Sign() }},
		"Basis":         {int(basisCount), func(v uint8) string { return Basis(v).String() }},
		"Verdict":       {int(verdictCount), func(v uint8) string { return Verdict(v).String() }},
		"Outcome":       {int(outcomeCount), func(v uint8) string { return Outcome(v).String() }},
		"Severity":      {int(severityCount), func(v uint8) string { return Severity(v).String() }},
		"Confidence":    {int(confidenceCount), func(v uint8) string { return Confidence(v).String() }},
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
