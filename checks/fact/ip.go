package fact

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
func icmp(says string, kinds ...packet.Unreach) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		for _, u := range v.ICMP {
			known := u.About.Addr().IsValid()
			if slices.Contains(kinds, u.Unreach) && known && calls(v, t, u.About.Addr(), kinds) && !aboutService(v, t, u) && within(v, t, u.Meta) && !answersOther(v, t, u) {
				return []checks.Evidence{v.Cite(u.Meta, "capture: "+u.Src.Addr().String()+" says "+says)}
			}
		}
		return nil
	}
}

// calls reports whether an ICMP error of some kinds about an address may be of the try's
// own packets: those go to the addresses that its failure names, and were carried where
// that shows that packets came back. An address that nothing joins to the name which is
// called is anybody's.
func calls(v *attempt.View, t *attempt.Trace, a netip.Addr, kinds []packet.Unreach) bool {
	peer, line := t.Lines.Peer()
	own := t.Failure().Tried(peer.Host)
	switch {
	case t.Conn != nil:
	case len(own) > 0:
		return slices.Contains(own, a) || a == v.ProxyAddr()
	case t.Failure().Reached() && !slices.Contains(kinds, packet.UnreachFragmentation): // that comes in the middle of a connection
		return false
	case line != nil && len(v.PeerAddrs()) == 0 && !v.ProxyAddr().IsValid():
		return false
	}
	return aboutPeer(v, t, a)
}

// aboutService reports whether an ICMP error is about another service of the host that
// the try calls. A filter is about a port and a protocol, as is a closed port; that a
// host or a network is not reached is about all of its services. How far a packet may
// go, and how large it may be, is about that packet: traceroute and ping send such ones.
func aboutService(v *attempt.View, t *attempt.Trace, u *event.Unreachable) bool {
	ofPacket := u.Unreach == packet.UnreachTimeExceeded || u.Unreach == packet.UnreachFragmentation
	switch {
	case !ofPacket && u.Unreach != packet.UnreachAdmin && u.Unreach != packet.UnreachPort:
		return false
	case u.AboutProto != 0 && u.AboutProto != packet.TCP:
		return true
	case u.About.Port() == 0:
		return false
	case ofPacket && anothersPacket(t, u):
		return true
	}
	return !slices.Contains(calledPorts(v, t), fmt.Sprint(u.About.Port()))
}

// anothersPacket reports whether the packet that an ICMP error quotes is of none of the
// try's connections, as far as they are captured.
func anothersPacket(t *attempt.Trace, u *event.Unreachable) bool {
	return t.Conn != nil && t.Conn.Client.Addr() == u.AboutSrc.Addr() && !slices.ContainsFunc(t.Conns, func(c *evidence.Connection) bool { return c.Client == u.AboutSrc })
}

// calledPorts are the ports that a try calls: its connection's, else the SSM's and the
// proxy's.
func calledPorts(v *attempt.View, t *attempt.Trace) []string {
	if t.Conn != nil {
		return []string{fmt.Sprint(t.Conn.Server.Port())}
	}
	peer, _ := t.Lines.Peer()
	return []string{peer.At(evidence.SSMPort).Port, v.ProxyOf(t).Port}
}

// answersOther reports whether an ICMP error is about a connection that is captured and
// is none of the attempt's: of those that may be its own, one would be.
func answersOther(v *attempt.View, t *attempt.Trace, u *event.Unreachable) bool {
	return t.Conn == nil && slices.ContainsFunc(v.Conns, func(c *evidence.Connection) bool {
		return v.Capture(c.Source) == v.Capture(u.From.Source) && c.Server == u.About && v.Axis.Packet(c.Source, c.First.When()).Compare(v.Axis.Packet(u.From.Source, u.At)) <= 0
	})
}

// aboutPeer reports whether a is where the try's packets go.
func aboutPeer(v *attempt.View, t *attempt.Trace, a netip.Addr) bool {
	if t.Conn != nil {
		return t.Conn.Server.Addr() == a
	}
	peers, proxy := v.PeerAddrs(), v.ProxyAddr()
	return len(peers) == 0 && !proxy.IsValid() || slices.Contains(peers, a) || a == proxy
}

// within reports whether a packet of the capture lies in the attempt's time, as
// far as both clocks can be compared. Of one capture they can: what answers the
// attempt's connection comes behind its first packet, and what came before
// answers another.
func within(v *attempt.View, t *attempt.Trace, m event.Meta) bool {
	axis, w := v.Axis, t.Window(v.Axis)
	if c := t.Conn; c != nil && t.ConnSure {
		if v.Capture(c.Source) == v.Capture(m.From.Source) { // one clock, wherever it stands
			axis = axis.WithCapture(c.Source, 0).WithCapture(m.From.Source, 0)
			at := axis.Packet(m.From.Source, m.At)
			w = evidence.Between(axis.Packet(c.Source, c.First.When()), axis.Packet(c.Source, c.Last.When()), 0, attempt.Agreement)
			return !at.Known() || !w.Known() || w.Has(at)
		}
		w = evidence.Between(axis.Packet(c.Source, c.First.When()), axis.Packet(c.Source, c.Last.When()), 0, 0)
	}
	at := axis.Packet(m.From.Source, m.At)
	return !at.Known() || !w.Known() || w.Widened(attempt.Agreement, attempt.Agreement).Has(at)
}

// silent: at least two questions of the Manager's for a neighbour's address at the
// attempt's time, without an answer in a capture that would have shown one.
func silent(v *attempt.View, t *attempt.Trace, want func(*event.Neighbour) bool) []checks.Evidence {
	asked := map[netip.Addr]int{}
	var last *event.Neighbour
	for _, n := range v.ARP {
		switch {
		case n.Reply:
			asked[n.Addr] = -1 << 30 // it is there
		case want(n) && ofManager(v, n.Asker) && within(v, t, n.Meta):
			asked[n.Addr]++
			if asked[n.Addr] >= 2 {
				last = n
			}
		}
	}
	if last == nil || asked[last.Addr] < 2 || v.Footers.Captured(last.From.Source, v.Capture).Saw(evidence.Reply) != evidence.No {
		return nil
	}
	return []checks.Evidence{v.Cite(last.Meta, fmt.Sprintf("capture: %d ARP requests for %s, no reply captured", asked[last.Addr], last.Addr))}
}

// ofManager reports whether an address is one of the Manager's, as far as it is known
// and printed. Neighbours' questions are captured, too: where several ask and none is
// known to be the Manager, nobody is.
func ofManager(v *attempt.View, a netip.Addr) bool {
	own := v.ManagerAddrs()
	if !a.IsValid() || len(own) > 0 {
		return !a.IsValid() || slices.Contains(own, a)
	}
	return !slices.ContainsFunc(v.ARP, func(n *event.Neighbour) bool { return !n.Reply && n.Asker.IsValid() && n.Asker != a })
}

// gatewaySilent: the Manager asks for the first hop of its route to the SSM, which does
// not answer, and sends the SSM nothing afterwards: a packet that leaves later has another
// next hop. Before, packets leave by what the neighbour table still held.
func gatewaySilent(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	return neighbourSilent(v, t, true)
}

// someNeighbourSilent: so does it for a neighbour of which nothing tells whether the way
// to the SSM leads over it.
func someNeighbourSilent(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	return neighbourSilent(v, t, false)
}

func neighbourSilent(v *attempt.View, t *attempt.Trace, routed bool) []checks.Evidence {
	hops := firstHops(v, t)
	return silent(v, t, func(n *event.Neighbour) bool {
		if routed && !slices.Contains(hops, n.Addr) || !routed && len(hops) > 0 {
			return false
		}
		return !aboutPeer(v, t, n.Addr) && !leftAfter(v, t, n) && !t.Failure().Reached()
	})
}

// firstHops are those that the Manager's routes to the SSM name.
func firstHops(v *attempt.View, t *attempt.Trace) (out []netip.Addr) {
	for _, r := range v.Outputs(t) {
		if r.Check == cliout.IPRoute && r.Via.IsValid() {
			out = append(out, r.Via)
		}
	}
	return out
}

// leftAfter reports whether the attempt's connection sent something after a question
// for a neighbour.
func leftAfter(v *attempt.View, t *attempt.Trace, n *event.Neighbour) bool {
	c := t.Conn
	return c != nil && v.Capture(c.Source) == v.Capture(n.From.Source) && v.Axis.Packet(c.Source, c.Last.When()).Compare(v.Axis.Packet(n.From.Source, n.At)) > 0
}

func peerSilent(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	return silent(v, t, func(n *event.Neighbour) bool {
		return aboutPeer(v, t, n.Addr) && !t.Failure().Reached() && (t.Conn != nil || v.PeerAddr().IsValid())
	})
}

// pingOwn: ping's "From A … Destination Host Unreachable" with an address of
// the Manager's own: its neighbour table, not a router, gave up.
func pingOwn(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, r := range v.Outputs(t) {
		if r.Check != cliout.Ping {
			continue
		}
		for i, l := range r.Lines {
			from, ok := strings.CutPrefix(l.String(), "From ")
			if !ok || !strings.Contains(from, "Destination Host Unreachable") {
				continue
			}
			a, err := netip.ParseAddr(strings.TrimSuffix(strings.Fields(from)[0], ":"))
			asks := slices.ContainsFunc(v.ARP, func(n *event.Neighbour) bool { return n.Asker == a })
			if err == nil && (asks || slices.Contains(v.ManagerAddrs(), a)) {
				return []checks.Evidence{v.CiteResult(r, i, "Manager: its own neighbour table has no entry for the next hop")}
			}
		}
	}
	return nil
}

// atOnce: the Manager's own stack refused before a packet could travel.
func atOnce(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	d, ok := took(t)
	if !ok || d > time.Second || t.Conn != nil {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, fmt.Sprintf("Manager: failed after %.2f s, no packet captured", d.Seconds()))}
}

// otherPort: the Manager calls a port that is not the SSM's.
func otherPort(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	proxy := t.Lines.Proxy()
	for _, l := range t.Lines {
		if l == t.Failed && t.Failure().Elsewhere() {
			continue
		}
		called := evidence.ParseEndpoint(l.Peer.String()).At(evidence.SSMPort)
		if called.Host == "" || called.Port == evidence.SSMPort || called.Is(proxy) {
			continue
		}
		return []checks.Evidence{v.CiteLine(l, "Manager: calls port "+called.Port)}
	}
	if t.Conn != nil && len(t.Lines) == 0 && !v.Unplaced(t) && t.Conn.Server.Addr() == v.PeerAddr() && fmt.Sprint(t.Conn.Server.Port()) != evidence.SSMPort {
		return []checks.Evidence{v.CitePacket(&t.Conn.First, fmt.Sprintf("capture: calls port %d", t.Conn.Server.Port()))}
	}
	return nil
}
