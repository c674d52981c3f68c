package fact

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// around is how near to an attempt another request speaks against there being
// none of it.
const around = 7 * time.Minute

// aboutThen is how near to a moment a line speaks of it.
const aboutThen = 30 * time.Second

// proxyPeer: the end that could not be connected to is the proxy.
func proxyPeer(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if !t.Failure().AtProxy() {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, strings.TrimSpace("Manager: cannot reach the proxy "+t.Failed.Peer.String()))}
}

// proxyClosed: a command that was to go through the proxy was not connected to it.
func proxyClosed(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, r := range v.AtProxyOutputs(t) {
		if r.Status == 0 && r.Reached < cliout.ReachedPort && !r.NotRun && !r.Failure.Empty() {
			return []checks.Evidence{v.CiteResult(r, lineOf(r), r.Command()+": "+strings.TrimRight(r.Failure.String(), ". "))}
		}
	}
	return nil
}

// lineOf is the line of an output that says what failed; the last where none is it.
func lineOf(r *event.CheckResult) int {
	at := slices.IndexFunc(r.Lines, func(l redact.Text) bool { return strings.TrimSpace(l.String()) == r.Failure.String() })
	if at < 0 {
		return len(r.Lines) - 1
	}
	return at
}

// proxySilent: the connection to the proxy is refused or not answered.
func proxySilent(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || !v.AtProxy(t.Conn.Server) {
		return nil
	}
	if m, ok := t.Conn.Refused(); ok {
		return []checks.Evidence{v.CitePacket(m, "capture: the proxy refuses the connection")}
	}
	if m, ok := t.Conn.Unanswered(); ok && v.Coverage(t).Saw(evidence.Reply) == evidence.No {
		return []checks.Evidence{v.CitePacket(m, "capture: the proxy does not answer")}
	}
	return nil
}

// proxyStatus is the fact that the answer to the CONNECT was one of statuses,
// as the capture printed it in clear.
func proxyStatus(says string, statuses ...int) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Conn == nil || !slices.Contains(statuses, t.Conn.ProxyStatus) {
			return nil
		}
		return []checks.Evidence{attempt.OfCapture(v.Cite(*t.Conn.Clear, fmt.Sprintf("capture: %s (%d)", says, t.Conn.ProxyStatus)))}
	}
}

// loginAsked: the proxy answered the CONNECT with 407, the last one or, where it answered
// that with 401, one before it in this attempt.
func loginAsked(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.ProxyStatus != 401 && t.Conn.ProxyStatus != 407 {
		return nil
	}
	for _, c := range slices.Backward(t.Conns) {
		if c.ProxyStatus == 407 {
			return []checks.Evidence{attempt.OfCapture(v.Cite(*c.Clear, "capture: the proxy wants a login (407)"))}
		}
	}
	return nil
}

// proxyLogin is the fact that the CONNECT that the proxy answered with 401 or 407 did, or
// did not, carry a login. Of one whose header is not whole in the capture it is neither.
func proxyLogin(carried handshake.Login, says string) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	wanted := proxyStatus(says, 401, 407)
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Conn == nil || t.Conn.ProxyLogin != carried {
			return nil
		}
		return wanted(v, t)
	}
}

// loginWanted is the fact that the answer was the one status that only a proxy sends, of
// one that the Manager uses, or, unasked, although it says that it uses none.
func loginWanted(unasked bool) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		switch {
		case t.Failed == nil || t.Failed.Status != 407 || t.Lines.NoProxy() != unasked:
			return nil
		case unasked:
			return []checks.Evidence{v.CiteLine(t.Failed, "Manager: 407, and no proxy is configured"), v.CiteLine(t.Lines.Find(logline.TopicProxyHost), "Manager: no proxy configured")}
		}
		return []checks.Evidence{v.CiteLine(t.Failed, "Manager: 407")}
	}
}

// answered is the fact that the last answer was a status, by either side's word.
func answered(status int) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Failed != nil && t.Failed.Status == status {
			return []checks.Evidence{v.CiteLine(t.Failed, fmt.Sprintf("Manager: %d", status))}
		}
		if r := t.LastRequest(); r != nil && r.Status() == status && (t.Failed == nil || t.Failed.Status == 0) {
			return []checks.Evidence{v.CiteLine(r.Entries()[0], fmt.Sprintf("SSM: %d", status))}
		}
		return nil
	}
}

// notFoundInFront: nginx answered 404 by itself, its application never had the request.
func notFoundInFront(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	r := t.LastRequest()
	if r == nil || r.Status() != 404 || !r.NotHanded(v.Lines.SSM, v.Axis) {
		return nil
	}
	return []checks.Evidence{v.CiteLine(r.Access, "SSM, nginx: 404, and no line of its application")}
}

// noSuchRequest: an HTTP answer came, and the SSM's log covers the time and
// has no request that could be this one. Where nothing proves how the clocks
// stand, a request of the same client ID or user at any other time speaks
// against it: it may be this one.
func noSuchRequest(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	w := t.Window(v.Axis)
	if t.Token != nil || !heardHTTP(t) || v.Coverage(t).Saw(evidence.Request) != evidence.No {
		return nil
	}
	_, basis := v.Axis.Skew()
	near := w.Widened(around, around)
	for _, r := range v.Lines.Requests() {
		if t.Could(r) && (near.Has(r.At(v.Axis)) || basis == evidence.Assumed && t.Names(r)) {
			return nil
		}
	}
	if len(t.Lines) == 0 && len(evidence.Within(v.Lines.Served, near, v.Axis.SSM)) > 0 {
		return nil // any of them may have come over this connection
	}
	m := t.Conn
	if t.Failed != nil {
		return []checks.Evidence{v.CiteLine(t.Failed, fmt.Sprintf("Manager: an answer came (%d), and the SSM's log, which covers the time, has no such request", t.Failed.Status))}
	}
	return []checks.Evidence{v.CitePacket(&m.Data, "capture: an answer came, and the SSM's log, which covers the time, has no request at all")}
}

// nearer: the SYN-ACK came in less than half of the time that ping takes to the same
// address: what answers on the port is nearer than what answers ping.
func nearer(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	c := t.Conn
	if c == nil || c.RTT <= 0 || c.Retransmissions > 0 || v.AtProxy(c.Server) {
		return nil
	}
	for _, r := range v.Outputs(t) {
		if r.Check != cliout.Ping || r.Fastest == 0 || !much(c.RTT, r.Fastest) {
			continue
		}
		at := slices.IndexFunc(r.Lines, func(l redact.Text) bool {
			return strings.Contains(l.String(), "min/avg/max") || strings.Contains(l.String(), "Minimum = ")
		})
		return []checks.Evidence{
			v.CitePacket(&c.Answer, fmt.Sprintf("capture: the SYN-ACK came after %.2f ms", milliseconds(c.RTT))),
			v.CiteResult(r, at, fmt.Sprintf("ping: the same address answers after %.1f ms", milliseconds(r.Fastest))),
		}
	}
	return nil
}

// unheard: an HTTP answer came, and no line of an SSM's log is given. Another SSM that is
// called by mistake, or another node of a pair, answers in the same words.
func unheard(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Failed == nil || t.Failed.Status == 0 && t.Failed.ErrorCode.Empty() || t.LastRequest() != nil || v.Lines.SSM.Span().Known() {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: an answer, and no line of the SSM's log is given")}
}

// addressAlone: the settings name the SSM by a host, without a path.
func addressAlone(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	l := t.Find(logline.TopicClientMap)
	if l == nil || l.Cut || l.Peer.Empty() || l.Value == logline.PeerPath {
		return nil
	}
	return []checks.Evidence{v.CiteLine(l, "Manager: calls "+l.Peer.String())}
}

// unlogged: an HTTP answer came, and an SSM's log that may be of that time has no
// request that was matched. It says less than noSuchRequest: the log may just not
// reach that far, or nothing proves how the clocks stand.
func unlogged(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	const day = 24 * time.Hour
	span := v.Lines.SSM.Span()
	_, basis := v.Axis.Skew()
	if t.Token != nil || t.Failed == nil || t.Failed.Status == 0 || !span.Known() || basis != evidence.Assumed && !span.Widened(day, day).Has(v.Axis.Manager(t.Failed)) {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: an answer whose request was not found in the SSM's log")}
}

// callNotLogged: the SSM's log covers an attempt and has its sign-in, and no call after
// it: something in front of the SSM may have answered that.
func callNotLogged(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Token == nil || len(t.API) > 0 || t.Failed == nil || t.Failed.Status == 0 || !t.OnAPI() || v.Coverage(t).Saw(evidence.Request) != evidence.No {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: an answer to a call that the SSM's log, which has the sign-in, does not show")}
}

// requestLogged is the fact that the SSM logged a request of the attempt, so that
// its web server lives and is where the Manager calls.
func requestLogged(of func(*attempt.Trace) *attempt.Request) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		r := of(t)
		if r == nil {
			return nil
		}
		return []checks.Evidence{v.CiteLine(r.All()[0], "SSM: it logged the request")}
	}
}

// heardHTTP: an HTTP answer came, by the Manager's word or, without one, by
// the capture's.
func heardHTTP(t *attempt.Trace) bool {
	if t.Failed != nil {
		return t.Failed.Status != 0
	}
	return len(t.Lines) == 0 && t.Conn != nil && t.Conn.TLS.Stage.Is() == handshake.TLSApplicationData && !t.Conn.Trouble.Waiting && !t.Conn.Trouble.Pending
}

// SameToken compares two tokens; one of a cut value is the whole one's.
func SameToken(a, b string) bool {
	head := func(s string) string {
		s, _, _ = strings.Cut(s, " ")
		return strings.TrimSuffix(s, "~")
	}
	return a != "" && head(a) == head(b)
}

// allRefused: nginx tried its upstreams, each refused, and 502 was its answer.
func allRefused(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	r := t.LastRequest()
	if r == nil || r.Rails != nil || r.Access == nil || r.Access.Status != 502 {
		return nil
	}
	var out []checks.Evidence
	for _, l := range r.Refused {
		if l.Topic == logline.TopicUpstreamFailed && l.Errno != 111 && l.Errno != 113 {
			return nil
		}
		if l.Topic == logline.TopicUpstreamFailed {
			out = append(out, v.CiteLine(l, "SSM, nginx: upstream "+l.Upstream.String()+" refused"))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, v.CiteLine(r.Access, "SSM, nginx: 502 for the same request"))
}

// usersDiffer: both logs show a user for the same request, and not the same.
func usersDiffer(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Token == nil {
		return nil
	}
	for _, l := range t.Lines {
		for _, r := range t.Token.Entries() {
			if attempt.User(l) != "" && attempt.User(r) != "" && attempt.User(l) != attempt.User(r) {
				return []checks.Evidence{v.CiteLine(l, "Manager: user "+attempt.User(l)), v.CiteLine(r, "SSM: user "+attempt.User(r))}
			}
		}
	}
	return nil
}

// listedType: the SSM's own list shows the client ID as a grant of the other type.
func listedType(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	return grantsOf(v, t, func(g cliout.Grant) string {
		if !strings.HasPrefix(g.Type.String(), "Client Credentials") {
			return ""
		}
		return "this client ID belongs to a Client Credentials Grant"
	})
}

// grantsOf are the rows of the SSM's list with the try's client ID.
func grantsOf(v *attempt.View, t *attempt.Trace, want func(g cliout.Grant) string) []checks.Evidence {
	client := t.ClientID()
	for _, r := range v.Results {
		for _, g := range r.Grants {
			if SameToken(g.Client.String(), client) {
				if says := want(g); says != "" {
					return []checks.Evidence{v.CiteResult(r, g.Line, "SSM, API Tool Kit: "+says)}
				}
			}
		}
	}
	return nil
}

// notListed: a list of grants is given, of which each row shows a client ID, and none is
// the try's.
func notListed(v *attempt.View, t *attempt.Trace) (out []checks.Evidence) {
	client := t.ClientID()
	begins, _ := checks.ClientHint(client)
	if begins == "" {
		return nil
	}
	for _, r := range v.Results {
		for _, g := range r.Grants {
			token, _, _ := strings.Cut(g.Client.String(), " ")
			switch {
			case token != "" && SameToken(token, client), token == "" && g.Begins.Empty():
				return nil
			case token == "" && strings.HasPrefix(g.Begins.String(), begins[:min(len(begins), len(g.Begins.String()))]):
				return nil
			}
			if len(out) == 0 {
				out = append(out, v.CiteResult(r, g.Line, "SSM, API Tool Kit: the list given has no client ID that begins with "+begins))
			}
		}
	}
	return out
}

// listedExpired: by the newest date in the logs, the grant's last day is over.
func listedExpired(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	return grantsOf(v, t, func(g cliout.Grant) string {
		if g.Expires.IsZero() || v.Newest.IsZero() || v.Newest.Before(g.Expires.AddDate(0, 0, 1)) {
			return ""
		}
		return "the grant expired on " + g.Expires.Format(time.DateOnly)
	})
}

// listedCreator: the grant is another user's.
func listedCreator(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	user := t.Says(attempt.User)
	return grantsOf(v, t, func(g cliout.Grant) string {
		if g.Creator.Empty() || user == "" || g.Creator.String() == user || !strings.HasPrefix(g.Type.String(), "Resource") {
			return ""
		}
		return "the grant was created by " + g.Creator.String() + ", and " + user + " signs in"
	})
}

// blankField: the request names a parameter and gives it no value.
func blankField(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	for _, l := range t.Entries() {
		if l.BlankField.Empty() {
			continue
		}
		return []checks.Evidence{v.CiteLine(l, "the request's "+l.BlankField.String()+" is blank")}
	}
	return nil
}

var readTimedOut = words.Say("Read timed out")

// timedOutWaiting: the Manager's trace shows that the request was out, and
// that no answer came in its time.
func timedOutWaiting(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	p := t.Find(logline.TopicPhase)
	if t.Failed == nil || p == nil || p.Value.String() != "waiting for the answer" || !t.Failure().Says(readTimedOut) {
		return nil
	}
	return []checks.Evidence{v.CiteLine(t.Failed, "Manager: timed out waiting for the answer")}
}
