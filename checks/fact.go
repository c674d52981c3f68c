package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"syncscope/capture"
)

// factNames are the facts that rules may name: what no single event shows.
var factNames = []string{
	"upstream-partial", "nat-in-path", "checksum-offload", "secrets-in-logs",
	"mss-clamped", "benign-noise", "manager-too-old", "mode-not-onprem",
}

// firstOnPrem is the first release that knows on-prem mode.
var firstOnPrem = capture.Release{20, 9, 1}

// ethernetMSS is what an unshortened path offers (1500 - 20 - 20).
const ethernetMSS = 1460

// fact gives the evidence for a fact about the run, nil if it does not hold.
func (e *Engine) fact(name string) []Evidence {
	switch name {
	case "manager-too-old":
		for _, r := range e.results {
			if r.Release != (capture.Release{}) && r.Release.Less(firstOnPrem) {
				return []Evidence{e.cite(r.Meta, "Manager: release "+r.Version.String())}
			}
		}
	case "mode-not-onprem":
		if len(e.modes) == 0 {
			return nil
		}
		if last := e.modes[len(e.modes)-1]; last.Value.String() != "" && !last.Cut && !strings.EqualFold(last.Value.String(), "onprem") {
			return []Evidence{e.citeLine(last, "Manager: mode "+last.Value.String())}
		}
	case "benign-noise":
		return e.noiseSeen()
	}
	return nil
}

// noiseNames say what routine lines are, in the order in which they are told.
var noiseNames = []struct {
	topic capture.Topic
	name  string
}{
	{capture.TopicDeprecation, "Redis deprecation warnings"},
	{capture.TopicSession, "expiring sessions"},
	{capture.TopicSaving, "Redis saving"},
	{capture.TopicClockSource, "chronyd changing its source"},
}

func (e *Engine) noiseSeen() []Evidence {
	var out []Evidence
	for _, n := range noiseNames {
		if l := e.noise[n.topic]; l != nil {
			out = append(out, e.citeLine(l, n.name))
		}
	}
	return out
}

// factOf gives the evidence for a fact about one try.
func (e *Engine) factOf(t *try, name string) []Evidence {
	switch name {
	case "upstream-partial":
		return e.partial(t)
	case "nat-in-path":
		return e.otherAddress(t)
	case "checksum-offload":
		if t.conn != nil && t.conn.Offload > 0 {
			return []Evidence{e.cite(t.conn.offload, fmt.Sprintf("capture: %d outgoing packets", t.conn.Offload))}
		}
	case "mss-clamped":
		if t.conn != nil && t.conn.ServerMSS > 0 && t.conn.ServerMSS < ethernetMSS {
			return []Evidence{e.cite(t.conn.answer, fmt.Sprintf("capture: MSS %d", t.conn.ServerMSS))}
		}
	case "secrets-in-logs":
		return e.inClear(t)
	default:
		return e.fact(name)
	}
	return nil
}

func (e *Engine) partial(t *try) []Evidence {
	if t.token == nil || len(t.token.refused) == 0 || t.token.rails == nil {
		return nil
	}
	return []Evidence{
		e.citeLine(t.token.refused[0], "SSM, nginx: upstream "+t.token.refused[0].Upstream.String()+" refused"),
		e.citeLine(t.token.rails, "SSM, Rails: another upstream answered"),
	}
}

// otherAddress: the caller's address in the SSM's log is none that the capture
// shows the Manager to have.
func (e *Engine) otherAddress(t *try) []Evidence {
	if t.token == nil || t.token.access == nil || !t.token.access.Client.IsValid() {
		return nil
	}
	known := e.managerAddrs()
	seen := t.token.access.Client
	if len(known) == 0 || slices.Contains(known, seen) {
		return nil
	}
	return []Evidence{e.citeLine(t.token.access, "SSM, nginx: the caller is "+seen.String())}
}

func (e *Engine) managerAddrs() []netip.Addr {
	var out []netip.Addr
	for _, c := range toPeer(e.conns, e.peerAddr()) {
		if a := c.Client.Addr(); !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out
}

// inClear finds one line of each log that shows a secret or a password that
// its writer had not masked.
func (e *Engine) inClear(t *try) []Evidence {
	var out []Evidence
	for _, l := range t.lines {
		if shows(l) {
			out = append(out, e.citeLine(l, "in clear in the Manager's log"))
			break
		}
	}
	if t.token != nil {
		for _, l := range append(t.token.entries(), t.token.refused...) {
			if shows(l) {
				return append(out, e.citeLine(l, "in clear in the SSM's log"))
			}
		}
	}
	return out
}

func shows(l *capture.LogEntry) bool {
	return !l.Secret.Empty() || !l.Password.Empty() && !l.SourceMasked
}

// peerAddr is the address of the SSM as the Manager calls it: given, from its
// log, from the resolver's answer, or from the capture's filter.
func (e *Engine) peerAddr() netip.Addr {
	if e.peer.IsValid() {
		return e.peer
	}
	name, _ := e.peerName()
	if a, err := netip.ParseAddr(name); err == nil {
		return a
	}
	for _, r := range e.results {
		if name != "" && r.Name.String() == name && len(r.Addrs) > 0 {
			return r.Addrs[0]
		}
	}
	if e.started != nil {
		return e.started.Peer
	}
	return netip.Addr{}
}

// peerName is the SSM's host as the Manager's log names it last.
func (e *Engine) peerName() (host, port string) {
	for i := len(e.manager) - 1; i >= 0; i-- {
		if p := e.manager[i].Peer.String(); p != "" {
			host, port, _ = strings.Cut(p, ":")
			return host, port
		}
	}
	return "", ""
}
