//go:build unix

package tui

import (
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
	"syncscope/tui/keys"
)

func allKeys() []string {
	var out []string
	for _, task := range keys.Map {
		for _, b := range task.Keys {
			out = append(out, b.Keys...)
		}
	}
	return out
}

// Every key of the key map, pressed while one host is in a state and the
// others are logged in, and while all are: no panic, no hang.
func TestEveryKeyInEveryStateOfEveryHost(t *testing.T) {
	r := newRig(t)
	for s := notGiven; s < hostStates; s++ {
		for role := range theHosts {
			states := [theHosts]hostState{loggedIn, loggedIn, loggedIn}
			states[role] = s
			t.Run(hostNames[role]+" "+s.String(), func(t *testing.T) { everyKey(t, r, states, role) })
		}
		if s == notGiven || s == loggedIn {
			continue // no run, and the one before
		}
		t.Run("all "+s.String(), func(t *testing.T) { everyKey(t, r, [theHosts]hostState{s, s, s}, theSSM) })
	}
}

// Another host's question stands, and the SSM's sudo waits behind it with one of its
// own: that its link is cut is told all the same.
func TestALinkIsLostBehindAQuestion(t *testing.T) {
	r := newRig(t)
	for range 3 {
		r.drive(t, [theHosts]hostState{asking, notGiven, lostLink}).close()
	}
}

// noLogin are the states in which nobody has logged in to a host.
var noLogin = map[hostState]bool{dialling: true, asking: true, unreachable: true}

func everyKey(t *testing.T, r *rig, states [theHosts]hostState, role int) {
	t.Parallel()
	d := r.drive(t, states)
	for _, k := range allKeys() {
		d.send(pressed(t, k))
		d.settle(0)
		d.send(named["esc"])
		d.send(named["esc"])
	}
	if noLogin[states[role]] {
		d.m.covers = nil
		d.send(pressed(t, "r"))
		d.await("the checks say that there is no login", func() bool { return d.checked("there is no login") })
	}
	d.settle(100 * time.Millisecond)
	d.close()
}

func (d *driver) checked(word string) bool {
	for _, c := range d.m.data.update.Checks {
		if c.Status == "could-not-check" && strings.Contains(c.Detail, word) {
			return true
		}
	}
	return false
}

// Every key before there is a run, and after one could not begin.
func TestEveryKeyWithoutARun(t *testing.T) {
	for name, came := range map[string]tea.Msg{"starting": nil, "not begun": startedMsg{err: errNoRun}, "begun without parts": startedMsg{}} {
		t.Run(name, func(t *testing.T) {
			for _, k := range allKeys() {
				m := New(Options{Begin: func() (view.Run, error) { return view.Run{}, errNoRun }})
				if came != nil {
					m.Update(came)
				}
				if _, cmd := m.Update(pressed(t, k)); cmd != nil && k != "ctrl+z" && k != "y" {
					m.Update(cmd())
				}
				_ = m.View()
			}
		})
	}
	m := New(Options{Begin: func() (view.Run, error) { return view.Run{}, errNoRun }})
	_, cmd := m.Update(pressed(t, "r"))
	if m.Update(cmd()); !strings.Contains(m.flash, "has not begun") {
		t.Errorf("r says %q", m.flash)
	}
	m.Update(updateMsg{u: view.Update{Shown: -1, Prompt: &view.Prompt{ID: 1, Host: "a@b", Text: "Password:"}}, ok: true})
	press(m, "abc")
	if _, cmd = m.Update(named["enter"]); cmd == nil {
		t.Fatal("the answer goes nowhere")
	}
	m.Update(cmd())
}
