package fact_test

import (
	"testing"

	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
	"syncscope/checks/fact"
)

// Of a run that has seen nothing, no fact holds: what was not seen proves nothing.
func TestNothingSeenProvesNothing(t *testing.T) {
	view := &attempt.View{Lines: attempt.NewCase(), Axis: evidence.NewAxis(0, evidence.Assumed)}
	for name, of := range fact.All {
		if got := of(view, &attempt.Trace{}); len(got) > 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
}
