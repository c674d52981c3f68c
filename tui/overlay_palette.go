package tui

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/theme"
)

// palettePage is the command palette: all that the key map can do, found by the
// words of what it does.
type palettePage struct {
	page
	text string
	at   int // the chosen one of those found
}

// command is one line of the palette.
type command struct {
	key, does string
	also      string // words it is found by
	keys      []string
	do        func(m *Model) tea.Cmd
	rank      int // see binding
}

func openPalette(m *Model, _ string) tea.Cmd {
	open(m, &palettePage{})
	return nil
}

// commands are what can be done now: the key map's rows, and the evidence by
// number in the place of the digits.
func commands(m *Model) []command {
	var out []command
	for _, t := range keyMap {
		for _, b := range t.keys {
			switch {
			case slices.Contains(b.keys, ":") || b.now != nil && !b.now(m):
			case b.keys[0] == "1":
				out = append(out, evidence(m)...)
			default:
				out = append(out, command{b.label, b.does, t.task + " " + b.short, b.keys, func(m *Model) tea.Cmd { return b.do(m, b.keys[0]) }, b.rank})
			}
		}
	}
	return out
}

func evidence(m *Model) []command {
	var out []command
	for _, e := range m.update.Evidence {
		n := strconv.Itoa(e.Number)
		out = append(out, command{n, "go to evidence " + n + ": " + e.Says, "", []string{n}, func(m *Model) tea.Cmd { return jump(m, n) }, 0})
	}
	return out
}

var clockTyped = regexp.MustCompile(`^\d{1,2}:\d\d`)

// found are the commands that what is typed means: a time, or those that have
// all its words; first those whose key it is, then those with a word that
// begins so.
func (p *palettePage) found(m *Model) []command {
	text := strings.TrimSpace(p.text)
	if clockTyped.MatchString(text) {
		return []command{{key: "@", does: "go to " + text + " in this pane", do: func(m *Model) tea.Cmd { goToTime(m, text); return nil }}}
	}
	var byRank [3][]command
	lower := strings.ToLower(text)
	words := strings.Fields(lower)
	for _, c := range commands(m) {
		all := strings.ToLower(c.does + " " + c.also)
		switch {
		case slices.Contains(c.keys, text), text != "" && strings.HasPrefix(all, lower):
			byRank[0] = append(byRank[0], c)
		case !holds(all, words):
		case len(words) > 0 && strings.Contains(" "+all, " "+words[0]):
			byRank[1] = append(byRank[1], c)
		default:
			byRank[2] = append(byRank[2], c)
		}
	}
	if text == "" { // what people look for most comes first
		first := func(c command) int { return (c.rank + maxCommand) % (maxCommand + 1) }
		slices.SortStableFunc(byRank[2], func(a, b command) int { return cmp.Compare(first(a), first(b)) })
	}
	return slices.Concat(byRank[0], byRank[1], byRank[2])
}

func holds(text string, words []string) bool {
	for _, w := range words {
		if !strings.Contains(text, w) {
			return false
		}
	}
	return true
}

func (*palettePage) title(*Model) string { return "Commands" }

func (*palettePage) size(m *Model) (int, int) { return min(100, m.w-6), min(20, m.h-9) }

func (p *palettePage) lines(m *Model, w int) []string {
	_, height := p.size(m)
	list := p.found(m)
	p.at = max(0, min(p.at, len(list)-1))
	out := []string{m.th.Paint(theme.Bright, ": "+m.names.shown(p.text)) + m.th.Paint(theme.Match, " ") + m.th.Paint(theme.Dim, "  "+count(len(list), "command", "commands")+"   up, down   enter: do it   esc"), ""}
	room := max(1, height-len(out))
	from := max(0, min(p.at-room/2, len(list)-room))
	for i := from; i < min(from+room, len(list)); i++ {
		row, sign := theme.PlainRow, " "
		if i == p.at {
			row, sign = theme.CursorRow, m.th.Glyphs.Next
		}
		does := ansi.Truncate(list[i].does, w-18, m.th.Glyphs.Ellipsis)
		out = append(out, m.th.On(row, theme.Bright, fmt.Sprintf("%s %-12s ", sign, list[i].key))+m.th.On(row, theme.Text, does+strings.Repeat(" ", max(0, w-16-width(does)))))
	}
	if len(list) == 0 {
		out = append(out, m.th.Paint(theme.Dim, " nothing has these words; a number is evidence, 17:29 a time"))
	}
	for len(out) < height {
		out = append(out, "")
	}
	return out
}

// now is what can be done on the palette.
func (*palettePage) now(*Model) [][2]string {
	return [][2]string{{"up, down", "move"}, {"enter", "do it"}, {"ctrl+u", "empty"}, {"esc", "close"}}
}

func (p *palettePage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch key.String() {
	case "ctrl+l":
		return nil, false
	case "esc", "ctrl+c":
		drop(m, p)
	case "enter":
		return p.run(m), true
	case "up", "ctrl+p", "shift+tab":
		p.at--
	case "down", "ctrl+n", "tab":
		p.at++
	case "pgup":
		p.at -= 10
	case "pgdown":
		p.at += 10
	case "ctrl+u":
		p.text, p.at = "", 0
	case "backspace":
		_, n := utf8.DecodeLastRuneInString(p.text)
		p.text, p.at = p.text[:len(p.text)-n], 0
	default:
		p.paste(m, key.Text)
	}
	return nil, true
}

// maxCommand bounds what is typed.
const maxCommand = 64

// paste takes text as if it was typed, to its first line end.
func (p *palettePage) paste(_ *Model, text string) {
	text, _, _ = strings.Cut(text, "\n")
	if text != "" && len(p.text)+len(text) <= maxCommand {
		p.text, p.at = p.text+text, 0
	}
}

// run does the chosen one, as its key would.
func (p *palettePage) run(m *Model) tea.Cmd {
	list := p.found(m)
	if len(list) == 0 {
		return nil
	}
	drop(m, p)
	cmd := list[max(0, min(p.at, len(list)-1))].do(m)
	goAlong(m)
	return cmd
}
