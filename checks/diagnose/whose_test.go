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
		{"the SSM refuses the Manager, as it seems", toldNo, nginxTLS(3, "192.0.2.20", noCipher), "tls-no-common-cipher", checks.Likely},
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

// A capture whose filter takes one direction does not show that nothing came back.
func TestSilenceOfHalfACapture(t *testing.T) {
	const syns = `tcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes
09:14:03.140000 IP 192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
09:14:04.160000 IP 192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
09:14:06.160000 IP 192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
`
	for filter, want := range map[string]checks.Confidence{"host 198.51.100.55": checks.Likely, "dst host 198.51.100.55": checks.Possible} {
		root := engineOf(t, "tcpdump -p -i eth0 -s 128 "+filter+" -nn in VPN 0\n"+syns).Diagnose().RootCause
		if root == nil || root.ID != "firewall-drop" || root.Confidence != want {
			t.Errorf("%s: %+v, want firewall-drop, %s", filter, root, want)
		}
	}
}

// The Manager's own words of what comes behind a lookup go before a lookup that found
// nothing: an address of the other kind, for one.
func TestALookupThatDidNotMatter(t *testing.T) {
	const lookup = `09:14:03.120000 IP 192.0.2.20.40000 > 192.0.2.53.53: 4242+ AAAA? ssm.corp.example. (34)
09:14:03.121000 IP 192.0.2.53.53 > 192.0.2.20.40000: 4242 NXDomain 0/1/0 (100)
`
	for said, want := range map[string]string{
		`Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`: "grant-not-found",
		distrust: "tls-untrusted-ca",
		"Message: ssm.corp.example: Name or service not known: java.net.UnknownHostException: ssm.corp.example: Name or service not known": "dns-nxdomain",
	} {
		if got := causeOf(t, signIn("ssm.corp.example", "", said), lookup); got != want {
			t.Errorf("%s: %q, want %q", said, got, want)
		}
	}
}

// What a host's kernel says of its packets is of the Manager where the host is.
func TestAFilterOfTheManagersHost(t *testing.T) {
	const reject = "Nov 14 09:14:04 %s kernel: FINAL_REJECT: IN=eth0 OUT= MAC=00:50 SRC=192.0.2.9 DST=192.0.2.20 LEN=60 TTL=63 PROTO=TCP SPT=40000 DPT=8443 WINDOW=64240 SYN\n"
	for host, want := range map[string]string{"mgr-a": "firewall-drop", "SSM-On-Prem": "ssm-host-firewall"} {
		if got := causeOf(t, signIn("198.51.100.55", "", timedOut), fmt.Sprintf(reject, host)); got != want {
			t.Errorf("%s: %q, want %q", host, got, want)
		}
	}
}

// Words that no part of the SSM writes are nobody's: a gateway's, or another server's.
func TestAnswersOfNobody(t *testing.T) {
	page := func(head string) string { return "<html><body><h1>" + head + "</h1>\nNo answer came.\n</body></html>" }
	for said, want := range map[string]struct {
		id   string
		sure checks.Confidence
	}{
		"Code: 502 Message: " + page("502 Bad Gateway"):                     {"foreign-page", checks.Possible},
		"Code: 504 Message: " + page("504 Gateway Time-out"):                {"foreign-page", checks.Possible},
		"Code: 404 Message: " + page("Not Found"):                           {"foreign-page", checks.Possible},
		"Code: 504 Message: <html>":                                         {"backend-stalled", checks.Possible},
		"Code: 504 Message: upstream request timeout":                       {"foreign-page", checks.Possible},
		"Code: 504 Message: ":                                               {"backend-stalled", checks.Possible},
		"Code: 504 Message: <html><hr><center>nginx</center></html>":        {"backend-stalled", checks.Likely},
		`Code: 503 Message: {"code":"503","message":"no healthy upstream"}`: {"foreign-page", checks.Possible},
		`Code: 404 Message: {"status":404,"error":"Not Found"}`:             {"ssm-too-old", checks.Possible},
		"Code: 404 Message: <html><hr><center>nginx</center></html>":        {"wrong-path", checks.Possible},
	} {
		root := engineOf(t, signIn("198.51.100.55", "", said)).Diagnose().RootCause
		if root == nil || root.ID != want.id || root.Confidence != want.sure {
			t.Errorf("%q: %+v, want %s, %s", said, root, want.id, want.sure)
		}
	}
}

// A call that a sync's thread makes to another server, behind the sync, is not the sync's.
func TestACallToAnotherServerBehindASync(t *testing.T) {
	const line = "14-Nov-2025 09:14:0%d,000 UTC %s [mgr-a] [%s] (default task-61) |default| %s\n"
	log := fmt.Sprintf(line, 3, "INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode") +
		fmt.Sprintf(line, 4, "INFO", "SmartLicensingIntegrationManager", "Smart Account user authenticated successfully") +
		fmt.Sprintf(line, 5, "INFO", "SmartLicensingIntegrationManager", "Sync Licenses and Refresh Devices completed")
	for path, want := range map[string]checks.Verdict{"dataservice/va/token": checks.OK, "backend/api/v1/accounts/a/reports/usage": checks.Inconclusive} {
		failed := fmt.Sprintf(line, 9, "ERROR", "RestAPIClient", "Failed to process POST request uri: "+path+` . Code: 409 Message: {"error":"conflict"}`)
		if got := engineOf(t, log+failed).Diagnose().Verdict; got != want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}
