package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

var loginNow = time.Date(2026, 11, 24, 11, 0, 3, 0, time.UTC)

// hostAt is a host that has come to a step.
func hostAt(name string, manager bool, at view.Step, p view.Progress, detail, hint string) view.Host {
	h := view.Host{Name: name, Manager: manager}
	gave := map[view.Step]string{
		view.StepResolve: "192.0.2.10:22", view.StepHostKey: "known, ssh-ed25519",
		view.StepLogin: "as " + strings.Split(name, "@")[0], view.StepLogRight: "vmanage-server.log", view.StepHistory: "1840 lines", view.StepCapture: "vpn 0 eth0",
	}
	for _, s := range view.Steps(manager) {
		st := view.StepState{Step: s}
		switch {
		case s < at:
			st = view.StepState{Step: s, Progress: view.Done, Detail: gave[s], Began: loginNow.Add(-2 * time.Second), Took: 240 * time.Millisecond}
		case s == at:
			st = view.StepState{Step: s, Progress: p, Detail: detail, Hint: hint, Began: loginNow.Add(-3 * time.Second)}
		}
		h.Steps = append(h.Steps, st)
	}
	return h
}

func connecting(hosts ...view.Host) view.Update {
	return view.Update{Shown: -1, Now: loginNow, Hosts: hosts, Hint: waiting().Hint}
}

func asked(p view.Prompt) view.Update {
	p.ID = 1
	at := view.StepLogin
	if p.HostKey != nil {
		at = view.StepHostKey
	}
	u := connecting(hostAt("admin@192.0.2.10", true, at, view.Asking, "", ""), hostAt("adm@192.0.2.20", false, view.StepTCP, view.Running, "", ""))
	u.Prompt = &p
	return u
}

func waitingLong() view.Update {
	u := waiting()
	u.Now, u.Hint = loginNow, u.Hint+" The scheduled one may be up to 24 h away."
	u.Doubts = []string{
		"Is it a cluster? The sync leaves from the node that has the request: give --manager once for each node.",
		"Packets are captured to and from 172.20.85.137:8443 only (clientUrl in the Manager's log). Another SSM, or a proxy between: give --peer HOST.",
		"Is the licence reporting mode of the Manager on-prem? In another mode it does not call the SSM.",
	}
	return u
}

const refusedLogin = "login refused, tried publickey, password"

func TestGoldenLogin(t *testing.T) {
	manager, ssm := "admin@192.0.2.10", "adm@192.0.2.20"
	both := connecting(hostAt(manager, true, view.StepHistory, view.Running, "", ""), hostAt(ssm, false, view.StepLogin, view.Running, "", ""))
	refused := connecting(hostAt(manager, true, view.StepCapture+1, view.Done, "", ""), hostAt(ssm, false, view.StepLogin, view.Stopped, refusedLogin, "check user and password; a locked account stays locked until its time is over"))
	key := view.Prompt{Host: manager, HostKey: &view.HostKey{Type: "ssh-ed25519", Fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrSQk7D8HoQmAvB3sV2bGx1A"}}
	password := view.Prompt{Host: manager, Text: "admin@192.0.2.10's password:", Waiting: 1}
	code := view.Prompt{Host: "tech@jump.example", Text: "Enter the one-time code sent to your phone (6 digits):", Echo: true}
	iface := view.Prompt{Host: manager, About: "Interface", Echo: true,
		Text: "By which interface do packets to 172.20.85.137 leave? The Manager does not say.\n\n 1  vpn 0    ge0/0  192.0.2.9/24\n 2  vpn 0    ge0/1  198.51.100.2/24\n 3  vpn 512  eth0  203.0.113.7/25\n\nIts number:"}
	for _, tt := range []struct {
		name string
		o    Options
		w, h int
		u    view.Update
		keys []string
	}{
		{"starting-80x24", Options{}, 80, 24, view.Update{Shown: -1}, nil},
		{"connecting-160x45", Options{}, 160, 45, both, nil},
		{"connecting-80x24", Options{}, 80, 24, both, nil},
		{"connecting-ascii-120x30", Options{ASCII: true}, 120, 30, both, nil},
		{"hostkey-120x40", Options{}, 120, 40, asked(key), []string{"y", "e"}},
		{"password-120x40", Options{}, 120, 40, asked(password), []string{"s", "3", "c"}},
		{"password-80x24", Options{}, 80, 24, asked(password), nil},
		{"interface-100x30", Options{}, 100, 30, asked(iface), []string{"2"}},
		{"interface-80x24", Options{}, 80, 24, asked(iface), nil},
		{"code-100x30", Options{}, 100, 30, asked(code), []string{"4", "7", "1"}},
		{"refused-120x40", Options{}, 120, 40, refused, nil},
		{"refused-80x24", Options{}, 80, 24, refused, nil},
		{"refused-panes-120x40", Options{}, 120, 40, refused, []string{"esc"}},
		{"waiting-long-120x40", Options{}, 120, 40, waitingLong(), nil},
		{"waiting-long-80x24", Options{}, 80, 24, waitingLong(), []string{"tab", "tab", "tab"}},
		{"waiting-alone-80x24", Options{}, 80, 24, waitingLong(), nil},
		{"waiting-first-80x24", Options{}, 80, 24, waiting(), nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := screen(t, tt.o, tt.w, tt.h, tt.u, tt.keys...)
			golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
		})
	}
	t.Run("no-start-80x24", func(t *testing.T) {
		m := New(Options{Begin: func() (view.Run, error) { return view.Run{}, nil }})
		m.Update(tea.WindowSizeMsg{Width: 80, Height: 24})
		m.Update(startedMsg{err: errors.New("--rules packs: no such folder (give a folder with *.yaml)")})
		golden.RequireEqual(t, ansi.Strip(m.View().Content)+"\n")
	})
}

// typist records the answers.
type typist struct {
	value []byte
	ok    bool
	id    int
}

func (l *typist) Answer(id int, value []byte, ok bool) error {
	l.id, l.value, l.ok = id, value, ok
	return nil
}
func (l *typist) Retry() error { return nil }

// A password is on no frame, whatever is typed, and the screen has none of it
// once it was handed over.
func TestPasswordIsNeverShown(t *testing.T) {
	l := &typist{}
	m := screen(t, Options{Login: l}, 100, 30, asked(view.Prompt{Host: "a@b", Text: "Password:"}))
	for _, k := range strings.Split("qz?/R7!", "") {
		press(m, k)
		if body := ansi.Strip(m.View().Content); strings.Contains(body, "qz?") {
			t.Fatal("the frame shows what is typed")
		}
	}
	m.Update(tea.PasteMsg{Content: "$+ x\nnot this"})
	_, cmd := m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	cmd()
	if string(l.value) != "qz?/R7!$+ x" || !l.ok || l.id != 1 {
		t.Errorf("answered %q %v %d", l.value, l.ok, l.id)
	}
	if among[*overlay.Question](m.covers) != nil {
		t.Error("the question stands after its answer")
	}
}

// Only a whole yes trusts a key; esc does not.
func TestOnlyYesTrusts(t *testing.T) {
	l := &typist{}
	u := asked(view.Prompt{Host: "a@b", HostKey: &view.HostKey{Type: "ssh-ed25519", Fingerprint: "SHA256:x"}})
	m := screen(t, Options{Login: l}, 100, 30, u, "y", "enter")
	if l.id != 0 || among[*overlay.Question](m.covers) == nil {
		t.Fatal("y alone is taken for an answer")
	}
	press(m, "y", "e", "s")
	_, cmd := m.Update(tea.KeyPressMsg{Code: tea.KeyEnter})
	if cmd(); !l.ok {
		t.Error("yes does not trust")
	}
	m = screen(t, Options{Login: l}, 100, 30, u)
	_, cmd = m.Update(tea.KeyPressMsg{Code: tea.KeyEscape})
	if cmd(); l.ok {
		t.Error("esc trusts")
	}
}
