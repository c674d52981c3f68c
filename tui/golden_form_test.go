package tui

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

// typedForm takes every host but one.
type typedForm struct {
	taken  view.Fields
	recent []view.Fields
	try    chan view.Update
	stops  int
}

func (f *typedForm) Offer() view.Offer {
	return view.Offer{
		Names:  [view.FormFields][]string{view.FormManagers: {"vmanage-1"}, view.FormSSM: {"ssm-lab"}, view.FormProfile: {"lab"}},
		Recent: slices.Clone(f.recent),
	}
}

func (f *typedForm) Forget(gone view.Fields) error {
	f.recent = slices.DeleteFunc(f.recent, func(r view.Fields) bool { return r == gone })
	return nil
}

func allShown(_ int, text string) int { return len(text) }

func (f *typedForm) Try() (view.Run, error) {
	return view.Run{Updates: f.try, Stop: func() { f.stops++ }}, nil
}

func (f *typedForm) Take(in view.Fields) (wrong view.Fields) {
	switch {
	case in[view.FormManagers] == "admin@":
		wrong[view.FormManagers] = "no host name (write USER@HOST or USER@HOST:PORT)"
		return wrong
	case in[view.FormSince] == "soon":
		wrong[view.FormSince] = "soon: no time (write it like 90m, 2h or 36h)"
		return wrong
	}
	f.taken = in
	return wrong
}

// formScreen is a screen with a form that the keys were typed into.
func formScreen(w, h int, form view.Form, keys ...string) (*Model, tea.Cmd) {
	m := New(Options{Form: form, FormShown: allShown, Begin: func() (view.Run, error) { return view.Run{}, errors.New("begun") }})
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(among[*overlay.Form](m.covers).Init(form)())
	var cmd tea.Cmd
	for _, k := range keys {
		if key, ok := named[k]; ok {
			_, cmd = m.Update(key)
		} else if letter, ctrl := strings.CutPrefix(k, "ctrl+"); ctrl {
			_, cmd = m.Update(tea.KeyPressMsg{Code: rune(letter[0]), Mod: tea.ModCtrl})
		} else {
			_, cmd = m.Update(tea.PasteMsg{Content: k})
		}
	}
	return m, cmd
}

// earlierRuns are what a form offers.
func earlierRuns() []view.Fields {
	return []view.Fields{
		{view.FormManagers: "admin@192.0.2.10", view.FormSSM: "adm@192.0.2.20"},
		{view.FormManagers: "admin@vm-1, admin@vm-2, admin@vm-3", view.FormSSM: "adm@ssm.example", view.FormPeer: "ssm.example:8443", view.FormJump: "me@jump.example"},
		{view.FormProfile: "lab"},
		{view.FormSSM: "adm@192.0.2.21"},
	}
}

func TestGoldenForm(t *testing.T) {
	filled := []string{"admin@192.0.2.10, admin@192.0.2.11", "tab", "adm@192.0.2.20", "tab"}
	for _, size := range [][2]int{{120, 40}, {80, 24}, {60, 15}} {
		for _, tt := range []struct {
			name   string
			recent []view.Fields
			keys   []string
		}{
			{"empty", nil, nil},
			{"filled", nil, filled},
			{"suggestion", nil, []string{"admin@vm"}},
			{"error", nil, []string{"admin@", "enter"}},
			{"error-since", nil, append(filled[:4:4], "tab", "tab", "tab", "tab", "soon", "enter")},
			{"flags", nil, append(filled[:4:4], "up", "up", "up", "space", "up", "space")},
			{"recent", earlierRuns(), nil},
			{"recent-last", earlierRuns(), []string{"down", "down", "down"}},
			{"recent-changed", earlierRuns(), []string{"down", "tab"}},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", tt.name, size[0], size[1]), func(t *testing.T) {
				m, cmd := formScreen(size[0], size[1], &typedForm{recent: tt.recent}, tt.keys...)
				if strings.HasPrefix(tt.name, "error") {
					m.Update(cmd())
				}
				golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
			})
		}
	}
}

// hosts of a test: the first is read, the second at a step.
func tried(second view.StepState) view.Update {
	u := view.Update{Shown: -1, Now: time.Date(2026, 11, 24, 11, 0, 4, 0, time.UTC)}
	for _, manager := range []bool{true, false} {
		h := view.Host{Name: map[bool]string{true: "admin@192.0.2.10", false: "adm@192.0.2.20"}[manager], Manager: manager}
		for _, s := range view.Steps(manager)[:6] {
			st := view.StepState{Step: s, Progress: view.Done, Took: 120 * time.Millisecond}
			switch {
			case manager || s < second.Step:
			case s == second.Step:
				st = second
			default:
				st = view.StepState{Step: s}
			}
			h.Steps = append(h.Steps, st)
		}
		u.Hosts = append(u.Hosts, h)
	}
	return u
}

// underTest is a form whose hosts are being tested.
func underTest(w, h int, over bool, updates ...view.Update) (*Model, *typedForm) {
	f := &typedForm{try: make(chan view.Update, len(updates))}
	for _, u := range updates {
		f.try <- u
	}
	if over {
		close(f.try)
	}
	m, cmd := formScreen(w, h, f, "admin@192.0.2.10", "tab", "adm@192.0.2.20", "ctrl+t")
	for n := len(updates) + 2; n > 0 || over && cmd != nil; n-- { // taken, begun, each update, the end
		_, cmd = m.Update(cmd())
	}
	return m, f
}

func TestGoldenFormTest(t *testing.T) {
	began := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	running := tried(view.StepState{Step: view.StepLogin, Progress: view.Running, Began: began})
	asking := tried(view.StepState{Step: view.StepLogin, Progress: view.Asking, Began: began})
	asking.Prompt = &view.Prompt{ID: 1, Host: "adm@192.0.2.20", Text: "adm@192.0.2.20's password: "}
	failed := tried(view.StepState{Step: view.StepLogRight, Progress: view.Stopped, Detail: "log-right was refused: this user may not read the log", Hint: "it takes the group adm, or sudo"})
	whole := tried(view.StepState{Step: view.StepLogRight, Progress: view.Done, Detail: "may be read"})
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		for name, u := range map[string]view.Update{"running": running, "asking": asking, "failed": failed, "passed": whole} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				m, _ := underTest(size[0], size[1], name == "failed" || name == "passed", u)
				golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
			})
		}
	}
}

// A test can be left at any time; it ends then, and the form is as it was.
func TestFormTestIsLeft(t *testing.T) {
	u := tried(view.StepState{Step: view.StepLogin, Progress: view.Asking})
	u.Prompt = &view.Prompt{ID: 1, Host: "adm@192.0.2.20", Text: "password: "}
	m, f := underTest(120, 40, false, u)
	if among[*overlay.Question](m.covers) == nil {
		t.Fatal("no question")
	}
	m.Update(named["esc"]) // the question is not answered
	_, cmd := m.Update(named["esc"])
	if cmd == nil {
		t.Fatal("the test goes on")
	}
	if cmd(); f.stops != 1 {
		t.Errorf("stopped %d times", f.stops)
	}
	if _, ok := m.covers.top().(*overlay.Form); !ok || !strings.Contains(bare(m), "adm@192.0.2.20") || len(m.data.update.Hosts) != 0 {
		t.Error("the form is not as it was")
	}
}

// After a test that went well, enter goes on into the run.
func TestFormTestGoesOn(t *testing.T) {
	m, f := underTest(120, 40, true, tried(view.StepState{Step: view.StepLogRight, Progress: view.Done}))
	if f.stops != 1 {
		t.Errorf("its logins are not ended: %d", f.stops)
	}
	_, cmd := m.Update(named["enter"])
	batch, ok := cmd().(tea.BatchMsg)
	if !ok {
		batch = tea.BatchMsg{func() tea.Msg { return cmd() }}
	}
	for _, c := range batch {
		if c == nil {
			continue
		}
		if _, cmd = m.Update(c()); cmd != nil {
			m.Update(cmd())
		}
	}
	if m.run.failure == nil || m.run.failure.Error() != "begun" {
		t.Errorf("the run does not begin: %v", m.run.failure)
	}
	if among[*overlay.Form](m.covers) == nil {
		t.Error("a run that cannot begin does not give the form back")
	}
}

// Tab completes a host, enter goes on into the run on the same screen, once.
func TestFormGoesOnIntoTheRun(t *testing.T) {
	form := &typedForm{}
	m, cmd := formScreen(120, 40, form, "admin@vm", "tab", "enter")
	if _, again := m.Update(tea.KeyPressMsg{Code: tea.KeyEnter}); again != nil {
		t.Error("a second enter asks again")
	}
	_, cmd = m.Update(cmd())
	if form.taken[view.FormManagers] != "admin@vmanage-1" {
		t.Errorf("taken: %q", form.taken)
	}
	if m.covers.top() != nil || cmd == nil {
		t.Fatal("the form does not give way to the run")
	}
	if msg, ok := cmd().(startedMsg); !ok || msg.err == nil || msg.err.Error() != "begun" {
		t.Errorf("the run does not begin: %v", msg)
	}
}
