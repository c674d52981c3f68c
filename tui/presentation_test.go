package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

func TestGoldenPresentation(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"present", Options{}, 200, 60, demo, []string{"V"}},
		{"present", Options{}, 120, 40, demo, []string{"V"}},
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
	press(m, "V", "5")
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
