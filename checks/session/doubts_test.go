package session

import (
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/ssh"
)

// While no attempt is seen it is said where to press Sync; after a minute, what
// may be wrong, by what came meanwhile.
func TestDoubts(t *testing.T) {
	began := time.Date(2026, 11, 24, 11, 0, 0, 0, time.UTC)
	l := &Live{cfg: Config{Managers: []ssh.Target{{User: "a", Host: "b", Port: 22}}}, began: began}
	gate := redact.New()
	at := func(after time.Duration, packets int, attempts ...checks.Attempt) view.Update {
		u := view.Update{Now: began.Add(after), Attempts: attempts, Header: view.Header{Peer: "192.0.2.9:8443", PeerFrom: "given"}, Sources: []view.SourceStatus{
			{Source: event.Source{Kind: event.TcpdumpText}, State: event.Following, Packets: packets, LastByte: began.Add(after)},
			{Source: event.Source{Kind: event.ManagerLog, Title: gate.Foreign("server.log"), Host: gate.Foreign("b")}, State: event.Following, LastByte: began},
		}}
		l.advise(&u)
		return u
	}
	early := at(30*time.Second, 0)
	if !strings.Contains(early.Hint, "License Management › Sync Licenses") || !strings.Contains(early.Hint, "24 h") || len(early.Doubts) != 0 {
		t.Errorf("at first: %q, %q", early.Hint, early.Doubts)
	}
	for packets, want := range map[int]string{0: "No packet came so far; they are captured to and from 192.0.2.9:8443", 7: "7 packets came so far, none of a sync"} {
		late := strings.Join(at(61*time.Second, packets).Doubts, "\n")
		for _, w := range []string{want, "server.log of b has had no line", "Is it a cluster?", "mode of the Manager on-prem?"} {
			if !strings.Contains(late, w) {
				t.Errorf("%q is not in %s", w, late)
			}
		}
	}
	if seen := at(time.Hour, 0, checks.Attempt{}); seen.Hint != "" || seen.Doubts != nil {
		t.Errorf("an attempt was seen: %q", seen.Doubts)
	}
}
