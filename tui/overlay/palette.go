package overlay

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/tui/keys"
	"syncscope/tui/theme"
)

// Palette is the command palette: all that the key map can do, found by the
// words of what it does.
type Palette struct {
	Page
	line Field
	at   int // the chosen one of those found
}

// NewPalette is the palette with nothing typed.
func NewPalette() *Palette { return &Palette{line: NewField("", maxCommand)} }

// command is one line of the palette.
type command struct {
	key, does string
	also      string // words it is found by
	keys      []string
	do        keys.Action
	with      string // see Action
	rank      int    // see keys.Binding
}

// commands are what can be done now: the key map's rows, and the evidence by
// number in the place of the digits.
func commands(in Scene) []command {
	var out []command
	for _, t := range keys.Map {
		for i := range t.Keys {
			switch b := &t.Keys[i]; {
			case b.Action == keys.Commands || !b.OfUse(in.State):
			case b.Action == keys.Evidence:
				out = append(out, evidence(in)...)
			default:
				out = append(out, command{b.Label, b.Does, t.Name + " " + b.Short, b.Keys, b.Action, b.Keys[0], b.Rank})
			}
		}
	}
	return out
}

func evidence(in Scene) []command {
	var out []command
	for _, e := range in.Update.Evidence {
		n := strconv.Itoa(e.Number)
		out = append(out, command{n, "go to evidence " + n + ": " + e.Says, "", []string{n}, keys.Evidence, n, 0})
	}
	return out
}

var clockTyped = regexp.MustCompile(`^\d{1,2}:\d\d`)

// found are the commands that what is typed means: a time, or those that have
// all its words; first those whose key it is, then those with a word that
// begins so.
func (p *Palette) found(in Scene) []command {
	text := strings.TrimSpace(p.line.Value())
	if clockTyped.MatchString(text) {
		return []command{{key: "@", does: "go to " + text + " in this pane", do: keys.GoToTime, with: text}}
	}
	var byRank [3][]command
	lower := strings.ToLower(text)
	words := strings.Fields(lower)
	for _, c := range commands(in) {
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

// Title implements Overlay.
func (*Palette) Title(Scene) string { return "Commands" }

// Size implements Sized.
func (*Palette) Size(in Scene) (int, int) { return min(100, in.Width-6), max(3, min(20, in.Room)) }

// Lines implements Overlay.
func (p *Palette) Lines(in Scene, w int) []string {
	_, height := p.Size(in)
	list := p.found(in)
	p.at = max(0, min(p.at, len(list)-1))
	out := []string{in.Theme.Paint(theme.Bright, ": ") + p.line.Line(in.Theme, theme.Bright, w/2) + in.Theme.Paint(theme.Dim, "  "+Count(len(list), "command", "commands")+"   up, down   enter: do it   esc"), ""}
	room := max(1, height-len(out))
	from := max(0, min(p.at-room/2, len(list)-room))
	for i := from; i < min(from+room, len(list)); i++ {
		row, sign := theme.PlainRow, " "
		if i == p.at {
			row, sign = theme.CursorRow, in.Theme.Glyphs.Next
		}
		does := in.Theme.Glyphs.Cut(list[i].does, w-18)
		out = append(out, in.Theme.On(row, theme.Bright, fmt.Sprintf("%s %-12s ", sign, list[i].key))+in.Theme.On(row, theme.Text, does+strings.Repeat(" ", max(0, w-16-ansi.StringWidth(does)))))
	}
	if len(list) == 0 {
		out = append(out, in.Theme.Paint(theme.Dim, " nothing has these words; a number is evidence, 17:29 a time"))
	}
	for len(out) < height {
		out = append(out, "")
	}
	return out
}

// Keys is what can be done on the palette.
func (p *Palette) Keys(Scene) [][2]string {
	return toEmpty(p.line.Value() != "", [2]string{"up, down", "move"}, [2]string{"enter", "do it"}, [2]string{"esc", "close"})
}

// Key implements Overlay.
func (p *Palette) Key(in Scene, key tea.KeyPressMsg) Action {
	switch key.String() {
	case "ctrl+l":
		return pass
	case "esc", "ctrl+c":
		return Action{Close: true}
	case "enter":
		list := p.found(in)
		if len(list) == 0 {
			return Action{}
		}
		c := list[max(0, min(p.at, len(list)-1))]
		return Action{Close: true, Do: c.do, With: c.with}
	case "up", "ctrl+p", "shift+tab":
		p.at--
	case "down", "ctrl+n", "tab":
		p.at++
	case "pgup":
		p.at -= 10
	case "pgdown":
		p.at += 10
	default:
		if p.line.Type(key) {
			p.at = 0
		}
	}
	return Action{}
}

// maxCommand bounds what is typed.
const maxCommand = 64

// Paste takes text as if it was typed, to its first line end.
func (p *Palette) Paste(text string) {
	text, _, _ = strings.Cut(text, "\n")
	p.line.Paste(text)
	p.at = 0
}
