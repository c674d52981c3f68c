package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

// run is one with a gate.
type run struct {
	view.Control
	gate *redact.Session
}

func (r run) Gate() *redact.Session { return r.gate }

func TestCopyIsWhatTheGateLetThrough(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), "tab", "e")
	row := m.panes.here().Current().Detail().Text
	if got := m.picture().copied(); got != row+"\n" || row == "" {
		t.Errorf("copied %q, the row is %q", got, row)
	}
	press(m, "v")
	if got := m.picture().copied(); !strings.Contains(got, "As it came") || strings.Contains(got, "\x1b") {
		t.Errorf("an overlay is copied as %q", got)
	}
}

// What became known after a row was drawn is not copied, and tokens stay.
func TestCopyMasksAgain(t *testing.T) {
	const late = "Zq8vT3mX9bLw2KpR"
	m := New(Options{})
	line := "the reply held " + late + " and no more\nanother line\n"
	if again(m.run.gate(), line) != line {
		t.Fatal("a run without a gate changed the text")
	}
	g := redact.New()
	token := g.Field(redact.ClientID, []byte(late)).String()
	m.run.control = run{gate: g}
	got := again(m.run.gate(), line)
	if strings.Contains(got, late) || !strings.Contains(got, token) {
		t.Errorf("%q, want %s in it", got, token)
	}
	if want := "the reply held " + token + " and no more\nanother line\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if twice := again(m.run.gate(), got); twice != got {
		t.Errorf("tokens do not stay: %q, then %q", got, twice)
	}
}

func TestCopyIsKeptForItsUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "copies")
	msg, ok := keepCopy(dir, "client#0123456789\n", time.Unix(0, 0)).(copiedMsg)
	if !ok {
		t.Fatal(msg)
	}
	path := string(msg)
	for name, mode := range map[string]os.FileMode{path: 0o600, dir: 0o700} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, st.Mode(), err)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "client#0123456789\n" {
		t.Errorf("%q, %v", data, err)
	}
	if msg, ok := keepCopy(path, "x", time.Unix(0, 0)).(overlay.Flash); !ok || !strings.Contains(string(msg), "not kept") {
		t.Errorf("a folder that is a file: %q", msg)
	}
}

func TestCopyInTmuxIsWrapped(t *testing.T) {
	if got := fmt.Sprint(toClipboard("a", true)().(tea.RawMsg).Msg); !strings.HasPrefix(got, "\x1bPtmux;") || !strings.Contains(got, "52;c;YQ==") {
		t.Errorf("%q", got)
	}
}

// The diagnosis is copied whole, wherever its pane is scrolled to, and so is
// what is presented.
func TestCopyOfTheDiagnosis(t *testing.T) {
	for _, keys := range [][]string{{"shift+tab", "shift+tab"}, {"shift+tab", "shift+tab", "down", "down", "down"}, {"V"}} {
		m := screen(t, Options{}, 80, 24, replayed(t, false), keys...)
		before := bare(m)
		golden.RequireEqual(t, m.picture().copied())
		if bare(m) != before {
			t.Errorf("%v: the pane moved", keys)
		}
	}
}
