package tui

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
)

// unsure is the recorded attempt where the evidence falls short: the SSM's log
// may not be read, and the cause is not confirmed.
func unsure(t *testing.T) view.Update {
	u := replayed(t, false)
	cause := *u.RootCause
	cause.Confidence = checks.Likely
	u.RootCause = &cause
	u.Sources[2].State, u.Sources[2].Detail = event.Refused, "this user may not read the log (give the user sudo, or use root)"
	u.Checks = []view.CheckOutcome{{Name: "clock", Status: "could-not-check", Detail: "no answer in time (try again)"}}
	return u
}

// What is missing is named, with what to do about it, before the fix where the
// verdict is not firm.
func TestGoldenMissing(t *testing.T) {
	open := unsure(t)
	open.Verdict, open.RootCause = checks.Inconclusive, nil
	open.Heard = checks.Heard{Manager: true, Packets: true}
	open.Findings = []checks.Finding{
		{Severity: checks.Critical, Confidence: checks.Possible, Title: "A device between drops the ClientHello.", Missing: []string{"a capture on the SSM: does the ClientHello arrive?"}},
		{Severity: checks.Critical, Confidence: checks.Possible, Title: "The SSM does not answer.", Missing: []string{"the SSM's load and memory at that time"}},
		{Severity: checks.Note, Title: "One of the SSM's upstreams refused, another answered the same request: harmless."},
	}
	flood := replayed(t, false)
	flood.Dropped, flood.Forgotten = 12_345, 67
	checkFrames(t, []frameCase{
		{"likely", Options{}, 160, 50, unsure(t), nil},
		{"likely", Options{}, 80, 24, unsure(t), []string{"tab", "tab", "tab"}},
		{"open", Options{}, 120, 40, open, nil},
		{"dropped", Options{}, 120, 40, flood, nil},
		{"dropped", Options{}, 80, 24, flood, nil},
	})
}
