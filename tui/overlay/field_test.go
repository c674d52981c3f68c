package overlay

import (
	"testing"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
)

// Every key that edits a line can be pressed wherever the cursor stands.
func TestEveryEditAtEveryPlace(t *testing.T) {
	for _, text := range []string{"", "a", " ", "a b", "ab  ", " ü日 x"} {
		for at := range len([]rune(text)) + 1 {
			for _, press := range []tea.KeyPressMsg{
				{Code: 'd', Mod: tea.ModAlt}, {Code: tea.KeyDelete, Mod: tea.ModAlt}, {Code: 'w', Mod: tea.ModCtrl}, {Code: tea.KeyBackspace, Mod: tea.ModAlt},
				{Code: 'k', Mod: tea.ModCtrl}, {Code: 'u', Mod: tea.ModCtrl}, {Code: 'f', Mod: tea.ModAlt}, {Code: 'b', Mod: tea.ModAlt}, {Code: tea.KeyDelete}, {Code: tea.KeyBackspace},
			} {
				f := NewField(text, 100)
				f.in.SetCursor(at)
				f.Type(press)
				if got := len([]rune(f.Value())); got > len([]rune(text)) {
					t.Errorf("%q at %d, %s: %q", text, at, press, f.Value())
				}
			}
		}
	}
}

// What is typed anywhere can be edited in its middle and by words, except an
// answer that is not to be seen.
func TestEveryLineIsEdited(t *testing.T) {
	in, f := form(t, &hosts{})
	echo, hidden := NewQuestion(view.Prompt{Text: "User:", Echo: true}), NewQuestion(view.Prompt{Text: "Password:"})
	p := NewPalette()
	for name, tt := range map[string]struct {
		o    Overlay
		text func() string
		want string
	}{
		"form":     {f, func() string { return f.text[f.at] }, "ab cXd"},
		"palette":  {p, func() string { return p.line.Value() }, "ab cXd"},
		"answer":   {echo, func() string { return echo.line.Value() }, "ab cXd"},
		"password": {hidden, func() string { return string(hidden.typed) }, "ab cdXy z"},
	} {
		tt.o.(Paster).Paste("ab cd")
		press(in, tt.o, "left", "X")
		if name == "password" {
			press(in, tt.o, "y", " ", "z")
		}
		if tt.text() != tt.want {
			t.Errorf("%s: %q", name, tt.text())
		}
		if press(in, tt.o, "ctrl+w"); name != "password" && tt.text() != "ab d" {
			t.Errorf("%s: a word is deleted to %q", name, tt.text())
		}
	}
}
