package feed

import (
	"testing"
	"time"

	"syncscope/checks"
)

// A cause that is not confirmed waits a moment for the other hosts, once for each
// attempt; one that is, or that was there before we came, does not.
func TestACauseSettles(t *testing.T) {
	made := func(number int, history bool, id string, c checks.Confidence) checks.Diagnosis {
		d := checks.Diagnosis{Attempts: []checks.Attempt{{Number: number, Outcome: checks.OutcomeFail, Ended: true, History: history}}}
		d.RootCause = &checks.Finding{ID: id, Confidence: c}
		return d
	}
	again := make(chan bool, 8)
	s := settling{}
	shows := func(d checks.Diagnosis, want string) {
		t.Helper()
		if got := s.settled(d, func() { again <- true }).RootCause.ID; got != want {
			t.Errorf("%s is shown, not %s", got, want)
		}
	}
	shows(made(1, true, "old", checks.Likely), "old")
	shows(made(2, false, "guess", checks.Likely), "old")
	shows(made(2, false, "sure", checks.Confirmed), "sure")
	shows(made(3, false, "guess", checks.Likely), "sure")
	select {
	case <-again:
	case <-time.After(5 * settleTime):
		t.Fatal("nobody looks again")
	}
	time.Sleep(settleTime)
	shows(made(3, false, "guess", checks.Likely), "guess")
	shows(made(3, false, "other", checks.Likely), "other")
}
