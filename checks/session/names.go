package session

import (
	"net/netip"
	"strings"

	"syncscope/capture"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
)

// meet tells the gate the users and hosts that an event names, for --privacy.
func meet(gate *redact.Session, ev capture.Event) {
	if !gate.HidesNames() {
		return
	}
	host := func(names ...redact.Text) {
		for _, n := range names {
			gate.Meet(redact.Host, n)
		}
	}
	switch ev := ev.(type) {
	case capture.LogEntry:
		host(ev.Host, ev.Peer, ev.Upstream)
		if ev.Topic == capture.TopicProxyHost {
			host(ev.Value)
		}
		gate.Meet(redact.User, ev.User)
	case capture.DNSAnswer:
		host(gate.Foreign(ev.Name))
	case capture.HTTPLine:
		host(ev.Target)
	case capture.ClientHello:
		host(ev.Hello.SNI)
	case capture.Certificate:
		meetTLS(gate, capture.TLS{Chain: &ev.Chain})
	case capture.Segment:
		meetTLS(gate, ev.Conn.TLS)
	}
}

func meetTLS(gate *redact.Session, t capture.TLS) {
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

// privately hides an update's names and addresses. Of a caller's address no
// text was made yet: it is left out.
func (l *Live) privately(u *checks.Update) {
	gate := l.cfg.Gate
	if !gate.HidesNames() {
		return
	}
	for _, name := range []string{u.Header.Manager, u.Header.SSM, u.Header.Peer} {
		gate.Meet(redact.Host, gate.Foreign(name))
	}
	meetAttempts(gate, u.Attempts)
	u.Events = append([]capture.Event(nil), u.Events...)
	for i, ev := range u.Events {
		if e, is := ev.(capture.LogEntry); is {
			e.Client = netip.Addr{}
			u.Events[i] = e
		}
	}
	*u = redact.Hide(gate, *u)
	u.End = func(a netip.AddrPort) string { return gate.Shown(a.String()) }
}

// meetHosts tells the gate whom a person typed.
func (l *Live) meetHosts() {
	if l.cfg.Gate == nil || !l.cfg.Gate.HidesNames() {
		return
	}
	for _, h := range l.all() {
		l.cfg.Gate.Meet(redact.User, l.cfg.Gate.Foreign(h.target.User))
		l.cfg.Gate.Meet(redact.Host, l.cfg.Gate.Foreign(h.target.Host))
	}
	l.cfg.Gate.Meet(redact.Host, l.cfg.Gate.Foreign(l.cfg.PeerName))
}
