package diagnose

import (
	"fmt"
	"strings"

	"syncscope/capture/logline"
	"syncscope/checks"
)

// answer works out the stages above TLS from the HTTP answer that came last:
// who gave it, and what it says.
func (l *ladder) answer() {
	l.upstreams()
	switch t := l.t; {
	case t.done != nil || t.find(logline.TopicLicences) != nil:
		l.completed()
	case t.answeredWith() >= 400:
		l.refused(t.answeredWith())
	case t.find(logline.TopicAuthenticated) != nil:
		l.signedIn(l.e.citeLine(t.find(logline.TopicAuthenticated), "Manager: signed in"))
	case t.token != nil && t.token.status() == 200:
		l.signedIn(l.e.citeLine(t.token.entries()[0], "SSM: 200 to the sign-in"))
	}
}

// answeredWith is the status of the last answer: in the Manager's words, else
// in the SSM's. A status that a proxy gave is none of the SSM's.
func (t *try) answeredWith() int {
	if t.failed != nil && (t.failed.Status != 0 || !t.failed.Exception.Empty()) {
		return t.failed.Status
	}
	if r := t.lastRequest(); r != nil {
		return r.status()
	}
	return 0
}

func (l *ladder) completed() {
	line := l.t.done
	if line == nil {
		line = l.t.find(logline.TopicLicences)
	}
	l.signedIn(l.e.citeLine(line, "Manager: the sync went on"))
	l.set(checks.Licences, checks.Pass, checks.Seen, "", "licences were received", l.e.citeLine(line, "Manager: "+line.Message.String()))
}

func (l *ladder) signedIn(ev checks.Evidence) {
	l.set(checks.HTTP, checks.Pass, checks.Seen, "", "the SSM answered", ev)
	l.set(checks.Auth, checks.Pass, checks.Seen, "", "signed in", ev)
	for _, r := range l.t.api {
		if s := r.status(); s >= 400 {
			l.set(checks.Licences, checks.Fail, checks.Seen, fmt.Sprint(s), fmt.Sprintf("a licence query was answered with %d", s), l.e.citeLine(r.entries()[0], fmt.Sprintf("SSM: %d", s)))
		}
	}
}

// upstreams tells of the SSM's web server and what is behind it.
func (l *ladder) upstreams() {
	r := l.t.lastRequest()
	if r == nil {
		return
	}
	if len(r.refused) > 0 {
		l.stages[checks.Backend].Object = r.refused[0].Upstream.String()
	}
	switch {
	case r.rails == nil || r.status() >= 500 && r.status() != 503:
	case len(r.refused) > 0:
		l.set(checks.Backend, checks.Pass, checks.Seen, "1 refused, 1 answered", "an upstream refused, another answered the same request",
			l.e.citeLine(r.refused[0], "harmless: this upstream refused, another answered"), l.e.citeLine(r.rails, "SSM, Rails: answered "+statusText(r)))
	default:
		l.set(checks.Backend, checks.Pass, checks.Seen, "", "Rails answered", l.e.citeLine(r.rails, "SSM, Rails: answered "+statusText(r)))
	}
}

func statusText(r *request) string { return fmt.Sprint(r.status()) }

// refused places an error status on its stage.
func (l *ladder) refused(status int) {
	ev := l.words(status)
	if !l.answered() {
		return // a page of whatever answers there
	}
	at := l.stageOf(status)
	if at > checks.HTTP {
		l.set(checks.HTTP, checks.Pass, checks.Seen, "", fmt.Sprintf("an HTTP answer came: %d", status), ev[0])
	}
	if at == checks.Licences {
		l.set(checks.Auth, checks.Pass, checks.Inferred, "", "the sync went on after the sign-in")
	}
	if at != checks.TLS || l.stages[checks.TLS].Status != checks.Pass {
		l.set(at, checks.Fail, checks.Seen, fmt.Sprint(status), fmt.Sprintf("the answer was %d", status), ev...)
	}
}

// stageOf is where an error status of the SSM belongs.
func (l *ladder) stageOf(status int) checks.Stage {
	switch status {
	case 500, 502, 504, 499:
		return checks.Backend
	case 404, 405, 429, 503:
		return checks.HTTP
	case 400:
		if text := l.failureText(); strings.Contains(text, "certificate") || strings.Contains(text, "plain HTTP") || l.e.nginxPage(l.t) != nil {
			return checks.HTTP
		}
	}
	if l.t.onAPI() {
		return checks.Licences
	}
	if status == 400 || status == 401 || status == 403 || status == 422 {
		return checks.Auth
	}
	return checks.HTTP
}

// onAPI reports whether the last answer was to a request after the sign-in.
func (t *try) onAPI() bool {
	if t.failed != nil && !t.failed.Path.Empty() {
		return strings.Contains(t.failed.Path.String(), "/api/v1/")
	}
	return len(t.api) > 0
}

// words gives the lines that show an answer's status.
func (l *ladder) words(status int) []checks.Evidence {
	var ev []checks.Evidence
	if f := l.t.failed; f != nil && f.Status == status {
		ev = append(ev, l.e.citeLine(f, strings.TrimSpace(fmt.Sprintf("Manager: %d %s", status, f.ErrorCode))))
	}
	if r := l.t.lastRequest(); r != nil && r.status() == status {
		for _, e := range r.entries() {
			ev = append(ev, l.e.citeLine(e, fmt.Sprintf("SSM, %s: %d", e.Role, status)))
		}
	}
	return ev
}

// answered tells whether the last status came from the SSM for sure: its API
// answers JSON, its own log has the same status, or there is no proxy that
// could have answered in its place.
func (l *ladder) answered() bool {
	f := l.t.failed
	if f == nil || f.Status == 0 || !f.ErrorCode.Empty() {
		return true
	}
	if r := l.t.lastRequest(); r != nil && r.status() == f.Status {
		return true
	}
	if strings.Contains(f.Path.String(), "/api/v1/") && l.t.find(logline.TopicAuthenticated) != nil || l.e.nginxPage(l.t) != nil {
		return true
	}
	p := l.t.find(logline.TopicProxyHost)
	return p != nil && !p.Cut && p.Value.Empty()
}
