package pane

import (
	"bytes"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

// played is a timeline that has seen a folder's streams, and what it was told.
func played(t *testing.T, dir string, clock checks.Clock) (*Timeline, *view.Update) {
	t.Helper()
	gate := redact.NewWithKey([]byte("clock"))
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	engine := diagnose.NewEngine(rules, netip.Addr{})
	line := NewTimeline()
	for i, name := range []string{"vmanage-server.log", "tcpdump.txt", "messages"} {
		data, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue // not every case has all streams
		}
		src := event.Source{ID: event.SourceID(i + 1), Title: gate.Foreign(name)}
		if _, err := capture.Learn(gate, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		var dec *capture.Decoder
		var waiting []event.Event
		dec = capture.NewDecoder(src, gate, func(ev event.Event) {
			engine.Observe(ev)
			waiting = append(waiting, ev)
		})
		engine.Source(src)
		dec.SetWords(engine.Words())
		if _, err := io.Copy(dec, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		if err := dec.Close(); err != nil {
			t.Fatal(err)
		}
		for _, ev := range waiting {
			line.Observe(dec.Source().Kind, ev)
		}
	}
	d := engine.Diagnose()
	u := &view.Update{Attempts: d.Attempts, Shown: d.Shown, Verdict: d.Verdict, RootCause: d.RootCause, Evidence: d.Evidence, Each: d.Each, Clock: d.Clock}
	if clock.Basis != "" {
		u.Clock = clock
	}
	line.Set(u)
	return line, u
}

// inOrder fails where a line that the SSM wrote of a matched request is drawn
// before the question or behind the answer. It tells how many were looked at.
func inOrder(t *testing.T, line *Timeline, u *view.Update) (looked int) {
	t.Helper()
	s := line.scale(100)
	s.from, s.to = -1<<60, 1<<60
	drawn := line.placed(s)
	at := func(ref event.Ref) int {
		return slices.IndexFunc(drawn, func(m moment) bool { return m.ref == ref })
	}
	for _, a := range u.Attempts[max(0, len(u.Attempts)-maxHeld):] {
		for _, x := range a.Exchanges {
			asked, answered := at(x.Asked), at(x.Answered)
			if asked < 0 || answered < 0 || drawn[asked].at > drawn[answered].at {
				continue // the Manager's own clock was set back in between: it tells no order
			}
			for i, m := range drawn { // the request itself, where it was captured
				seg, ok := m.ev.(event.Segment)
				if ok && seg.Label == handshake.LabelRequest && i > asked && i < answered {
					asked = i
				}
			}
			for _, ref := range x.There {
				i := at(ref)
				if i < 0 {
					continue
				}
				looked++
				if i < asked || i > answered || drawn[i].at < drawn[asked].at || drawn[i].till > drawn[answered].at {
					t.Errorf("attempt %d: the SSM's line %v is drawn at %s, the question at %s, the answer at %s", a.Number, ref, drawn[i].stamp(), drawn[asked].stamp(), drawn[answered].stamp())
				}
			}
		}
	}
	return looked
}

// cases are the folders of fault cases that there are.
func cases(t *testing.T) []string {
	t.Helper()
	var out []string
	for _, kind := range []string{"cases", "cases-new", "cases-live", "cases-reports"} {
		found, err := filepath.Glob(filepath.Join("..", "..", "..", "shared", kind, "*", "messages"))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			out = append(out, filepath.Dir(f))
		}
	}
	return out
}

// In every case, and however wrong the measured offset is, no matched answer is
// drawn before its question or behind the answer that the Manager had.
func TestNoAnswerIsDrawnBeforeItsQuestion(t *testing.T) {
	dirs := append(cases(t), filepath.Join("..", "testdata"))
	looked := 0
	for _, dir := range dirs {
		for _, off := range []time.Duration{0, -3 * time.Second, 1500 * time.Millisecond} {
			clock := checks.Clock{}
			if off != 0 { // around what is known, or around nothing
				line, u := played(t, dir, clock)
				low, high, _ := line.held()
				clock = checks.Clock{Offset: off - time.Duration((low+high)/2)*time.Millisecond, Uncertainty: time.Second, Basis: "both hosts' date"}
				_ = u
			}
			line, u := played(t, dir, clock)
			t.Run(filepath.Base(dir), func(t *testing.T) { looked += inOrder(t, line, u) })
		}
	}
	if looked == 0 {
		t.Error("no matched request in any case: the test shows nothing")
	}
	t.Logf("%d lines of the SSM in %d folders", looked, len(dirs))
	if len(dirs) == 1 {
		t.Skip("the cases are not here: only the recorded run was looked at")
	}
}
