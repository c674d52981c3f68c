package diagnose

import (
	"strings"
	"testing"
	"unicode"
)

// On the ladder stands what happened, not a piece of a class's name.
func TestExceptionsAreToldInWords(t *testing.T) {
	for _, tt := range []struct{ class, text, want string }{
		{"SocketException", "Connection reset", "reset"},
		{"SSLPeerUnverifiedException", "Certificate for <10.0.0.1> doesn't match any of the subject alternative names", "name mismatch"},
		{"UnknownHostException", "ssm.example: Name or service not known", "name not resolved"},
		{"HttpHostConnectException", "Connect to ssm:8443 failed: Connection refused (Connection refused)", "refused"},
		{"ConnectTimeoutException", "Connect to ssm:8443 failed: connect timed out", "timed out"},
		{"SSLHandshakeException", "Received fatal alert: handshake_failure", "alert handshake failure"},
		{"SSLHandshakeException", "PKIX path building failed", "not trusted"},
		{"SSLHandshakeException", "Remote host terminated the handshake", "closed"},
		{"CertificateExpiredException", "NotAfter: Mon Jan 01", "expired"},
		{"NoRouteToHostException", "No route to host", "no route"},
		{"SomethingNobodyKnowsException", "", "something nobody knows error"},
		{"SSLProtocolException", "odd", "sslprotocol error"},
	} {
		got := inShort(tt.class, tt.text)
		if got != tt.want {
			t.Errorf("%s: %s: %q, want %q", tt.class, tt.text, got, tt.want)
		}
		if strings.Contains(tt.class, got) && strings.ContainsFunc(got, unicode.IsUpper) {
			t.Errorf("%q is a piece of %s", got, tt.class)
		}
	}
}
