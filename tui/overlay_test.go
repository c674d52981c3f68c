package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/checks/view"
	"syncscope/tui/overlay"
	"syncscope/tui/pane"
)

// What q does to an overlay.
const (
	closes = iota
	typed  // it is a letter of what is typed
	leaves // the page asks whether to leave, and q says yes
)

// everyOverlay is one of each kind, with what q does to it.
func everyOverlay() map[overlay.Overlay]int {
	return map[overlay.Overlay]int{
		&overlay.Help{}: closes, &overlay.Checks{}: closes, &overlay.Runbook{ID: "grant-not-found"}: closes, &overlay.Steps{}: closes,
		&overlay.Detail{Of: pane.Detail{What: "row"}}: closes, &overlay.Sequence{}: closes, &overlay.Try{}: closes, &overlay.Reveal{}: closes,
		overlay.NewPalette(): typed, overlay.NewForm(): typed, overlay.NewQuestion(view.Prompt{ID: 1, Host: "a@b", Text: "Password:"}): typed,
		&overlay.Leave{}: leaves, overlay.NewMessage("SSM admin", []string{"line"}): closes,
	}
}

func kindOf(o overlay.Overlay) string { return reflect.TypeOf(o).Elem().Name() }

// Neither q nor esc ends the program while something covers the panes: they
// close what is on top, and only that.
func TestQClosesWhatIsOnTop(t *testing.T) {
	for o, does := range everyOverlay() {
		for _, k := range []string{"q", "esc"} {
			m := screen(t, Options{}, 120, 40, replayed(t, false))
			below := &overlay.Help{}
			m.covers = stack{below, o}
			_, cmd := m.Update(pressedKey(k))
			quits := isQuit(cmd)
			switch want := does; {
			case k == "q" && want == leaves:
				if !quits {
					t.Errorf("%s: q does not leave", kindOf(o))
				}
			case quits:
				t.Errorf("%s: %s ends the program", kindOf(o), k)
			case k == "q" && want == typed, kindOf(o) == "Form":
				if m.covers.top() != o {
					t.Errorf("%s: %s closes it", kindOf(o), k)
				}
			case m.covers.top() != overlay.Overlay(below) || len(m.covers) != 1:
				t.Errorf("%s: after %s %d overlays are there", kindOf(o), k, len(m.covers))
			}
		}
	}
	m := screen(t, Options{}, 120, 40, replayed(t, false), "?", "q")
	if m.covers.top() != nil {
		t.Error("q does not close the help")
	}
	if _, cmd := m.Update(pressedKey("q")); !isQuit(cmd) {
		t.Error("q over the panes does not quit")
	}
}

func pressedKey(k string) tea.KeyPressMsg {
	if key, ok := named[k]; ok {
		return key
	}
	return tea.KeyPressMsg{Code: rune(k[0]), Text: k}
}

func isQuit(cmd tea.Cmd) bool {
	if cmd == nil {
		return false
	}
	_, quits := cmd().(tea.QuitMsg)
	return quits
}

// The footer of each overlay names a key that closes it, or says that what is
// typed is text.
func TestFooterKnowsTheOverlay(t *testing.T) {
	for o, does := range everyOverlay() {
		m := screen(t, Options{}, 120, 40, replayed(t, false))
		m.covers = stack{o}
		line := ansi.Strip(m.picture().foot())
		want := map[int]string{closes: "q, esc", leaves: "q leave", typed: "esc"}[does]
		if kindOf(o) == "Form" { // there is nothing behind it
			want = "ctrl+c"
		}
		if !strings.Contains(line, want) || does != leaves && strings.Contains(line, "q quit") {
			t.Errorf("%s: the footer has no %q: %s", kindOf(o), want, line)
		}
	}
}

// The table above has every overlay there is.
func TestEveryOverlayIsInTheTable(t *testing.T) {
	have := map[string]bool{}
	for o := range everyOverlay() {
		have[kindOf(o)] = true
	}
	files, err := filepath.Glob("overlay/*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != "Title" {
				continue
			}
			star, ok := f.Recv.List[0].Type.(*ast.StarExpr)
			if !ok {
				continue
			}
			found++
			if kind := star.X.(*ast.Ident).Name; !have[kind] {
				t.Errorf("%s in %s is not in the table", kind, name)
			}
		}
	}
	if found < 10 {
		t.Errorf("only %d overlays were found", found)
	}
}
