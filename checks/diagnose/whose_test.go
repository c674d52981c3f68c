package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// nginxTLS is nginx' line of a client's handshake that failed.
func nginxTLS(second int, client, why string) string {
	return fmt.Sprintf("Nov 14 09:14:%02d SSM-On-Prem e4ce50bef757: 2025/11/14 09:14:%02d [info] 47#47: *54 SSL_do_handshake() failed (SSL: error:1417A0C1:SSL routines:%s) while SSL handshaking, client: %s, server: 0.0.0.0:8443\n", second, second, why, client)
}

const (
	noCipher   = "tls_post_process_client_hello:no shared cipher"
	noCA       = "ssl3_read_bytes:tlsv1 alert unknown ca:SSL alert number 48"
	distrust   = "Message: PKIX path building failed: unable to find valid certification path to requested target: javax.net.ssl.SSLHandshakeException: PKIX path building failed"
	toldNo     = "Message: Received fatal alert: handshake_failure: javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure"
	waited     = "Message: Read timed out: java.net.SocketTimeoutException: Read timed out"
	badGateway = "Code: 502 Message: <html>"
)

// A handshake that the SSM's log shows at an attempt's moment is the attempt's only if
// both tell the same end of it, and nobody else had one then.
func TestWhoseAHandshakeIs(t *testing.T) {
	for _, c := range []struct {
		name, said, log, want string
		sure                  checks.Confidence
	}{
		{"the SSM refuses a scanner", distrust, nginxTLS(3, "192.0.2.66", noCipher), "tls-untrusted-ca", checks.Likely},
		{"the SSM refuses the Manager", toldNo, nginxTLS(3, "192.0.2.20", noCipher), "tls-no-common-cipher", checks.Confirmed},
		{"a scanner beside the Manager", toldNo, nginxTLS(3, "192.0.2.20", noCipher) + nginxTLS(3, "192.0.2.66", noCipher), "tls-no-common-cipher", checks.Possible},
		{"another client distrusts", toldNo, nginxTLS(3, "192.0.2.66", noCA), "tls-no-common-cipher", checks.Possible},
		{"the Manager waited", waited, nginxTLS(3, "192.0.2.66", noCipher), "", 0},
		{"the Manager got an answer", badGateway, nginxTLS(3, "192.0.2.66", noCipher), "backend-down", checks.Possible},
		{"the Manager was not connected", timedOut, nginxTLS(3, "192.0.2.66", noCipher), "firewall-drop", checks.Likely},
	} {
		root := engineOf(t, signIn("198.51.100.55", "", c.said), c.log).Diagnose().RootCause
		if root == nil {
			root = &checks.Finding{}
		}
		if root.ID != c.want || root.Confidence != c.sure {
			t.Errorf("%s: %q, %s, want %q, %s", c.name, root.ID, root.Confidence, c.want, c.sure)
		}
	}
}

// What the SSM's log tells of the Manager behind the end of the Manager's log takes the
// place of what stands there: by its client ID and an address that a pair has proven.
func TestALaterSignInThatOnlyTheSSMLogged(t *testing.T) {
	asked := func(minute int, addr string, status int) string {
		return fmt.Sprintf("Nov 14 09:%02d:03 SSM-On-Prem e4ce50bef757: %s - - [14/Nov/2025:09:%02d:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" %d 121 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n", minute, addr, minute, status)
	}
	const refused = `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`
	log := signIn("198.51.100.55", "", refused)
	for addr, want := range map[string]checks.Verdict{"192.0.2.20": checks.OK, "192.0.2.99": checks.Failed} {
		for _, other := range []string{"", strings.ReplaceAll(asked(20, "192.0.2.20", 403), "abcdef", "zyxwvu")} {
			got := engineOf(t, log, asked(14, "192.0.2.20", 403)+asked(30, addr, 200)+other).Diagnose()
			if got.Verdict != want {
				t.Errorf("a success from %s after a refusal to 192.0.2.20: %s, want %s", addr, got.Verdict, want)
			}
		}
	}
}
