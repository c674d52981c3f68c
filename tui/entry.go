package tui

import (
	"strings"
	"unicode/utf8"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"syncscope/tui/theme"
)

// entry is a line that is typed at the foot of the screen: a search, a filter,
// a time.
type entry struct {
	in    textinput.Model
	label string // in front of the text: "/"
	hint  string // at the right: which keys end it
	said  string // beside the text: a count, or what is wrong with it
	wrong bool   // the text is red: it means nothing as it stands
	right bool   // the text is green: it does
	past  *history
	// changed is told of every change, done of the end with enter, left of the
	// end with esc; each may be nil. What is wrong is not done: it stays to be
	// mended.
	changed func(e *entry)
	done    func(text string) reply
	left    func()
	// words are what the last word may be completed to; nil: nothing.
	words func(text string) []string
}

// history is what was typed before, the newest last.
type history struct {
	lines []string
	at    int // the one that is shown; len(lines): what is typed now
}

// maxHistory bounds what is kept of each.
const maxHistory = 50

func (h *history) add(text string) {
	if n := len(h.lines); text != "" && (n == 0 || h.lines[n-1] != text) {
		h.lines = append(h.lines[max(0, n+1-maxHistory):], text)
	}
	h.at = len(h.lines)
}

// move goes dir lines through what was typed; "" is what comes after the newest.
func (h *history) move(dir int) string {
	h.at = max(0, min(h.at+dir, len(h.lines)))
	if h.at == len(h.lines) {
		return ""
	}
	return h.lines[h.at]
}

// field is an empty line to type in, without a cursor of its own.
func field(text string) textinput.Model {
	in := textinput.New()
	in.Prompt, in.CharLimit, in.ShowSuggestions = "", maxTyped, true
	in.SetVirtualCursor(false)
	in.KeyMap.Paste.SetEnabled(false) // it would run programs; the terminal pastes
	in.SetValue(text)
	in.CursorEnd()
	in.Focus()
	return in
}

// maxTyped bounds a line.
const maxTyped = 512

// begin begins the line with a text in it.
func (e *entry) begin(text string) {
	e.in = field(text)
	if e.past == nil {
		e.past = &history{}
	}
	e.past.at = len(e.past.lines)
	e.told()
}

// pasts is what was typed before, by what for.
type pasts map[string]*history

func (p pasts) of(what string) *history {
	if p[what] == nil {
		p[what] = &history{}
	}
	return p[what]
}

func (e *entry) text() string { return e.in.Value() }

// told says what the text comes to, and what it may go on as.
func (e *entry) told() {
	if e.words != nil {
		e.in.SetSuggestions(e.words(e.text()))
	}
	if e.changed != nil {
		e.changed(e)
	}
}

// passable is a key as the field can stand it: to delete a last letter as a word it looks
// behind the text (bubbles 2.2.1), where all behind the cursor may go as well.
func (e *entry) passable(msg tea.Msg) tea.Msg {
	press, ok := msg.(tea.KeyPressMsg)
	if ok && key.Matches(press, e.in.KeyMap.DeleteWordForward) && e.in.Position() == utf8.RuneCountInString(e.text())-1 {
		return tea.KeyPressMsg{Code: 'k', Mod: tea.ModCtrl}
	}
	return msg
}

// press takes a key, or what was pasted; over tells that the line is ended.
func (e *entry) press(msg tea.Msg) (r reply, over bool) {
	if press, ok := msg.(tea.KeyPressMsg); ok {
		switch press.String() {
		case "esc", "ctrl+c":
			if e.left != nil {
				e.left()
			}
			return reply{}, true
		case "enter":
			if e.wrong {
				return reply{}, false
			}
			e.past.add(e.text())
			return e.done(e.text()), true
		case "up", "down":
			e.in.SetValue(e.past.move(map[string]int{"up": -1, "down": 1}[press.String()]))
			e.in.CursorEnd()
			e.told()
			return reply{}, false
		}
	}
	before := e.text()
	e.in, r.cmd = e.in.Update(e.passable(msg))
	if e.text() != before {
		e.told()
	}
	return r, false
}

// typedLine draws what is typed in at most room columns, with the cursor and with
// what the text may be completed to.
func typedLine(th *theme.Theme, in *textinput.Model, role theme.Role, room int) string {
	text, at := []rune(in.Value()), in.Position()
	rest := ""
	if len(in.MatchedSuggestions()) == 0 { // it knows no current one then
		rest = ""
	} else if s := in.CurrentSuggestion(); at == len(text) && strings.HasPrefix(strings.ToLower(s), strings.ToLower(in.Value())) {
		rest = string([]rune(s)[len(text):])
	}
	from := 0 // what is left of the cursor gives way
	for from < at && width(string(text[from:at])) > room-2 {
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
