package tui

import (
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
)

// entry is a line that is typed at the foot of the screen: a search, a filter,
// a time.
type entry struct {
	label string // in front of the text: "/"
	hint  string // at the right: which keys end it
	text  string
	said  string // beside the text: a count, or what is wrong with it
	wrong bool   // the text is red: it means nothing as it stands
	right bool   // the text is green: it does
	// changed is told of every change, done of the end with enter, left of the
	// end with esc; each may be nil.
	changed func(m *Model, e *entry)
	done    func(m *Model, text string) tea.Cmd
	left    func(m *Model)
}

// press takes a key.
func (e *entry) press(m *Model, key tea.KeyPressMsg) tea.Cmd {
	switch key.String() {
	case "esc", "ctrl+c":
		m.entry = nil
		if e.left != nil {
			e.left(m)
		}
		return nil
	case "enter":
		m.entry = nil
		if e.done != nil {
			return e.done(m, e.text)
		}
		return nil
	case "ctrl+u":
		e.text = ""
	case "backspace":
		if e.text != "" {
			_, n := utf8.DecodeLastRuneInString(e.text)
			e.text = e.text[:len(e.text)-n]
		}
	default:
		e.text += key.Text
	}
	if e.changed != nil {
		e.changed(m, e)
	}
	return nil
}
