package session

import (
	"net/netip"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/view"
)

// acquaintance is whom the gate was told of, so that a name that stands in
// every line is told once.
type acquaintance struct {
	gate *redact.Session
	told map[told]bool
}

type told struct {
	kind redact.Kind
	name string
}

// maxTold bounds what is remembered: beyond, the gate is told again.
const maxTold = 4096

func newAcquaintance(gate *redact.Session) *acquaintance {
	return &acquaintance{gate, map[told]bool{}}
}

func (a *acquaintance) meet(kind redact.Kind, names ...string) {
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

// event tells the gate the users and hosts that an event names. A live run does
// so whether or not they are hidden: a person may hide them at any time.
func (a *acquaintance) event(ev event.Event) {
	switch ev := ev.(type) {
	case event.LogEntry:
		a.meet(redact.Host, ev.Host.String(), ev.Peer.String(), ev.Upstream.String())
		if ev.Topic == logline.TopicProxyHost {
			a.meet(redact.Host, ev.Value.String())
		}
		a.meet(redact.User, ev.User.String())
	case event.DNSAnswer:
		a.meet(redact.Host, ev.Name)
	case event.HTTPLine:
		a.meet(redact.Host, ev.Target.String())
	case event.ClientHello:
		a.meet(redact.Host, ev.Hello.SNI.String())
	case event.Certificate:
		meetTLS(a.gate, handshake.TLS{Chain: &ev.Chain})
	}
}

func meetTLS(gate *redact.Session, t handshake.TLS) {
	if t.Client != nil {
		gate.Meet(redact.Host, t.Client.SNI)
	}
	if t.Chain == nil {
		return
	}
	for _, c := range t.Chain.Certificates {
		for _, name := range c.SAN {
			gate.Meet(redact.Host, name)
		}
		for part := range strings.SplitSeq(c.Subject.String()+","+c.Issuer.String(), ",") {
			if name, is := strings.CutPrefix(strings.TrimSpace(part), "CN="); is && strings.Contains(name, ".") {
				gate.Meet(redact.Host, gate.Foreign(name))
			}
		}
	}
}

// private is a report as it is written with --privacy.
func private(gate *redact.Session, r report.Report) report.Report {
	if !gate.HidesNames() {
		return r
	}
	for _, c := range r.Diagnosis.Conns {
		meetTLS(gate, c.TLS)
	}
	meetAttempts(gate, r.Diagnosis.Attempts)
	for _, name := range []string{r.Diagnosis.Manager, r.Diagnosis.SSM, r.Diagnosis.Peer} {
		gate.Meet(redact.Host, gate.Foreign(name))
	}
	r = redact.Hide(gate, r)
	r.End = func(a netip.AddrPort) string { return gate.Shown(a.String()) }
	return r
}

func meetAttempts(gate *redact.Session, all []checks.Attempt) {
	for _, a := range all {
		gate.Meet(redact.Host, gate.Foreign(a.Node))
		gate.Meet(redact.User, gate.Foreign(a.User))
	}
}

// introduce tells the gate the names in an update that no event has.
func (a *acquaintance) introduce(u *view.Update) {
	a.meet(redact.Host, u.Header.Manager, u.Header.SSM, u.Header.Peer)
	for i := range u.Attempts {
		a.meet(redact.Host, u.Attempts[i].Node)
		a.meet(redact.User, u.Attempts[i].User)
	}
}

// private is an update as it is written with --privacy. Of a caller's address
// no text was made yet: it is left out. The screen hides names by itself.
func (l *Live) private(u view.Update) view.Update {
	gate := l.cfg.Gate
	if !gate.HidesNames() {
		return u
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
func (l *Live) meetHosts() {
	if l.cfg.Gate == nil {
		return
	}
	for _, h := range l.all() {
		l.cfg.Gate.Meet(redact.User, l.cfg.Gate.Foreign(h.target.User))
		l.cfg.Gate.Meet(redact.Host, l.cfg.Gate.Foreign(h.target.Host))
	}
	l.cfg.Gate.Meet(redact.Host, l.cfg.Gate.Foreign(l.cfg.PeerName))
}

// Gate is the run's: what is copied passes it once more, it hides names, and it
// gives one value in clear.
func (l *Live) Gate() *redact.Session { return l.cfg.Gate }
