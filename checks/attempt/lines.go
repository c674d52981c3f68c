package attempt

import (
	"slices"
	"strings"

	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// Lines are what a Manager's log has of an attempt, in order.
type Lines []*evidence.Line

// Find gives the attempt's first line with the topic.
func (all Lines) Find(topic logline.Topic) *evidence.Line {
	for _, l := range all {
		if l.Topic == topic {
			return l
		}
	}
	return nil
}

// Says gives the first value of a field that any of the Manager's lines has.
func (all Lines) Says(field func(*evidence.Line) string) string {
	for _, l := range all {
		if v := field(l); v != "" {
			return v
		}
	}
	return ""
}

// Proxy is the proxy that the attempt's lines name; the zero value if none. Where
// the line with its name is not there, it is whom a failed connect names in place
// of the SSM, on the proxy's port.
func (all Lines) Proxy() (proxy evidence.Endpoint) {
	port, none := "", false
	for _, l := range all {
		switch {
		case l.Cut:
		case l.Topic == logline.TopicProxyHost:
			proxy = evidence.ParseEndpoint(l.Value.String())
			none = proxy.Host == "" && l.Whole()
		case l.Topic == logline.TopicProxyPort && l.Whole():
			port = l.Value.String()
		case proxy.Host == "" && port != "" && !none && l.Status == 0 && all.elsewhere(l, true):
			if failed := evidence.ParseEndpoint(l.Peer.String()).At(port); failed.Port == port {
				proxy = failed
			}
		}
	}
	if proxy.Host != "" && port != "" {
		proxy.Port = port
	}
	return proxy
}

// elsewhere reports whether a failure names another host than the settings do. A
// name that was cut is none. An address is another host than a name only where the
// lines tell of a proxy: it may be the name's.
func (all Lines) elsewhere(failed *evidence.Line, proxied bool) bool {
	set := all.Find(logline.TopicClientMap)
	if set == nil || set.Cut || failed.Topic == logline.TopicClientMap {
		return false
	}
	a, b := evidence.ParseEndpoint(set.Peer.String()), evidence.ParseEndpoint(failed.Peer.String())
	x, y := strings.ToLower(a.Host), strings.ToLower(b.Host)
	switch {
	case x == "" || y == "", strings.HasPrefix(x, y), strings.HasPrefix(y, x):
		return false
	case a.Addr().IsValid() && b.Addr().IsValid():
		return a.Addr() != b.Addr()
	}
	return proxied || a.Addr().IsValid() == b.Addr().IsValid()
}

// signsIn reports whether the Manager's lines show a sign-in.
func (all Lines) signsIn() bool {
	for _, l := range all {
		switch l.Topic {
		case logline.TopicOnPremUser, logline.TopicAuthStart, logline.TopicClientMap, logline.TopicTokenURL, logline.TopicCloudSignIn,
			logline.TopicAuthenticated, logline.TopicUserFailed, logline.TopicAuthFailed:
			return true
		case logline.TopicQuery, logline.TopicRequestFailed:
			if strings.Contains(l.Path.String(), "oauth") {
				return true
			}
		}
	}
	return false
}

// AsksLicences reports whether the attempt went on after its sign-in.
func (all Lines) AsksLicences() bool {
	if all.Find(logline.TopicLicences) != nil || all.Find(logline.TopicSyncDone) != nil {
		return true
	}
	for _, l := range all {
		if strings.Contains(l.Path.String(), "/api/v1/") {
			return true
		}
	}
	return false
}

// signIn is where a Manager's lines show the sign-in: when it was sent and when
// it was answered. Both may be the same line.
func (all Lines) signIn() (sent, answered *evidence.Line) {
	for _, l := range all {
		switch l.Topic {
		case logline.TopicTokenURL:
			sent = l
		case logline.TopicQuery:
			if strings.Contains(l.Path.String(), "oauth") {
				sent = l
			}
		case logline.TopicAuthenticated, logline.TopicUserFailed, logline.TopicAuthFailed:
			if answered == nil || l.Topic == logline.TopicAuthenticated {
				answered = l
			}
		case logline.TopicRequestFailed:
			if !strings.Contains(l.Path.String(), "/api/v1/") {
				answered = l
			}
		}
	}
	if sent == nil {
		sent = all[0]
	}
	return sent, answered
}

// Exchanges are the attempt's sign-in and its last request after that, where both
// logs show them: what the Manager wrote when it asked and when it had its
// answer, and what the SSM wrote in between.
func (t *Trace) Exchanges() []checks.Exchange {
	var out []checks.Exchange
	add := func(sent, answered *evidence.Line, r *Request) {
		if sent == nil || answered == nil || r == nil {
			return
		}
		x := checks.Exchange{Asked: sent.From, Answered: answered.From}
		for _, l := range r.All() {
			x.There = append(x.There, l.From)
		}
		out = append(out, x)
	}
	if len(t.Lines) == 0 {
		return nil
	}
	if sent, answered := t.signIn(); sent != answered {
		add(sent, answered, t.Token)
	}
	if n := len(t.API); n > 0 {
		add(t.Find(logline.TopicQuery), t.Find(logline.TopicLicences), t.API[n-1])
	}
	return out
}

// signInCount is how many sign-ins the Manager's lines show.
func (all Lines) signInCount() int {
	urls, queries, answers := 0, 0, 0
	for _, l := range all {
		switch l.Topic {
		case logline.TopicTokenURL:
			urls++
		case logline.TopicQuery:
			if strings.Contains(l.Path.String(), "oauth") {
				queries++
			}
		case logline.TopicRequestFailed:
			if !strings.Contains(l.Path.String(), "/api/v1/") {
				answers++
			}
		case logline.TopicAuthenticated:
			answers++
		}
	}
	return max(urls, queries, answers, 1)
}

// asks reports whether the Manager's lines name the request's path.
func (all Lines) asks(r *Request) bool {
	for _, l := range all {
		switch l.Topic {
		case logline.TopicQuery, logline.TopicReport, logline.TopicRequestFailed:
			if !l.Path.Empty() && samePath(l.Path.String(), r.Path()) {
				return true
			}
		}
	}
	return false
}

// NoProxy reports whether the Manager says that it uses no proxy: what a proxy on
// the way then answers, nobody asked for.
func (all Lines) NoProxy() bool {
	p := all.Find(logline.TopicProxyHost)
	return p != nil && p.Value.Empty() && p.Whole()
}

// ProxyUntold reports whether the lines end before they tell whether a proxy is used.
func (all Lines) ProxyUntold() bool {
	if p := all.Find(logline.TopicProxyHost); p != nil {
		return !p.Whole()
	}
	return slices.ContainsFunc(all, func(l *evidence.Line) bool { return l.Cut })
}

// Peer is whom the attempt calls and the line that says so: its settings, else the
// failed connect, unless that is about the proxy. nil: no line does.
func (all Lines) Peer() (peer evidence.Endpoint, by *evidence.Line) {
	proxy := all.Proxy()
	for _, l := range all {
		if l.Peer.Empty() {
			continue
		}
		if peer = evidence.ParseEndpoint(l.Peer.String()); l.Topic == logline.TopicClientMap || !peer.Is(proxy) {
			return peer, l
		}
	}
	return evidence.Endpoint{}, nil
}
