package diagnose

import (
	"strings"

	"syncscope/capture/logline"
	"syncscope/checks"
)

// said places the Manager's own exception on its stage, where the capture has
// not shown better.
func (l *ladder) said() {
	f := l.t.failed
	if f == nil || f.Status != 0 {
		return
	}
	at, ok := l.t.failedAt(l.failureText())
	if !ok || l.stages[at].Status == checks.Fail {
		return
	}
	if l.stages[at].Status == checks.Pass && !strings.HasSuffix(f.Exception.String(), "SSLPeerUnverifiedException") {
		return // the capture saw it pass; but names are compared after the handshake
	}
	what := strings.TrimPrefix(f.Exception.String(), "java.net.")
	if i := strings.LastIndexByte(what, '.'); i >= 0 {
		what = what[i+1:]
	}
	basis := checks.Seen
	if at == checks.Auth {
		basis = checks.Inferred // the request could not be built: nothing was sent, so nothing before it passed
	}
	l.set(at, checks.Fail, basis, strings.TrimSuffix(what, "Exception"), "the Manager says: "+f.ErrorText.String(), l.e.citeLine(f, "Manager: "+what))
}

// failureText is what the Manager says of a failure: its line and its causes.
func (l *ladder) failureText() string { return l.t.failureText() }

func (t *try) failureText() string {
	var b strings.Builder
	for _, e := range t.lines {
		if e == t.failed || e.Form == logline.ManagerMore {
			b.WriteString(e.Exception.String() + " " + e.ErrorText.String() + "\n")
		}
	}
	return b.String()
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
	{"SSL", checks.TLS}, {"PKIX", checks.TLS}, {"CertificateE", checks.TLS}, {"CertificateN", checks.TLS}, {"ConnectTimeoutException", checks.TLS},
	{"NoHttpResponseException", checks.HTTP},
}

func (t *try) failedAt(text string) (checks.Stage, bool) {
	if isProxy(t, t.failed.Peer.String()) {
		return checks.Proxy, true
	}
	if p := t.find(logline.TopicPhase); p != nil && p.Value.String() == "tls handshake" {
		return checks.TLS, true
	}
	for _, x := range exceptionStages {
		if strings.Contains(text, x.words) {
			return x.stage, true
		}
	}
	if strings.Contains(text, "Read timed out") || strings.Contains(text, "Connection reset") || strings.Contains(text, "Socket closed") || strings.Contains(text, "Broken pipe") {
		return checks.HTTP, true
	}
	return 0, false
}
