package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"syncscope/tui/keys"
)

func TestGoldenPalette(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"palette", Options{}, 120, 40, demo, []string{":"}},
		{"palette", Options{}, 80, 24, demo, []string{":"}},
		{"palette-typed", Options{}, 80, 24, demo, []string{":", "filter"}},
		{"palette-chosen", Options{}, 120, 40, demo, []string{":", "error", "down"}},
		{"palette-number", Options{}, 120, 40, demo, []string{":", "1"}},
		{"palette-time", Options{}, 120, 40, demo, []string{":", "17:29"}},
		{"palette-nothing", Options{}, 80, 24, demo, []string{":", "no such thing"}},
		{"palette-end", Options{}, 80, 24, demo, []string{":", "up", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown"}},
	})
}

// Every row of the key map is in the palette, is found by its own words, and
// does there what its key does.
func TestPaletteHasEveryKey(t *testing.T) {
	u := replayed(t, false)
	for _, task := range keys.Map {
		for _, b := range task.Keys {
			if b.Action == keys.Evidence || b.Action == keys.Commands || b.When != 0 {
				continue
			}
			words := b.Does[:min(len(b.Does), 64)]
			m := screen(t, Options{Control: run{}}, 120, 40, u, ":", words)
			if !strings.Contains(bare(m), b.Does[:min(len(b.Does), 50)]) {
				t.Errorf("%q is not found by its own words:\n%s", b.Does, bare(m))
				continue
			}
			press(m, "enter")
			key := screen(t, Options{Control: run{}}, 120, 40, u)
			_ = bare(key) // as the other was drawn
			key.frame = ""
			key.do(b.Action, b.Keys[0])
			if got, want := bare(m), bare(key); got != want {
				t.Errorf("%s (%s) does another thing in the palette:\n%s\n%s", b.Label, b.Does, got, want)
			}
		}
	}
}

// Every row of the key map has an act, and every act a row or the palette.
func TestEveryActionIsCarriedOut(t *testing.T) {
	rows := map[keys.Action]bool{keys.GoToTime: true}
	for _, task := range keys.Map {
		for _, b := range task.Keys {
			if rows[b.Action] = true; acts[b.Action] == nil {
				t.Errorf("%s: nothing is done", b.Label)
			}
		}
	}
	for a := range acts {
		if !rows[a] {
			t.Errorf("action %d has no row", a)
		}
	}
}

func TestPaletteGoesToNumbersAndTimes(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), ":", "1", "enter")
	if m.panes.focus != managerPane || m.covers.top() != nil || m.panes.here().Following() {
		t.Errorf("evidence 1: focus %d, %q", m.panes.focus, m.flash)
	}
	press(m, ":", "16:49:54,265", "enter")
	if got := strings.TrimSpace(m.panes.here().Current().Columns[0].Text); got != "16:49:54,265" {
		t.Errorf("the time leads to %s", got)
	}
	press(m, ":", "nothing at all", "enter")
	if m.covers.top() == nil {
		t.Error("enter on nothing closes it")
	}
	m.Update(tea.PasteMsg{Content: "x\ny"})
	press(m, "ctrl+u", "esc")
	if m.covers.top() != nil {
		t.Error("esc does not close it")
	}
}
