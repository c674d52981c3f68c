package tui

import (
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks/view"
	"syncscope/tui/keys"
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

// No key of the map is silent in any pane: it changes the picture, runs a command,
// or says why not. Scrolling at an end, and what leads back from nowhere, has
// nothing to say.
func TestNoKeyIsSilent(t *testing.T) {
	quiet := []keys.Action{keys.Up, keys.Down, keys.PageUp, keys.PageDown, keys.HalfUp, keys.HalfDown, keys.Left, keys.Right,
		keys.Oldest, keys.Newest, keys.Back, keys.Redraw, keys.Quit, keys.Close, keys.Suspend}
	for name, u := range map[string]view.Update{"an attempt": replayed(t, false), "nothing yet": waiting()} {
		for id := range panes {
			for _, task := range keys.Map {
				for _, b := range task.Keys {
					if slices.Contains(quiet, b.Action) {
						continue
					}
					m := screen(t, Options{Theme: "dark"}, 120, 30, u, "tab")
					m.panes.setFocus(id)
					before := m.View().Content
					_, cmd := m.Update(pressed(t, b.Keys[0]))
					if m.View().Content == before && cmd == nil {
						t.Errorf("%s: %s, which is for %q, is silent in %s", name, b.Keys[0], b.Does, registry[id].tab)
					}
				}
			}
		}
	}
}
