package session_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab/testbed"
	"syncscope/ssh/shell"
)

// Whatever writes the SSM's log, and in which form, a failure is named with the SSM's
// own lines as evidence, and a cut neither loses nor doubles a line.
func TestRealLogForms(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	for _, tt := range []struct {
		name string
		way  shell.SSMLogin
		set  func(testbed.State) error
	}{
		{"rsyslog, RFC 5424", 0, testbed.State.WritesNewForm},
		{"journald alone", shell.LoginJournald, testbed.State.OnlyJournal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := tt.set(tb.State()); err != nil {
				t.Fatal(err)
			}
			tb.Job.Sync(t.Context()) // the Manager's log names the SSM
			w := watchAs(t, tb, func(cfg *session.Config) error { cfg.SSMLogin = tt.way; return nil })
			fault := testbed.Faults()[0]
			expect(t, tt.name, w.play(fault))
			if f := w.last.RootCause; f == nil || !slices.ContainsFunc(f.Evidence, func(e checks.Evidence) bool { return e.Ref.Source == sourceOf(w.last, event.SSMMessages) }) {
				t.Errorf("no line of the SSM is evidence: %+v", f)
			}
			defer w.live.Close()
			w.counts(200, func(i int) error {
				if i == 100 {
					return tb.State().Cut()
				}
				return nil
			})
		})
	}
}

// A Manager whose terminal has 40 columns, whatever we asked for, and whose line editor
// wraps what is typed, is read and captured all the same.
func TestRealNarrowTerminal(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	if err := tb.State().Prints("narrow", "set enable-bracketed-paste off\n"); err != nil {
		t.Fatal(err)
	}
	tb.Job.Sync(t.Context())
	w := watch(t, tb)
	expect(t, "40 columns", w.play(testbed.Faults()[0]))
	if n := packetsOf(w.last); n < 10 {
		t.Errorf("%d packets came", n)
	}
	if h := w.last.Header; h.Release != "20.12.3" || h.Interface != "eth0" {
		t.Errorf("the header says %+v", h)
	}
}

// counts writes n lines into the SSM's log, and fails unless each comes once.
func (w *watched) counts(n int, between func(i int) error) {
	w.t.Helper()
	came := map[string]int{}
	note := func(u view.Update) bool {
		for _, ev := range u.Events {
			var i int
			if text := ev.Origin().Excerpt.String(); len(text) > 0 {
				if at := slices.Index([]byte(text), '#'); at >= 0 {
					if _, err := fmt.Sscanf(text[at:], "#%d.", &i); err == nil {
						came[fmt.Sprint(i)]++
					}
				}
			}
		}
		return len(came) == n
	}
	for i := range n {
		w.tb.Says(fmt.Sprintf("counted #%d.", i))
		if err := between(i); err != nil {
			w.t.Fatal(err)
		}
		w.until(10*time.Millisecond, "", func(u view.Update) bool { note(u); return false })
	}
	w.until(30*time.Second, fmt.Sprintf("%d lines come", n), note)
	w.until(time.Second, "", func(u view.Update) bool { note(u); return false }) // none comes twice
	var wrong []string
	for i := range n {
		if c := came[fmt.Sprint(i)]; c != 1 {
			wrong = append(wrong, fmt.Sprintf("%d came %d times", i, c))
		}
	}
	if len(wrong) > 0 {
		w.t.Errorf("%d of %d lines are not there once: %.200q", len(wrong), n, wrong)
	}
}
