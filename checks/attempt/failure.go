package attempt

import (
	"slices"
	"strings"

	"syncscope/capture/handshake"
	"syncscope/capture/logline"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/evidence"
)

// Failure is how the Manager's lines say that an attempt failed: the line, and what
// goes on with it. The line is nil where none does.
type Failure struct {
	*evidence.Line
	lines Lines
}

// Failure is how the Manager says that the attempt failed.
func (t *Trace) Failure() Failure { return Failure{t.Failed, t.Lines} }

// Says reports whether the Manager says one of some phrases of the failure: in its
// line or in its causes.
func (f Failure) Says(phrases ...words.Phrase) bool {
	if f.Line == nil {
		return false
	}
	after := false
	for _, l := range f.lines {
		after = after || l == f.Line
		if (l == f.Line || after && l.Form == logline.ManagerMore) && slices.ContainsFunc(phrases, func(p words.Phrase) bool { return p.In(l.Words) }) {
			return true
		}
	}
	return false
}

// AtProxy reports whether what could not be found or connected to is the proxy:
// the failure says nothing of the SSM then.
func (f Failure) AtProxy() bool {
	if f.Line == nil || f.Status != 0 {
		return false
	}
	if f.Says(noSOCKS...) {
		return true
	}
	proxy, failed := f.lines.Proxy(), evidence.ParseEndpoint(f.Peer.String())
	return failed.At(proxy.Port).Is(proxy) // a lookup has no port
}

// What the JDK says of a SOCKS proxy (java.net.SocksSocketImpl): that it cannot connect
// to it, and what the proxy answered, of which nothing is about a connection of the
// Manager's to the SSM.
var (
	noSOCKS   = words.SayAll("connect to SOCKS proxy")
	bySOCKS   = words.SayAll("SOCKS: ", "SOCKS : ", "SOCKS server", "SOCKS version")
	connected = []checks.Stage{checks.DNS, checks.IP, checks.TCP}
)

// BySOCKS reports whether the failure is what a SOCKS proxy answered.
func (f Failure) BySOCKS() bool { return f.Line != nil && f.Status == 0 && f.Says(bySOCKS...) }

// ProxyAt is the stage of the way to the proxy that broke, where the failure is at it.
func (f Failure) ProxyAt() checks.Stage {
	for _, x := range exceptionStages {
		if slices.Contains(connected, x.stage) && f.Says(x.says...) {
			return x.stage
		}
	}
	return checks.TCP
}

// Elsewhere reports whether what could not be found or connected to is another host
// than the settings name: a proxy of which no line is there. Nor does that say
// anything of the SSM.
func (f Failure) Elsewhere() bool {
	return f.Line != nil && f.Status == 0 && f.lines.elsewhere(f.Line, false)
}

// Unnamed reports whether the failure's line ends before it names whom it is about, and
// nothing says that no proxy is used: what could not be found or connected to may be one.
func (f Failure) Unnamed() bool {
	return f.Line != nil && f.Status == 0 && f.Peer.Empty() && f.cut() && !f.lines.NoProxy()
}

// cut reports whether the failure's line was cut: a target that it begins to name has no
// end, or it has no exception though a stack trace follows.
func (f Failure) cut() bool {
	traced := slices.ContainsFunc(f.lines, func(l *evidence.Line) bool { return l.Form == logline.ManagerMore && l.Stamp == f.Stamp })
	const target = "Connect to "
	text := f.ErrorText.String()
	return f.Cut || strings.HasPrefix(text, target) || text != "" && strings.HasPrefix(target, text) || traced && f.Exception.Empty()
}

// ownLimits are words with which a Manager says that it could not call at all:
// nothing was sent, whatever else the exception names.
var ownLimits = words.SayAll(
	"ConnectionPoolTimeoutException", "ConnectionRequestTimeoutException", "Timeout waiting for connection from pool", "Connection pool shut down", "RejectedExecutionException",
	"Too many open files", "No file descriptors available", "OutOfMemoryError", "Cannot assign requested address", "No buffer space available",
)

// exceptionStages tell by words of the JDK and of Apache HttpClient how far an
// exchange had got; the first that fits counts.
var exceptionStages = []struct {
	stage checks.Stage
	says  []words.Phrase
}{
	{checks.DNS, words.SayAll("UnknownHostException")},
	{checks.Auth, words.SayAll("URISyntaxException", "Illegal character in")},
	{checks.IP, words.SayAll("NoRouteToHostException", "Network is unreachable", "Host is unreachable")},
	{checks.TCP, words.SayAll("Connection refused", "Connect timed out", "Connection timed out")},
	{checks.Proxy, words.SayAll("CONNECT refused by proxy", "Unable to tunnel through proxy")},
	{checks.TLS, words.SayAll("trustAnchors parameter", "SSL", "PKIX", "CertificateE", "CertificateN", "ConnectTimeoutException")},
	{checks.HTTP, words.SayAll("NoHttpResponseException", "must begin with '{'", "JsonParseException", "JsonSyntaxException", "MalformedJsonException", "JSONException")},
	{checks.HTTP, broken},
}

// broken are words that tell of a connection which came about, and not how far the
// exchange on it had got: TLS may not have been up.
var broken = words.SayAll("Read timed out", "Connection reset", "Socket closed", "Broken pipe")

// BrokenOff reports whether the failure tells no more than that.
func (f Failure) BrokenOff() bool {
	at, ok := f.At()
	return ok && at == checks.HTTP && f.Says(broken...) && f.lines.Find(logline.TopicPhase) == nil
}

// opened reports whether the failure shows that its connection had come about: somebody
// answered on it, or TLS or the wait for an answer had begun.
func (f Failure) opened() bool {
	if f.Line == nil || f.Status != 0 {
		return f.Line != nil
	}
	at, ok := f.At()
	return ok && (at == checks.HTTP || at == checks.TLS && !f.Says(connecting...))
}

// refusedIt and unanswered are words of the two ends of a connection that never came about.
var (
	refusedIt  = words.SayAll("Connection refused")
	unanswered = words.SayAll("Connect timed out", "Connection timed out")
)

// Reached reports whether the failure shows that packets came back: the connection came
// about, or was refused.
func (f Failure) Reached() bool { return f.opened() || f.Line != nil && f.Says(refusedIt...) }

// otherEnd reports whether a connection to another address than the failure names ended
// in another way than the failure tells: it is not the one.
func (f Failure) otherEnd(c *evidence.Connection) bool {
	if f.Line == nil {
		return false
	}
	peer := evidence.ParseEndpoint(f.Peer.String())
	named := f.Tried(peer.Host)
	if a := peer.Addr(); a.IsValid() {
		named = append(named, a)
	}
	if len(named) == 0 || slices.Contains(named, c.Server.Addr()) {
		return false
	}
	return f.Says(refusedIt...) && c.State == handshake.SynSent || f.Says(unanswered...) && c.State == handshake.ConnRefused
}

// connecting are words of Apache HttpClient for a connection and for TLS upon it alike.
var connecting = words.SayAll("ConnectTimeoutException")

// EarlyReset reports whether the connection was reset before anything was heard of the
// SSM: of a call that follows a sign-in, TLS had come about on the way.
func (f Failure) EarlyReset() bool {
	return f.Says(resets...) && f.Status == 0 && f.lines.Find(logline.TopicAuthenticated) == nil
}

var resets = words.SayAll("Connection reset", "Broken pipe")

// At is the stage at which the Manager's own exception says that the exchange
// broke.
func (f Failure) At() (checks.Stage, bool) {
	if f.Line == nil {
		return 0, false
	}
	if f.Says(ownLimits...) {
		return checks.Setup, true
	}
	if f.AtProxy() || f.BySOCKS() {
		return checks.Proxy, true
	}
	if p := f.lines.Find(logline.TopicPhase); p != nil && p.Value.String() == "tls handshake" {
		return checks.TLS, true
	}
	for _, x := range exceptionStages {
		if f.Says(x.says...) {
			return x.stage, !f.Unnamed() || !slices.Contains(connected, x.stage)
		}
	}
	return 0, false
}

// belowHTTP reports whether the attempt broke before a request could be sent, so
// that the SSM has none of it.
func (f Failure) belowHTTP() bool {
	if f.Line == nil || f.Status != 0 {
		return false
	}
	at, ok := f.At()
	return ok && at < checks.HTTP
}

// gaveUp reports whether the Manager's last word is that no answer came.
func (f Failure) gaveUp() bool { return f.Line != nil && f.Status == 0 && !f.Exception.Empty() }
