package tui

import (
	"errors"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

// writes is a run that writes messages.
type writes struct {
	noRun
	err error
}

func (w writes) Message(u view.Update, lang string) (string, []string, error) {
	return "SSM admin", []string{"first line in " + lang, "second line"}, w.err
}

// Y shows the message and copies it as it was written; where there is none, it
// says so.
func TestYCopiesTheMessage(t *testing.T) {
	m := screen(t, Options{Control: writes{}, Lang: "ko"}, 80, 24, replayed(t, false))
	_, cmd := m.Update(tea.KeyPressMsg{Code: 'Y', Text: "Y"})
	if cmd == nil {
		t.Fatal("nothing is written")
	}
	m.Update(cmd())
	if text := bare(m); !strings.Contains(text, "Message to the SSM admin") || !strings.Contains(text, "first line in ko") {
		t.Errorf("it is not shown:\n%s", text)
	}
	if got := m.picture().copied(); got != "first line in ko\nsecond line\n" {
		t.Errorf("copied: %q", got)
	}
	press(m, "q")
	if m.covers.top() != nil {
		t.Error("q does not close it")
	}
	for what, o := range map[string]Options{"no lab": {}, "an error": {Control: writes{err: errors.New("no words")}}} {
		m := screen(t, o, 80, 24, replayed(t, false))
		if _, cmd := m.Update(tea.KeyPressMsg{Code: 'Y', Text: "Y"}); cmd != nil {
			m.Update(cmd())
		}
		if m.flash == "" || m.covers.top() != nil {
			t.Errorf("%s: %q", what, m.flash)
		}
	}
}

// A runbook's commands are filled with what the run knows; tab chooses one, and
// y copies that alone, whole.
func TestARunbooksCommandIsCopied(t *testing.T) {
	u := replayed(t, false)
	cause := *u.RootCause
	cause.ID, cause.Runbook = "firewall-drop", "firewall-drop"
	u.RootCause = &cause
	u.Header.Peer, u.Header.Interface, u.Header.VPN = "ssm.example.net:9443", "eth4", "512"
	m := screen(t, Options{Lang: "en"}, 80, 24, u, "enter")
	all := m.picture().copied()
	if strings.Contains(all, "<ssm>") || !strings.Contains(all, "https://ssm.example.net:9443/") || !strings.Contains(all, "vpn 512 interface eth4") {
		t.Errorf("it is not filled:\n%s", all)
	}
	seen := map[string]bool{}
	for range 30 {
		press(m, "tab")
		p := m.covers.top().(*overlay.Runbook)
		_ = m.View()
		if p.Picked() == "" {
			break
		}
		got := strings.TrimSuffix(m.picture().copied(), "\n")
		if got != p.Picked() || strings.Contains(got, "…") || !strings.Contains(got, " ") {
			t.Errorf("command %d: %q", len(seen), got)
		}
		seen[got] = true
		if first, _, _ := strings.Cut(got, " "); !strings.Contains(bare(m), first) {
			t.Errorf("command %d is not in sight:\n%s", len(seen), bare(m))
		}
	}
	if len(seen) < 2 {
		t.Errorf("commands: %v", seen)
	}
}

// What is not known stays as it is written.
func TestFillKeepsWhatIsNotKnown(t *testing.T) {
	const page = "`curl https://<ssm>:8443/` `dig <name>` `tcpdump vpn 0 interface eth0 port 8443` <other>"
	if got := checks.Fill("as <user> on <ssm>", checks.Place{User: "svc"}); got != "as svc on <ssm>" {
		t.Errorf("%q", got)
	}
	if got := checks.Fill(page, checks.Place{}); got != page {
		t.Errorf("%q", got)
	}
	got := checks.Fill(page, checks.Place{Peer: "[2001:db8::1]:8443", VPN: "0", Interface: "eth1"})
	if want := "`curl https://[2001:db8::1]:8443/` `dig <name>` `tcpdump vpn 0 interface eth1 port 8443` <other>"; got != want {
		t.Errorf("%q", got)
	}
}
