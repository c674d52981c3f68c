package overlay

import (
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"

	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// scene is one of 80x24 without a run.
func scene() Scene {
	th, err := theme.Named("", theme.None, theme.Background(0))
	if err != nil {
		panic(err)
	}
	return Scene{Update: &view.Update{Shown: -1}, Theme: th, Width: 80, Height: 24, Now: time.Now, FormShown: func(_ int, text string) int { return len(text) }}
}

// pressed is a key that is pressed: a letter, or a name.
func pressed(name string) tea.KeyPressMsg {
	named := map[string]tea.KeyPressMsg{
		"enter": {Code: tea.KeyEnter}, "esc": {Code: tea.KeyEscape}, "tab": {Code: tea.KeyTab}, "up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown},
		"left": {Code: tea.KeyLeft}, "home": {Code: tea.KeyHome}, "backspace": {Code: tea.KeyBackspace},
	}
	if k, ok := named[name]; ok {
		return k
	}
	if letter, ctrl := strings.CutPrefix(name, "ctrl+"); ctrl {
		return tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl}
	}
	return tea.KeyPressMsg{Code: []rune(name)[0], Text: name}
}

func press(in Scene, o Overlay, names ...string) (last Action) {
	for _, n := range names {
		last = o.Key(in, pressed(n))
	}
	return last
}

func inText(in Scene, o Overlay) string {
	return ansi.Strip(strings.Join(o.Lines(in, in.Width-4), "\n"))
}

// hosts is a form's program: it remembers what it was given.
type hosts struct {
	recent []view.Fields
	taken  view.Fields
	wrong  view.Fields
	tests  chan view.Update
	stops  int
}

func (h *hosts) Offer() view.Offer {
	return view.Offer{Names: [view.FormFields][]string{view.FormManagers: {"one", "two"}}, Recent: slices.Clone(h.recent)}
}

func (h *hosts) Forget(gone view.Fields) error {
	h.recent = slices.DeleteFunc(h.recent, func(r view.Fields) bool { return r == gone })
	return nil
}

func (h *hosts) Take(f view.Fields) view.Fields { h.taken = f; return h.wrong }

func (h *hosts) Try() (view.Run, error) {
	return view.Run{Updates: h.tests, Stop: func() { h.stops++ }}, nil
}

// form is a form that has its offer.
func form(t *testing.T, h *hosts) (Scene, *Form) {
	t.Helper()
	in, p := scene(), NewForm()
	in.Form = h
	answer(t, in, p, p.Init(h))
	return in, p
}

// answer hands over what a command gives.
func answer(t *testing.T, in Scene, p Receiver, cmd tea.Cmd) Action {
	t.Helper()
	if cmd == nil {
		t.Fatal("nothing is asked for")
	}
	a, ok := cmd().(Answer)
	if !ok || a.To != p {
		t.Fatalf("the answer is %#v", a)
	}
	return p.Receive(in, a.What)
}
