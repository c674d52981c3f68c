package session_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
)

// The header says what is captured and where that came from.
func TestTheInterfaceIsChosen(t *testing.T) {
	rows := []string{"0    eth0       ipv4  192.0.2.9/24  -", "512  eth7       ipv4  172.20.85.1/24  sync", "0    eth3       ipv4  198.51.100.2/24  -"}
	for _, tt := range []struct {
		name                string
		manner              lab.Manner
		change              func(*session.Config)
		vpn, iface, because string
	}{
		{"route", lab.Manner{Interfaces: rows}, nil, "0", "eth0", "the route to the peer leaves by it"},
		{"network", lab.Manner{Interfaces: rows, NoVShell: true}, nil, "512", "eth7", "its network holds the peer"},
		{"given", lab.Manner{Interfaces: rows}, func(c *session.Config) { c.Interface = "eth3" }, "0", "eth3", "given"},
		{"nothing", lab.Manner{Odd: "nonsense", NoVShell: true}, nil, "0", "eth0", "assumed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, live := connect(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: tt.manner}, tt.change)
			live.Start(t.Context())
			var said strings.Builder
			u := await(t, live, 20*time.Second, func(u view.Update) bool {
				for _, ev := range u.Events {
					if m, ok := ev.(event.Mark); ok {
						said.WriteString(m.Text.String() + "\n")
					}
				}
				return u.Header.Level != ""
			})
			if h := u.Header; h.VPN != tt.vpn || h.Interface != tt.iface || !strings.Contains(h.InterfaceFrom, tt.because) {
				t.Errorf("vpn %s %s (%s)", h.VPN, h.Interface, h.InterfaceFrom)
			}
			if tt.manner.Odd != "" && !strings.Contains(said.String(), "unrecognised reply, of release unknown to show-version: nonsense") {
				t.Errorf("what was not understood is not kept: %s", said.String())
			}
			if tt.manner.Interfaces != nil && !strings.Contains(said.String(), "choose with --vpn and --interface") {
				t.Errorf("the choice is not offered: %s", said.String())
			}
		})
	}
}

// A side that is refused says why, and what right it takes; the other works.
func TestOneStreamWorksWhereTheOtherIsRefused(t *testing.T) {
	for name, m := range map[string]lab.Manner{"capture": {NoCapture: true}, "log": {NoVShell: true}} {
		t.Run(name, func(t *testing.T) {
			_, live := connect(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: m}, nil)
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			live.Start(ctx)
			refused, works := event.TcpdumpText, event.ManagerLog
			if m.NoVShell {
				refused, works = works, refused
			}
			await(t, live, 20*time.Second, func(u view.Update) bool {
				n := 0
				for _, s := range u.Sources {
					switch {
					case s.Source.Kind == refused && s.State == event.Refused && strings.Contains(s.Detail, "netadmin"):
						n++
					case s.Source.Kind == works && s.State == event.Following:
						n++
					}
				}
				return n == 2
			})
		})
	}
}

// A capture whose time is over hands over to the next one while somebody watches:
// no packet is missing or comes twice.
func TestACaptureIsRenewedWhileItIsWatched(t *testing.T) {
	defer session.SetCaptureTime(time.Second)()
	_, live := connect(t, lab.Options{Scenario: "ok", Past: time.Minute}, nil)
	live.Start(t.Context())
	begun, seen := 0, map[string]int{}
	await(t, live, 30*time.Second, func(u view.Update) bool {
		for _, ev := range u.Events {
			switch ev := ev.(type) {
			case event.Gap:
				t.Errorf("a gap: %s", ev.Why)
			case event.CaptureFooter:
				begun++
			case event.Segment:
				if seen[ev.Excerpt.String()]++; seen[ev.Excerpt.String()] > 1 {
					t.Errorf("twice: %s", ev.Excerpt)
				}
			}
		}
		return begun == 3
	})
}

// A capture that was begun on a guess listens to the peer as soon as the
// Manager's log names it; until then, the header says that it is a guess.
func TestTheCaptureFollowsThePeer(t *testing.T) {
	l, live := connect(t, lab.Options{Scenario: "grant-not-found"}, func(c *session.Config) { c.PeerName = "" })
	peer := l.Peer()
	live.Start(t.Context())
	var guess view.Header
	moved, packets := false, 0
	note := func(u view.Update) {
		for _, ev := range u.Events {
			switch ev := ev.(type) {
			case event.Gap:
				moved = moved || strings.Contains(ev.Why.String(), "listens to "+peer)
			case event.Segment:
				packets++
			}
		}
	}
	await(t, live, 20*time.Second, func(u view.Update) bool {
		if u.Header.PeerGuessed {
			guess = u.Header
		}
		note(u)
		return moved
	})
	if guess.Peer == "" || strings.Contains(guess.Peer, peer) || !strings.HasPrefix(guess.PeerFrom, "guessed") {
		t.Errorf("before: %q (%s)", guess.Peer, guess.PeerFrom)
	}
	if err := l.Fix(); err != nil {
		t.Fatal(err)
	}
	packets = 0
	await(t, live, 20*time.Second, func(u view.Update) bool {
		note(u)
		if u.Header.PeerGuessed || u.Header.Peer != peer+":8443" || !strings.HasPrefix(u.Header.PeerFrom, "clientUrl") {
			t.Errorf("after: %+v", u.Header)
		}
		return packets > 5
	})
}
