package tui

import (
	"slices"
	"testing"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/tui/overlay"
	"syncscope/tui/pane"
)

// The parts of the screen by themselves: none needs the Model.

func strokes(keys ...string) (out []tea.KeyPressMsg) {
	for _, k := range keys {
		if key, ok := named[k]; ok {
			out = append(out, key)
			continue
		}
		for _, r := range k {
			out = append(out, tea.KeyPressMsg{Code: r, Text: string(r)})
		}
	}
	return out
}

// What means nothing is not done and stays to be mended; what was typed before
// comes back; esc is told.
func TestEntryStaysWhileItIsWrong(t *testing.T) {
	past, done, left := &history{}, []string(nil), 0
	e := &entry{past: past, changed: func(e *entry) { e.wrong = e.text() == "(" }, done: func(text string) reply { done = append(done, text); return reply{flash: text} }, left: func() { left++ }}
	e.begin("")
	for i, tt := range []struct {
		key  string
		over bool
	}{{"(", false}, {"enter", false}, {"a", false}, {"enter", true}} {
		for _, k := range strokes(tt.key) {
			if _, over := e.press(k); over != tt.over {
				t.Errorf("%d: %s ends the line: %v", i, tt.key, over)
			}
		}
	}
	if !slices.Equal(done, []string{"(a"}) || !slices.Equal(past.lines, done) {
		t.Errorf("done %q, kept %q", done, past.lines)
	}
	e.begin("x")
	for _, k := range strokes("up") {
		e.press(k)
	}
	if e.text() != "(a" {
		t.Errorf("before it was %q", e.text())
	}
	if _, over := e.press(strokes("esc")[0]); !over || left != 1 || len(done) != 1 {
		t.Errorf("esc: over %v, left %d times, done %q", over, left, done)
	}
}

// A search that is left is the one before it; one that is done goes on with n.
func TestInputKeepsTheSearch(t *testing.T) {
	l := pane.NewList("list", event.ManagerLog)
	for _, text := range []string{"one", "two", "one more"} {
		l.Add(pane.Row{Message: text})
	}
	i := input{past: pasts{}}
	if r := i.find(l, 1); r.flash == "" {
		t.Error("without a search n says nothing")
	}
	i.search(l)
	for _, k := range strokes("one", "enter") {
		i.press(k)
	}
	if i.entry != nil || i.query != "one" || i.found != "1 of 2" {
		t.Errorf("searched %q, at %q", i.query, i.found)
	}
	i.search(l)
	for _, k := range strokes("zzz", "esc") {
		i.press(k)
	}
	if i.find(l, 1); i.query != "one" || i.found != "2 of 2" {
		t.Errorf("after a search that was left: %q at %q", i.query, i.found)
	}
	i.filter(l)
	for _, k := range strokes("two", "enter") {
		i.press(k)
	}
	i.leave(l) // the search first
	if text, _ := l.Filters(); text != "two" || i.query != "" {
		t.Errorf("esc lifts %q with the search %q", text, i.query)
	}
	i.leave(l)
	if text, _ := l.Filters(); text != "" {
		t.Errorf("%q is left", text)
	}
	if r := i.search(nil); r.flash != noRows.flash {
		t.Error("a pane without rows is searched")
	}
}

// The cursor goes through all stages and around the ends; the cause's evidence
// belongs to its stage alone.
func TestLadderGoesAround(t *testing.T) {
	for _, dir := range []int{1, -1} {
		var l ladder
		seen := map[checks.Stage]bool{}
		for range checks.Stages() {
			l.move(dir)
			seen[l.stage] = true
		}
		first := l.stage
		if l.move(dir); len(seen) != len(checks.Stages()) || l.stage == first || !seen[l.stage] {
			t.Errorf("in direction %d: %d stages", dir, len(seen))
		}
	}
	u := replayed(t, false)
	cause := u.RootCause
	with, without := ladder{true, cause.Stage}, ladder{true, checks.Setup}
	if got := with.evidence(&u); !slices.Contains(got, cause.Evidence[0].Ref) {
		t.Errorf("the cause's stage has %v", got)
	}
	if got := without.evidence(&u); slices.Contains(got, cause.Evidence[len(cause.Evidence)-1].Ref) {
		t.Errorf("another stage has the cause's evidence: %v", got)
	}
}

// Browsing shows an attempt with its own cause, and the newest again.
func TestBrowsingShowsOneAttempt(t *testing.T) {
	d := nothing()
	d.came = fixed(t)
	d.refresh(nil)
	if d.update.Verdict != checks.OK {
		t.Fatalf("the last attempt is %v", d.update.Verdict)
	}
	d.browse(-1)
	if d.refresh(nil); d.update.Verdict != checks.Failed || d.update.RootCause == nil || d.update.Shown != d.came.Shown-1 {
		t.Errorf("before it: %v of %v", d.update.Verdict, d.update.RootCause)
	}
	if words := d.browse(-len(d.update.Attempts)); words != "there is no other attempt this way" {
		t.Errorf("before all: %q", words)
	}
	d.markBefore()
	d.browse(1)
	if d.refresh(nil); d.browsing.shown != 0 || d.update.Verdict != checks.OK || d.update.Comparison == nil {
		t.Errorf("back at the last: %+v, compared %v", d.browsing, d.update.Comparison)
	}
}

// The same overlay again closes it; a dropped one goes wherever it lies.
func TestStackKeepsOrder(t *testing.T) {
	in := overlay.Scene{}
	var s stack
	help, leave := &overlay.Help{}, &overlay.Leave{}
	s.open(in, help)
	s.open(in, leave)
	if s.top() != overlay.Overlay(leave) || among[*overlay.Help](s) != help || among[*overlay.Form](s) != nil {
		t.Error("the order is another")
	}
	s.drop(help)
	if s.top() != overlay.Overlay(leave) || len(s) != 1 {
		t.Error("what lay below took more along")
	}
	if s.open(in, &overlay.Leave{}); s.top() != nil {
		t.Error("the same again does not close it")
	}
	s.shut()
}
