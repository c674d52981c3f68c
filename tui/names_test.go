package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/redact"
	"syncscope/checks/view"
)

// Sizes that lay the screen out in different ways.
var large, small80 = [2]int{200, 60}, [2]int{80, 24}

// people are whom the demo's streams name.
var people = []string{"um8_vManage", "SSM-On-Prem", "172.20.85.137", "svc_lic", "10.10.3.18"}

// everywhere is every view of the screen, one frame each, in each of the sizes.
func everywhere(m *Model, sizes ...[2]int) []string {
	var out []string
	for _, size := range sizes {
		m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for range panes {
			for _, k := range []string{"x", "x", "v", "esc", "s", "esc", "z", "z", "home", "F", "?", "esc", "enter", "esc", "]", "esc", ":", "esc", "#", "esc", "V", "V", "tab"} {
				press(m, k)
				out = append(out, bare(m))
			}
		}
	}
	return out
}

// hidden is a screen of the recorded attempt whose run has a gate that knows the
// people in it.
func gatedScreen(t *testing.T, w, h int, keys ...string) (*Model, *redact.Session) {
	t.Helper()
	g := redact.NewWithKey([]byte("golden"))
	u := replayedBy(t, g, false)
	for i, kind := range []redact.Kind{redact.Host, redact.Host, redact.Host, redact.User} {
		g.Meet(kind, g.Foreign(people[i]))
	}
	m := New(Options{Control: run{gate: g}})
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(updateMsg{u: u, ok: true})
	press(m, keys...)
	return m, g
}

// Names are hidden in every view once the key is pressed, in lines drawn long
// before too, under one pseudonym everywhere; and shown again as they were.
func TestNamesAreHiddenAndShownAgain(t *testing.T) {
	m, g := gatedScreen(t, 200, 60)
	everywhere(m, large, small80) // from here on each round begins where it ends
	before := everywhere(m, large, small80)
	all := strings.Join(before, "\n")
	for _, p := range people {
		if !strings.Contains(all, p) {
			t.Fatalf("%s is in no view: this proves nothing", p)
		}
	}
	press(m, "H")
	while := strings.Join(everywhere(m, large, small80), "\n")
	for _, p := range people {
		if strings.Contains(while, p) {
			at := strings.Index(while, p)
			t.Errorf("%s is readable: …%s…", p, while[max(0, at-100):at+60])
		}
		if name := g.Shown(p); !strings.Contains(while, name) {
			t.Errorf("%s has no pseudonym in sight", p)
		}
	}
	if !strings.Contains(all, "O8C-…") || strings.Contains(while, "O8C-") {
		t.Error("a client ID still shows its first characters, or never did")
	}
	press(m, "H")
	for i, f := range everywhere(m, large, small80) {
		if f != before[i] {
			t.Fatalf("view %d is another one after all names were hidden and shown again:\n%s\n%s", i, before[i], f)
		}
	}
}

// What is copied while names are hidden has none, from a row as from what
// covers the panes; search and filters find what is in sight.
func TestHiddenNamesAreNotCopied(t *testing.T) {
	m, g := gatedScreen(t, 200, 60, "tab", "e", "H")
	user := g.Shown("svc_lic")
	for _, key := range []string{"", "v"} {
		press(m, key)
		text := again(m.run.gate(), m.picture().copied())
		for _, p := range people {
			if strings.Contains(text, p) {
				t.Errorf("%s is copied", p)
			}
		}
		if !strings.Contains(text, g.Shown(people[0])) {
			t.Errorf("no pseudonym in %q", text)
		}
	}
	press(m, "esc", "esc", "/", user)
	if !strings.Contains(m.input.entry.said, "match") || strings.HasPrefix(m.input.entry.said, "0 ") {
		t.Errorf("what is in sight is not found: %q", m.input.entry.said)
	}
	press(m, "esc", "d", "log.user == "+user)
	if !strings.Contains(m.input.entry.said, "pass") || strings.HasPrefix(m.input.entry.said, "0 ") {
		t.Errorf("no row passes: %q", m.input.entry.said)
	}
}

// A name that the gate comes to know while names are hidden is hidden from then
// on, wherever it stands.
func TestNamesKnownLaterAreHidden(t *testing.T) {
	g := redact.New()
	m := New(Options{Control: run{gate: g}})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.Update(updateMsg{u: lines(3, "late-host.example said #"), ok: true})
	press(m, "H")
	if !strings.Contains(bare(m), "late-host.example") {
		t.Fatal("it is known already")
	}
	g.Meet(redact.Host, g.Foreign("late-host.example"))
	m.Update(updateMsg{u: view.Update{Shown: -1}, ok: true})
	if text := bare(m); strings.Contains(text, "late-host") || !strings.Contains(text, g.Shown("late-host.example")+" said") {
		t.Error(text)
	}
}

// What turns out to be a secret only after its line was drawn is masked from then on,
// though names are shown.
func TestSecretsKnownLaterAreHidden(t *testing.T) {
	const late = "Zq8vT3mX9bLw2KpR"
	g := redact.New()
	m := New(Options{Control: run{gate: g}})
	m.Update(tea.WindowSizeMsg{Width: 120, Height: 40})
	m.Update(updateMsg{u: lines(3, "late-host.example held "+late+" #"), ok: true})
	if !strings.Contains(bare(m), late) {
		t.Fatal("it is known already")
	}
	token := g.Field(redact.ClientSecret, []byte(late)).String()
	m.Update(updateMsg{u: view.Update{Shown: -1}, ok: true})
	if text := bare(m); strings.Contains(text, late) || !strings.Contains(text, "late-host.example held "+token) {
		t.Error(text)
	}
}

// A run without a gate says how names are hidden.
func TestNamesWithoutAGate(t *testing.T) {
	m := screen(t, Options{}, 80, 24, replayed(t, false), "H")
	if !strings.Contains(m.flash, "--privacy") {
		t.Error(m.flash)
	}
}

// The live demo: its users, hosts and addresses are in no view while they are
// hidden.
func TestNoFrameShowsAHiddenName(t *testing.T) {
	_, live := startDemo(t)
	m := New(Options{Control: live})
	for limit := time.After(30 * time.Second); m.data.update.RootCause == nil; {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				t.Fatal("the updates ended")
			}
			m.Update(updateMsg{u: u, ok: true})
		case <-limit:
			t.Fatal("no cause was found")
		}
	}
	open := strings.Join(everywhere(m, large, small80), "\n")
	press(m, "H")
	while := strings.Join(everywhere(m, large, small80), "\n")
	found := 0
	for _, p := range append(people, "127.0.0.1") {
		if strings.Contains(open, p) {
			found++
		}
		if at := strings.Index(while, p); at >= 0 {
			t.Errorf("%s is readable: …%s…", p, while[max(0, at-100):at+60])
		}
	}
	if found < 4 {
		t.Errorf("only %d of the names are in sight otherwise", found)
	}
}

func TestGoldenPrivacy(t *testing.T) {
	for _, tt := range []struct {
		name string
		w, h int
		keys []string
	}{
		{"hidden-200x60", 200, 60, []string{"H", "]", "]", "]", "]"}}, // the ladder's word on tcp in place of the flash
		{"hidden-80x24", 80, 24, []string{"H"}},
		{"hidden-detail-120x40", 120, 40, []string{"H", "tab", "e", "v"}},
		{"hidden-sequence-160x45", 160, 45, []string{"H", "s"}},
		{"shown-again-80x24", 80, 24, []string{"H", "H"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m, _ := gatedScreen(t, tt.w, tt.h, tt.keys...)
			golden.RequireEqual(t, bare(m)+"\n")
		})
	}
}
