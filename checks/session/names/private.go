package names

import (
	"net/netip"
	"strings"

	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/report"
)

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

// Private is a report as it is written: without what turned out to be a secret after
// a line was read, and without names where they are hidden.
func Private(gate *redact.Session, r report.Report) report.Report {
	if !gate.HidesNames() {
		return redact.Hide(gate, r)
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
