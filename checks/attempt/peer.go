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

// Resolved gives the address of a host: itself, or the first of the newest answer
// seen.
func (v *View) Resolved(host string) (first netip.Addr) {
	if all := v.Addrs(host); len(all) > 0 {
		first = all[0]
	}
	return first
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
			return slices.Contains(peers, a) || proxy.IsValid() && a == proxy || evidence.ParseEndpoint(c.Asked).Port == evidence.SSMPort
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
func (v *View) PeerAddr() (first netip.Addr) {
	if all := v.PeerAddrs(); len(all) > 0 {
		first = all[0]
	}
	return first
}

// PeerAddrs are all of them: the SSM's name may have several.
func (v *View) PeerAddrs() []netip.Addr {
	if v.Given.IsValid() {
		return []netip.Addr{v.Given}
	}
	if all := v.Addrs(v.Lines.Peer().Host); len(all) > 0 {
		return all
	}
	if v.Started != nil && v.Started.Peer.IsValid() {
		return []netip.Addr{v.Started.Peer}
	}
	return nil
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
