package event

import "testing"

// Each value has a name of its own, and one that the table lacks has a safe
// word: a new value must not make whoever prints it panic.
func TestEveryValueHasAName(t *testing.T) {
	for name, enum := range map[string]struct {
		count  int
		string func(uint8) string
	}{
		"Kind":   {int(kindCount), func(v uint8) string { return Kind(v).String() }},
		"Level":  {int(levelCount), func(v uint8) string { return Level(v).String() }},
		"Stream": {int(streamCount), func(v uint8) string { return Stream(v).String() }},
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
