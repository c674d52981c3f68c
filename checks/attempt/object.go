package attempt

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/checks/evidence"
)

// Whose tells what an output of a command is about.
type Whose uint8

// What it may be about.
const (
	OfUnknown Whose = iota // nothing names it, or nothing tells whom the try calls
	OfSSM
	OfProxy
	OfOther
)

// Outputs are those of commands that may speak of what a try calls: what is about
// another host, port or name, or about the proxy, is none.
func (v *View) Outputs(t *Trace) []*event.CheckResult {
	return v.outputs(t, func(w Whose) bool { return w == OfUnknown || w == OfSSM })
}

// AtProxyOutputs are those about the proxy of a try.
func (v *View) AtProxyOutputs(t *Trace) []*event.CheckResult {
	return v.outputs(t, func(w Whose) bool { return w == OfProxy })
}

func (v *View) outputs(t *Trace, want func(Whose) bool) (out []*event.CheckResult) {
	if len(v.Results) == 0 {
		return nil
	}
	called := v.calledBy(t)
	for _, r := range v.Results {
		if want(called.whose(r)) && (r.Check == cliout.OpenSSL || !v.Names.Away(r)) {
			out = append(out, r)
		}
	}
	return out
}

// Names are what the hosts call themselves.
type Names struct {
	Manager, SSM string
	Nodes        []string // all that name themselves in a Manager's log
	managers     []string // those whose own outputs show that they are one
	devices      []string // and those whose outputs show that they are none
}

// maxNodes bounds how many nodes' names are kept: a cluster has six at most.
const maxNodes = 16

// Node takes the name with which a Manager's log begins its lines.
func (n *Names) Node(name string) {
	if last := len(n.Nodes) - 1; last >= 0 && n.Nodes[last] == name && n.Manager == name {
		return
	}
	n.Manager = name
	note(&n.Nodes, name)
}

// note adds a name to a list of bounded length.
func note(list *[]string, name string) {
	if name != "" && !slices.Contains(*list, name) && len(*list) < maxNodes {
		*list = append(*list, name)
	}
}

// Output takes what an output shows of the host that its prompt names: a Manager says
// what it is, and has services that no other device has. asked: it was asked as one.
func (n *Names) Output(r *event.CheckResult, asked bool) {
	host := r.Host.String()
	if n.Manager == "" { // its prompt tells until a log does
		n.Manager = host
	}
	switch what := r.Personality; {
	case what == cliout.PersonalityOther:
		note(&n.devices, host)
	case what == cliout.PersonalityManager, r.Check == cliout.NMSStatus && len(r.Up)+len(r.Down) > 0, asked && slices.Contains(ofManager, r.Check):
		note(&n.managers, host)
	}
}

// ofManager are commands that we send to Managers only.
var ofManager = []cliout.Check{cliout.ShowVersion, cliout.ShowSystemStatus, cliout.NMSStatus}

// ofWay are commands that tell of the host that runs them, and of its way to another;
// the rest are run on the SSM, too.
var ofWay = []cliout.Check{
	cliout.ShowVersion, cliout.ShowSystemStatus, cliout.ShowInterface, cliout.NMSStatus, cliout.Nslookup, cliout.Hosts,
	cliout.Ping, cliout.Traceroute, cliout.IPRoute, cliout.Connect, cliout.Curl, cliout.OpenSSL,
}

// Away reports whether a command was run on another host than the Manager and the SSM,
// as its prompt names it: it says nothing of the Manager, nor of the Manager's way. What
// openssl shows there of the SSM's certificates is the SSM's, if nothing on that way
// changed it.
func (n *Names) Away(r *event.CheckResult) bool {
	host := r.Host.String()
	if r.Personality == cliout.PersonalityOther || slices.Contains(n.devices, host) {
		return true
	}
	known := len(n.Nodes) > 0 || len(n.managers) > 0 && slices.Contains(ofManager, r.Check)
	if !known || !slices.Contains(ofWay, r.Check) || !isName(host) {
		return r.PC && known
	}
	return !n.IsManager(r) && !oneName(host, n.SSM, false)
}

// IsManager reports whether something shows that the host which printed an output is a
// Manager: its log, or what its own outputs say of it.
func (n *Names) IsManager(r *event.CheckResult) bool {
	host := r.Host.String()
	is := func(name string) bool { return isName(host) && oneName(host, name, false) }
	return r.Personality == cliout.PersonalityManager || slices.ContainsFunc(n.Nodes, is) || slices.ContainsFunc(n.managers, is)
}

// Release is the Manager's, as a command printed it last; "": none did.
func (n *Names) Release(results []*event.CheckResult) string {
	for _, r := range slices.Backward(results) {
		if !r.Version.Empty() && !n.Away(r) {
			return r.Version.String()
		}
	}
	return ""
}

// calls is whom a try calls, as outputs are held against it.
type calls struct {
	checked    *cliout.Object // of outputs alone
	peer       evidence.Endpoint
	cut        bool // the line that names the peer was
	addrs      []netip.Addr
	ports      []string
	proxy      evidence.Endpoint
	proxyAddrs []netip.Addr
	anyProxy   bool // nothing tells whether there is one
}

func (v *View) calledBy(t *Trace) calls {
	if t.Checked != nil {
		return calls{checked: t.Checked}
	}
	peer, line := t.Lines.Peer()
	if line == nil {
		peer = v.Lines.Peer()
	}
	proxy := v.ProxyOf(t)
	return calls{
		peer: peer, cut: line != nil && line.Cut, addrs: v.addrsOf(t, peer), ports: v.ports(t, peer),
		proxy: proxy, proxyAddrs: v.Addrs(proxy.Host), anyProxy: proxy.Host == "" && len(t.Lines) == 0,
	}
}

// whose tells whether an output is about what is called.
func (c *calls) whose(r *event.CheckResult) Whose {
	o := r.Object
	switch {
	case c.checked != nil:
		return whoseOf(*c.checked, o)
	case !o.Named():
		return OfUnknown
	}
	addrs := append(slices.Clone(r.Addrs), o.Addr)
	host := called(o, addrs, c.peer.Host, c.addrs, c.cut)
	onPort := func(ports ...string) bool { return o.Port == 0 || slices.Contains(ports, fmt.Sprint(o.Port)) }
	switch {
	case !o.Proxy && host == OfSSM && onPort(c.ports...):
		return OfSSM
	case c.proxy.Host != "" && called(o, addrs, c.proxy.Host, c.proxyAddrs, false) == OfSSM && onPort(c.proxy.Port), o.Proxy && c.anyProxy:
		return OfProxy
	case o.Proxy, host == OfSSM, !onPort(c.ports...): // another proxy, another port
		return OfOther
	}
	return host
}

// whoseOf tells it of outputs alone, of which one object is looked at.
func whoseOf(of, o cliout.Object) Whose {
	switch {
	case !o.Named() && !o.Proxy:
		return OfUnknown
	case !o.Is(of):
		return OfOther
	case o.Proxy:
		return OfProxy
	}
	return OfSSM
}

// called reports whether an object at some addresses is a host: OfSSM where it is, else
// OfOther, or OfUnknown where a name and an address cannot be held against each other.
func called(o cliout.Object, addrs []netip.Addr, host string, known []netip.Addr, cut bool) Whose {
	name := o.Host.String()
	if host == "" && len(known) == 0 {
		return OfUnknown
	}
	if name != "" && host != "" && oneName(name, host, cut) {
		return OfSSM
	}
	if slices.ContainsFunc(addrs, func(a netip.Addr) bool { return a.IsValid() && slices.Contains(known, a) }) {
		return OfSSM
	}
	byName := isName(name) && isName(host)
	byAddr := o.Addr.IsValid() && len(known) > 0
	if byName || byAddr {
		return OfOther
	}
	return OfUnknown
}

// isName reports whether a host is written as a name.
func isName(host string) bool {
	return host != "" && !evidence.Endpoint{Host: host}.Addr().IsValid()
}

// oneName reports whether two names are one: a resolver may complete a short one, and a
// log may have cut one.
func oneName(a, b string, cut bool) bool {
	a, b = strings.ToLower(a), strings.ToLower(b)
	short := func(a, b string) bool { return !strings.Contains(a, ".") && strings.HasPrefix(b, a+".") }
	return a == b || short(a, b) || short(b, a) || cut && strings.HasPrefix(a, b)
}

// ports are those on which a try calls the SSM.
func (v *View) ports(t *Trace, peer evidence.Endpoint) []string {
	out := []string{peer.At(evidence.SSMPort).Port}
	if t.Failed != nil {
		out = append(out, evidence.ParseEndpoint(t.Failed.Peer.String()).Port)
	}
	if t.Conn != nil && !v.AtProxy(t.Conn.Server) && !v.Unplaced(t) {
		out = append(out, fmt.Sprint(t.Conn.Server.Port()))
	}
	return out
}

// tried are the addresses that Apache HttpClient names: "[ssm.example/10.1.1.1, …]".
var tried = regexp.MustCompile(`[\[ ]([\w.-]*)/([0-9A-Fa-f.:]+)[,\]]`)

// Tried are the addresses of a host that the failure names.
func (f Failure) Tried(host string) (out []netip.Addr) {
	if f.Line == nil || !strings.Contains(f.ErrorText.String(), host+"/") {
		return nil
	}
	for _, m := range tried.FindAllStringSubmatch(f.ErrorText.String(), -1) {
		if a, err := netip.ParseAddr(m[2]); err == nil && strings.EqualFold(m[1], host) && !slices.Contains(out, a.Unmap()) {
			out = append(out, a.Unmap())
		}
	}
	return out
}

// addrsOf are the addresses that are known as those of whom a try calls.
func (v *View) addrsOf(t *Trace, peer evidence.Endpoint) []netip.Addr {
	out := slices.Clone(v.Addrs(peer.Host))
	if (peer.Host == "" || v.Given.IsValid()) && !v.Unplaced(t) { // what a capture watches is not what lines name
		out = append(out, v.PeerAddrs()...)
	}
	if peer.Host != "" {
		for _, d := range v.Answers(t) {
			if d.Response {
				out = append(out, d.Addrs...)
			}
		}
	}
	if t.Conn != nil && !v.AtProxy(t.Conn.Server) && !v.Unplaced(t) {
		out = append(out, t.Conn.Server.Addr())
	}
	return append(out, t.Failure().Tried(peer.Host)...)
}
