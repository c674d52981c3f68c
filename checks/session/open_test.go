package session_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
)

// opened is a run on the lab that knows neither host keys nor passwords.
func opened(t *testing.T) (*lab.Lab, *session.Live) {
	t.Helper()
	return openedOn(t, lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond})
}

func openedOn(t *testing.T, o lab.Options) (*lab.Lab, *session.Live) {
	t.Helper()
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	m, _ := ssh.ParseTarget(l.Manager().User + "@" + l.Manager().Addr)
	s, _ := ssh.ParseTarget(l.SSM().User + "@" + l.SSM().Addr)
	gate := redact.New()
	known := filepath.Join(t.TempDir(), "known_hosts")
	live := session.Open(session.Config{
		Options: offline.Options{Gate: gate, Rules: rules}, Managers: []ssh.Target{m}, SSM: &s, PeerName: l.Peer(),
		SSH: login.Config{KnownHosts: []string{known}, WriteKnownHosts: known, Gate: gate},
	})
	t.Cleanup(live.Close)
	live.Start(t.Context())
	return l, live
}

// until takes updates until one is as wanted.
func until(t *testing.T, live *session.Live, what string, want func(view.Update) bool) view.Update {
	t.Helper()
	limit := time.After(30 * time.Second)
	for {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				t.Fatalf("%s: the updates ended", what)
			}
			if want(u) {
				return u
			}
		case <-limit:
			t.Fatalf("%s: not seen in time", what)
		}
	}
}

// reply plays the person: it trusts keys and types the right passwords.
func reply(t *testing.T, l *lab.Lab, live *session.Live, p *view.Prompt) {
	t.Helper()
	var value []byte
	if p.HostKey == nil {
		value = []byte(l.SSM().Password)
		if strings.Contains(p.Host, l.Manager().Addr) {
			value = []byte(l.Manager().Password)
		}
	}
	if err := live.Answer(p.ID, value, true); err != nil {
		t.Errorf("answer %d: %v", p.ID, err)
	}
}

// The updates ask for the host keys and the passwords, one at a time, and name
// every step until both hosts are read.
func TestOpenAsksInTheUpdates(t *testing.T) {
	l, live := opened(t)
	keys, passwords := 0, 0
	last := 0
	u := until(t, live, "both hosts ready", func(u view.Update) bool {
		if p := u.Prompt; p != nil && p.ID != last {
			last = p.ID
			if p.HostKey != nil {
				keys++
				if !strings.HasPrefix(p.HostKey.Fingerprint, "SHA256:") {
					t.Errorf("fingerprint %q", p.HostKey.Fingerprint)
				}
			} else {
				passwords++
			}
			reply(t, l, live, p)
		}
		for _, h := range u.Hosts {
			if !h.Ready() {
				return false
			}
		}
		return len(u.Hosts) == 2
	})
	if keys != 2 || passwords != 2 {
		t.Errorf("asked for %d keys and %d passwords, want 2 and 2", keys, passwords)
	}
	for _, h := range u.Hosts {
		if got, want := len(h.Steps), len(view.Steps(h.Manager)); got != want {
			t.Errorf("%s: %d steps, want %d", h.Name, got, want)
		}
	}
	if err := live.Answer(last, []byte("late"), true); err == nil {
		t.Error("an answer to a question that is no longer asked is taken")
	}
}

// A refused question stops that host at its step, with what to do; Retry asks
// again.
func TestRetryAsksAgain(t *testing.T) {
	l, live := opened(t)
	last := 0
	refuse := func(u view.Update) {
		if p := u.Prompt; p != nil && p.ID != last {
			last = p.ID
			if err := live.Answer(p.ID, nil, false); err != nil {
				t.Error(err)
			}
		}
	}
	u := until(t, live, "both hosts failed", func(u view.Update) bool {
		refuse(u)
		return len(u.Hosts) == 2 && u.Hosts[0].Failed() != nil && u.Hosts[1].Failed() != nil
	})
	for _, h := range u.Hosts {
		if f := h.Failed(); f.Step != view.StepHostKey || f.Hint == "" {
			t.Errorf("%s stopped at %s, hint %q", h.Name, f.Step, f.Hint)
		}
	}
	if err := live.Retry(); err != nil {
		t.Fatal(err)
	}
	until(t, live, "both hosts ready", func(u view.Update) bool {
		if p := u.Prompt; p != nil && p.ID != last {
			last = p.ID
			reply(t, l, live, p)
		}
		return len(u.Hosts) == 2 && u.Hosts[0].Ready() && u.Hosts[1].Ready()
	})
	if err := live.Retry(); err == nil {
		t.Error("nothing failed, and it is tried again")
	}
}

// A question that nobody answers ends with the run.
func TestCloseEndsAQuestion(t *testing.T) {
	_, live := opened(t)
	until(t, live, "a question", func(u view.Update) bool { return u.Prompt != nil })
	done := make(chan struct{})
	go func() { live.Close(); close(done) }()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatal("Close waits for the answer")
	}
}

// Where neither a route nor a network tells the interface, the person is asked;
// leaving it open is no end.
func TestTheInterfaceIsAsked(t *testing.T) {
	rows := []string{"0    ge0/0      ipv4  192.0.2.9/24  -", "512  eth7       ipv4  203.0.113.7/24  sync", "0    ge0/1      ipv4  198.51.100.2/24  -", "0    ge0/2      ipv4  -  -"}
	for _, tt := range []struct{ answer, vpn, iface, because string }{{"2", "512", "eth7", "chosen by you"}, {"9", "0", "eth0", "assumed"}, {"", "0", "eth0", "assumed"}} {
		t.Run(tt.answer, func(t *testing.T) {
			l, live := openedOn(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: lab.Manner{Interfaces: rows, NoVShell: true}})
			last, asked := 0, 0
			u := until(t, live, "the capture", func(u view.Update) bool {
				if p := u.Prompt; p != nil && p.ID != last {
					last = p.ID
					if p.About == "" {
						reply(t, l, live, p)
						return false
					}
					asked++
					if want := "2  vpn 512  eth7  203.0.113.7/24"; p.About != "Interface" || !strings.Contains(p.Text, want) || strings.Contains(p.Text, "ge0/2") {
						t.Errorf("%s: %s", p.About, p.Text)
					}
					if err := live.Answer(p.ID, []byte(tt.answer), tt.answer != ""); err != nil {
						t.Error(err)
					}
				}
				return u.Header.Level != ""
			})
			if h := u.Header; asked != 1 || h.VPN != tt.vpn || h.Interface != tt.iface || !strings.Contains(h.InterfaceFrom, tt.because) {
				t.Errorf("asked %d times: vpn %s %s (%s)", asked, h.VPN, h.Interface, h.InterfaceFrom)
			}
		})
	}
}
