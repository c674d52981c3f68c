package diagnose

import (
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// members are what an attempt was assembled from.
func members(t *attempt.Trace) checks.Members {
	m := checks.Members{Manager: refs(nil, t.Lines...)}
	signIns := t.Retried
	if t.Token != nil {
		signIns = append(signIns[:len(signIns):len(signIns)], t.Token)
	}
	for _, r := range signIns {
		m.SignIn, m.Refused = refs(m.SignIn, r.Entries()...), refs(refs(m.Refused, r.Refused...), r.Own...)
	}
	for _, r := range t.API {
		m.API = refs(m.API, r.Entries()...)
	}
	for _, c := range t.Conns {
		m.Connections = append(m.Connections, c.First.From())
	}
	return m
}

func refs(to []event.Ref, lines ...*evidence.Line) []event.Ref {
	for _, l := range lines {
		to = append(to, l.From)
	}
	return to
}
