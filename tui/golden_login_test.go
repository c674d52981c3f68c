package tui

import (
	"errors"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/exp/golden"

	"syncscope/checks"
)

var loginNow = time.Date(2026, 11, 24, 11, 0, 3, 0, time.UTC)

// hostAt is a host that has come to a step.
func hostAt(name string, manager bool, at checks.Step, p checks.Progress, detail, hint string) checks.Host {
	h := checks.Host{Name: name, Manager: manager}
	gave := map[checks.Step]string{
		checks.StepResolve: "192.0.2.10:22", checks.StepHostKey: "known, ssh-ed25519",
		checks.StepLogin: "as " + strings.Split(name, "@")[0], checks.StepLogRight: "vmanage-server.log", checks.StepHistory: "1840 lines", checks.StepCapture: "vpn 0 eth0",
	}
	for _, s := range checks.Steps(manager) {
		st := checks.StepState{Step: s}
		switch {
		case s < at:
			st = checks.StepState{Step: s, Progress: checks.Done, Detail: gave[s], Began: loginNow.Add(-2 * time.Second), Took: 240 * time.Millisecond}
		case s == at:
			st = checks.StepState{Step: s, Progress: p, Detail: detail, Hint: hint, Began: loginNow.Add(-3 * time.Second)}
		}
		h.Steps = append(h.Steps, st)
	}
	return h
}

func connecting(hosts ...checks.Host) checks.Update {
	return checks.Update{Shown: -1, Now: loginNow, Hosts: hosts, Hint: waiting().Hint}
}

func asked(p checks.Prompt) checks.Update {
	p.ID = 1
	at := checks.StepLogin
	if p.HostKey != nil {
		at = checks.StepHostKey
	}
	u := connecting(hostAt("admin@192.0.2.10", true, at, checks.Asking, "", ""), hostAt("adm@192.0.2.20", false, checks.StepTCP, checks.Running, "", ""))
	u.Prompt = &p
	return u
}

func waitingLong() checks.Update {
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
	both := connecting(hostAt(manager, true, checks.StepHistory, checks.Running, "", ""), hostAt(ssm, false, checks.StepLogin, checks.Running, "", ""))
	refused := connecting(hostAt(manager, true, checks.StepCapture+1, checks.Done, "", ""), hostAt(ssm, false, checks.StepLogin, checks.Stopped, refusedLogin, "check user and password; a locked account stays locked until its time is over"))
	key := checks.Prompt{Host: manager, HostKey: &checks.HostKey{Type: "ssh-ed25519", Fingerprint: "SHA256:uNiVztksCsDhcc0u9e8BrSQk7D8HoQmAvB3sV2bGx1A"}}
	password := checks.Prompt{Host: manager, Text: "admin@192.0.2.10's password:", Waiting: 1}
	code := checks.Prompt{Host: "tech@jump.example", Text: "Enter the one-time code sent to your phone (6 digits):", Echo: true}
	iface := checks.Prompt{Host: manager, About: "Interface", Echo: true,
		Text: "By which interface do packets to 172.20.85.137 leave? The Manager does not say.\n\n 1  vpn 0    ge0/0  192.0.2.9/24\n 2  vpn 0    ge0/1  198.51.100.2/24\n 3  vpn 512  eth0  203.0.113.7/25\n\nIts number:"}
	for _, tt := range []struct {
		name string
		o    Options
		w, h int
		u    checks.Update
		keys []string
	}{
		{"starting-80x24", Options{}, 80, 24, checks.Update{Shown: -1}, nil},
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
		m := New(Options{Begin: func() (Begun, error) { return Begun{}, nil }})
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
	m := screen(t, Options{Login: l}, 100, 30, asked(checks.Prompt{Host: "a@b", Text: "Password:"}))
	q := questionOf(m)
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
	for _, b := range q.typed[:cap(q.typed)] {
		if b != 0 {
			t.Fatal("the screen keeps what was typed")
		}
	}
	if questionOf(m) != nil {
		t.Error("the question stands after its answer")
	}
}

// Only a whole yes trusts a key; esc does not.
func TestOnlyYesTrusts(t *testing.T) {
	l := &typist{}
	u := asked(checks.Prompt{Host: "a@b", HostKey: &checks.HostKey{Type: "ssh-ed25519", Fingerprint: "SHA256:x"}})
	m := screen(t, Options{Login: l}, 100, 30, u, "y", "enter")
	if l.id != 0 || questionOf(m) == nil {
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
