package attempt

import (
	"slices"
	"strings"

	"syncscope/capture/logline"
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

// Text is what the Manager says of the failure: its line and its causes.
func (f Failure) Text() string {
	if f.Line == nil {
		return ""
	}
	var b strings.Builder
	after := false
	for _, l := range f.lines {
		after = after || l == f.Line
		if l == f.Line || after && l.Form == logline.ManagerMore {
			b.WriteString(l.Exception.String() + " " + l.ErrorText.String() + "\n")
		}
	}
	return b.String()
}

// AtProxy reports whether what could not be found or connected to is the proxy:
// the failure says nothing of the SSM then.
func (f Failure) AtProxy() bool {
	if f.Line == nil || f.Status != 0 {
		return false
	}
	proxy, failed := f.lines.Proxy(), evidence.ParseEndpoint(f.Peer.String())
	return failed.At(proxy.Port).Is(proxy) // a lookup has no port
}

// ownLimits are words with which a Manager says that it could not call at all:
// nothing was sent, whatever else the exception names.
var ownLimits = []string{
	"ConnectionPoolTimeoutException", "ConnectionRequestTimeoutException", "Timeout waiting for connection from pool", "Connection pool shut down", "RejectedExecutionException",
	"Too many open files", "No file descriptors available", "OutOfMemoryError", "Cannot assign requested address", "No buffer space available",
}

// exceptionStages tell by words of the JDK and of Apache HttpClient how far an
// exchange had got; the first that fits counts.
var exceptionStages = []struct {
	words string
	stage checks.Stage
}{
	{"UnknownHostException", checks.DNS},
	{"URISyntaxException", checks.Auth}, {"Illegal character in", checks.Auth},
	{"NoRouteToHostException", checks.IP}, {"Network is unreachable", checks.IP}, {"Host is unreachable", checks.IP},
	{"Connection refused", checks.TCP}, {"onnect timed out", checks.TCP}, {"Connection timed out", checks.TCP},
	{"CONNECT refused by proxy", checks.Proxy}, {"Unable to tunnel through proxy", checks.Proxy},
	{"trustAnchors parameter", checks.TLS}, {"SSL", checks.TLS}, {"PKIX", checks.TLS}, {"CertificateE", checks.TLS}, {"CertificateN", checks.TLS}, {"ConnectTimeoutException", checks.TLS},
	{"NoHttpResponseException", checks.HTTP}, {"must begin with '{'", checks.HTTP}, {"JsonParseException", checks.HTTP}, {"JsonSyntaxException", checks.HTTP}, {"MalformedJsonException", checks.HTTP}, {"JSONException", checks.HTTP},
}

// At is the stage at which the Manager's own exception says that the exchange
// broke.
func (f Failure) At() (checks.Stage, bool) {
	if f.Line == nil {
		return 0, false
	}
	text := f.Text()
	if slices.ContainsFunc(ownLimits, func(words string) bool { return strings.Contains(text, words) }) {
		return checks.Setup, true
	}
	if f.AtProxy() {
		return checks.Proxy, true
	}
	if p := f.lines.Find(logline.TopicPhase); p != nil && p.Value.String() == "tls handshake" {
		return checks.TLS, true
	}
	for _, x := range exceptionStages {
		if strings.Contains(text, x.words) {
			return x.stage, true
		}
	}
	for _, words := range []string{"Read timed out", "Connection reset", "Socket closed", "Broken pipe"} {
		if strings.Contains(text, words) {
			return checks.HTTP, true
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
