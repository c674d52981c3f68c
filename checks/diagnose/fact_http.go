package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/checks"
)

// aboutThen is how near to a moment a line speaks of it.
const aboutThen = 30 * time.Second

// zone is the letters of the zone in the try's Manager lines.
func (t *try) zone() string {
	if len(t.lines) == 0 {
		return ""
	}
	return t.lines[0].Stamp.Zone
}

// proxyPeer: the end that could not be connected to is the proxy.
func (e *Engine) proxyPeer(t *try) []checks.Evidence {
	if t.failed == nil || t.failed.Status != 0 || !isProxy(t, t.failed.Peer.String()) {
		return nil
	}
	return []checks.Evidence{e.citeLine(t.failed, "Manager: cannot connect to the proxy "+t.failed.Peer.String())}
}

// proxySilent: the connection to the proxy is refused or not answered.
func (e *Engine) proxySilent(t *try) []checks.Evidence {
	if t.conn == nil || t.conn.Server.Addr() != e.proxyAddr() {
		return nil
	}
	if m, ok := t.conn.refused(); ok {
		return []checks.Evidence{e.citePacket(m, "capture: the proxy refuses the connection")}
	}
	if m, ok := t.conn.unanswered(); ok {
		return []checks.Evidence{e.citePacket(m, "capture: the proxy does not answer")}
	}
	return nil
}

// proxyStatus is the fact that the answer to the CONNECT was one of statuses,
// as the capture printed it in clear.
func proxyStatus(says string, statuses ...int) func(*Engine, *try) []checks.Evidence {
	return func(e *Engine, t *try) []checks.Evidence {
		if t.conn == nil || !slices.Contains(statuses, t.conn.status) {
			return nil
		}
		return []checks.Evidence{e.cite(*t.conn.clear, fmt.Sprintf("capture: %s (%d)", says, t.conn.status))}
	}
}

// page is the fact that one of statuses came with a page of HTML that is not
// the SSM's while a proxy is configured: the SSM's API answers JSON, its web
// server names itself, and its log would have the request.
func page(statuses ...int) func(*Engine, *try) []checks.Evidence {
	return func(e *Engine, t *try) []checks.Evidence {
		host, _ := proxyName(t.lines)
		if host == "" || t.failed == nil || !slices.Contains(statuses, t.failed.Status) || !t.failed.ErrorCode.Empty() {
			return nil
		}
		if t.token != nil && t.token.status() == t.failed.Status || e.nginxPage(t) != nil || !strings.HasPrefix(t.failed.ErrorText.String(), "<") {
			return nil
		}
		return []checks.Evidence{e.citeLine(t.failed, fmt.Sprintf("Manager: %d with a page that is not the SSM's, and a proxy is configured", t.failed.Status))}
	}
}

// nginxPage: the page that came names nginx, as the SSM's web server does.
func (e *Engine) nginxPage(t *try) []checks.Evidence {
	for _, l := range t.lines {
		if l.Form == logline.ManagerMore && strings.Contains(l.Message.String(), "nginx") && strings.HasPrefix(l.Message.String(), "<") {
			return []checks.Evidence{e.citeLine(l, "Manager: the page names nginx")}
		}
	}
	return nil
}

// noSuchRequest: an HTTP answer came, and the SSM's log covers the time and
// has no request of this client ID or user. A request of another user with the
// same client ID speaks against it: the logs may be of different moments.
func (e *Engine) noSuchRequest(t *try) []checks.Evidence {
	if t.token != nil || !t.heardHTTP() || !e.coverage.covers(t.start(), t.end(), t.zone()) {
		return nil
	}
	client, user := t.says(clientOf), t.says(userOf)
	for _, r := range e.ssm {
		if client != "" && sameToken(clientOf(r), client) || user != "" && userOf(r) == user {
			return nil
		}
		if d, ok := e.coverage.since(t.start(), t.zone(), r.At); ok && d.Abs() < around {
			return nil
		}
	}
	m := t.conn
	if t.failed != nil {
		return []checks.Evidence{e.citeLine(t.failed, fmt.Sprintf("Manager: an answer came (%d), and the SSM's log, which covers the time, has no such request", t.failed.Status))}
	}
	return []checks.Evidence{e.citePacket(&m.data, "capture: an answer came, and the SSM's log, which covers the time, has no request at all")}
}

// heardHTTP: an HTTP answer came, by the Manager's word or, without one, by
// the capture's.
func (t *try) heardHTTP() bool {
	if t.failed != nil {
		return t.failed.Status != 0
	}
	return len(t.lines) == 0 && t.conn != nil && t.conn.TLS.Stage == handshake.TLSApplicationData && !t.conn.Trouble.Waiting && !t.conn.Trouble.Pending
}

// sameToken compares two tokens; one of a cut value is the whole one's.
func sameToken(a, b string) bool {
	head := func(s string) string {
		s, _, _ = strings.Cut(s, " ")
		return strings.TrimSuffix(s, "~")
	}
	return a != "" && head(a) == head(b)
}

// allRefused: nginx tried its upstreams, each refused, and 502 was its answer.
func (e *Engine) allRefused(t *try) []checks.Evidence {
	r := t.lastRequest()
	if r == nil || r.rails != nil || r.access == nil || r.access.Status != 502 {
		return nil
	}
	var out []checks.Evidence
	for _, l := range r.refused {
		if l.Topic == logline.TopicUpstreamFailed && l.Errno != 111 && l.Errno != 113 {
			return nil
		}
		if l.Topic == logline.TopicUpstreamFailed {
			out = append(out, e.citeLine(l, "SSM, nginx: upstream "+l.Upstream.String()+" refused"))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append(out, e.citeLine(r.access, "SSM, nginx: 502 for the same request"))
}

// lastRequest is the newest request of the try that the SSM logged.
func (t *try) lastRequest() *request {
	if n := len(t.api); n > 0 {
		return t.api[n-1]
	}
	return t.token
}

// usersDiffer: both logs show a user for the same request, and not the same.
func (e *Engine) usersDiffer(t *try) []checks.Evidence {
	if t.token == nil {
		return nil
	}
	for _, l := range t.lines {
		for _, r := range t.token.entries() {
			if userOf(l) != "" && userOf(r) != "" && userOf(l) != userOf(r) {
				return []checks.Evidence{e.citeLine(l, "Manager: user "+userOf(l)), e.citeLine(r, "SSM: user "+userOf(r))}
			}
		}
	}
	return nil
}

// listedType: the SSM's own list shows the client ID as a grant of the other type.
func (e *Engine) listedType(t *try) []checks.Evidence {
	return e.grantsOf(t, func(g cliout.Grant) string {
		if !strings.HasPrefix(g.Type.String(), "Client Credentials") {
			return ""
		}
		return "this client ID belongs to a Client Credentials Grant"
	})
}

// grantsOf are the rows of the SSM's list with the try's client ID.
func (e *Engine) grantsOf(t *try, want func(g cliout.Grant) string) []checks.Evidence {
	client := t.client()
	for _, r := range e.results {
		for _, g := range r.Grants {
			if sameToken(g.Client.String(), client) {
				if says := want(g); says != "" {
					return []checks.Evidence{e.citeResult(r, g.Line, "SSM, API Tool Kit: "+says)}
				}
			}
		}
	}
	return nil
}

// listedExpired: by the newest date in the logs, the grant's last day is over.
func (e *Engine) listedExpired(t *try) []checks.Evidence {
	return e.grantsOf(t, func(g cliout.Grant) string {
		if g.Expires.IsZero() || e.newest.IsZero() || e.newest.Before(g.Expires.AddDate(0, 0, 1)) {
			return ""
		}
		return "the grant expired on " + g.Expires.Format(time.DateOnly)
	})
}

// listedCreator: the grant is another user's.
func (e *Engine) listedCreator(t *try) []checks.Evidence {
	user := t.says(userOf)
	return e.grantsOf(t, func(g cliout.Grant) string {
		if g.Creator.Empty() || user == "" || g.Creator.String() == user || !strings.HasPrefix(g.Type.String(), "Resource") {
			return ""
		}
		return "the grant was created by " + g.Creator.String() + ", and " + user + " signs in"
	})
}

// client is the client ID's token in any of the try's lines.
func (t *try) client() string {
	if c := t.says(clientOf); c != "" || t.token == nil {
		return c
	}
	return t.token.field(clientOf)
}

// blankField: the request names a parameter and gives it no value.
func (e *Engine) blankField(t *try) []checks.Evidence {
	for _, l := range t.entries() {
		if l.BlankField.Empty() {
			continue
		}
		return []checks.Evidence{e.citeLine(l, "the request's "+l.BlankField.String()+" is blank")}
	}
	return nil
}

// timedOutWaiting: the Manager's trace shows that the request was out, and
// that no answer came in its time.
func (e *Engine) timedOutWaiting(t *try) []checks.Evidence {
	p := t.find(logline.TopicPhase)
	if t.failed == nil || p == nil || p.Value.String() != "waiting for the answer" || !strings.Contains(t.failureText(), "Read timed out") {
		return nil
	}
	return []checks.Evidence{e.citeLine(t.failed, "Manager: timed out waiting for the answer")}
}
