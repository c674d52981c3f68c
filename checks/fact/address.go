package fact

import (
	"net/netip"
	"strings"
	"time"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// longestConnect is how long a connect that nothing answers lasts on Linux, with the
// usual number of SYNs (tcp(7), tcp_syn_retries).
const longestConnect = 130 * time.Second

// deadAddress: the name has several addresses, and the attempt tried one that does
// not answer before the one that did.
func deadAddress(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	used := t.Conn
	if used == nil || !used.Heard() {
		return nil
	}
	others := addressesOf(v, t)
	if delete(others, used.Server.Addr()); len(others) == 0 {
		return nil
	}
	clock := v.Axis.WithCapture(used.Source, 0) // one clock, wherever it stands
	w := evidence.Between(clock.Packet(used.Source, used.First.When()), clock.Packet(used.Source, used.Last.When()), longestConnect, 0)
	for _, c := range v.Conns {
		a := c.Server.Addr()
		if c.Ours || v.Capture(c.Source) != v.Capture(used.Source) || !others[a] || !w.Has(clock.WithCapture(c.Source, 0).Packet(c.Source, c.First.When())) {
			continue
		}
		if m, dead := c.Unanswered(); dead && v.Footers.Captured(c.Source, v.Capture).Saw(evidence.Reply) == evidence.No {
			return []checks.Evidence{v.CitePacket(m, a.String()+" does not answer")}
		}
		if m, dead := c.Refused(); dead {
			return []checks.Evidence{v.CitePacket(m, a.String()+" refuses")}
		}
	}
	return nil
}

// addressesOf are all that the name which the attempt calls is known to resolve to.
func addressesOf(v *attempt.View, t *attempt.Trace) map[netip.Addr]bool {
	out := map[netip.Addr]bool{}
	add := func(addrs []netip.Addr) {
		for _, a := range addrs {
			out[a] = true
		}
	}
	for _, d := range v.Answers(t) {
		if d.Response {
			add(d.Addrs)
		}
	}
	peer, _ := t.Lines.Peer()
	for _, r := range v.Results {
		if strings.EqualFold(r.Name.String(), peer.Host) {
			add(r.Addrs)
		}
	}
	return out
}
