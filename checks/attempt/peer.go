package attempt

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks/evidence"
)

// ProxyAddr is the proxy's address: as named, or as the resolver answered.
func (v *View) ProxyAddr() netip.Addr {
	return first(v.Addrs(v.Lines.Proxy().Host))
}

// AtProxy reports whether a server is the proxy: by its address, or by its port where
// the name in the log is cut or was resolved nowhere.
func (v *View) AtProxy(server netip.AddrPort) bool {
	proxy := v.Lines.Proxy()
	if a := first(v.Addrs(proxy.Host)); a.IsValid() && (v.Lines.proxyBy == nil || v.Lines.proxyBy.Whole()) {
		return a == server.Addr()
	}
	return proxy.Host != "" && proxy.Port != evidence.SSMPort && proxy.Port == fmt.Sprint(server.Port())
}

// ProxyOf is an attempt's proxy: as the Manager's log names it, or the end of the
// connection where a CONNECT went there, or where the log's name is the beginning of
// its address.
func (v *View) ProxyOf(t *Trace) evidence.Endpoint {
	proxy, c := t.Lines.Proxy(), t.Conn
	if c == nil {
		return proxy
	}
	connects := proxy.Host == "" && (c.Asked != "" || c.ProxyStatus != 0)
	if cut := proxy.Host != "" && (!proxy.Addr().IsValid() || t.Lines.ProxyUntold()) && strings.HasPrefix(c.Server.Addr().String(), proxy.Host); connects || cut {
		return evidence.ParseEndpoint(c.Server.String())
	}
	return proxy
}

// Unplaced reports whether nothing tells that the end of the attempt's connection is the
// SSM, while its lines end before they tell whether a proxy is used, or, without lines,
// captures are about several hosts: it may be the proxy.
func (v *View) Unplaced(t *Trace) bool {
	if t.Conn == nil || !t.Lines.ProxyUntold() && (len(t.Lines) > 0 || !v.Captures.Several()) {
		return false
	}
	peer, line := t.Lines.Peer()
	if line == nil {
		peer = v.Lines.Peer()
	}
	server := t.Conn.Server
	return !evidence.OnSSMPort(server.Port()) && server.Addr() != v.Given && !slices.Contains(v.Addrs(peer.Host), server.Addr())
}

// first is the first of some addresses; invalid: there is none.
func first(all []netip.Addr) netip.Addr {
	if len(all) == 0 {
		return netip.Addr{}
	}
	return all[0]
}

// Addrs are the addresses of a host: itself, or all of the newest answer seen.
func (v *View) Addrs(host string) (found []netip.Addr) {
	if a := (evidence.Endpoint{Host: host}).Addr(); a.IsValid() {
		return []netip.Addr{a}
	}
	if host == "" {
		return nil
	}
	for _, r := range v.Results {
		if strings.EqualFold(r.Name.String(), host) && len(r.Addrs) > 0 {
			found = r.Addrs
		}
	}
	for _, d := range v.DNS {
		if d.Response && len(d.Addrs) > 0 && strings.EqualFold(strings.TrimSuffix(d.Name, "."), host) {
			found = d.Addrs
		}
	}
	return found
}

// ToPeer keeps the connections that a sync could have used: those to the
// peer or through the proxy if either is known, else those to port 8443, else
// all.
func (v *View) ToPeer() []*evidence.Connection {
	peers, proxy := v.PeerAddrs(), v.ProxyAddr()
	for _, want := range []func(*evidence.Connection) bool{
		func(c *evidence.Connection) bool {
			a := c.Server.Addr()
			return slices.Contains(peers, a) || proxy.IsValid() && a == proxy || c.Asked != "" && evidence.ParseEndpoint(c.Asked).Port == evidence.SSMPort
		},
		func(c *evidence.Connection) bool { return evidence.OnSSMPort(c.Server.Port()) },
		func(c *evidence.Connection) bool { return true },
	} {
		var out []*evidence.Connection
		for _, c := range v.Conns {
			if want(c) && !c.Ours {
				out = append(out, c)
			}
		}
		if len(out) > 0 {
			return out
		}
	}
	return nil
}

// PeerAddr is the address of the SSM as the Manager calls it: given, from its
// log, from the resolver's answer, or from the capture's filter.
func (v *View) PeerAddr() netip.Addr { return first(v.PeerAddrs()) }

// PeerAddrs are all of them: the SSM's name may have several.
func (v *View) PeerAddrs() []netip.Addr {
	if v.Given.IsValid() {
		return []netip.Addr{v.Given}
	}
	if all := v.Addrs(v.Lines.Peer().Host); len(all) > 0 {
		return all
	}
	if a := FilterPeer(v.Started, v.Conns); a.IsValid() {
		return []netip.Addr{a}
	}
	return nil
}

// FilterPeer is the host that a capture's filter names; invalid: it names none, or one of
// which a tunnel was asked, so that it is a proxy.
func FilterPeer(started *event.CaptureStarted, conns []*evidence.Connection) netip.Addr {
	if started == nil || slices.ContainsFunc(conns, func(c *evidence.Connection) bool { return c.Asked != "" && c.Server.Addr() == started.Peer }) {
		return netip.Addr{}
	}
	return started.Peer
}

// ManagerAddrs are the addresses that the Manager is known to have.
func (v *View) ManagerAddrs() []netip.Addr {
	var out []netip.Addr
	for _, c := range v.ToPeer() {
		if a := c.Client.Addr(); !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	for _, r := range v.Results {
		if r.Own.IsValid() && !v.Names.Away(r) {
			out = append(out, r.Own)
		}
	}
	return out
}
