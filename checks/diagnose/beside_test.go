package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// Failures of a Manager that calls its SSM by address or by name, as its words tell them.
const (
	refusedByName  = "Message: Connect to ssm.corp.example:8443 [ssm.corp.example/198.51.100.55] failed: Connection refused (Connection refused): org.apache.http.conn.HttpHostConnectException: Connect to ssm.corp.example:8443 [ssm.corp.example/198.51.100.55] failed: Connection refused (Connection refused)"
	refusedByAddr  = "Message: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused (Connection refused): org.apache.http.conn.HttpHostConnectException: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused (Connection refused)"
	timedOutByName = "Message: Connect to ssm.corp.example:8443 [ssm.corp.example/198.51.100.55] failed: connect timed out: org.apache.http.conn.ConnectTimeoutException: Connect to ssm.corp.example:8443 [ssm.corp.example/198.51.100.55] failed: connect timed out"
	notFound       = `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`
)

// beside are lines of a capture that are of something else than the Manager's call.
var beside = map[string]string{
	"another name is not found": `09:14:03.120000 IP 192.0.2.20.40000 > 192.0.2.53.53: 4242+ A? cloudsso.cisco.com. (34)
09:14:03.121000 IP 192.0.2.53.53 > 192.0.2.20.40000: 4242 NXDomain 0/1/0 (100)
`,
	"another host is not reached": `09:14:03.140000 IP (tos 0xc0, ttl 63, id 777, offset 0, flags [none], proto ICMP (1), length 88)
    192.0.2.1 > 192.0.2.20: ICMP host 198.51.100.99 unreachable, length 68
`,
	"another host does not answer": `09:14:03.140000 IP 192.0.2.20.51500 > 198.51.100.99.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
09:14:04.160000 IP 192.0.2.20.51500 > 198.51.100.99.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
09:14:06.160000 IP 192.0.2.20.51500 > 198.51.100.99.8443: Flags [S], seq 100, win 29200, options [mss 1460], length 0
`,
	"a neighbour does not answer": strings.Repeat("09:14:03.140000 ARP, Ethernet (len 6), IPv4 (len 4), Request who-has 192.0.2.77 tell 192.0.2.20, length 28\n", 3),
}

// What a capture shows of other names, hosts and neighbours changes nothing where the
// Manager's words say that packets came back, or to where they went.
func TestWhatIsBesideTheCall(t *testing.T) {
	for _, c := range []struct{ peer, said, want string }{
		{"198.51.100.55", notFound, "grant-not-found"},
		{"ssm.corp.example", notFound, "grant-not-found"},
		{"198.51.100.55", refusedByAddr, "connection-refused"},
		{"ssm.corp.example", refusedByName, "connection-refused"},
		{"198.51.100.55", distrust, "tls-untrusted-ca"},
		{"ssm.corp.example", distrust, "tls-untrusted-ca"},
		{"ssm.corp.example", waited, ""},
		{"198.51.100.55", timedOut, "firewall-drop"},
		{"ssm.corp.example", timedOutByName, "firewall-drop"},
	} {
		for what, capture := range beside {
			if strings.Contains(c.said, "timed out: org") && strings.Contains(what, "neighbour") {
				continue // it may be the gateway
			}
			if got := causeOf(t, signIn(c.peer, "", c.said), capture); got != c.want {
				t.Errorf("%s, %.60s: %s: %q, want %q", c.peer, c.said, what, got, c.want)
			}
		}
	}
}

// What nginx says of one client's request is no word about another's.
func TestWhatNginxSaysOfAnothersRequest(t *testing.T) {
	line := func(client, said string) string {
		return fmt.Sprintf("Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 2025/11/14 09:14:03 [error] 47#47: *9 %s, client: %s, server: , request: \"GET / HTTP/1.1\", host: \"198.51.100.55:8443\"\n", said, client)
	}
	const own = "Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" 503 190 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n"
	const limits, plain, noCertificate = "limiting requests, excess: 20.300 by zone \"api\"", "client sent plain HTTP request to HTTPS port while reading client request headers", "client sent no required SSL certificate while reading client request headers"
	for _, c := range []struct{ said, log, want string }{
		{`Code: 503 Message: {"error":"unavailable"}`, line("192.0.2.66", limits) + own, "maintenance"},
		{`Code: 503 Message: {"error":"unavailable"}`, line("192.0.2.20", limits) + own, "rate-limited"},
		{distrust, line("192.0.2.66", plain), "tls-untrusted-ca"},
		{distrust, line("192.0.2.66", noCertificate), "tls-untrusted-ca"},
		{"Code: 400 Message: <html>", line("192.0.2.20", noCertificate), "tls-client-cert-required"},
		{distrust, nginxTLS(3, "192.0.2.66", "ssl3_read_bytes:sslv3 alert certificate expired:SSL alert number 45"), "tls-untrusted-ca"},
	} {
		if got := causeOf(t, signIn("198.51.100.55", "", c.said), c.log); got != c.want {
			t.Errorf("%.50s, %.120s: %q, want %q", c.said, c.log, got, c.want)
		}
	}
}

// An attempt without an end is not explained by a connection to another end than it calls.
func TestAConnectionOfNobody(t *testing.T) {
	begun, _, _ := strings.Cut(signIn("198.51.100.55", "", "x"), "14-Nov-2025 09:14:03,160")
	for _, server := range []string{"198.51.100.99.8443", "198.51.100.55.443"} {
		capture := fmt.Sprintf("09:14:03.140000 IP 192.0.2.20.51500 > %[1]s: Flags [S], seq 100, win 29200, options [mss 1460], length 0\n09:14:03.141000 IP %[1]s > 192.0.2.20.51500: Flags [R.], seq 0, ack 101, win 0, length 0\n", server)
		if d := engineOf(t, begun, capture).Diagnose(); d.Verdict != checks.Inconclusive {
			t.Errorf("%s: %s, %+v", server, d.Verdict, d.RootCause)
		}
	}
}

// What another host's command printed is of that host, whichever text is read first.
func TestAnotherHostsReleaseInAnyOrder(t *testing.T) {
	log := signIn("198.51.100.55", "", notFound)
	const printed = "mgr-a:~$ ping -c 1 198.51.100.55\n64 bytes from 198.51.100.55: icmp_seq=1 ttl=61 time=0.088 ms\n\nvedge-7# show version\n20.6.3\n"
	for _, texts := range [][]string{{log, printed}, {printed, log}} {
		if got := causeOf(t, texts...); got != "grant-not-found" {
			t.Errorf("%.20q first: %q", texts[0], got)
		}
	}
}

// A request that no upstream took made the application throw nothing.
func TestARequestThatWasNeverHandedOver(t *testing.T) {
	const ssm = `Nov 14 09:13:23 SSM-On-Prem 8def82934c0a: PG::ConnectionBad (could not connect to server: Connection refused
Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 2025/11/14 09:14:03 [error] 47#47: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 192.0.2.20, server: , request: "POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1", upstream: "http://172.18.0.5:3000/oauth/token", host: "198.51.100.55:8443"
Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] "POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1" 502 150 "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"
`
	if got := causeOf(t, signIn("198.51.100.55", "", badGateway), ssm); got != "backend-down" {
		t.Errorf("%q, want backend-down", got)
	}
}

// Another part of the Manager signs in at the cloud, in whatever mode licences are.
func TestASignInOfAnotherPartOfTheManager(t *testing.T) {
	const line = "14-Nov-2025 09:14:03,000 UTC ERROR [mgr-a] [%s] (default task-9) |default| Failed to process POST request uri: https://id.cisco.com/oauth2/default/v1/token . Code: 401 Message: {\"error\":\"invalid_client\"}\n"
	for class, want := range map[string]checks.Verdict{"CloudServicesClient": checks.NoAttempt, "RestAPIClient": checks.Failed} {
		if got := engineOf(t, fmt.Sprintf(line, class)).Diagnose().Verdict; got != want {
			t.Errorf("%s: %s, want %s", class, got, want)
		}
	}
}

// A connection to another end than the attempt calls, or of another time than its lines, is
// none of its own, however it ended: by the address that the settings or the failure name,
// else by the port.
func TestTheOnlyConnectionMayBeAnybodys(t *testing.T) {
	begun := func(peer string) string {
		return strings.SplitAfter(signIn(peer, "", "x"), "\n")[0] + strings.Join(strings.SplitAfter(signIn(peer, "", "x"), "\n")[1:6], "")
	}
	connection := func(clock, server, end string) string {
		return fmt.Sprintf("%[1]s.140000 IP 192.0.2.20.51500 > %[2]s: Flags [S], seq 100, win 29200, options [mss 1460], length 0\n", clock, server) + map[string]string{
			"refused": fmt.Sprintf("%[1]s.141000 IP %[2]s > 192.0.2.20.51500: Flags [R.], seq 0, ack 101, win 0, length 0\n", clock, server),
			"reset": fmt.Sprintf("%[1]s.141000 IP %[2]s > 192.0.2.20.51500: Flags [S.], seq 500, ack 101, win 29200, options [mss 1460], length 0\n%[1]s.142000 IP 192.0.2.20.51500 > %[2]s: Flags [.], ack 1, win 229, length 0\n"+
				"%[1]s.143000 IP 192.0.2.20.51500 > %[2]s: Flags [P.], seq 1:441, ack 1, win 229, length 440\n%[1]s.144000 IP %[2]s > 192.0.2.20.51500: Flags [R], seq 501, win 0, length 0\n", clock, server),
		}[end]
	}
	reset := signIn("198.51.100.55", "", "Message: Connection reset: java.net.SocketException: Connection reset")
	named := signIn("ssm.example", "", "Message: Connect to ssm.example:8443 [ssm.example/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to ssm.example:8443 [ssm.example/198.51.100.55] failed: Connection refused")
	for name, c := range map[string]struct {
		log, capture string
		own          bool
	}{
		"a name's port":                         {begun("ssm.example"), connection("09:14:03", "198.51.100.99.8443", "refused"), false},
		"a name's port, in what is watched":     {begun("ssm.example"), "tcpdump -p -i eth0 -s 128 host 198.51.100.99 -nn -vv in VPN 0\n" + connection("09:14:03", "198.51.100.99.8443", "refused"), true},
		"a name's address":                      {begun("ssm.example"), nslookupOf("ssm.example", "198.51.100.99") + "\n" + connection("09:14:03", "198.51.100.99.8443", "refused"), true},
		"a name's port, reset":                  {begun("ssm.example"), connection("09:14:03", "198.51.100.99.8443", "reset"), true},
		"a name, another port":                  {begun("ssm.example"), connection("09:14:03", "198.51.100.99.443", "refused"), false},
		"a name, another port, reset":           {begun("ssm.example"), connection("09:14:03", "198.51.100.99.443", "reset"), false},
		"a name, another time":                  {begun("ssm.example"), connection("10:40:03", "198.51.100.99.8443", "refused"), false},
		"an address, reset":                     {begun("198.51.100.55"), connection("09:14:03", "198.51.100.55.8443", "reset"), true},
		"another address, reset":                {begun("198.51.100.55"), connection("09:14:03", "198.51.100.99.8443", "reset"), false},
		"the failed call's":                     {reset, connection("09:14:03", "198.51.100.55.8443", "reset"), true},
		"another than the settings name":        {reset, connection("09:14:03", "198.51.100.99.8443", "reset"), false},
		"the address that the failure names":    {named, connection("09:14:03", "198.51.100.55.8443", "refused"), true},
		"another address than the failure says": {named, connection("09:14:03", "198.51.100.99.8443", "refused"), false},
	} {
		d := engineOf(t, c.log, c.capture).Diagnose()
		if got := len(d.Attempts[d.Shown].Members.Connections) == 1; got != c.own {
			t.Errorf("%s: its own %t, want %t (%+v)", name, got, c.own, d.RootCause)
		}
	}
}
