package tui

import (
	"fmt"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"syncscope/tui/keys"
	"syncscope/tui/overlay"
)

// states are ways to what the screen may show, by the keys that lead there.
var screenStates = map[string][]string{
	"panes": nil, "a row": {"tab", "up"}, "ssm": {"tab", "tab", "up"}, "diagnosis": {"tab", "tab", "tab"}, "timeline": {"t"}, "zoomed": {"tab", "z"},
	"searched": {"tab", "/grant", "enter"}, "filtered": {"tab", "&licens", "enter"}, "ladder": {"]"}, "presented": {"V"}, "paused": {"p"},
	"help": {"?"}, "runbook": {"F", "shift+tab", "enter"}, "detail": {"tab", "up", "v"}, "sequence": {"s"}, "palette": {":"}, "help over a runbook": {"tab", "tab", "tab", "enter", "?"},
}

// footed are the keys that the footer of a state names, as they are typed.
func footed(m *Model) []string {
	named := keys.Footer(m.scene().State)
	if c := m.covers.top(); c != nil {
		named = c.Keys(m.scene())
	}
	var out []string
	for _, k := range named {
		for _, one := range strings.FieldsFunc(k[0], func(r rune) bool { return r == ',' || r == ' ' }) {
			switch one {
			case "1-9":
				one = "1"
			case "e/E":
				one = "e"
			case "pgdn":
				one = "pgdown"
			}
			out = append(out, one)
		}
	}
	return out
}

// In every state and at four sizes: no frame is wider than the terminal, every
// key of the footer is one, and q closes what covers the panes and ends nothing.
func TestTheFooterNamesWhatWorks(t *testing.T) {
	for name, way := range screenStates {
		for _, size := range [][2]int{{60, 15}, {80, 24}, {120, 40}, {200, 60}} {
			where := fmt.Sprintf("%s at %v", name, size)
			at := func() *Model { return screen(t, Options{Lang: "en"}, size[0], size[1], replayed(t, false), way...) }
			m := at()
			for _, l := range strings.Split(bare(m), "\n") {
				if ansi.StringWidth(l) > size[0] {
					t.Errorf("%s: %d columns: %q", where, ansi.StringWidth(l), l)
				}
			}
			for _, key := range footed(m) {
				covered := m.covers.top() != nil
				if covered {
					if a := m.covers.top().Key(at().scene(), pressed(t, key)); a.Pass && keys.Find(key) == nil {
						t.Errorf("%s: the footer names %q, which is no key", where, key)
					}
				} else if keys.Find(key) == nil {
					t.Errorf("%s: the footer names %q, which is no key", where, key)
				}
				fresh := at()
				fresh.Update(pressed(t, key))
				if lines := strings.Split(fresh.View().Content, "\n"); len(lines) != size[1] {
					t.Errorf("%s, then %s: %d lines", where, key, len(lines))
				}
			}
			if _, typed := m.covers.top().(*overlay.Palette); m.covers.top() == nil || typed {
				continue // q is quit, or a letter
			}
			before := len(m.covers)
			_, cmd := m.Update(tea.KeyPressMsg{Code: 'q', Text: "q"})
			if len(m.covers) != before-1 {
				t.Errorf("%s: q does not close what is on top", where)
			}
			if cmd != nil {
				if _, quits := cmd().(tea.QuitMsg); quits {
					t.Errorf("%s: q ends the program", where)
				}
			}
		}
	}
}

// pressed is the message of a key as the key map names it.
func pressed(t *testing.T, name string) tea.KeyPressMsg {
	t.Helper()
	if k, ok := named[name]; ok {
		return k
	}
	k := tea.KeyPressMsg{}
	switch {
	case name == "f2":
		k.Code = tea.KeyF2
	case name == "f5":
		k.Code = tea.KeyF5
	case strings.HasPrefix(name, "ctrl+"):
		k.Code, k.Mod = []rune(name[len("ctrl+"):])[0], tea.ModCtrl
	default:
		k.Code, k.Text = []rune(name)[0], name
	}
	if k.String() != name {
		t.Fatalf("the key %q is pressed as %q", name, k.String())
	}
	return k
}
