package session_test

import (
	"testing"
	"time"

	"syncscope/checks/view"
	"syncscope/ssh/lab/testbed"
)

// The published trap: the sign-in failed ten minutes before we came. It is on the
// first screen, and in nothing that comes later: neither in a headline nor on a ladder.
func TestRealFailureBeforeTheStart(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	grant := testbed.Faults()[0]
	if err := grant.Break(tb); err != nil {
		t.Fatal(err)
	}
	tb.Job.Sync(t.Context())
	if err := grant.Mend(tb); err != nil {
		t.Fatal(err)
	}
	time.Sleep(300 * time.Millisecond) // rsyslog writes
	if err := tb.State().Age(10 * time.Minute); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	live := loggedIn(t, tb, keeping)
	live.Start(t.Context())
	w := &watched{t: t, tb: tb, live: live}
	if !w.until(10*time.Second, "the failure is told", func(u view.Update) bool { return u.RootCause != nil }) {
		return
	}
	t.Logf("%s, %s, %.1f s after the start, with login", w.last.RootCause.ID, w.last.RootCause.Confidence, time.Since(began).Seconds())
	if w.last.RootCause.ID != "grant-not-found" {
		t.Errorf("the first screen tells %s", w.last.RootCause.ID)
	}
	w.ready()
	for i, f := range testbed.Faults() {
		if !f.Short || i == 0 {
			continue
		}
		expect(t, "ten minutes later", w.play(f))
		for _, s := range w.last.Ladder() {
			for _, e := range s.Evidence {
				if e.Time.Time.Before(began.Add(-time.Minute)) && e.Time.Dated && e.Time.Zoned {
					t.Errorf("%s: %s rests on what was before: %s %s", f.Name, s.Stage, e.Time.Text, e.Says)
				}
			}
		}
	}
	expect(t, "at the end", w.play(testbed.Fault{Name: "well", Break: func(*testbed.Testbed) error { return nil }}))
}
