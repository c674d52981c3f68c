package tui

import (
	"errors"
	"fmt"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"
)

// typedForm takes every host but one.
type typedForm struct{ taken Fields }

func (*typedForm) Names() [formFields][]string {
	return [formFields][]string{FormManagers: {"vmanage-1"}, FormSSM: {"ssm-lab"}, FormProfile: {"lab"}}
}

func (f *typedForm) Take(in Fields) (wrong Fields) {
	if in[FormManagers] == "admin@" {
		wrong[FormManagers] = `"admin@": no host name (write USER@HOST or USER@HOST:PORT)`
		return wrong
	}
	f.taken = in
	return wrong
}

// formScreen is a screen with a form that the keys were typed into.
func formScreen(w, h int, form Form, keys ...string) (*Model, tea.Cmd) {
	m := New(Options{Form: form, Begin: func() (Begun, error) { return Begun{}, errors.New("begun") }})
	m.Update(tea.WindowSizeMsg{Width: w, Height: h})
	m.Update(m.opts.formNames())
	var cmd tea.Cmd
	for _, k := range keys {
		switch k {
		case "enter":
			_, cmd = m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
		case "tab":
			_, cmd = m.Update(tea.KeyPressMsg{Code: tea.KeyTab})
		default:
			_, cmd = m.Update(tea.PasteMsg{Content: k})
		}
	}
	return m, cmd
}

func TestGoldenForm(t *testing.T) {
	for _, size := range [][2]int{{120, 40}, {80, 24}} {
		for name, keys := range map[string][]string{
			"empty":      nil,
			"filled":     {"admin@192.0.2.10, admin@192.0.2.11", "tab", "adm@192.0.2.20", "tab"},
			"suggestion": {"admin@vm"},
			"error":      {"admin@", "enter"},
		} {
			t.Run(fmt.Sprintf("%s-%dx%d", name, size[0], size[1]), func(t *testing.T) {
				m, cmd := formScreen(size[0], size[1], &typedForm{}, keys...)
				if name == "error" {
					m.Update(cmd())
				}
				golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
			})
		}
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
	if form.taken[FormManagers] != "admin@vmanage-1" {
		t.Errorf("taken: %q", form.taken)
	}
	if m.covered() != nil || cmd == nil {
		t.Fatal("the form does not give way to the run")
	}
	if msg, ok := cmd().(startedMsg); !ok || msg.err == nil || msg.err.Error() != "begun" {
		t.Errorf("the run does not begin: %v", msg)
	}
}

// Escapes that are pasted do not become part of a field.
func TestFormTakesNoControls(t *testing.T) {
	m, _ := formScreen(80, 24, &typedForm{}, "a\x1b[31m\n\u202eb")
	if got := m.covered().(*formPage).text[FormManagers]; got != "a[31mb" {
		t.Errorf("%q", got)
	}
}
