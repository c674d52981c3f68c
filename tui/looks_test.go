package tui

import (
	"fmt"
	"image/color"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// withoutManager is the recorded run of somebody who gave no Manager.
func withoutManager(t *testing.T) view.Update {
	u := replayed(t, false)
	u.Hosts = []view.Host{{Name: "admin@172.20.85.137", Steps: doneSteps(false)}}
	ssm := u.Sources[2]
	u.Sources = []view.SourceStatus{ssm}
	var events []event.Event
	for _, ev := range u.Events {
		if ev.Ref().Source == ssm.Source.ID {
			events = append(events, ev)
		}
	}
	u.Events, u.Header.Manager, u.Header.Release = events, "", ""
	return u
}

func doneSteps(manager bool) []view.StepState {
	var out []view.StepState
	for _, s := range view.Steps(manager) {
		out = append(out, view.StepState{Step: s, Progress: view.Done})
	}
	return out
}

// The screen's states in both sizes on both backgrounds, with colours.
func TestGoldenLooks(t *testing.T) {
	older := fixed(t)
	for _, tt := range []struct {
		name string
		u    view.Update
		keys []string
	}{
		{"waiting", waiting(), nil}, {"verdict", replayed(t, false), nil}, {"older", older, []string{"("}},
		{"overlay", replayed(t, false), []string{"?"}}, {"missing-host", withoutManager(t), nil},
	} {
		for _, size := range [][2]int{{80, 24}, {120, 40}} {
			for look, background := range map[string]color.Color{"dark": color.Black, "light": color.White} {
				t.Run(fmt.Sprintf("%s-%s-%dx%d", tt.name, look, size[0], size[1]), func(t *testing.T) {
					m := New(Options{})
					m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
					m.Update(tea.BackgroundColorMsg{Color: background})
					m.Update(updateMsg{u: tt.u, ok: true})
					press(m, tt.keys...)
					golden.RequireEqual(t, strings.NewReplacer("\x1b[m", "⟧", "\x1b[", "⟦").Replace(m.View().Content)+"\n")
				})
			}
		}
	}
}

// A pane to which nothing can come says what it would add and how to have it;
// its width is the others', and the first pane in sight has rows.
func TestAPaneWithoutAHostGivesItsPlaceAway(t *testing.T) {
	u := withoutManager(t)
	u.Verdict, u.RootCause, u.Attempts, u.Shown = 0, nil, nil, -1
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		m := screen(t, Options{}, size[0], size[1], u)
		f := m.picture().planned()
		if first := f.boxes[0]; first.pane != ssmPane || first.w != size[0] {
			t.Errorf("%v: the first pane is %d, %d columns wide", size, first.pane, first.w)
		}
		if m.panes.focus != ssmPane || m.panes.here().Len() == 0 {
			t.Errorf("%v: the focus is on pane %d", size, m.panes.focus)
		}
		for range 2 * panes { // every pane can be looked at
			press(m, "tab")
			seen := false
			for _, b := range m.picture().planned().boxes {
				seen = seen || b.pane == m.panes.focus
			}
			if !seen {
				t.Errorf("%v: pane %d has the focus and is not in sight", size, m.panes.focus)
			}
			if !m.panes.absent(m.panes.focus) {
				continue
			}
			if text := plain(bare(m)); !strings.Contains(text, "NOT GIVEN") || !strings.Contains(text, "syncscope live --manager USER@HOST --ssm admin@172.20.85.137") || strings.Contains(text, "FOLLOW") && size[0] == 80 {
				t.Errorf("%v: pane %d does not say how to have it:\n%s", size, m.panes.focus, bare(m))
			}
		}
	}
}

// plain is a frame's text without borders and line breaks.
func plain(frame string) string {
	frame = strings.NewReplacer("│", " ", "─", " ", "┌", " ", "┐", " ", "└", " ", "┘", " ").Replace(frame)
	return strings.Join(strings.Fields(frame), " ")
}
