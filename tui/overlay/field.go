package overlay

import (
	"slices"
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/theme"
)

// Field is a line that is typed: with a cursor, keys for words and for the whole
// line, and what it may be completed to. The zero value takes no key.
type Field struct{ in textinput.Model }

// NewField is a line with a text in it, of at most limit characters.
func NewField(text string, limit int) Field {
	in := textinput.New()
	in.Prompt, in.CharLimit, in.ShowSuggestions = "", limit, true
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false) // it would run programs; the terminal pastes
	in.SetValue(text)
	in.CursorEnd()
	in.Focus()
	return Field{in}
}

// Value is what is typed.
func (f *Field) Value() string { return f.in.Value() }

// Set puts another text in the place of what is typed.
func (f *Field) Set(text string) {
	f.in.SetValue(text)
	f.in.CursorEnd()
}

// Suggest is what the whole line may be completed to.
func (f *Field) Suggest(lines []string) { f.in.SetSuggestions(lines) }

// Paste puts text where the cursor stands.
func (f *Field) Paste(text string) { f.in, _ = f.in.Update(tea.PasteMsg{Content: text}) }

// Type takes a key, and reports whether the text has changed.
func (f *Field) Type(press tea.KeyPressMsg) (changed bool) {
	before := f.Value()
	f.in, _ = f.in.Update(f.passable(press)) // its commands only blink a cursor that is ours
	return f.Value() != before
}

// passable is a key as the line can stand it: to delete a last letter as a word it
// looks behind the text (bubbles 2.2.1), where all behind the cursor may go as well.
func (f *Field) passable(press tea.KeyPressMsg) tea.KeyPressMsg {
	if key.Matches(press, f.in.KeyMap.DeleteWordForward) && f.in.Position() == utf8.RuneCountInString(f.Value())-1 {
		return tea.KeyPressMsg{Code: 'k', Mod: tea.ModCtrl}
	}
	return press
}

// rest is what the text may go on as.
func (f *Field) rest() string {
	text := []rune(f.Value())
	if len(f.in.MatchedSuggestions()) == 0 || f.in.Position() < len(text) { // it knows no current one then
		return ""
	}
	s := f.in.CurrentSuggestion()
	if !strings.HasPrefix(strings.ToLower(s), strings.ToLower(f.Value())) {
		return ""
	}
	return string([]rune(s)[len(text):])
}

// Line draws what is typed in at most room columns, with the cursor and with what
// the text may be completed to.
func (f *Field) Line(th *theme.Theme, role theme.Role, room int) string {
	text, at, rest := []rune(f.Value()), f.in.Position(), f.rest()
	from := 0 // what is left of the cursor gives way
	for from < at && ansi.StringWidth(string(text[from:at])) > room-2 {
		from++
	}
	left := th.Paint(role, string(text[from:at]))
	if from > 0 {
		left = th.Paint(theme.Dim, th.Glyphs.Ellipsis) + th.Paint(role, string(text[from+1:at]))
	}
	under, right := " ", ""
	switch {
	case at < len(text):
		under, right = string(text[at]), th.Paint(role, string(text[at+1:]))
	case rest != "":
		under, right = string([]rune(rest)[0]), th.Paint(theme.Dim, string([]rune(rest)[1:]))
	}
	return left + th.Paint(theme.Match, under) + right
}

// toEmpty are keys of a line: with the one that empties it where there is something,
// before the last, which leaves it.
func toEmpty(some bool, list ...[2]string) [][2]string {
	if some {
		list = slices.Insert(list, len(list)-1, [2]string{"ctrl+u", "empty"})
	}
	return list
}
