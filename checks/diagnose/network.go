package diagnose

import (
	"net/netip"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks/evidence"
)

// inClearHTTP notes a CONNECT and its answer on the connection that carried it.
func (e *Engine) inClearHTTP(ev *event.HTTPLine) {
	c := e.latest
	if c == nil || c.Source != ev.From.Source || c.ID != ev.Conn.ID {
		if c = e.byID[connKey{ev.From.Source, uint32(ev.Conn.ID)}]; c == nil {
			return
		}
	}
	e.dirty = true
	switch {
	case ev.Method.String() == "CONNECT" && c.Asked == "":
		c.Asked = ev.Target.String()
	case ev.Status != 0 && c.Asked != "" && c.ProxyStatus == 0:
		c.ProxyStatus = ev.Status
	default:
		return
	}
	m := ev.Meta
	c.Clear = &m
}

// proxyAddr is the proxy's address: as named, or as the resolver answered.
func (e *Engine) proxyAddr() netip.Addr {
	host, _ := e.lines.Proxy()
	return e.resolved(host)
}

// resolved gives the address of a host: itself, or the newest answer seen.
func (e *Engine) resolved(host string) netip.Addr {
	if a, err := netip.ParseAddr(host); err == nil || host == "" {
		return a
	}
	var found netip.Addr
	for _, r := range e.results {
		if strings.EqualFold(r.Name.String(), host) && len(r.Addrs) > 0 {
			found = r.Addrs[0]
		}
	}
	for _, d := range e.dns {
		if d.Response && len(d.Addrs) > 0 && strings.EqualFold(strings.TrimSuffix(d.Name, "."), host) {
			found = d.Addrs[0]
		}
	}
	return found
}

// toPeer keeps the connections that a sync could have used: those to the
// peer or through the proxy if either is known, else those to port 8443, else
// all.
func (e *Engine) toPeer() []*evidence.Connection {
	peer, proxy := e.peerAddr(), e.proxyAddr()
	for _, want := range []func(*evidence.Connection) bool{
		func(c *evidence.Connection) bool {
			a := c.Server.Addr()
			return peer.IsValid() && a == peer || proxy.IsValid() && a == proxy || strings.HasSuffix(c.Asked, ":8443")
		},
		func(c *evidence.Connection) bool { return c.Server.Port() == 8443 },
		func(c *evidence.Connection) bool { return true },
	} {
		var out []*evidence.Connection
		for _, c := range e.conns {
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
