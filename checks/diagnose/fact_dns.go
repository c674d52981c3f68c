package diagnose

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/packet"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// slowLookup is below the shortest time in which a resolver library gives up
// on a server that does not answer (5 s, resolv.conf(5)), less what the
// Manager's log needs between its lines.
const slowLookup = 4 * time.Second

// peerLine is the line that tells whom the try calls: its settings, else the
// failed connect, unless that is about the proxy.
func peerLine(t *attempt.Trace) *evidence.Line {
	for _, l := range t.Lines {
		if !l.Peer.Empty() && (l.Topic == logline.TopicClientMap || !t.IsProxy(l.Peer.String())) {
			return l
		}
	}
	return nil
}

// peerHost is the name that the try calls the SSM by, without its port.
func peerHost(t *attempt.Trace) string {
	l := peerLine(t)
	if l == nil {
		return ""
	}
	host := l.Peer.String()
	if i := strings.LastIndexByte(host, ':'); i > 0 && !strings.HasSuffix(host, "]") {
		host = host[:i]
	}
	return strings.Trim(host, "[]")
}

// answers are the DNS packets about the name that the try looks up. Without a
// log that tells the name, all of the capture are.
func (e *Engine) answers(t *attempt.Trace) []*event.DNSAnswer {
	host := peerHost(t)
	if host == "" {
		if p, _ := e.peerName(); p != "" {
			host = p
		}
	}
	e.memo.Lock()
	defer e.memo.Unlock()
	if out, ok := e.lookups[host]; ok {
		return out
	}
	var out []*event.DNSAnswer
	for _, d := range e.dns {
		if name := strings.TrimSuffix(d.Name, "."); host == "" || name == "" || strings.EqualFold(name, host) {
			out = append(out, d)
		}
	}
	if e.lookups == nil {
		e.lookups, e.resolutions = map[string][]*event.DNSAnswer{}, map[**event.DNSAnswer]resolution{}
	}
	e.lookups[host] = out
	return out
}

// resolution is what the resolver's answers to one name say.
type resolution struct {
	evidence []checks.Evidence // of the newest answers, oldest first
	last     *event.DNSAnswer
}

// addresses are the newest answers with an address to what the try looks up, oldest
// first, and the last of them; nil: there is none. Tries that look up the same share it.
func (e *Engine) addresses(t *attempt.Trace) ([]checks.Evidence, *event.DNSAnswer) {
	all := e.answers(t)
	if len(all) == 0 {
		return nil, nil
	}
	e.memo.Lock()
	defer e.memo.Unlock()
	if r, ok := e.resolutions[&all[0]]; ok {
		return r.evidence, r.last
	}
	var r resolution
	for _, d := range slices.Backward(all) {
		if !d.Response || len(d.Addrs) == 0 {
			continue
		}
		if r.last == nil {
			r.last = d
		}
		r.evidence = append(r.evidence, e.cite(d.Meta, "capture: "+d.Addrs[0].String()))
		if len(r.evidence) == maxAnswers {
			break
		}
	}
	slices.Reverse(r.evidence)
	e.resolutions[&all[0]] = r
	return r.evidence, r.last
}

// rcode is the fact that the resolver's last word was one of codes.
func rcode(codes ...string) func(*Engine, *attempt.Trace) []checks.Evidence {
	return func(e *Engine, t *attempt.Trace) []checks.Evidence {
		var last *event.DNSAnswer
		for _, d := range slices.Backward(e.answers(t)) {
			if d.Response {
				last = d
				break
			}
		}
		if last == nil || !slices.Contains(codes, last.RCode) {
			return nil
		}
		return []checks.Evidence{e.cite(last.Meta, "capture: the resolver "+last.Server.String()+" answers "+last.RCode)}
	}
}

// unanswered: at least two questions, and no answer from anyone.
func (e *Engine) unanswered(t *attempt.Trace) []checks.Evidence {
	var asked *event.DNSAnswer
	n := 0
	for _, d := range e.answers(t) {
		if d.Response {
			return nil
		}
		asked = d
		n++
	}
	if n < 2 || e.resolverClosed(t) != nil {
		return nil
	}
	return []checks.Evidence{e.cite(asked.Meta, fmt.Sprintf("capture: %d questions to the resolver %s, no answer captured", n, asked.Server))}
}

// resolverClosed: the resolver's host says that nobody listens on port 53.
func (e *Engine) resolverClosed(*attempt.Trace) []checks.Evidence {
	for _, u := range e.icmp {
		if u.Unreach == packet.UnreachPort && u.About.Port() == 53 {
			return []checks.Evidence{e.cite(u.Meta, "capture: "+u.About.Addr().String()+" rejects port 53")}
		}
	}
	return nil
}

// lookup is the fact that a name lookup failed after a time that want accepts:
// from the Manager's request line to its exception.
func lookup(want func(time.Duration) bool) func(*Engine, *attempt.Trace) []checks.Evidence {
	return func(e *Engine, t *attempt.Trace) []checks.Evidence {
		d, ok := took(t)
		if !ok || !strings.HasSuffix(exception(t), "UnknownHostException") || !want(d) {
			return nil
		}
		return []checks.Evidence{e.citeLine(t.Failed, fmt.Sprintf("Manager: gave up the lookup after %.1f s", d.Seconds()))}
	}
}

// took is the time from the last line before the request to the failure.
func took(t *attempt.Trace) (time.Duration, bool) {
	if t.Failed == nil {
		return 0, false
	}
	for i := len(t.Lines) - 1; i >= 0; i-- {
		switch t.Lines[i].Topic {
		case logline.TopicTokenURL, logline.TopicQuery, logline.TopicReport, logline.TopicProxyPort:
			if t.Lines[i].From.Line < t.Failed.From.Line {
				return t.Lines[i].Until(t.Failed)
			}
		}
	}
	return 0, false
}

func exception(t *attempt.Trace) string {
	if t.Failed == nil {
		return ""
	}
	return t.Failed.Exception.String()
}

// elsewhere: the name leads to another address than the one that is captured
// as the SSM's.
func (e *Engine) elsewhere(t *attempt.Trace) []checks.Evidence {
	host := peerHost(t)
	if _, err := netip.ParseAddr(host); err == nil || host == "" || e.started == nil || !e.started.Peer.IsValid() {
		return nil
	}
	for _, r := range e.results {
		if strings.EqualFold(r.Name.String(), host) && len(r.Addrs) > 0 && !slices.Contains(r.Addrs, e.started.Peer) {
			return []checks.Evidence{e.cite(r.Meta, "resolver: "+host+" is "+r.Addrs[0].String()+", the SSM that is watched is "+e.started.Peer.String())}
		}
	}
	for _, d := range e.answers(t) {
		if d.Response && len(d.Addrs) > 0 && !slices.Contains(d.Addrs, e.started.Peer) {
			return []checks.Evidence{e.cite(d.Meta, "capture: "+host+" resolves to "+d.Addrs[0].String()+", the SSM that is watched is "+e.started.Peer.String())}
		}
	}
	return e.called(t, host)
}

// called reads the address out of Apache HttpClient's own words: "Connect to
// ssm.example:8443 [ssm.example/10.1.1.1] failed".
func (e *Engine) called(t *attempt.Trace, host string) []checks.Evidence {
	if t.Failed == nil {
		return nil
	}
	_, rest, ok := strings.Cut(t.Failed.ErrorText.String(), "["+host+"/")
	if !ok {
		return nil
	}
	list, _, _ := strings.Cut(rest, "]")
	var first netip.Addr
	for _, one := range strings.Split(list, ", ") {
		a, err := netip.ParseAddr(one[strings.LastIndexByte(one, '/')+1:])
		if err != nil || a == e.started.Peer {
			return nil
		}
		if !first.IsValid() {
			first = a
		}
	}
	return []checks.Evidence{e.citeLine(t.Failed, "Manager: calls "+host+" at "+first.String()+", the SSM that is watched is "+e.started.Peer.String())}
}
