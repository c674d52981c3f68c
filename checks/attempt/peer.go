package attempt

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"syncscope/checks/evidence"
)

// ProxyAddr is the proxy's address: as named, or as the resolver answered.
func (v *View) ProxyAddr() netip.Addr {
	return v.Resolved(v.Lines.Proxy().Host)
}

// Resolved gives the address of a host: itself, or the newest answer seen.
func (v *View) Resolved(host string) netip.Addr {
	if a := (evidence.Endpoint{Host: host}).Addr(); a.IsValid() || host == "" {
		return a
	}
	var found netip.Addr
	for _, r := range v.Results {
		if strings.EqualFold(r.Name.String(), host) && len(r.Addrs) > 0 {
			found = r.Addrs[0]
		}
	}
	for _, d := range v.DNS {
		if d.Response && len(d.Addrs) > 0 && strings.EqualFold(strings.TrimSuffix(d.Name, "."), host) {
			found = d.Addrs[0]
		}
	}
	return found
}

// ToPeer keeps the connections that a sync could have used: those to the
// peer or through the proxy if either is known, else those to port 8443, else
// all.
func (v *View) ToPeer() []*evidence.Connection {
	peer, proxy := v.PeerAddr(), v.ProxyAddr()
	for _, want := range []func(*evidence.Connection) bool{
		func(c *evidence.Connection) bool {
			a := c.Server.Addr()
			return peer.IsValid() && a == peer || proxy.IsValid() && a == proxy || evidence.ParseEndpoint(c.Asked).Port == evidence.SSMPort
		},
		func(c *evidence.Connection) bool { return fmt.Sprint(c.Server.Port()) == evidence.SSMPort },
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
func (v *View) PeerAddr() netip.Addr {
	if v.Given.IsValid() {
		return v.Given
	}
	if a := v.Resolved(v.Lines.Peer().Host); a.IsValid() {
		return a
	}
	if v.Started != nil {
		return v.Started.Peer
	}
	return netip.Addr{}
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
		if r.Own.IsValid() {
			out = append(out, r.Own)
		}
	}
	return out
}
