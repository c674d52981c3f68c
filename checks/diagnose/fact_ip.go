package diagnose

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/packet"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// icmp is the fact that a router or host said why it does not carry packets
// for the SSM (or for the proxy that leads to it).
func icmp(says string, kinds ...packet.Unreach) func(*Engine, *attempt.Trace) []checks.Evidence {
	return func(e *Engine, t *attempt.Trace) []checks.Evidence {
		for _, u := range e.icmp {
			known := u.About.Addr().IsValid()
			if slices.Contains(kinds, u.Unreach) && known && e.aboutPeer(t, u.About.Addr()) && e.within(t, u.Meta) {
				return []checks.Evidence{e.cite(u.Meta, "capture: "+u.Src.Addr().String()+" says "+says)}
			}
		}
		return nil
	}
}

// aboutPeer reports whether a is where the try's packets go.
func (e *Engine) aboutPeer(t *attempt.Trace, a netip.Addr) bool {
	if t.Conn != nil {
		return t.Conn.Server.Addr() == a
	}
	peer, proxy := e.peerAddr(), e.proxyAddr()
	return !peer.IsValid() && !proxy.IsValid() || a == peer || a == proxy
}

// within reports whether a packet of the capture lies in the attempt's time, as
// far as both clocks can be compared.
func (e *Engine) within(t *attempt.Trace, m event.Meta) bool {
	axis, w := e.at, t.Window(e.at)
	if c := t.Conn; c != nil && t.ConnSure {
		if c.Source == m.From.Source { // one clock, wherever it stands
			axis = axis.WithCapture(c.Source, 0)
		}
		w = evidence.Between(axis.Packet(c.Source, c.First.When()), axis.Packet(c.Source, c.Last.When()), 0, 0)
	}
	at := axis.Packet(m.From.Source, m.At)
	return !at.Known() || !w.Known() || w.Widened(agreement, agreement).Has(at)
}

// silent: at least two questions for a neighbour's address without an answer.
func (e *Engine) silent(want func(netip.Addr) bool) []checks.Evidence {
	asked := map[netip.Addr]int{}
	var last *event.Neighbour
	for _, n := range e.arp {
		switch {
		case n.Reply:
			asked[n.Addr] = -1 << 30 // it is there
		case want(n.Addr):
			asked[n.Addr]++
			if asked[n.Addr] >= 2 {
				last = n
			}
		}
	}
	if last == nil || asked[last.Addr] < 2 {
		return nil
	}
	return []checks.Evidence{e.cite(last.Meta, fmt.Sprintf("capture: %d ARP requests for %s, no reply captured", asked[last.Addr], last.Addr))}
}

func (e *Engine) gatewaySilent(t *attempt.Trace) []checks.Evidence {
	return e.silent(func(a netip.Addr) bool { return !e.aboutPeer(t, a) })
}

func (e *Engine) peerSilent(t *attempt.Trace) []checks.Evidence {
	return e.silent(func(a netip.Addr) bool { return e.aboutPeer(t, a) && (t.Conn != nil || e.peerAddr().IsValid()) })
}

// pingOwn: ping's "From A … Destination Host Unreachable" with an address of
// the Manager's own: its neighbour table, not a router, gave up.
func (e *Engine) pingOwn(*attempt.Trace) []checks.Evidence {
	for _, r := range e.results {
		if r.Check != cliout.Ping {
			continue
		}
		for i, l := range r.Lines {
			from, ok := strings.CutPrefix(l.String(), "From ")
			if !ok || !strings.Contains(from, "Destination Host Unreachable") {
				continue
			}
			a, err := netip.ParseAddr(strings.TrimSuffix(strings.Fields(from)[0], ":"))
			asks := slices.ContainsFunc(e.arp, func(n *event.Neighbour) bool { return n.Asker == a })
			if err == nil && (asks || slices.Contains(e.managerAddrs(), a)) {
				return []checks.Evidence{e.citeResult(r, i, "Manager: its own neighbour table has no entry for the next hop")}
			}
		}
	}
	return nil
}

// atOnce: the Manager's own stack refused before a packet could travel.
func (e *Engine) atOnce(t *attempt.Trace) []checks.Evidence {
	d, ok := took(t)
	if !ok || d > time.Second || t.Conn != nil {
		return nil
	}
	return []checks.Evidence{e.citeLine(t.Failed, fmt.Sprintf("Manager: failed after %.2f s, no packet captured", d.Seconds()))}
}

// otherPort: the Manager calls a port that is not the SSM's.
func (e *Engine) otherPort(t *attempt.Trace) []checks.Evidence {
	for _, l := range t.Lines {
		host := l.Peer.String()
		i := strings.LastIndexByte(host, ':')
		if i < 0 || host[i+1:] == ssmPort || host[i+1:] == "" || strings.HasSuffix(host, "]") || t.IsProxy(host) {
			continue
		}
		return []checks.Evidence{e.citeLine(l, "Manager: calls port "+host[i+1:])}
	}
	if t.Conn != nil && len(t.Lines) == 0 && t.Conn.Server.Addr() == e.peerAddr() && fmt.Sprint(t.Conn.Server.Port()) != ssmPort {
		return []checks.Evidence{e.citePacket(&t.Conn.First, fmt.Sprintf("capture: calls port %d", t.Conn.Server.Port()))}
	}
	return nil
}

// ssmPort is where an SSM On-Prem serves its API.
const ssmPort = "8443"
