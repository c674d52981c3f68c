package checks

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"syncscope/capture"
)

// ladder works out one attempt's stages. A stage passes by its own evidence,
// or (inferred) because a later one was reached that cannot be without it.
type ladder struct {
	e      *Engine
	t      *try
	stages []StageState
}

func (e *Engine) ladder(t *try) []StageState {
	l := ladder{e, t, unknownStages()}
	for _, step := range []func(){l.setup, l.dns, l.proxy, l.tcp, l.tls, l.backend, l.http, l.auth, l.licences, l.path} {
		step()
	}
	l.infer()
	return l.stages
}

func (l *ladder) set(s Stage, status Status, basis Basis, short, detail string, ev ...Evidence) *StageState {
	st := &l.stages[s]
	st.Status, st.Basis, st.Short, st.Detail = status, basis, short, detail
	st.Evidence = append(st.Evidence, ev...)
	return st
}

func (l *ladder) setup() {
	release := l.e.names.release
	if bad := l.e.fact("manager-too-old"); bad != nil {
		l.set(Setup, Fail, Seen, release, "release "+release+" is below 20.9.1", bad...)
		return
	}
	line := l.t.find(capture.TopicMode)
	if line == nil {
		line = l.t.find(capture.TopicOnPremUser)
	}
	if line == nil {
		if bad := l.e.fact("mode-not-onprem"); bad != nil && len(l.t.lines) == 0 {
			l.set(Setup, Fail, Seen, "not on-prem", "the licence reporting mode is not on-prem", bad...)
		}
		return
	}
	if mode := line.Value.String(); mode != "" && !strings.EqualFold(mode, "onprem") {
		l.set(Setup, Fail, Seen, mode, "the licence reporting mode is "+mode, l.e.citeLine(line, "Manager: mode "+mode))
		return
	}
	short := strings.TrimSpace(release + " on-prem")
	l.set(Setup, Pass, Seen, short, "the Manager is in on-prem mode", l.e.citeLine(line, "Manager: on-prem mode"))
}

func (l *ladder) dns() {
	peer := l.t.says(func(e *capture.LogEntry) string { return e.Peer.String() })
	if host, _, ok := strings.Cut(peer, ":"); ok {
		peer = host
	}
	if peer == "" {
		return
	}
	l.stages[DNS].Object = peer
	if _, err := netip.ParseAddr(peer); err == nil {
		l.set(DNS, NotNeeded, Seen, "", "the Manager calls an address, no name", l.e.citeLine(l.t.find(capture.TopicClientMap), "Manager: calls "+peer))
		return
	}
	for _, r := range l.e.results {
		if r.Name.String() == peer && len(r.Addrs) > 0 {
			l.set(DNS, Pass, Seen, r.Addrs[0].String(), peer+" resolves to "+r.Addrs[0].String(), l.e.cite(r.Meta, "resolver: "+r.Addrs[0].String()))
			return
		}
	}
}

func (l *ladder) proxy() {
	line := l.t.find(capture.TopicProxyHost)
	if f := l.t.failed; f != nil && f.Status == proxyAuth {
		l.set(Proxy, Fail, Seen, "407", "the proxy wants a login", l.e.citeLine(f, "Manager: 407 from the proxy"))
		if line != nil {
			l.stages[Proxy].Object = line.Value.String()
		}
		return
	}
	switch {
	case line == nil:
	case line.Cut:
		// The name after "proxy host" may be what was cut.
	case line.Value.Empty():
		l.set(Proxy, NotNeeded, Seen, "none", "no proxy is configured", l.e.citeLine(line, "Manager: no proxy configured"))
	default:
		l.stages[Proxy].Object = line.Value.String()
		l.stages[Proxy].Short = "set"
		l.stages[Proxy].Detail = "proxy " + line.Value.String() + " is configured"
	}
}

// proxyAuth is the one status that only a proxy sends (RFC 9110, 15.5.8).
const proxyAuth = 407

// answered tells whether the status in the Manager's log came from the SSM for
// sure: its API answers JSON, or its own log has the same status. Behind a
// proxy, a status with a page of HTML may be the proxy's own.
func (l *ladder) answered() bool {
	f := l.t.failed
	if f == nil || f.Status == 0 {
		return false
	}
	if !f.ErrorCode.Empty() || l.t.token != nil && l.t.token.status() == f.Status {
		return true
	}
	p := l.t.find(capture.TopicProxyHost)
	return p != nil && !p.Cut && p.Value.Empty()
}

func (l *ladder) tcp() {
	c := l.t.conn
	if c == nil {
		return
	}
	l.stages[TCP].Object = c.Server.String()
	note := ""
	if !l.t.connSure {
		note = "; the only connection captured, its time cannot be matched with the log"
	}
	switch c.State {
	case capture.ConnRefused:
		l.set(TCP, Fail, Seen, "refused", "RST to the SYN"+note, l.e.cite(c.answer, "capture: RST to the SYN"))
	case capture.SynSent:
		if c.Packets > 1 {
			l.set(TCP, Fail, Seen, "no answer", fmt.Sprintf("%d SYNs, no answer captured%s", c.Packets, note), l.e.cite(c.last, "capture: SYN without an answer"))
		}
	case capture.ConnUnknown, capture.HalfOpen:
	default:
		detail, short := "open"+note, ""
		if c.RTT > 0 {
			short = shortRTT(c.RTT)
			detail = fmt.Sprintf("SYN-ACK after %.1f ms%s", ms(c.RTT), note)
		}
		m := c.answer
		if m.From == (capture.Ref{}) {
			m = c.first
		}
		l.set(TCP, Pass, Seen, short, detail, l.e.cite(m, "TCP: "+detail))
	}
}

func (l *ladder) tls() {
	c := l.t.conn
	if c == nil || !c.tlsDone() {
		return
	}
	basis, word := Inferred, "inferred"
	if c.TLS.Basis == capture.BasisSeen {
		basis, word = Seen, "seen"
	}
	version := TLSVersion(c.TLS.Version)
	m := c.finished
	if m.From == (capture.Ref{}) {
		m = c.last
	}
	detail := strings.TrimSpace(version + " " + c.TLS.Suite)
	if detail == "" {
		detail = "finished"
	}
	l.stages[TLS].Object = c.Server.String()
	l.set(TLS, Pass, basis, strings.TrimSpace(word+" "+strings.TrimPrefix(version, "TLS ")), detail+", "+word+" from the lengths of the flights", l.e.cite(m, "TLS finished ("+word+" from lengths)"))
}

// TLSVersion is the protocol name of a version number, "" if it is none.
func TLSVersion(v uint16) string {
	if v < 0x0301 || v > 0x0304 {
		return ""
	}
	return fmt.Sprintf("TLS 1.%d", v-0x0301)
}

func (l *ladder) backend() {
	r := l.t.token
	if r == nil {
		return
	}
	if len(r.refused) > 0 {
		l.stages[Backend].Object = r.refused[0].Upstream.String()
	}
	switch {
	case r.rails != nil && len(r.refused) > 0:
		l.set(Backend, Pass, Seen, "1 refused, 1 answered", "an upstream refused, another answered the same request",
			l.e.citeLine(r.refused[0], "harmless: this upstream refused, another answered"), l.e.citeLine(r.rails, "SSM, Rails: answered "+statusText(r)))
	case r.rails != nil:
		l.set(Backend, Pass, Seen, "", "Rails answered", l.e.citeLine(r.rails, "SSM, Rails: answered "+statusText(r)))
	}
}

func statusText(r *request) string { return fmt.Sprint(r.status()) }

func (l *ladder) http() {
	switch t := l.t; {
	case l.answered():
		l.set(HTTP, Pass, Seen, "", fmt.Sprintf("an HTTP answer came: %d", t.failed.Status), l.e.citeLine(t.failed, fmt.Sprintf("Manager: HTTP %d", t.failed.Status)))
	case t.token != nil && t.token.access != nil && t.token.status() != 0:
		l.set(HTTP, Pass, Seen, "", "nginx logged the request and its answer "+statusText(t.token), l.e.citeLine(t.token.access, "SSM, nginx: "+statusText(t.token)))
	case t.find(capture.TopicAuthenticated) != nil:
		l.set(HTTP, Pass, Seen, "", "the SSM answered", l.e.citeLine(t.find(capture.TopicAuthenticated), "Manager: signed in"))
	}
}

func (l *ladder) auth() {
	t := l.t
	if ok := t.find(capture.TopicAuthenticated); ok != nil {
		l.set(Auth, Pass, Seen, "", "signed in", l.e.citeLine(ok, "Manager: signed in"))
		return
	}
	status := t.status()
	if t.failed != nil && t.failed.Status != 0 && t.failed.ErrorCode.Empty() && (t.token == nil || t.token.status() != status) {
		return // a page of whatever answers there, not the SSM's API
	}
	switch {
	case status == 200 && t.token != nil:
		l.set(Auth, Pass, Seen, "", "the SSM answered the sign-in with 200", l.e.citeLine(t.token.entries()[0], "SSM: 200"))
	case status == 200:
		l.set(Auth, Pass, Inferred, "", "the sync went on after the sign-in")
	case status == 400 || status == 401 || status == 403:
		var ev []Evidence
		if t.failed != nil && t.failed.Status == status {
			ev = append(ev, l.e.citeLine(t.failed, fmt.Sprintf("Manager: %d %s", status, t.failed.ErrorCode)))
		}
		if t.token != nil {
			for _, e := range t.token.entries() {
				ev = append(ev, l.e.citeLine(e, fmt.Sprintf("SSM, %s: %d", e.Role, status)))
			}
		}
		l.set(Auth, Fail, Seen, fmt.Sprint(status), fmt.Sprintf("the SSM answered %d", status), ev...)
	}
}

func (l *ladder) licences() {
	if l.t.done != nil {
		l.set(Licences, Pass, Seen, "", "the sync completed", l.e.citeLine(l.t.done, "Manager: sync completed"))
		return
	}
	if line := l.t.find(capture.TopicLicences); line != nil {
		l.set(Licences, Pass, Seen, "", "licences were received", l.e.citeLine(line, "Manager: licences received"))
		return
	}
	for _, r := range l.t.api {
		if s := r.status(); s >= 400 {
			l.set(Licences, Fail, Seen, fmt.Sprint(s), fmt.Sprintf("a licence query was answered with %d", s), l.e.citeLine(r.entries()[0], fmt.Sprintf("SSM: %d", s)))
		}
	}
}

func (l *ladder) path() {
	c := l.t.conn
	switch {
	case c != nil && c.heard():
		m := c.answer
		if m.From == (capture.Ref{}) {
			m = c.last
		}
		l.set(IP, Pass, Seen, "", "packets come back from "+c.Server.Addr().String(), l.e.cite(m, "capture: the SSM's address answers"))
		l.stages[IP].Object = c.Server.Addr().String()
	case l.t.token != nil && l.t.token.access != nil:
		l.set(IP, Pass, Inferred, "", "the SSM logged the request", l.e.citeLine(l.t.token.access, "SSM, nginx: logged the request"))
	}
}

// infer passes what a later stage cannot be without, and marks what was not
// reached behind a failure.
func (l *ladder) infer() {
	for s := Licences; s > Setup; s-- {
		reached := l.stages[s]
		if reached.Status != Pass && !(reached.Status == Fail && s >= HTTP) {
			continue
		}
		for before := s - 1; before >= IP; before-- {
			st := &l.stages[before]
			if st.Status == Unknown && before != Proxy && before != Backend {
				st.Status, st.Basis = Pass, Inferred
				st.Detail = "the stage " + s.Label() + " was reached, which needs it"
				st.Evidence = reached.Evidence
			}
		}
	}
	for s := range l.stages {
		if l.stages[s].Status != Fail {
			continue
		}
		for after := s + 1; after < len(l.stages); after++ {
			if l.stages[after].Status == Unknown {
				l.stages[after].Status = NotReached
			}
		}
		return
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func shortRTT(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("%.0f ms", ms(d))
	}
	return fmt.Sprintf("%.1f ms", ms(d))
}

func closed(c *connection) bool {
	switch c.State {
	case capture.ConnClosed, capture.ConnRefused, capture.ConnReset:
		return true
	}
	return false
}
