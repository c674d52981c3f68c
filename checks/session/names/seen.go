package names

import (
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks/view"
)

// Seen is whom the gate was told of, so that a name that stands in
// every line is told once.
type Seen struct {
	gate *redact.Session
	told map[told]bool
}

type told struct {
	kind redact.Kind
	name string
}

// maxTold bounds what is remembered: beyond, the gate is told again.
const maxTold = 4096

// New knows of nobody that the gate was told of.
func New(gate *redact.Session) *Seen {
	return &Seen{gate, map[told]bool{}}
}

func (a *Seen) meet(kind redact.Kind, names ...string) {
	for _, n := range names {
		k := told{kind, n}
		if n == "" || a.told[k] {
			continue
		}
		if len(a.told) < maxTold {
			a.told[k] = true
		}
		a.gate.Meet(kind, a.gate.Foreign(n))
	}
}

// Event tells the gate the users and hosts that an event names. A live run does
// so whether or not they are hidden: a person may hide them at any time.
func (a *Seen) Event(ev event.Event) {
	switch ev := ev.(type) {
	case event.LogEntry:
		a.meet(redact.Host, ev.Host.String(), ev.Peer.String(), ev.Upstream.String())
		if ev.Topic == logline.TopicProxyHost {
			a.meet(redact.Host, ev.Value.String())
		}
		a.meet(redact.User, ev.User.String())
	case event.DNSAnswer:
		a.meet(redact.Host, ev.Name)
	case *event.DNSAnswer:
		a.meet(redact.Host, ev.Name)
	case event.HTTPLine:
		a.meet(redact.Host, ev.Target.String())
	case event.ClientHello:
		a.meet(redact.Host, ev.Hello.SNI.String())
	case event.Certificate:
		meetTLS(a.gate, handshake.TLS{Chain: &ev.Chain})
	}
}

// Update tells the gate the names in an update that no event has.
func (a *Seen) Update(u *view.Update) {
	a.meet(redact.Host, u.Header.Manager, u.Header.SSM, u.Header.Peer)
	for i := range u.Attempts {
		a.meet(redact.Host, u.Attempts[i].Node)
		a.meet(redact.User, u.Attempts[i].User)
	}
}
