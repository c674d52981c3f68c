package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// What stands in the same texts and is about another thing is not told as the cause: a
// neighbour's resolver, another container's start, another unit of systemd, a proxy's words
// that are no page, a connection beside a sync that went well.
func TestWhatIsBesideIsNoCause(t *testing.T) {
	const host = "Nov 14 09:13:50 SSM-On-Prem "
	refused := signIn("198.51.100.55", "", "Message: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused")
	begun := strings.Join(strings.SplitAfter(signIn("ssm.example", "", "x"), "\n")[:6], "")
	lookup := signIn("ssm.example", "", "Message: ssm.example: Temporary failure in name resolution: java.net.UnknownHostException: ssm.example: Temporary failure in name resolution")
	const closed, asked = "09:14:03.200000 IP 192.0.2.99 > 192.0.2.20: ICMP 192.0.2.99 udp port 53 unreachable, length 60\n", "09:14:03.100000 IP 192.0.2.20.5000 > 192.0.2.99.53: 4660+ A? ssm.example. (29)\n"
	dockerd := func(port string) string {
		return host + `dockerd[9]: time="2025-11-14T09:13:50Z" level=error msg="Handler for POST /v1.26/containers/x/start returned error: driver failed programming external connectivity: Bind for 0.0.0.0:` + port + ` failed: port is already allocated"` + "\n"
	}
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"another container's port":       {[]string{refused, dockerd("3000")}, "connection-refused likely"},
		"its own port":                   {[]string{refused, dockerd("8443")}, "ssm-web-server-down likely"},
		"another unit":                   {[]string{refused, host + "systemd: Failed to start Docker image cleanup job.\n"}, "connection-refused likely"},
		"the engine's unit":              {[]string{refused, host + "systemd: Failed to start Docker Application Container Engine.\n"}, "ssm-web-server-down likely"},
		"anybody's resolver":             {[]string{begun, closed}, ""},
		"the resolver that was asked":    {[]string{begun, asked + closed}, "dns-server-down confirmed"},
		"a lookup that failed":           {[]string{lookup, closed}, "dns-server-down confirmed"},
		"a proxy's words":                {[]string{signIn("198.51.100.55", "192.0.2.80:3128", "Code: 403 Message: Access denied by proxy")}, "proxy-denied likely"},
		"a load balancer behind a proxy": {[]string{signIn("198.51.100.55", "192.0.2.80:3128", "Code: 503 Message: no healthy upstream")}, "foreign-page possible"},
		"a proxy's JSON is the SSM's":    {[]string{signIn("198.51.100.55", "192.0.2.80:3128", `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`)}, "grant-not-found likely"},
		"another client ID's beginning": {[]string{begun, "Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstZZ&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" 403 121 \"-\" \"Java/11\" \"-\"\n"},
			""},
		"a user's name that goes on": {[]string{begun, "Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc2&password=x HTTP/1.1\" 403 121 \"-\" \"Java/11\" \"-\"\n"},
			""},
	} {
		got := ""
		if root := engineOf(t, c.texts...).Diagnose().RootCause; root != nil {
			got = fmt.Sprint(root.ID, " ", root.Confidence)
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

// A connection that never opened is none of a sync that went well, whatever it called.
func TestWhatNeverOpenedCarriedNoSync(t *testing.T) {
	const done = "14-Nov-2025 09:14:03,300 UTC INFO [mgr-a] [SmartLicensingIntegrationManager] (default task-61) |default| Smart Account user authenticated successfully\n14-Nov-2025 09:14:04,300 UTC INFO [mgr-a] [SmartLicensingIntegrationManager] (default task-61) |default| Sync Licenses and Refresh Devices completed\n"
	const capture = "09:14:03.140000 IP 192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0\n09:14:03.141000 IP 198.51.100.55.8443 > 192.0.2.20.51500: Flags [R.], seq 0, ack 101, win 0, length 0\n"
	d := engineOf(t, signIn("198.51.100.55", "", "x")[:800]+"\n"+done, capture).Diagnose()
	if s := d.Attempts[d.Shown].Stages[checks.TCP]; d.Verdict != checks.OK || s.Status == checks.Fail {
		t.Errorf("%s, with tcp %s", d.Verdict, s.Status)
	}
}

// A handshake that failed at the moment of the Manager's may be anybody's: nginx' word of it
// confirms where its client is proven to be the Manager.
func TestWhoseHandshakeFailed(t *testing.T) {
	log := signIn("198.51.100.55", "", "Message: Received fatal alert: handshake_failure: javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure")
	const cipher = "Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 2025/11/14 09:14:03 [info] 4#4: *7 SSL_do_handshake() failed (SSL: error:0A0000C1:SSL routines::no shared cipher) while SSL handshaking, client: 192.0.2.20, server: 0.0.0.0:8443\n"
	proven := strings.NewReplacer("09:14", "09:04", "task-61", "task-60").Replace(signIn("198.51.100.55", "", notFound)) + log
	asked := func(clock string) string {
		return "Nov 14 " + clock + " SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:" + clock + " +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" 403 121 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n"
	}
	for name, c := range map[string]struct {
		texts []string
		want  checks.Confidence
	}{
		"anybody's":     {[]string{log, cipher}, checks.Likely},
		"the Manager's": {[]string{proven, asked("09:04:03") + cipher}, checks.Confirmed},
	} {
		if root := engineOf(t, c.texts...).Diagnose().RootCause; root == nil || root.ID != "tls-no-common-cipher" || root.Confidence != c.want {
			t.Errorf("%s: %+v", name, root)
		}
	}
}
