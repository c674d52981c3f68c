package tui

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/redact"
	"syncscope/tui/overlay"
)

// watch is a clock that a test sets.
type watch struct{ at time.Time }

func (w *watch) now() time.Time { return w.at }

// revealing is a screen that stands on the row with the sign-in's values.
func revealing(t *testing.T, w, h int) (*Model, *redact.Session, *watch) {
	t.Helper()
	g := redact.NewWithKey([]byte("golden"))
	u := replayedBy(t, g, false)
	clock := &watch{u.Now}
	m := New(Options{Control: run{gate: g}, Now: clock.now})
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.touched = true
	m.Update(updateMsg{u: u, ok: true})
	press(m, "tab", "@", "16:49:54,265", "enter")
	return m, g, clock
}

// hit presses a key and takes what the gate answers.
func hit(t *testing.T, m *Model, key string) {
	t.Helper()
	_, cmd := m.Update(tea.KeyPressMsg{Code: rune(key[0]), Text: key})
	if cmd == nil {
		t.Fatalf("%s asks for nothing", key)
	}
	m.Update(cmd())
}

// recordedSecret is the client secret of the recorded sign-in; it is made up.
func recordedSecret(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "vmanage-server.log"))
	if err != nil {
		t.Fatal(err)
	}
	found := regexp.MustCompile(`client_secret=([^&,\s]+)`).FindSubmatch(data)
	if found == nil {
		t.Fatal("no secret in the recorded log")
	}
	return string(found[1])
}

// bringUp brings the secret onto the screen: chosen, asked about, shown.
func bringUp(t *testing.T, m *Model) { press(m, "#", "2"); hit(t, m, "#") }

// One value is on the screen while it is open and at no other time: not while
// it is chosen and asked about, not after ten seconds, not after a key.
func TestRevealIsOneValueForTenSeconds(t *testing.T) {
	secret := recordedSecret(t)
	for name, end := range map[string]func(*Model, *watch){
		"ten seconds": func(_ *Model, c *watch) { c.at = c.at.Add(10 * time.Second) },
		"ten and the tick": func(m *Model, c *watch) {
			c.at = c.at.Add(10 * time.Second)
			m.Update(m.covers.top().(*overlay.Reveal).Second())
		},
		"a letter": func(m *Model, _ *watch) { press(m, "j") },
		"esc":      func(m *Model, _ *watch) { press(m, "esc") },
		"ctrl+c":   func(m *Model, _ *watch) { press(m, "ctrl+c") },
		"copying":  func(m *Model, _ *watch) { press(m, "y") },
		"a question and tick": func(m *Model, _ *watch) {
			r := m.covers.top().(*overlay.Reveal)
			m.open(&overlay.Help{})
			m.Update(r.Second())
			m.covers.shut()
		},
	} {
		t.Run(name, func(t *testing.T) {
			m, _, clock := revealing(t, 120, 40)
			frame := func() string { return bare(m) }
			press(m, "#")
			if f := frame(); strings.Contains(f, secret[:8]) || !strings.Contains(f, "client secret") {
				t.Fatal("while it is chosen:\n", f)
			}
			press(m, "2")
			if f := frame(); strings.Contains(f, secret[:8]) || !strings.Contains(f, "Everyone who sees this screen") {
				t.Fatal("while it is asked about:\n", f)
			}
			hit(t, m, "#")
			if f := frame(); !strings.Contains(f, secret) || !strings.Contains(f, "10 s") {
				t.Fatal("it is not shown:\n", f)
			}
			if strings.Contains(m.frame, secret[:8]) || strings.Contains(m.View().WindowTitle, secret[:8]) {
				t.Error("the frame is kept, or the title has it")
			}
			clock.at = clock.at.Add(3 * time.Second)
			m.Update(m.covers.top().(*overlay.Reveal).Second())
			if f := frame(); !strings.Contains(f, secret) || !strings.Contains(f, " 7 s ") {
				t.Error("no countdown:\n", f)
			}
			end(m, clock)
			for _, f := range append(everywhere(m, small80), frame()) {
				if strings.Contains(f, secret[:8]) {
					t.Fatal("still there:\n", f)
				}
			}
		})
	}
}

// Nothing that copies gets it, and saying so is no secret.
func TestRevealedIsNotCopied(t *testing.T) {
	secret := recordedSecret(t)
	m, _, _ := revealing(t, 120, 40)
	bringUp(t, m)
	if !strings.Contains(bare(m), secret) {
		t.Fatal("it is not shown")
	}
	if text := m.picture().copied(); strings.Contains(text, secret[:8]) {
		t.Errorf("the overlay is copied as %q", text)
	}
	if r := m.picture().copyText(m.run.gate()); r.cmd != nil || r.flash != overlay.NotCopied {
		t.Errorf("copied: %q", m.flash)
	}
	if _, cmd := m.Update(tea.KeyPressMsg{Code: 'y', Text: "y"}); cmd != nil || m.flash != overlay.NotCopied || m.covers.top() != nil {
		t.Errorf("y: %q", m.flash)
	}
}

func TestRevealIsOffWhereOthersSeeTheScreen(t *testing.T) {
	m, g, _ := revealing(t, 120, 40)
	press(m, "#", "2")
	g.SetShared() // asked for already
	hit(t, m, "#")
	if m.covers.top() != nil || !strings.Contains(m.flash, "--shared") {
		t.Errorf("%q", m.flash)
	}
	press(m, "#")
	if m.covers.top() != nil || !strings.Contains(m.flash, "--shared") {
		t.Errorf("%q", m.flash)
	}
}

func TestRevealNeedsAValue(t *testing.T) {
	m, _, _ := revealing(t, 120, 40)
	press(m, "home", "#")
	if m.flash != "no masked value in this row" {
		t.Errorf("%q", m.flash)
	}
	m = screen(t, Options{}, 80, 24, replayed(t, false), "#")
	if !strings.Contains(m.flash, "keeps none") {
		t.Errorf("%q", m.flash)
	}
}

// In the tree: the one function that draws a value is called where a frame is
// made, and nowhere else.
func TestOnlyTheFrameDrawsWhatIsRevealed(t *testing.T) {
	files, _ := filepath.Glob("*.go")
	overlays, _ := filepath.Glob("overlay/*.go")
	calls := map[string][]string{}
	for _, name := range append(files, overlays...) {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok {
				continue
			}
			ast.Inspect(fn, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok && (s.Sel.Name == "InSight" || s.Sel.Name == "Draw") {
					calls[s.Sel.Name] = append(calls[s.Sel.Name], fn.Name.Name)
				}
				return true
			})
		}
	}
	if got := strings.Join(calls["Draw"], " "); got != "InSight" {
		t.Errorf("Draw is called by %s", got)
	}
	for _, by := range calls["InSight"] {
		if by != "drawn" && by != "Size" { // Size counts its lines
			t.Errorf("InSight is called by %s", by)
		}
	}
}

func TestGoldenReveal(t *testing.T) {
	for _, tt := range []struct {
		name string
		w, h int
		keys []string
		show bool
	}{
		{"choice-120x40", 120, 40, []string{"#"}, false},
		{"question-120x40", 120, 40, []string{"#", "2"}, false},
		{"question-80x24", 80, 24, []string{"#", "1"}, false},
		{"shown-120x40", 120, 40, []string{"#", "2"}, true},
		{"shown-80x24", 80, 24, []string{"#", "2"}, true},
		{"question-60x15", 60, 15, []string{"#", "2"}, false},
		{"shown-60x15", 60, 15, []string{"#", "2"}, true},
		{"not-copied-80x24", 80, 24, []string{"#", "2"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _, clock := revealing(t, tt.w, tt.h)
			press(m, tt.keys...)
			if tt.show {
				hit(t, m, "#")
				clock.at = clock.at.Add(3200 * time.Millisecond)
			}
			if strings.HasPrefix(tt.name, "not-copied") {
				press(m, "y")
			}
			golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
		})
	}
}
