package tui

import (
	"testing"

	tea "charm.land/bubbletea/v2"
)

// Every key that edits a line can be pressed wherever the cursor stands.
func TestEveryEditAtEveryPlace(t *testing.T) {
	for _, text := range []string{"", "a", " ", "a b", "ab  ", " ü日 x"} {
		for at := range len([]rune(text)) + 1 {
			for _, press := range []tea.KeyPressMsg{
				{Code: 'd', Mod: tea.ModAlt}, {Code: tea.KeyDelete, Mod: tea.ModAlt}, {Code: 'w', Mod: tea.ModCtrl}, {Code: tea.KeyBackspace, Mod: tea.ModAlt},
				{Code: 'k', Mod: tea.ModCtrl}, {Code: 'u', Mod: tea.ModCtrl}, {Code: 'f', Mod: tea.ModAlt}, {Code: 'b', Mod: tea.ModAlt}, {Code: tea.KeyDelete}, {Code: tea.KeyBackspace},
			} {
				e := &entry{in: field(text)}
				e.in.SetCursor(at)
				e.press(press)
				if got := len([]rune(e.text())); got > len([]rune(text)) {
					t.Errorf("%q at %d, %s: %q", text, at, press, e.text())
				}
			}
		}
	}
}
