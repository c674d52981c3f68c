package checks

import (
	"strings"

	"syncscope/capture/logline"
)

// said places the Manager's own exception on its stage, where the capture has
// not shown better.
func (l *ladder) said() {
	f := l.t.failed
	if f == nil || f.Status != 0 {
		return
	}
	at, ok := l.t.failedAt(l.failureText())
	if !ok || l.stages[at].Status == Fail {
		return
	}
	if l.stages[at].Status == Pass && !strings.HasSuffix(f.Exception.String(), "SSLPeerUnverifiedException") {
		return // the capture saw it pass; but names are compared after the handshake
	}
	what := strings.TrimPrefix(f.Exception.String(), "java.net.")
	if i := strings.LastIndexByte(what, '.'); i >= 0 {
		what = what[i+1:]
	}
	basis := Seen
	if at == Auth {
		basis = Inferred // the request could not be built: nothing was sent, so nothing before it passed
	}
	l.set(at, Fail, basis, strings.TrimSuffix(what, "Exception"), "the Manager says: "+f.ErrorText.String(), l.e.citeLine(f, "Manager: "+what))
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
	stage Stage
}{
	{"UnknownHostException", DNS},
	{"URISyntaxException", Auth}, {"Illegal character in", Auth},
	{"NoRouteToHostException", IP}, {"Network is unreachable", IP}, {"Host is unreachable", IP},
	{"Connection refused", TCP}, {"onnect timed out", TCP}, {"Connection timed out", TCP},
	{"CONNECT refused by proxy", Proxy}, {"Unable to tunnel through proxy", Proxy},
	{"SSL", TLS}, {"PKIX", TLS}, {"CertificateE", TLS}, {"CertificateN", TLS}, {"ConnectTimeoutException", TLS},
	{"NoHttpResponseException", HTTP},
}

func (t *try) failedAt(text string) (Stage, bool) {
	if isProxy(t, t.failed.Peer.String()) {
		return Proxy, true
	}
	if p := t.find(logline.TopicPhase); p != nil && p.Value.String() == "tls handshake" {
		return TLS, true
	}
	for _, x := range exceptionStages {
		if strings.Contains(text, x.words) {
			return x.stage, true
		}
	}
	if strings.Contains(text, "Read timed out") || strings.Contains(text, "Connection reset") || strings.Contains(text, "Socket closed") || strings.Contains(text, "Broken pipe") {
		return HTTP, true
	}
	return 0, false
}
