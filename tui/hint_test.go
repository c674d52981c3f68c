package tui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// As much of a hint is shown as there is room for; how to leave goes last.
func TestHintGivesWayByParts(t *testing.T) {
	e := &entry{hint: "enter: keep  empty: all rows  esc: leave"}
	for room, want := range map[int]string{80: e.hint + " ", 30: "enter: keep  esc: leave ", 12: "esc: leave ", 5: "", -3: ""} {
		if got := e.hinted(room); got != want {
			t.Errorf("room %d: %q", room, got)
		}
	}
}

// A size that is too small is told whole, however it is broken.
func TestTooSmallIsToldWhole(t *testing.T) {
	for w := 8; w < 60; w++ {
		got := small(w, 12)
		for line := range strings.SplitSeq(got, "\n") {
			if ansi.StringWidth(line) > w {
				t.Errorf("width %d: %q", w, line)
			}
		}
		if words := strings.Join(strings.Fields(got), " "); !strings.HasSuffix(words, "is too small: 60x15 at least") || strings.Count(got, "\n") != 11 {
			t.Errorf("width %d: %q", w, got)
		}
	}
}
