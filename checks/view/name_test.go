package view

import "testing"

// Each step has a name of its own, and one that the table lacks has a safe word.
func TestEveryStepHasAName(t *testing.T) {
	seen := map[string]bool{}
	for s := Step(0); s < stepCount; s++ {
		if name := s.String(); name == "" || seen[name] {
			t.Errorf("step %d is called %q", s, name)
		}
		seen[s.String()] = true
	}
	if Step(200).String() == "" {
		t.Error("a step that nobody knows has no word")
	}
}
