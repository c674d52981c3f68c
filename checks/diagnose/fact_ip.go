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
)

// icmp is the fact that a router or host said why it does not carry packets
// for the SSM (or for the proxy that leads to it).
func icmp(says string, kinds ...packet.Unreach) func(*Engine, *try) []checks.Evidence {
	return func(e *Engine, t *try) []checks.Evidence {
		for _, u := range e.icmp {
			known := u.About.Addr().IsValid()
			if slices.Contains(kinds, u.Unreach) && known && e.aboutPeer(t, u.About.Addr()) && e.within(t, u.At) {
				return []checks.Evidence{e.cite(u.Meta, "capture: "+u.Src.Addr().String()+" says "+says)}
			}
		}
		return nil
	}
}

// aboutPeer reports whether a is where the try's packets go.
func (e *Engine) aboutPeer(t *try, a netip.Addr) bool {
	if t.conn != nil {
		return t.conn.Server.Addr() == a
	}
	peer, proxy := e.peerAddr(), e.proxyAddr()
	return !peer.IsValid() && !proxy.IsValid() || a == peer || a == proxy
}

// within reports whether a packet of the capture lies in the try's time, as
// far as both clocks can be compared.
func (e *Engine) within(t *try, at event.When) bool {
	if t.conn != nil && t.connSure {
		d, ok := gap(t.conn.first.When(), at)
		back, ok2 := gap(at, t.conn.last.When())
		return !ok || !ok2 || d >= -slack && back >= -slack
	}
	d, ok := gap(t.start(), at)
	back, ok2 := gap(at, t.end())
	return !ok || !ok2 || d >= -slack && back >= -slack
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

func (e *Engine) gatewaySilent(t *try) []checks.Evidence {
	return e.silent(func(a netip.Addr) bool { return !e.aboutPeer(t, a) })
}

func (e *Engine) peerSilent(t *try) []checks.Evidence {
	return e.silent(func(a netip.Addr) bool { return e.aboutPeer(t, a) && (t.conn != nil || e.peerAddr().IsValid()) })
}

// pingOwn: ping's "From A … Destination Host Unreachable" with an address of
// the Manager's own: its neighbour table, not a router, gave up.
func (e *Engine) pingOwn(*try) []checks.Evidence {
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
func (e *Engine) atOnce(t *try) []checks.Evidence {
	d, ok := t.took()
	if !ok || d > time.Second || t.conn != nil {
		return nil
	}
	return []checks.Evidence{e.citeLine(t.failed, fmt.Sprintf("Manager: failed after %.2f s, no packet captured", d.Seconds()))}
}

// otherPort: the Manager calls a port that is not the SSM's.
func (e *Engine) otherPort(t *try) []checks.Evidence {
	for _, l := range t.lines {
		host := l.Peer.String()
		i := strings.LastIndexByte(host, ':')
		if i < 0 || host[i+1:] == ssmPort || host[i+1:] == "" || strings.HasSuffix(host, "]") || isProxy(t, host) {
			continue
		}
		return []checks.Evidence{e.citeLine(l, "Manager: calls port "+host[i+1:])}
	}
	if t.conn != nil && len(t.lines) == 0 && t.conn.Server.Addr() == e.peerAddr() && fmt.Sprint(t.conn.Server.Port()) != ssmPort {
		return []checks.Evidence{e.citePacket(&t.conn.first, fmt.Sprintf("capture: calls port %d", t.conn.Server.Port()))}
	}
	return nil
}

// ssmPort is where an SSM On-Prem serves its API.
const ssmPort = "8443"

// isProxy reports whether host:port is the proxy that the try's lines name.
func isProxy(t *try, end string) bool {
	host, port := proxyName(t.lines)
	return host != "" && end == host+":"+port
}
