package fact

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/capture/packet"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// slowLookup is below the shortest time in which a resolver library gives up
// on a server that does not answer (5 s, resolv.conf(5)), less what the
// Manager's log needs between its lines.
const slowLookup = 4 * time.Second

// rcode is the fact that the resolver's last word was one of codes.
func rcode(codes ...string) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		var last *event.DNSAnswer
		for _, d := range slices.Backward(v.Answers(t)) {
			if d.Response {
				last = d
				break
			}
		}
		if last == nil || !slices.Contains(codes, last.RCode) {
			return nil
		}
		return []checks.Evidence{v.Cite(last.Meta, "capture: the resolver "+last.Server.String()+" answers "+last.RCode)}
	}
}

// unanswered: at least two questions, and no answer from anyone. An attempt that
// has a connection got its address: then the capture lacks the answer.
func unanswered(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn != nil {
		return nil
	}
	var asked *event.DNSAnswer
	n := 0
	for _, d := range v.Answers(t) {
		if d.Response {
			return nil
		}
		asked = d
		n++
	}
	if n < 2 || resolverClosed(v, t) != nil || calledSince(v, asked) || v.Footers.Captured(asked.From.Source, v.Capture).Saw(evidence.Reply) != evidence.No {
		return nil
	}
	return []checks.Evidence{v.Cite(asked.Meta, fmt.Sprintf("capture: %d questions to the resolver %s, no answer captured", n, asked.Server))}
}

// calledSince reports whether the SSM was called behind a question: whoever calls it
// has its address, so that the answer came and was not captured.
func calledSince(v *attempt.View, asked *event.DNSAnswer) bool {
	return slices.ContainsFunc(v.ToPeer(), func(c *evidence.Connection) bool {
		return v.Capture(c.Source) == v.Capture(asked.From.Source) && v.Axis.Packet(c.Source, c.First.When()).Compare(v.Axis.Packet(asked.From.Source, asked.At)) >= 0
	})
}

// resolverClosed: the resolver's host says that nobody listens on port 53. Whose resolver
// it is tells a question of the try that went there, or a lookup of its own that failed.
func resolverClosed(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, u := range v.ICMP {
		if u.Unreach != packet.UnreachPort || u.About.Port() != 53 {
			continue
		}
		if t.Failure().Says(unknownHost) || slices.ContainsFunc(v.Answers(t), func(d *event.DNSAnswer) bool { return !d.Response && d.Server == u.About.Addr() }) {
			return []checks.Evidence{v.Cite(u.Meta, "capture: "+u.About.Addr().String()+" rejects port 53")}
		}
	}
	return nil
}

// lookup is the fact that a name lookup failed after a time that want accepts:
// from the Manager's request line to its exception.
func lookup(want func(time.Duration) bool) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		d, ok := took(t)
		if !ok || !t.Failure().Says(unknownHost) || t.Failure().Unnamed() || !want(d) {
			return nil
		}
		return []checks.Evidence{v.CiteLine(t.Failed, fmt.Sprintf("Manager: gave up the lookup after %.1f s", d.Seconds()))}
	}
}

// took is the time from the last line before the request to the failure.
func took(t *attempt.Trace) (time.Duration, bool) {
	if t.Failed == nil {
		return 0, false
	}
	before := t.Lines[:max(0, slices.Index(t.Lines, t.Failed))] // by the order in which they were written: a file may be turned
	for _, l := range slices.Backward(before) {
		switch l.Topic {
		case logline.TopicTokenURL, logline.TopicQuery, logline.TopicReport, logline.TopicProxyPort:
			return l.Until(t.Failed)
		}
	}
	return 0, false
}

var unknownHost = words.Say("UnknownHostException")

// elsewhere: the name leads to another address than the one that is captured
// as the SSM's.
func elsewhere(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	peer, _ := t.Lines.Peer()
	host := peer.Host
	if peer.Addr().IsValid() || host == "" || v.Started == nil || !v.Started.Peer.IsValid() {
		return nil
	}
	for _, r := range v.Results {
		if strings.EqualFold(r.Name.String(), host) && !v.Names.Away(r) && leadsElsewhere(v, r.Addrs) {
			return []checks.Evidence{v.Cite(r.Meta, "resolver: "+host+" is "+r.Addrs[0].String()+", the SSM that is watched is "+v.Started.Peer.String())}
		}
	}
	for _, d := range v.Answers(t) {
		if d.Response && leadsElsewhere(v, d.Addrs) {
			return []checks.Evidence{v.Cite(d.Meta, "capture: "+host+" resolves to "+d.Addrs[0].String()+", the SSM that is watched is "+v.Started.Peer.String())}
		}
	}
	return called(v, t, host)
}

// leadsElsewhere reports whether none of a name's addresses is the one that is
// captured as the SSM's. Of another family, a filter says nothing.
func leadsElsewhere(v *attempt.View, addrs []netip.Addr) bool {
	watched := v.Started.Peer
	comparable := slices.ContainsFunc(addrs, func(a netip.Addr) bool { return a.Is4() == watched.Is4() })
	return comparable && !slices.Contains(addrs, watched)
}

// called reads the address out of Apache HttpClient's own words: "Connect to
// ssm.example:8443 [ssm.example/10.1.1.1] failed".
func called(v *attempt.View, t *attempt.Trace, host string) []checks.Evidence {
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
		if err != nil || a == v.Started.Peer || a.Is4() != v.Started.Peer.Is4() {
			return nil
		}
		if !first.IsValid() {
			first = a
		}
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: calls "+host+" at "+first.String()+", the SSM that is watched is "+v.Started.Peer.String())}
}
