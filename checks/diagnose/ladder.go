package diagnose

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/fact"
)

// ladder works out one attempt's stages. A stage passes by its own evidence,
// or (inferred) because a later one was reached that cannot be without it.
type ladder struct {
	v      *attempt.View
	t      *attempt.Trace
	stages []checks.StageState
	now    *checks.Evidence // that a name which the attempt did not find resolves now; nil: nothing says so
}

func ladderOf(v *attempt.View, t *attempt.Trace) []checks.StageState {
	l := ladder{v: v, t: t, stages: checks.UnknownStages()}
	for _, step := range []func(){l.setup, l.dns, l.proxy, l.tcp, l.tls, l.answer, l.said, l.path} {
		step()
	}
	inferStages(l.stages)
	l.throughProxy()
	return l.stages
}

// throughProxy names the proxy in the stages that lead to it: behind a proxy, lookup,
// path and connection are the proxy's.
func (l *ladder) throughProxy() {
	proxy := l.v.ProxyOf(l.t)
	if proxy.Host == "" && !l.t.Failure().AtProxy() {
		return
	}
	for s := checks.DNS; s < checks.Proxy; s++ {
		st := &l.stages[s]
		if st.Status == checks.Unknown || st.Status == checks.NotNeeded && s == checks.DNS {
			continue
		}
		if st.Object = proxy.String(); s != checks.TCP {
			st.Object = proxy.Host
		}
		if st.Status != checks.NotReached {
			st.Short = strings.TrimSpace(st.Short + " → proxy")
		}
	}
}

// set makes a claim about a stage. Another claim about it that was made before goes
// with its evidence: that is cited for what it shows, and for nothing else.
func (l *ladder) set(s checks.Stage, status checks.Status, basis checks.Basis, short, detail string, ev ...checks.Evidence) *checks.StageState {
	st := &l.stages[s]
	if st.Status != status || st.Detail != detail {
		st.Evidence = nil
	}
	st.Status, st.Basis, st.Short, st.Detail = status, basis, short, detail
	st.Evidence = append(st.Evidence, ev...)
	return st
}

func (l *ladder) setup() {
	release := l.v.Names.Release(l.v.Results)
	basis, bad := checks.Seen, fact.All["manager-too-old"](l.v, l.t)
	if bad == nil {
		basis, bad = checks.Inferred, fact.All["manager-too-old-unnamed"](l.v, l.t)
	}
	if bad != nil {
		l.set(checks.Setup, checks.Fail, basis, release, "release "+release+" is below 20.9.1", bad...)
		return
	}
	if ev := fact.All["cloud-called"](l.v, l.t); ev != nil {
		l.set(checks.Setup, checks.Fail, checks.Seen, "not on-prem", "the Manager signs in at Cisco's cloud, not at an SSM", ev...)
		return
	}
	line := l.t.Find(logline.TopicMode)
	if line == nil {
		line = l.t.Find(logline.TopicOnPremUser)
	}
	if line == nil && len(l.t.Lines) > 0 {
		line = l.v.Mode // what an attempt before said holds
	}
	if line == nil {
		if bad := fact.All["mode-not-onprem"](l.v, l.t); bad != nil && len(l.t.Lines) == 0 {
			l.set(checks.Setup, checks.Fail, checks.Seen, "not on-prem", "the licence reporting mode is not on-prem", bad...)
		}
		return
	}
	switch mode := line.Value.String(); {
	case mode == "" && line.Topic == logline.TopicMode:
		return // a mode that is cut, or not known
	case mode != "" && mode != logline.OnPrem:
		l.set(checks.Setup, checks.Fail, checks.Seen, mode, "the licence reporting mode is "+mode, l.v.CiteLine(line, "Manager: mode "+mode))
		return
	}
	if fact.All["manager-too-old-alone"](l.v, l.t) != nil {
		release = "" // it may be another number
	}
	short := strings.TrimSpace(release + " on-prem")
	l.set(checks.Setup, checks.Pass, checks.Seen, short, "the Manager is in on-prem mode", l.v.CiteLine(line, "Manager: on-prem mode"))
}

func (l *ladder) dns() {
	peer, line := l.t.Lines.Peer()
	if proxy := l.t.Find(logline.TopicProxyHost); proxy != nil && l.t.Lines.Proxy().Host != "" {
		peer, line = l.t.Lines.Proxy(), proxy // behind a proxy, it looks up the SSM's name
	}
	host := peer.Host
	if host == "" {
		l.dnsPackets()
		return
	}
	l.stages[checks.DNS].Object = host
	if peer.Addr().IsValid() {
		l.set(checks.DNS, checks.NotNeeded, checks.Seen, "", "the Manager calls an address, no name", l.v.CiteLine(line, "Manager: calls "+host))
		return
	}
	l.resolved(host)
	if line.Topic != logline.TopicProxyHost { // packets are looked for by the SSM's name
		l.dnsPackets()
	}
}

// resolved: the addresses of a name, the attempt's own words first: a command is of
// another time, and says what the name resolves to now.
func (l *ladder) resolved(host string) {
	own := l.t.Failure().Tried(host)
	if len(own) > 0 {
		l.set(checks.DNS, checks.Pass, checks.Seen, own[0].String(), "the Manager called "+host+" at "+own[0].String(), l.v.CiteLine(l.t.Failed, "Manager: "+host+" is "+own[0].String()))
	}
	at, ok := l.t.Failure().At()
	ownFailed := ok && at == checks.DNS || l.t.Failure().AtProxy() && l.t.Failure().ProxyAt() == checks.DNS
	for _, r := range l.v.Results {
		if !strings.EqualFold(r.Name.String(), host) || len(r.Addrs) == 0 || l.v.Names.Away(r) {
			continue
		}
		now := r.Addrs[0]
		switch st := &l.stages[checks.DNS]; {
		case ownFailed:
			l.now = &checks.Evidence{}
			*l.now = l.v.Cite(r.Meta, host+" resolves to "+now.String()+" now")
		case len(own) == 0:
			l.set(checks.DNS, checks.Pass, checks.Seen, now.String(), host+" resolves to "+now.String(), l.v.Cite(r.Meta, "resolver: "+now.String()))
		case !slices.Contains(own, now):
			st.Detail = "the Manager called " + host + " at " + own[0].String() + "; it resolves to " + now.String() + " now"
			st.Evidence = append(st.Evidence[:1:1], l.v.Cite(r.Meta, host+" resolves to "+now.String()+" now"))
		}
	}
}

// dnsPackets: what the capture shows of the lookup.
func (l *ladder) dnsPackets() {
	for _, name := range []string{"dns-nxdomain", "dns-failed", "dns-port-closed", "dns-unanswered"} {
		if l.t.Conn != nil {
			break // it was found, or not needed
		}
		ev := fact.All[name](l.v, l.t)
		if ev != nil && l.beyondDNS() {
			l.set(checks.DNS, checks.Pass, checks.Inferred, "", "what the Manager says is of what comes behind a lookup", l.v.CiteLine(l.t.Failed, "Manager: it got behind the lookup"))
			break
		}
		if ev != nil {
			l.set(checks.DNS, checks.Fail, checks.Seen, strings.TrimPrefix(name, "dns-"), ev[0].Says, ev...)
			return
		}
	}
	if ev, last := l.v.Addresses(l.t); last != nil {
		addr := last.Addrs[0].String()
		l.set(checks.DNS, checks.Pass, checks.Seen, addr, last.Name+" resolves to "+addr, ev...)
	}
}

// beyondDNS reports whether the Manager's failure is of what comes behind a lookup: a
// question that had no address for its answer was not the one that mattered then.
func (l *ladder) beyondDNS() bool {
	if l.t.Failed == nil {
		return false
	}
	at, known := l.t.Failure().At()
	return l.t.Failed.Status != 0 || known && at > checks.DNS
}

func (l *ladder) proxy() {
	line := l.t.Find(logline.TopicProxyHost)
	proxy := l.v.ProxyOf(l.t)
	host := proxy.Host
	l.stages[checks.Proxy].Object = proxy.String()
	if c := l.t.Conn; c != nil && c.ProxyStatus != 0 {
		status, word := checks.Fail, fmt.Sprint(c.ProxyStatus)
		if c.ProxyStatus == 200 {
			status, word = checks.Pass, ""
		}
		l.set(checks.Proxy, status, checks.Seen, word, fmt.Sprintf("the proxy answers the CONNECT with %d", c.ProxyStatus), attempt.OfCapture(l.v.Cite(*c.Clear, fmt.Sprintf("capture: %d to the CONNECT", c.ProxyStatus))))
		return
	}
	if f := l.t.Failed; f != nil && f.Status == proxyAuth {
		l.set(checks.Proxy, checks.Fail, checks.Seen, "407", "a proxy wants a login", l.v.CiteLine(f, "Manager: 407 from the proxy"))
		return
	}
	switch {
	case line == nil:
	case !line.Whole():
		// The name after "proxy host" may be what was cut.
	case line.Value.Empty() && l.t.Failure().AtProxy(): // the Java machine has one of its own
	case line.Value.Empty():
		l.set(checks.Proxy, checks.NotNeeded, checks.Seen, "none", "no proxy is configured", l.v.CiteLine(line, "Manager: no proxy configured"))
	case l.t.Token != nil:
		l.set(checks.Proxy, checks.Pass, checks.Inferred, "", "the SSM logged the request that went through the proxy", l.v.CiteLine(line, "Manager: proxy "+host))
	default:
		l.stages[checks.Proxy].Short = "set"
		l.stages[checks.Proxy].Detail = "proxy " + host + " is configured"
	}
}

// proxyAuth is the one status that only a proxy sends (RFC 9110, 15.5.8).
const proxyAuth = 407

func (l *ladder) tcp() {
	c := l.t.Conn
	if c == nil {
		return
	}
	l.stages[checks.TCP].Object = c.Server.String()
	note := ""
	if !l.t.ConnSure {
		note = "; the only connection captured, its time cannot be matched with the log"
	}
	switch c.State {
	case handshake.ConnRefused:
		l.set(checks.TCP, checks.Fail, checks.Seen, "refused", "RST to the SYN"+note, l.v.CitePacket(&c.Answer, "capture: RST to the SYN"))
	case handshake.SynSent:
		if c.Packets > 1 {
			l.set(checks.TCP, checks.Fail, checks.Seen, "no answer", fmt.Sprintf("%d SYNs, no answer captured%s", c.Packets, note), l.v.CitePacket(&c.Last, "capture: SYN without an answer"))
		}
	case handshake.ConnUnknown, handshake.HalfOpen:
	default:
		if c.MidStream && c.Packets == c.Resets { // it may be the answer to a SYN that was not captured
			return
		}
		detail, short := "open"+note, ""
		if c.RTT > 0 {
			short = shortRTT(c.RTT)
			detail = fmt.Sprintf("SYN-ACK after %.1f ms%s", ms(c.RTT), note)
		}
		m := &c.Answer
		if m.Empty() {
			m = &c.First
		}
		l.set(checks.TCP, checks.Pass, checks.Seen, short, detail, l.v.CitePacket(m, "TCP: "+detail))
	}
}

// heardAbove reports whether either log shows that TLS came about, whatever an alert
// on the wire was for.
func heardAbove(t *attempt.Trace) bool {
	return t.Token != nil || t.Find(logline.TopicAuthenticated) != nil || t.Failed != nil && t.Failed.Status != 0
}

func (l *ladder) tls() {
	c := l.t.Conn
	if c != nil && c.Trouble.AlertBy.Is() != handshake.Nobody && !c.TLS.Done() && !heardAbove(l.t) {
		who := "the server"
		if c.Trouble.AlertBy.Is() == handshake.Client {
			who = "the Manager"
		}
		l.stages[checks.TLS].Object = c.Server.String()
		basis := checks.Inferred
		if c.Trouble.AlertBy.Basis() == handshake.BasisSeen {
			basis = checks.Seen
		}
		l.set(checks.TLS, checks.Fail, basis, "alert", who+" ended the TLS handshake with an alert", l.v.CitePacket(c.Alert, "capture: an alert of "+who))
		return
	}
	if c == nil || !c.TLS.Done() {
		return
	}
	basis, word, how := checks.Inferred, "inferred", "inferred from the lengths of its messages"
	if c.TLS.Stage.Basis() == handshake.BasisSeen {
		basis, word, how = checks.Seen, "seen", "seen"
	}
	m := &c.Finished
	if m.Empty() {
		m = &c.Last
	}
	l.stages[checks.TLS].Object = c.Server.String()
	version := checks.TLSVersion(c.TLS.Version.Is())
	if c.TLS.Version.Basis() >= c.TLS.Stage.Basis() {
		word += " " + strings.TrimPrefix(version, "TLS ")
	}
	l.set(checks.TLS, checks.Pass, basis, strings.TrimSpace(word), tlsDetail(&c.TLS, version, how), l.v.CitePacket(m, "TLS finished ("+how+")"))
}

// tlsDetail tells the version and the suite, and how it is known that TLS finished:
// the version's own basis is told where it is less.
func tlsDetail(t *handshake.TLS, version, how string) string {
	if version == "" {
		return "finished, " + how
	}
	if t.Version.Basis() < t.Stage.Basis() {
		return "finished, " + how + "; " + strings.TrimSpace(version+" "+t.Suite) + ", inferred from the lengths of its messages"
	}
	return strings.TrimSpace(version+" "+t.Suite) + ", " + how
}

func (l *ladder) path() {
	c := l.t.Conn
	switch {
	case c != nil && c.Heard():
		m := &c.Answer
		if m.Empty() {
			m = &c.Last
		}
		l.set(checks.IP, checks.Pass, checks.Seen, "", "packets come back from "+c.Server.Addr().String(), l.v.CitePacket(m, "capture: the SSM's address answers"))
		l.stages[checks.IP].Object = c.Server.Addr().String()
	case l.t.Token != nil && l.t.Token.Access != nil:
		l.set(checks.IP, checks.Pass, checks.Inferred, "", "the SSM logged the request", l.v.CiteLine(l.t.Token.Access, "SSM, nginx: logged the request"))
	}
}

// infer passes what a later stage cannot be without, and marks what was not
// reached behind a failure.
func inferStages(stages []checks.StageState) {
	for s := checks.Licences; s > checks.Setup; s-- {
		reached := stages[s]
		if reached.Status != checks.Pass && !(reached.Status == checks.Fail && reached.Basis == checks.Seen && s > checks.TCP) {
			continue
		}
		for before := s - 1; before >= checks.IP; before-- {
			st := &stages[before]
			if st.Status == checks.Unknown && before != checks.Proxy && before != checks.Backend {
				st.Status, st.Basis = checks.Pass, checks.Inferred
				st.Detail = "the stage " + s.Label() + " was reached, which needs it"
				st.Evidence = reached.Evidence
			}
		}
	}
	if failed := checks.Broke(stages); failed < checks.Stage(len(stages)) && stages[failed].Status == checks.Fail {
		behind(stages, failed)
	}
}

// behind sets what stands behind the stage that failed: it was not reached. A
// setup that cannot work, and did, is a warning.
func behind(stages []checks.StageState, failed checks.Stage) {
	reached := func(s checks.StageState) bool { return s.Status == checks.Pass }
	if failed == checks.Setup && slices.ContainsFunc(stages[failed+1:], reached) {
		stages[failed].Status = checks.Warn
		inferStages(stages)
		return
	}
	for i := range stages[failed+1:] {
		if st := &stages[int(failed)+1+i]; st.Status == checks.Unknown || reached(*st) {
			*st = checks.StageState{Stage: st.Stage, Status: checks.NotReached, Object: st.Object}
		}
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func shortRTT(d time.Duration) string {
	if d >= 10*time.Millisecond {
		return fmt.Sprintf("%.0f ms", ms(d))
	}
	return fmt.Sprintf("%.1f ms", ms(d))
}
