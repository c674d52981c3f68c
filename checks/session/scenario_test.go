package session_test

import (
	"bytes"
	"testing"
	"time"

	"syncscope/checks/report"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
)

// Each scenario of the lab ends in the cause it is named after, over SSH and
// live, and no secret of it is printed.
func TestScenarios(t *testing.T) {
	all := lab.Scenarios()
	if len(all) < 14 {
		t.Errorf("only %d scenarios", len(all))
	}
	for _, s := range all {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			l, live := connect(t, lab.Options{Scenario: s.ID, Delay: time.Millisecond}, nil)
			live.Start(t.Context())
			last := settled(t, live)
			d := live.Report(last).Diagnosis
			var out bytes.Buffer
			if err := report.JSON(&out, live.Report(last)); err != nil {
				t.Fatal(err)
			}
			want := s.ID
			if want == "ok" {
				want = "none"
			}
			if got := answer(d); got != want {
				t.Errorf("it ends in %s:\n%s", got, out.String())
			}
			if found := leaks(out.String(), l.Secrets()); found != nil {
				t.Errorf("%d secrets are printed", len(found))
			}
		})
	}
}

// settled waits for the first attempt's end and for what comes right after it.
func settled(t *testing.T, live *session.Live) view.Update {
	t.Helper()
	var last view.Update
	limit := time.After(40 * time.Second)
	var quiet <-chan time.Time
	for {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				return last
			}
			last = u
			if n := len(u.Attempts); quiet == nil && n > 0 && u.Attempts[n-1].Ended {
				quiet = time.After(time.Second)
			}
		case <-quiet:
			return last
		case <-limit:
			t.Fatalf("no attempt ended: %d attempts", len(last.Attempts))
		}
	}
}
