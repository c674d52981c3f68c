package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// later is a run that came to know a secret after its row was drawn.
type later struct {
	Control
	secret string
}

func (l later) Masked(text string) string { return strings.ReplaceAll(text, l.secret, "secret#0") }

func TestCopyIsWhatTheGateLetThrough(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), "tab", "e")
	row := rows(m).Current().Detail().Text
	if got := copied(m); got != row+"\n" || row == "" {
		t.Errorf("copied %q, the row is %q", got, row)
	}
	press(m, "v")
	if got := copied(m); !strings.Contains(got, "As it came") || strings.Contains(got, "\x1b") {
		t.Errorf("an overlay is copied as %q", got)
	}
}

func TestCopyMasksAgain(t *testing.T) {
	m := screen(t, Options{}, 120, 40, replayed(t, false), "tab", "e")
	word := strings.Fields(copied(m))[0]
	if got := again(m, copied(m)); !strings.Contains(got, word) {
		t.Fatal("a run without a Masker changed the text")
	}
	m.opts.Control = later{secret: word}
	if got := again(m, copied(m)); strings.Contains(got, word) || !strings.Contains(got, "secret#0") {
		t.Errorf("what became known later is copied: %q", got)
	}
}

func TestCopyIsKeptForItsUserAlone(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "copies")
	msg := string(keepCopy(dir, "client#0123456789\n", time.Unix(0, 0)))
	_, path, ok := strings.Cut(msg, "also in ")
	if !ok {
		t.Fatal(msg)
	}
	for name, mode := range map[string]os.FileMode{path: 0o600, dir: 0o700} {
		if st, err := os.Stat(name); err != nil || st.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", name, st.Mode(), err)
		}
	}
	if data, err := os.ReadFile(path); err != nil || string(data) != "client#0123456789\n" {
		t.Errorf("%q, %v", data, err)
	}
	if msg := string(keepCopy(path, "x", time.Unix(0, 0))); !strings.Contains(msg, "not kept") {
		t.Errorf("a folder that is a file: %q", msg)
	}
}

func TestCopyInTmuxIsWrapped(t *testing.T) {
	if got := fmt.Sprint(toClipboard("a", true)().(tea.RawMsg).Msg); !strings.HasPrefix(got, "\x1bPtmux;") || !strings.Contains(got, "52;c;YQ==") {
		t.Errorf("%q", got)
	}
}
