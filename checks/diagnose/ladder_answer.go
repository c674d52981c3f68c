package diagnose

import (
	"fmt"
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/fact"
)

// answer works out the stages above TLS from the HTTP answer that came last:
// who gave it, and what it says.
func (l *ladder) answer() {
	l.upstreams()
	switch t := l.t; {
	case t.Failed == nil && t.Nothing() != nil:
		l.signedIn(l.v.CiteLine(t.Nothing(), "Manager: the sync went on"))
		l.set(checks.Licences, checks.Warn, checks.Seen, "none", "the answer held no licence", l.v.CiteLine(t.Nothing(), "Manager: "+t.Nothing().Message.String()))
	case t.Failed == nil && (t.Done != nil || t.Find(logline.TopicLicences) != nil):
		l.completed()
	case answeredWith(t) >= 400:
		l.refused(answeredWith(t))
	case t.Find(logline.TopicAuthenticated) != nil:
		l.signedIn(l.v.CiteLine(t.Find(logline.TopicAuthenticated), "Manager: signed in"))
	case t.Failed == nil && t.Token != nil && t.Token.Granted(): // else the Manager says what it made of it
		l.signedIn(l.v.CiteLine(t.Token.Entries()[0], "SSM: 200 to the sign-in"))
	case t.Failed == nil && t.Token != nil && t.Token.Status() == 200:
		l.set(checks.HTTP, checks.Pass, checks.Seen, "200", "an answer came: 200, of a path that is not the application's", l.v.CiteLine(t.Token.Entries()[0], "SSM, nginx: 200 to another path"))
	}
}

// answeredWith is the status of the last answer: in the Manager's words, else
// in the SSM's. A status that a proxy gave is none of the SSM's.
func answeredWith(t *attempt.Trace) int {
	if t.Failed != nil && (t.Failed.Status != 0 || !t.Failed.Exception.Empty()) {
		return t.Failed.Status
	}
	if r := t.LastRequest(); r != nil {
		return r.Status()
	}
	return 0
}

func (l *ladder) completed() {
	line := l.t.Done
	if line == nil {
		line = l.t.Find(logline.TopicLicences)
	}
	l.signedIn(l.v.CiteLine(line, "Manager: the sync went on"))
	l.set(checks.Licences, checks.Pass, checks.Seen, "", "licences were received", l.v.CiteLine(line, "Manager: "+line.Message.String()))
}

func (l *ladder) signedIn(ev checks.Evidence) {
	l.set(checks.HTTP, checks.Pass, checks.Seen, "", "the SSM answered", ev)
	l.set(checks.Auth, checks.Pass, checks.Seen, "", "signed in", ev)
	for _, r := range l.t.API {
		if s := r.Status(); s >= 400 {
			l.set(checks.Licences, checks.Fail, checks.Seen, fmt.Sprint(s), fmt.Sprintf("a licence query was answered with %d", s), l.v.CiteLine(r.Entries()[0], fmt.Sprintf("SSM: %d", s)))
		}
	}
}

// upstreams tells of the SSM's web server and what is behind it.
func (l *ladder) upstreams() {
	r := l.t.LastRequest()
	if r == nil {
		return
	}
	if len(r.Refused) > 0 {
		l.stages[checks.Backend].Object = r.Refused[0].Upstream.String()
	}
	switch {
	case r.Rails == nil || r.Status() >= 500 && r.Status() != 503:
	case len(r.Refused) > 0:
		l.set(checks.Backend, checks.Pass, checks.Seen, "1 refused, 1 answered", "an upstream refused, another answered the same request",
			l.v.CiteLine(r.Refused[0], "harmless: this upstream refused, another answered"), l.v.CiteLine(r.Rails, "SSM, Rails: answered "+statusText(r)))
	default:
		l.set(checks.Backend, checks.Pass, checks.Seen, "", "Rails answered", l.v.CiteLine(r.Rails, "SSM, Rails: answered "+statusText(r)))
	}
}

func statusText(r *attempt.Request) string { return fmt.Sprint(r.Status()) }

// refused places an error status on its stage.
func (l *ladder) refused(status int) {
	ev := l.words(status)
	if page := slices.Concat(fact.All["page-of-device"](l.v, l.t), fact.All["page-of-nobody"](l.v, l.t)); page != nil {
		l.heard(status, ev)
		l.set(checks.HTTP, checks.Fail, checks.Inferred, fmt.Sprint(status), fmt.Sprintf("the answer was %d, in words that are not the SSM's", status), page...)
		return
	}
	if !l.answered() { // a page of whatever answers there
		l.heard(status, ev)
		return
	}
	at := l.stageOf(status)
	if at > checks.HTTP {
		l.set(checks.HTTP, checks.Pass, checks.Seen, "", fmt.Sprintf("an HTTP answer came: %d", status), ev[0])
	}
	if f := l.t.Failed; at > checks.Backend && f != nil && f.Status == status && !f.ErrorCode.Empty() && l.stages[checks.Backend].Status == checks.Unknown {
		l.set(checks.Backend, checks.Pass, checks.Inferred, "", "the answer is the application's: its own error code", ev...)
	}
	if at == checks.Licences {
		l.set(checks.Auth, checks.Pass, checks.Inferred, "", "the sync went on after the sign-in")
	}
	if at != checks.TLS || l.stages[checks.TLS].Status != checks.Pass {
		l.set(at, checks.Fail, checks.Seen, fmt.Sprint(status), fmt.Sprintf("the answer was %d", status), ev...)
	}
}

// heard places an answer of which nothing tells who gave it: whoever did was connected
// to, and the proxy is the first who may.
func (l *ladder) heard(status int, ev []checks.Evidence) {
	for _, s := range []checks.Stage{checks.IP, checks.TCP} {
		if l.stages[s].Status == checks.Unknown {
			l.set(s, checks.Pass, checks.Inferred, "", fmt.Sprintf("an HTTP answer came: %d", status), ev...)
		}
	}
	if p := &l.stages[checks.Proxy]; p.Status == checks.Unknown && l.v.ProxyOf(l.t).Host != "" {
		p.Short, p.Detail = fmt.Sprint(status), fmt.Sprintf("the answer was %d, and a proxy is configured", status)
	}
}

// aboutTLS are words of a web server's 400 that is not about the sign-in.
var aboutTLS = words.SayAll("certificate", "plain HTTP")

// stageOf is where an error status of the SSM belongs.
func (l *ladder) stageOf(status int) checks.Stage {
	if r := l.t.LastRequest(); r != nil && r.OwnAnswer() != nil && r.Status() == status {
		return checks.HTTP
	}
	switch status {
	case 500, 502, 504, 499:
		if fact.All["no-such-request"](l.v, l.t) != nil { // what is behind the SSM's web server is not what failed
			return checks.HTTP
		}
		return checks.Backend
	case 404, 405, 429, 503:
		return checks.HTTP
	case 400:
		if l.t.Failure().Says(aboutTLS...) || fact.All["nginx-page"](l.v, l.t) != nil {
			return checks.HTTP
		}
	}
	if l.t.OnAPI() {
		return checks.Licences
	}
	if status == 400 || status == 401 || status == 403 || status == 422 {
		return checks.Auth
	}
	return checks.HTTP
}

// words gives the lines that show an answer's status.
func (l *ladder) words(status int) []checks.Evidence {
	var ev []checks.Evidence
	if f := l.t.Failed; f != nil && f.Status == status {
		ev = append(ev, l.v.CiteLine(f, strings.TrimSpace(fmt.Sprintf("Manager: %d %s", status, f.ErrorCode))))
	}
	if r := l.t.LastRequest(); r != nil && r.Status() == status {
		for _, e := range r.Entries() {
			ev = append(ev, l.v.CiteLine(e, fmt.Sprintf("SSM, %s: %d", e.Role, status)))
		}
	}
	return ev
}

// answered tells whether the last status came from the SSM for sure: its API
// answers JSON, its own log has the same status, or there is no proxy that
// could have answered in its place.
func (l *ladder) answered() bool {
	f := l.t.Failed
	if f == nil || f.Status == 0 || !f.ErrorCode.Empty() {
		return true
	}
	if r := l.t.LastRequest(); r != nil && r.Status() == f.Status {
		return true
	}
	if strings.Contains(f.Path.String(), "/api/v1/") && l.t.Find(logline.TopicAuthenticated) != nil || fact.All["nginx-page"](l.v, l.t) != nil {
		return true
	}
	return l.t.Lines.NoProxy()
}
