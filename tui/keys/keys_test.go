package keys

import (
	"slices"
	"testing"
)

// No key means two things, no action has two rows, and every action but those
// of the palette alone has one.
func TestEveryKeyMeansOneThing(t *testing.T) {
	byKey, byAction := map[string]Action{}, map[Action]int{}
	last := None
	for _, task := range Map {
		for _, b := range task.Keys {
			byAction[b.Action]++
			last = max(last, b.Action)
			for _, k := range b.Keys {
				if a, twice := byKey[k]; twice {
					t.Errorf("%s is for %d and %d", k, a, b.Action)
				}
				byKey[k] = b.Action
				if got := Find(k); got == nil || got.Action != b.Action {
					t.Errorf("%s is not found", k)
				}
			}
		}
	}
	for a := GoToTime + 1; a <= last; a++ {
		if byAction[a] != 1 {
			t.Errorf("action %d has %d rows", a, byAction[a])
		}
	}
	if Find("ctrl+alt+q") != nil {
		t.Error("a key without a meaning has one")
	}
}

// More of a state only adds keys to the footer.
func TestFooterGrowsWithTheState(t *testing.T) {
	all := Footer(^State(0))
	for s := HasRows; s <= Presenting; s <<= 1 {
		for _, k := range Footer(s) {
			if !slices.ContainsFunc(all, func(a [2]string) bool { return a[0] == k[0] }) {
				t.Errorf("in state %d the footer has %q alone", s, k)
			}
		}
		if len(Footer(s)) < len(Footer(0)) {
			t.Errorf("state %d takes keys away", s)
		}
	}
	for want, s := range map[string]State{"the row": OnRow | HasCause, "its evidence": OnStage | OnRow, "runbook": HasCause} {
		if !slices.Contains(Footer(s), [2]string{"enter", want}) {
			t.Errorf("enter is not for %q in %d: %v", want, s, Footer(s))
		}
	}
}
