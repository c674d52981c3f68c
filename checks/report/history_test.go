package report

import (
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
)

// Every attempt is listed with how it ended; of many the newest up to the one shown,
// and the others are counted.
func TestHistory(t *testing.T) {
	attempts := func(n, shown int) checks.Diagnosis {
		d := checks.Diagnosis{Shown: shown}
		for i := range n {
			a := checks.Attempt{Kind: checks.KindSync, Outcome: checks.OutcomeOK}
			if i%2 == 0 {
				a.Outcome, a.RootCause = checks.OutcomeFail, "grant-not-found"
			}
			d.Attempts = append(d.Attempts, a)
		}
		return d
	}
	if got := history(attempts(1, 0)); got != nil {
		t.Errorf("one attempt: %q", got)
	}
	want := []string{"✗ time not known  grant-not-found, sync", "✓ time not known  went well, sync  (the one shown)"}
	if got := history(attempts(2, 1)); !slices.Equal(got, want) {
		t.Errorf("two attempts: %q", got)
	}
	for shown := range 20 {
		d := attempts(20, shown)
		d.Earlier = checks.Earlier{Attempts: 5, Failed: 5}
		got := strings.Join(history(d), "\n")
		listed := strings.Count(got, "time not known")
		if listed != mostAttempts || strings.Count(got, "(the one shown)") != 1 {
			t.Errorf("%d shown: %s", shown, got)
		}
	}
	d := attempts(20, 19)
	d.Earlier = checks.Earlier{Attempts: 5, Failed: 5}
	if got := history(d)[0]; got != "17 earlier, 11 of them failed" {
		t.Error(got)
	}
	d.Each = make([]checks.Account, 20)
	d.Each[18].Cause = &checks.Finding{ID: "dns-nxdomain", Confidence: checks.Likely}
	if got := history(d)[7]; got != "✗ time not known  dns-nxdomain (likely), sync" {
		t.Error(got)
	}
}
