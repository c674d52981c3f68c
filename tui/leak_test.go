package tui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/tui/keys"
)

type labPasswords []lab.Host

func (p labPasswords) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	for _, h := range p {
		if h.Addr == q.Target.Addr() {
			return []byte(h.Password), nil
		}
	}
	return nil, errors.New("no such host")
}

func (labPasswords) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

func startDemo(t *testing.T) (*lab.Lab, *session.Live) {
	t.Helper()
	l, err := lab.Start(t.Context(), lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, []byte(l.Manager().KnownHostsLine()+"\n"+l.SSM().KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.New()
	m, err1 := ssh.ParseTarget(l.Manager().User + "@" + l.Manager().Addr)
	s, err2 := ssh.ParseTarget(l.SSM().User + "@" + l.SSM().Addr)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	live, err := session.Connect(t.Context(), session.Config{
		Options: offline.Options{Gate: gate, Rules: rules}, Managers: []ssh.Target{m}, SSM: &s, PeerName: l.Peer(), Simulated: true, Fix: l.Fix,
		SSH: login.Config{KnownHosts: []string{known}, Gate: gate, Prompter: labPasswords{l.Manager(), l.SSM()}},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(live.Close)
	live.Start(t.Context())
	return l, live
}

// No frame of the demo, in any view, holds 8 characters in a row of a secret
// that the lab used, while it runs and after the fix.
func TestNoFrameShowsASecret(t *testing.T) {
	l, live := startDemo(t)
	m := New(Options{Control: live})
	var frames strings.Builder
	look := func() {
		for _, size := range [][2]int{{200, 60}, {120, 40}, {80, 24}} {
			m.Update(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
			for _, k := range []string{"", "x", "z", "tab", "x", "tab", "x", "tab", "z", "tab", "x", "?", "?", "enter", "esc"} {
				if k != "" {
					press(m, k)
				}
				frames.WriteString(m.View().Content)
			}
		}
	}
	fixed := false
	limit := time.After(30 * time.Second)
	for m.data.update.Verdict != checks.OK {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				t.Fatal("the updates ended")
			}
			m.Update(updateMsg{u: u, ok: true})
			look()
			if u.RootCause != nil && !fixed {
				fixed = true
				m.Update(acts[keys.PlayFix](m, "f").cmd())
			}
		case <-limit:
			t.Fatal("the fix did not turn the verdict green")
		}
	}
	look()
	out := frames.String()
	for _, token := range []string{"client#", "secret#", "password#"} {
		if !strings.Contains(out, token) {
			t.Errorf("%s is on no frame: nothing was masked there", token)
		}
	}
	for i, s := range l.Secrets() {
		for at := 0; at+8 <= len(s); at++ {
			if strings.Contains(out, s[at:at+8]) {
				t.Errorf("secret %d of %d stands on a frame, from its character %d on", i+1, len(l.Secrets()), at+1)
				break
			}
		}
	}
	if m.data.update.Comparison == nil {
		t.Error("before and after are not compared")
	}
}
