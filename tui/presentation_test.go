package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func TestGoldenPresentation(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"present", Options{}, 200, 60, demo, []string{"V"}},
		{"present", Options{}, 120, 40, demo, []string{"V"}},
		{"present", Options{}, 100, 30, demo, []string{"V"}}, // a stage's words do not fit it: that is shown
		{"present", Options{}, 80, 24, demo, []string{"V"}},
		{"present-stage", Options{}, 120, 40, demo, []string{"V", "]", "]", "]", "]"}},
		{"present-runbook", Options{Lang: "en"}, 120, 40, demo, []string{"V", "enter"}},
		{"present-waiting", Options{}, 120, 40, waiting(), []string{"V"}},
		{"present-fixed", Options{}, 120, 40, fixed(t), []string{"V"}},
		{"present-ascii", Options{ASCII: true, NoColor: true}, 80, 24, demo, []string{"V"}},
	})
}

// The presentation begins and ends with its key; esc and what leads to another
// pane end it too, and then what was in sight is in sight again.
func TestPresentationEnds(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), "tab")
	before := bare(m)
	for _, keys := range [][]string{{"V", "V"}, {"V", "esc"}, {"V", "]", "esc", "esc"}, {"V", "enter", "esc", "V"}} {
		press(m, keys...)
		if got := bare(m); got != before {
			t.Errorf("%v:\n%s", keys, got)
		}
	}
	press(m, "V", "1")
	if m.panes.presentation.on || m.panes.focus != managerPane {
		t.Error("a digit does not lead to its evidence")
	}
}

// Nothing of the verdict is cut, and a presentation fills the terminal too.
func TestPresentationFills(t *testing.T) {
	u := replayed(t, false)
	for w := 60; w <= 240; w += 20 {
		for h := 15; h <= 70; h += 5 {
			m := screen(t, Options{}, w, h, u, "V")
			lines := strings.Split(m.View().Content, "\n")
			if len(lines) != h {
				t.Fatalf("%dx%d: %d lines", w, h, len(lines))
			}
			for i, l := range lines {
				if got := ansi.StringWidth(l); got > w {
					t.Fatalf("%dx%d: line %d has %d columns: %s", w, h, i, got, ansi.Strip(l))
				}
			}
			if text := strings.Join(strings.Fields(bare(m)), " "); !strings.Contains(text, "and encryption are fine.") || !strings.Contains(text, "expiry, creator") {
				t.Fatalf("%dx%d: the verdict is cut:\n%s", w, h, bare(m))
			}
		}
	}
}

// However long a verdict is, what is under it has room, and an overlay too.
func TestALongVerdictLeavesRoom(t *testing.T) {
	u := replayed(t, false)
	cause := *u.RootCause
	cause.Short, cause.Next = strings.Repeat("It raised an exception that nobody knows. ", 12), strings.Repeat("Search the log for what it says of this. ", 8)
	u.RootCause = &cause
	for w := minWidth; w <= 200; w += 20 {
		for h := minHeight; h <= 60; h += 3 {
			for _, keys := range [][]string{nil, {"V"}, {"?"}, {"V", "?"}, {"V", ":"}, {"V", "enter"}, {"V", "f"}, {"q"}, {"V", "q"}} {
				m := screen(t, Options{}, w, h, u, keys...)
				if lines := strings.Split(m.View().Content, "\n"); len(lines) != h {
					t.Fatalf("%dx%d, %v: %d lines", w, h, keys, len(lines))
				}
			}
		}
	}
}

// The whole ladder is in sight at every width.
func TestLadderIsWhole(t *testing.T) {
	u := replayed(t, false)
	for w := 60; w <= 240; w++ {
		for _, keys := range [][]string{nil, {"["}, {"V"}} {
			text := bare(screen(t, Options{}, w, 24, u, keys...))
			for _, stage := range []string{"setup", "dns", "path", "tcp", "proxy", "tls", "http", "back", "auth", "lic"} {
				if !strings.Contains(text, stage) {
					t.Fatalf("%d columns %v: no %s:\n%s", w, keys, stage, text)
				}
			}
			if !strings.Contains(strings.Join(strings.Split(text, "\n")[1:12], "\n"), "·") {
				t.Fatalf("%d columns %v: the last stage has no sign:\n%s", w, keys, text)
			}
		}
	}
}

// What has changed is marked for three seconds, and nothing else is: not what was
// there at first, not what the user goes to.
func TestWhatHasChangedIsMarked(t *testing.T) {
	clock := &watch{time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)}
	m := New(Options{Now: clock.now})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	marked := func() int {
		m.Update(tea.WindowSizeMsg{Width: 120, Height: 40}) // drawn anew
		return strings.Count(bare(m), "\u25b8")
	}
	m.Update(updateMsg{u: replayed(t, false), ok: true})
	press(m, "V")
	if n := marked(); n != 0 {
		t.Errorf("%d are marked at first:\n%s", n, bare(m))
	}
	same := replayed(t, false)
	same.Events = nil
	if _, cmd := m.Update(updateMsg{u: same, ok: true}); marked() != 0 || cmd == nil {
		t.Errorf("the same is marked:\n%s", bare(m))
	}
	works := fixed(t)
	works.Events = nil
	m.Update(updateMsg{u: works, ok: true})
	after := marked()
	if after < 2 { // the verdict and a stage
		t.Errorf("%d are marked:\n%s", after, bare(m))
	}
	press(m, "(")
	if n := marked(); n != 0 {
		t.Errorf("%d of an attempt that the user went to are marked:\n%s", n, bare(m))
	}
	press(m, ")")
	clock.at = clock.at.Add(freshFor - time.Millisecond)
	if n := marked(); n != after {
		t.Errorf("%d are marked just before, %d were", n, after)
	}
	clock.at = clock.at.Add(time.Millisecond)
	if n := marked(); n != 0 {
		t.Errorf("%d stay marked:\n%s", n, bare(m))
	}
}
