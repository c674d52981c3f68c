package tui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/overlay"
)

// entry is a line that is typed at the foot of the screen: a search, a filter,
// a time.
type entry struct {
	in    overlay.Field
	label string // in front of the text: "/"
	hint  string // at the right: which keys end it, two blanks between
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

// maxTyped bounds a line.
const maxTyped = 512

// begin begins the line with a text in it.
func (e *entry) begin(text string) {
	e.in = overlay.NewField(text, maxTyped)
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
		e.in.Suggest(e.words(e.text()))
	}
	if e.changed != nil {
		e.changed(e)
	}
}

// hinted is as much of the hint as there is room for, and a blank; how to leave,
// at its end, goes last.
func (e *entry) hinted(room int) string {
	for parts := strings.Split(e.hint, "  "); len(parts) > 0; parts = slices.Delete(parts, max(len(parts)-2, 0), max(len(parts)-1, 1)) {
		if hint := strings.Join(parts, "  "); width(hint) <= room {
			return hint + " "
		}
	}
	return ""
}

// press takes a key; over tells that the line is ended.
func (e *entry) press(press tea.KeyPressMsg) (r reply, over bool) {
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
		e.in.Set(e.past.move(map[string]int{"up": -1, "down": 1}[press.String()]))
		e.told()
	default:
		if e.in.Type(press) {
			e.told()
		}
	}
	return reply{}, false
}

// paste takes what was pasted, to its first line end.
func (e *entry) paste(text string) {
	text, _, _ = strings.Cut(text, "\n")
	e.in.Paste(text)
	e.told()
}
