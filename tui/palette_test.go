package tui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
)

func TestGoldenPalette(t *testing.T) {
	demo := replayed(t, false)
	checkFrames(t, []frameCase{
		{"palette", Options{}, 120, 40, demo, []string{":"}},
		{"palette", Options{}, 80, 24, demo, []string{":"}},
		{"palette-typed", Options{}, 80, 24, demo, []string{":", "filter"}},
		{"palette-chosen", Options{}, 120, 40, demo, []string{":", "error", "down"}},
		{"palette-number", Options{}, 120, 40, demo, []string{":", "5"}},
		{"palette-time", Options{}, 120, 40, demo, []string{":", "17:29"}},
		{"palette-nothing", Options{}, 80, 24, demo, []string{":", "no such thing"}},
		{"palette-end", Options{}, 80, 24, demo, []string{":", "up", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown", "pgdown"}},
	})
}

// Every row of the key map is in the palette, is found by its own words, and
// does there what its key does.
func TestPaletteHasEveryKey(t *testing.T) {
	u := replayed(t, false)
	for _, task := range keyMap {
		for _, b := range task.keys {
			if b.keys[0] == "1" || b.keys[0] == ":" || b.now != nil {
				continue
			}
			m := screen(t, Options{Control: run{}}, 120, 40, u, ":", b.does)
			list := m.covered().(*palettePage).found(m)
			if len([]rune(b.does)) <= maxCommand && (len(list) == 0 || list[0].does != b.does) {
				t.Errorf("%q is not found by its own words", b.does)
				continue
			}
			m = screen(t, Options{Control: run{}}, 120, 40, u, ":")
			p := m.covered().(*palettePage)
			for p.at = range p.found(m) {
				if p.found(m)[p.at].does == b.does {
					break
				}
			}
			press(m, "enter")
			key := screen(t, Options{Control: run{}}, 120, 40, u)
			b.do(key, b.keys[0])
			if got, want := bare(m), bare(key); got != want {
				t.Errorf("%s (%s) does another thing in the palette:\n%s\n%s", b.label, b.does, got, want)
			}
		}
	}
}

func TestPaletteGoesToNumbersAndTimes(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), ":", "5", "enter")
	if m.focus != managerPane || m.covered() != nil || rows(m).Following() {
		t.Errorf("evidence 5: focus %d, %q", m.focus, m.flash)
	}
	press(m, ":", "16:49:54,265", "enter")
	if got := strings.TrimSpace(rows(m).Current().Columns[0].Text); got != "16:49:54,265" {
		t.Errorf("the time leads to %s", got)
	}
	press(m, ":", "nothing at all", "enter")
	if m.covered() == nil {
		t.Error("enter on nothing closes it")
	}
	m.Update(tea.PasteMsg{Content: "x\ny"})
	press(m, "ctrl+u", "esc")
	if m.covered() != nil {
		t.Error("esc does not close it")
	}
}
