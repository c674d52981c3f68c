package session

import (
	"net/netip"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/view"
)

// private is an update as it is written: without what turned out to be a secret
// after a line was read, and without names where they are hidden. Of a caller's
// address no text was made yet: then it is left out. The screen does so by itself.
func private(gate *redact.Session, u view.Update) view.Update {
	if !gate.HidesNames() {
		return redact.Hide(gate, u)
	}
	u.Events = append([]event.Event(nil), u.Events...)
	for i, ev := range u.Events {
		if e, is := ev.(event.LogEntry); is {
			e.Client = netip.Addr{}
			u.Events[i] = e
		}
	}
	return redact.Hide(gate, u)
}

// meetHosts tells the gate whom a person typed.
func meetHosts(gate *redact.Session, hosts []*host, peer string) {
	if gate == nil {
		return
	}
	for _, h := range hosts {
		gate.Meet(redact.User, gate.Foreign(h.target.User))
		gate.Meet(redact.Host, gate.Foreign(h.target.Host))
	}
	gate.Meet(redact.Host, gate.Foreign(peer))
}

// Gate is the run's: what is copied passes it once more, it hides names, and it
// gives one value in clear.
func (l *Live) Gate() *redact.Session { return l.cfg.Gate }
