package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// signIn is a Manager's log of one sign-in to an SSM, through a proxy if one is given,
// with the words of its failure.
func signIn(peer, proxy, failed string) string {
	host, port, _ := strings.Cut(proxy, ":")
	const line = "14-Nov-2025 09:14:03,%03d UTC %s [mgr-a] [%s] (default task-61) |default| %s\n"
	const request = "backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=*******"
	var b strings.Builder
	for i, l := range [][3]string{
		{"INFO", "SmartLicensingIntegrationManager", "user is using in On Prem mode"},
		{"INFO", "AbstractSettingsManager", "Found smart licensing mode is onprem"},
		{"INFO", "SmartLicensingUtil", "intializing client Map {clientUrl=" + peer + ", client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ, client_id=abcdefghijklmnopqrstuvwxyz0123456789}"},
		{"INFO", "RestAPIClient", strings.TrimSpace("RestAPI proxy host " + host)},
		{"INFO", "RestAPIClient", strings.TrimSpace("RestAPI proxy port " + port)},
		{"INFO", "SmartLicensingUtil", "URL " + request},
		{"ERROR", "RestAPIClient", "Failed to process POST request uri: " + request + " . " + failed},
		{"ERROR", "SmartLicensingUtil", "Failed to authenticate user - 'svc'."},
		{"ERROR", "SmartLicensingIntegrationRestfulResource", "Smart Account User Authentication failed."},
	} {
		fmt.Fprintf(&b, line, 100+10*i, l[0], l[1], l[2])
	}
	return b.String()
}

// causeOf is the id of the cause that some texts lead to; "": none.
func causeOf(t *testing.T, texts ...string) string {
	t.Helper()
	if root := engineOf(t, texts...).Diagnose().RootCause; root != nil {
		return root.ID
	}
	return ""
}

// timedOut are a Manager's words of a connect that nothing answers.
const timedOut = "Message: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: connect timed out: org.apache.http.conn.ConnectTimeoutException: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: connect timed out"

// prohibited is a capture of a call that nothing answers, and of an ICMP error that
// quotes a packet.
func prohibited(quoted string) string {
	return `09:14:03.140000 IP (tos 0x0, ttl 64, id 4001, offset 0, flags [DF], proto TCP (6), length 60)
    192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], cksum 0x1779 (correct), seq 100, win 29200, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0
09:14:04.160000 IP (tos 0x0, ttl 64, id 4002, offset 0, flags [DF], proto TCP (6), length 60)
    192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], cksum 0x1779 (correct), seq 100, win 29200, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0
09:14:05.100000 IP (tos 0xc0, ttl 63, id 777, offset 0, flags [none], proto ICMP (1), length 88)
    192.0.2.1 > 192.0.2.20: ICMP host 198.51.100.55 unreachable - admin prohibited filter, length 68
` + quoted
}

// A filter is about a port and a protocol: one that quotes another service of the SSM
// says nothing of the call.
func TestAFilterIsAboutWhatItQuotes(t *testing.T) {
	log := signIn("198.51.100.55", "", timedOut)
	const tcp, udp = "\tIP (tos 0x0, ttl 63, id 555, offset 0, flags [DF], proto TCP (6), length 60)\n", "\tIP (tos 0x0, ttl 63, id 555, offset 0, flags [DF], proto UDP (17), length 76)\n"
	for quoted, want := range map[string]string{
		"": "firewall-reject", // nothing tells which service it is about
		tcp + "    192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, length 0\n": "firewall-reject",
		tcp + "    192.0.2.20.40000 > 198.51.100.55.443: Flags [S], seq 1, win 29200, length 0\n":    "firewall-drop",
		udp + "    192.0.2.20.123 > 198.51.100.55.123: NTPv4, Client, length 48\n":                   "firewall-drop",
		udp + "    192.0.2.20.9999 > 198.51.100.55.8443: UDP, length 48\n":                           "firewall-drop",
	} {
		if got := causeOf(t, log, prohibited(quoted)); got != want {
			t.Errorf("an error that quotes %q leads to %q, want %q", quoted, got, want)
		}
	}
}

// How far a packet may go, and how large it may be, is about that packet: what traceroute
// and ping send on purpose says nothing of the call.
func TestATimeExceededIsAboutThePacketItQuotes(t *testing.T) {
	log := signIn("198.51.100.55", "", timedOut)
	const tcp, udp, icmp = "\tIP (tos 0x0, ttl 1, id 555, offset 0, flags [DF], proto TCP (6), length 60)\n", "\tIP (tos 0x0, ttl 1, id 555, offset 0, flags [none], proto UDP (17), length 60)\n", "\tIP (tos 0x0, ttl 1, id 555, offset 0, flags [none], proto ICMP (1), length 84)\n"
	for quoted, own := range map[string]bool{
		"": true, // nothing tells whose it was
		tcp + "    192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], seq 100, win 29200, length 0\n": true,
		tcp + "    192.0.2.20.39999 > 198.51.100.55.8443: Flags [S], seq 7, win 5840, length 0\n":    false,
		tcp + "    192.0.2.20.51500 > 198.51.100.55.443: Flags [S], seq 7, win 5840, length 0\n":     false,
		udp + "    192.0.2.20.51000 > 198.51.100.55.33434: UDP, length 32\n":                         false,
		icmp + "    192.0.2.20 > 198.51.100.55: ICMP echo request, id 7, seq 1, length 64\n":         false,
	} {
		listing := strings.Replace(prohibited(quoted), "ICMP host 198.51.100.55 unreachable - admin prohibited filter", "ICMP time exceeded in-transit", 1)
		want := "firewall-drop"
		if own && quoted != "" { // without a quotation nothing says that it is about the SSM either
			want = "routing-loop"
		}
		if got := causeOf(t, log, listing); got != want {
			t.Errorf("time exceeded that quotes %q leads to %q, want %q", quoted, got, want)
		}
	}
}

// A connection that was refused, or that nothing answered, is none of an attempt whose
// own words show that its connection had opened.
func TestWhatNeverOpenedIsNotWhatTheManagerWaitedOn(t *testing.T) {
	const refused = `09:14:03.140000 IP (tos 0x0, ttl 64, id 4001, offset 0, flags [DF], proto TCP (6), length 60)
    192.0.2.20.51500 > 198.51.100.55.8443: Flags [S], cksum 0x1779 (correct), seq 100, win 29200, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0
09:14:03.150000 IP (tos 0x0, ttl 61, id 4002, offset 0, flags [DF], proto TCP (6), length 40)
    198.51.100.55.8443 > 192.0.2.20.51500: Flags [R.], cksum 0x1779 (correct), seq 0, ack 101, win 0, length 0
`
	for _, said := range []string{
		"Message: Read timed out: java.net.SocketTimeoutException: Read timed out", "Message: Connection reset: java.net.SocketException: Connection reset",
		"Message: 198.51.100.55:8443 failed to respond: org.apache.http.NoHttpResponseException: 198.51.100.55:8443 failed to respond",
		"Message: PKIX path building failed: javax.net.ssl.SSLHandshakeException: PKIX path building failed", `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`,
	} {
		log := signIn("198.51.100.55", "", said)
		without := causeOf(t, log)
		for _, listing := range []string{refused, prohibited("")[:strings.Index(prohibited(""), "09:14:05")]} {
			if got := causeOf(t, log, listing); got != without {
				t.Errorf("%q beside %q leads to %q, by itself to %q", said, listing, got, without)
			}
		}
	}
	const closed = "Message: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to 198.51.100.55:8443 [/198.51.100.55] failed: Connection refused"
	if d := engineOf(t, signIn("198.51.100.55", "", closed), refused).Diagnose(); d.RootCause == nil || d.RootCause.ID != "connection-refused" || d.Attempts[d.Shown].Stages[checks.TCP].Basis != checks.Seen {
		t.Errorf("a refusal that both show: %+v", d.RootCause)
	}
}

// What the JDK says of a SOCKS proxy is about that proxy, and what such a proxy says
// is about no connection of the Manager's.
func TestASOCKSProxyIsNotTheSSM(t *testing.T) {
	for said, want := range map[string]string{
		"Can't connect to SOCKS proxy:Connection refused (Connection refused)": "proxy-unreachable",
		"SOCKS: Connection refused": "",
	} {
		log := signIn("198.51.100.55", "", "Message: "+said+": java.net.SocketException: "+said)
		if got := causeOf(t, log); got != want {
			t.Errorf("%q leads to %q, want %q", said, got, want)
		}
	}
}

// What went well for another client mended nothing.
func TestTwoCallersAreNotBeforeAndAfter(t *testing.T) {
	of := func(at, addr, client string, status, size int) string {
		return fmt.Sprintf(`Nov 14 09:%s:03 SSM-On-Prem 0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=%[4]d duration=1.0
Nov 14 09:%[1]s:03 SSM-On-Prem 0bb: %[2]s - - [14/Nov/2025:09:%[1]s:03 +0000] "POST /backend/oauth/token?grant_type=password&client_id=%[3]s&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1" %[4]d %[5]d "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"
`, at, addr, client, status, size)
	}
	const a, b = "abcdefghijklmnopqrstuvwxyz0123456789", "zyxwvutsrqponmlkjihgfedcba9876543210"
	if d := engineOf(t, of("14", "192.0.2.20", a, 403, 121)+of("15", "192.0.2.30", b, 200, 312)).Diagnose(); d.Comparison != nil {
		t.Errorf("two callers are compared: %s", d.Comparison.Summary)
	}
	d := engineOf(t, of("14", "192.0.2.20", a, 403, 121)+of("15", "192.0.2.20", a, 200, 312)).Diagnose()
	if d.Comparison == nil || !strings.Contains(d.Comparison.Summary, "auth failed (403) and passes now") || d.Verdict != checks.OK {
		t.Errorf("one caller is not compared with itself: %+v", d.Comparison)
	}
}

// shownLadder is the ladder of the attempt that is shown, each stage with its mark.
func shownLadder(t *testing.T, texts ...string) string {
	t.Helper()
	d := engineOf(t, texts...).Diagnose()
	marks := map[checks.Status]string{checks.Pass: "✓", checks.Fail: "✗", checks.NotNeeded: "–", checks.NotReached: "·", checks.Unknown: "?", checks.Warn: "!"}
	var out []string
	for _, s := range d.Attempts[d.Shown].Stages[checks.DNS : checks.TLS+1] {
		out = append(out, s.Stage.Label()+marks[s.Status])
	}
	return strings.Join(out, " ")
}

// What breaks on the way to a proxy breaks at its own stage, and nothing behind it
// passed; what the proxy answers shows that the way to it is fine.
func TestTheWayToAProxyBreaksWhereItBreaks(t *testing.T) {
	const nslookup = "mgr-a:~$ nslookup ssm.branch.example\nServer:\t\t192.0.2.53\nAddress:\t192.0.2.53#53\n\nName:\tssm.branch.example\nAddress: 198.51.100.55\n"
	for _, c := range []struct{ proxy, failed, ladder, cause string }{
		{"proxy.branch.example:3128", "Message: proxy.branch.example: Name or service not known: java.net.UnknownHostException: proxy.branch.example: Name or service not known", "dns✗ path· tcp· proxy· tls·", "proxy-unreachable"},
		{"192.0.2.80:3128", "Message: Connect to 192.0.2.80:3128 [/192.0.2.80] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to 192.0.2.80:3128 [/192.0.2.80] failed: Connection refused", "dns– path? tcp✗ proxy· tls·", "proxy-unreachable"},
		{"192.0.2.80:3128", "Code: 503 Message: <HTML><HEAD><TITLE>ERROR</TITLE></HEAD><BODY>The proxy could not connect (Connection timed out) squid/5.7</BODY></HTML>", "dns– path✓ tcp✓ proxy✗ tls·", "proxy-upstream-failed"},
		{"", "Code: 503 Message: <HTML><HEAD><TITLE>ERROR: The requested URL could not be retrieved</TITLE></HEAD><BODY>(111) Connection refused. Generated by squid/5.7</BODY></HTML>", "dns✓ path✓ tcp✓ proxy– tls?", "foreign-page"},
		{"", "Message: Can't connect to SOCKS proxy:Connection refused: java.net.SocketException: Can't connect to SOCKS proxy:Connection refused", "dns✓ path? tcp✗ proxy· tls·", "proxy-unreachable"},
	} {
		log := signIn("ssm.branch.example", c.proxy, c.failed)
		if got := shownLadder(t, log, nslookup); got != c.ladder {
			t.Errorf("%s: the ladder is %s, want %s", c.failed, got, c.ladder)
		}
		if got := causeOf(t, log, nslookup); got != c.cause {
			t.Errorf("%s: the cause is %s, want %s", c.failed, got, c.cause)
		}
	}
}

// That the SSM's log has no such request is said of the SSM's answers only.
func TestOnlyTheSSMsAnswerCanBeAbsentFromItsLog(t *testing.T) {
	ssm := "Nov 14 09:13:40 SSM-On-Prem chronyd[1319]: Selected source 203.0.113.9\nNov 14 09:14:02 SSM-On-Prem 0bb: 203.0.113.70 - - [14/Nov/2025:09:14:02 +0000] \"GET /backend/sessions/get_user HTTP/1.1\" 200 54 \"-\" \"Mozilla/5.0\" \"-\"\nNov 14 09:16:40 SSM-On-Prem chronyd[1319]: Selected source 203.0.113.9\n"
	log := signIn("198.51.100.55", "192.0.2.80:3128", "Code: 407 Message: <html><title>407 Proxy Authentication Required</title></html>")
	d := engineOf(t, log, ssm).Diagnose()
	if d.RootCause == nil || d.RootCause.ID != "proxy-auth-required" {
		t.Fatalf("the cause is %+v", d.RootCause)
	}
	for _, f := range append(d.Findings, *d.RootCause) {
		for _, ev := range f.Evidence {
			if strings.Contains(ev.Says, "no such request") {
				t.Errorf("%s cites %q", f.ID, ev.Says)
			}
		}
	}
}

// curlTo and the others are what commands print, each about an object.
func curlTo(host, addr, port, end string) string {
	return fmt.Sprintf("mgr-a:~$ curl -v https://%s:%s/\n*   Trying %s:%[2]s...\n%[4]s", host, port, addr, end)
}

func nslookupOf(name, addr string) string {
	const head = "mgr-a:~$ nslookup %s\nServer:\t\t192.0.2.53\nAddress:\t192.0.2.53#53\n\n"
	if addr == "" {
		return fmt.Sprintf(head+"** server can't find %[1]s: NXDOMAIN\n", name)
	}
	return fmt.Sprintf(head+"Name:\t%[1]s\nAddress: %s\n", name, addr)
}

func opensslTo(object string) string {
	return "mgr-a:~$ openssl s_client -connect " + object + " </dev/null\nCONNECTED(00000003)\ndepth=0 CN = appliance\nverify error:num=18:self signed certificate\nverify return:1\n---\nCertificate chain\n 0 s:CN = appliance\n   i:CN = appliance\n---\nVerify return code: 18 (self signed certificate)\n"
}

const (
	answered200 = "* Connected to ssm.branch.example (198.51.100.55) port 8443 (#0)\n* SSL connection using TLSv1.2 / ECDHE-RSA-AES256-GCM-SHA384\n< HTTP/1.1 200 OK\n"
	refusedCurl = "curl: (7) Failed to connect to %s port %s after 2 ms: Connection refused\n"
)

// prompts are what people's terminals show in front of a command.
var prompts = []string{"mgr-a:~$ ", "root@mgr-a:~# ", "[admin@mgr-a ~]$ ", "root@mgr-a:/var/log# ", "admin@mgr-a ~ % ", "$ ", "# ", "~$ ", "bash-5.1$ ", "$ sudo ", "$ echo | ", "C:\\Users\\jdoe>", "PS C:\\> ", ""}

// What a command printed about another host, port or name than the attempt's changes
// nothing of the diagnosis, whatever prompt the command stands behind.
func TestAnotherObjectsOutputSaysNothing(t *testing.T) {
	const refusedConnect = "Message: Connect to ssm.branch.example:8443 [ssm.branch.example/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to ssm.branch.example:8443 [ssm.branch.example/198.51.100.55] failed: Connection refused"
	const untrusted = "Message: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target: javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"
	byName, byAddr := signIn("ssm.branch.example", "", refusedConnect), signIn("198.51.100.55", "", untrusted)
	for _, c := range []struct{ log, output string }{
		{byName, nslookupOf("ssm.brnach.example", "")},
		{byName, opensslTo("203.0.113.99:8443")},
		{byName, opensslTo("ssm.branch.example:443")},
		{byName, curlTo("other.example", "203.0.113.99", "8443", "curl: (28) Failed to connect to other.example port 8443 after 10001 ms: Connection timed out\n")},
		{byAddr, opensslTo("203.0.113.99:443")},
		{byAddr, curlTo("198.51.100.55", "198.51.100.55", "443", "curl: (7) Failed to connect to 198.51.100.55 port 443 after 2 ms: Connection refused\n")},
		{byAddr, "mgr-a:~$ ping 203.0.113.99\nPING 203.0.113.99 (203.0.113.99) 56(84) bytes of data.\nFrom 192.0.2.1 icmp_seq=1 Destination Net Unreachable\n"},
		{byAddr, "mgr-a:~$ curl -v -x http://192.0.2.80:3128 https://198.51.100.55:8443/\n*   Trying 192.0.2.80:3128...\n* connect to 192.0.2.80 port 3128 failed: Connection refused\ncurl: (7) Failed to connect to 192.0.2.80 port 3128 after 2 ms: Connection refused\n"},
	} {
		without := causeOf(t, c.log)
		for _, prompt := range prompts {
			output := strings.Replace(c.output, prompts[0], prompt, 1)
			if with := causeOf(t, c.log, output); without != with || without == "" {
				t.Errorf("beside %q the cause is %q, without it %q", output, with, without)
			}
		}
	}
	if got := causeOf(t, byAddr, opensslTo("198.51.100.55:8443")); got != "tls-self-signed" {
		t.Errorf("the SSM's own certificate leads to %q", got)
	}
	if got := causeOf(t, byName, nslookupOf("ssm.branch.example", "198.51.100.55"), curlTo("198.51.100.55", "198.51.100.55", "8443", fmt.Sprintf(refusedCurl, "198.51.100.55", "8443"))); got != "connection-refused" {
		t.Errorf("the same object by its address leads to %q", got)
	}
}

// What a command says of the host that ran it, and of that host's way, is the Manager's
// only where it may have run there. A certificate is the SSM's wherever it was seen.
func TestAnotherHostsOutputSaysNothingOfTheManager(t *testing.T) {
	named := func(failed string) string { return signIn("ssm.branch.example", "", failed) }
	const unknown = "Message: ssm.branch.example: java.net.UnknownHostException: ssm.branch.example"
	const untrusted = "Message: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target: javax.net.ssl.SSLHandshakeException: PKIX path building failed"
	const refused = `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`
	ping := func(answer string) string {
		return "mgr-a:~$ ping -c 2 198.51.100.55\nPING 198.51.100.55 (198.51.100.55) 56(84) bytes of data.\nFrom 192.0.2.1 icmp_seq=1 " + answer + "\n"
	}
	for _, c := range []struct{ log, output, own string }{
		{named(refused), "mgr-a# show version\n20.6.3\n", "manager-too-old"},
		{signIn("198.51.100.55", "", timedOut), ping("Time to live exceeded"), "routing-loop"},
		{signIn("198.51.100.55", "", timedOut), ping("Destination Host Unreachable"), "host-unreachable"},
		{named(unknown), nslookupOf("ssm.branch.example", ""), "dns-nxdomain"},
		{named(untrusted), strings.ReplaceAll(opensslTo("ssm.branch.example:8443"), "i:CN = appliance", "i:O = Zscaler Inc., CN = Zscaler Intermediate Root CA"), "tls-interception"},
	} {
		without := causeOf(t, c.log)
		for _, prompt := range []string{"mgr-a:~$ ", "root@mgr-a.corp.example:~# ", "$ ", "mgr-a# ", "admin@192.0.2.20:~$ "} {
			if got := causeOf(t, c.log, runBehind(prompt, c.output)); got != c.own {
				t.Errorf("run behind %q, %q leads to %q, want %q", prompt, c.output, got, c.own)
			}
		}
		for _, prompt := range []string{"lab:~$ ", "lab# ", "[jdoe@laptop ~]$ ", "jdoe@mac ~ % ", "C:\\>", "PS C:\\Users\\jdoe> "} {
			if got := causeOf(t, c.log, runBehind(prompt, c.output)); got != without {
				t.Errorf("run behind %q, %q leads to %q, without it to %q", prompt, c.output, got, without)
			}
		}
	}
	if got := causeOf(t, signIn("198.51.100.55", "", untrusted), runBehind("jdoe@laptop:~$ ", opensslTo("198.51.100.55:8443"))); got != "tls-self-signed" {
		t.Errorf("the SSM's own certificate leads to %q", got)
	}
}

// A number alone may be the Manager's release. Beside a refusal neither is settled where
// it is too old; a release that has on-prem mode changes nothing.
func TestANumberAloneMayBeTheRelease(t *testing.T) {
	log := signIn("ssm.branch.example", "", `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found."}`)
	for output, want := range map[string]string{"20.8.1\n": "", "20.12.4\n": "grant-not-found", "mgr-a# show version\n20.8.1\n": "manager-too-old"} {
		if got := causeOf(t, log, output); got != want {
			t.Errorf("%q beside a refusal leads to %q, want %q", output, got, want)
		}
	}
	if got := causeOf(t, "20.8.1\n"); got != "manager-too-old" {
		t.Errorf("a number alone leads to %q", got)
	}
}

// runBehind is an output whose command stands behind another prompt.
func runBehind(prompt, output string) string {
	i := strings.IndexAny(output, "#$")
	return prompt + output[i+2:]
}

// Outputs alone are told of one object, and a later good run about it heals an earlier
// one that failed.
func TestOutputsAloneAreToldOfOneObject(t *testing.T) {
	refused := curlTo("ssm.branch.example", "198.51.100.55", "8443", fmt.Sprintf(refusedCurl, "ssm.branch.example", "8443"))
	good := curlTo("ssm.branch.example", "198.51.100.55", "8443", answered200)
	proxied := "mgr-a:~$ curl -v -x http://192.0.2.80:3128 https://198.51.100.55:8443/\n*   Trying 192.0.2.80:3128...\n* connect to 192.0.2.80 port 3128 failed: Connection refused\ncurl: (7) Failed to connect to 192.0.2.80 port 3128 after 2 ms: Connection refused\n"
	for _, c := range []struct {
		outputs []string
		cause   string
		verdict checks.Verdict
	}{
		{[]string{nslookupOf("ssm.brnach.example", ""), nslookupOf("ssm.branch.example", "198.51.100.55"), good}, "", checks.NoAttempt},
		{[]string{good, nslookupOf("ssm.brnach.example", ""), nslookupOf("ssm.branch.example", "198.51.100.55")}, "", checks.NoAttempt},
		{[]string{nslookupOf("ssm.branch.example", "")}, "dns-nxdomain", checks.Failed},
		{[]string{nslookupOf("ssm.branch.example", ""), nslookupOf("ssm.branch.example", "198.51.100.55")}, "", checks.NoAttempt},
		{[]string{refused}, "connection-refused", checks.Failed},
		{[]string{refused, good}, "", checks.NoAttempt},
		{[]string{good, refused}, "connection-refused", checks.Failed},
		{[]string{refused, curlTo("www.example", "203.0.113.9", "443", "* Connected to www.example (203.0.113.9) port 443 (#0)\n< HTTP/1.1 200 OK\n")}, "connection-refused", checks.Failed},
		{[]string{proxied}, "proxy-unreachable", checks.Failed},
	} {
		d := engineOf(t, c.outputs...).Diagnose()
		got := ""
		if d.RootCause != nil {
			got = d.RootCause.ID
		}
		if got != c.cause || d.Verdict != c.verdict {
			t.Errorf("%q lead to %s %q, want %s %q", c.outputs, d.Verdict, got, c.verdict, c.cause)
		}
	}
}

// A check of another time does not beat the attempt's own words; what it says is said
// beside them.
func TestTheAttemptsOwnWordsGoBeforeALaterLookup(t *testing.T) {
	unknown := signIn("ssm.branch.example", "", "Message: ssm.branch.example: Temporary failure in name resolution: java.net.UnknownHostException: ssm.branch.example: Temporary failure in name resolution")
	refused := signIn("ssm.branch.example", "", "Message: Connect to ssm.branch.example:8443 [ssm.branch.example/198.51.100.55] failed: Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to ssm.branch.example:8443 [ssm.branch.example/198.51.100.55] failed: Connection refused")
	for _, c := range []struct {
		log, now string
		status   checks.Status
		short    string
		says     string
	}{
		{unknown, "198.51.100.55", checks.Fail, "name not resolved", "ssm.branch.example resolves to 198.51.100.55 now"},
		{refused, "198.51.100.77", checks.Pass, "198.51.100.55", "it resolves to 198.51.100.77 now"},
	} {
		d := engineOf(t, c.log, nslookupOf("ssm.branch.example", c.now)).Diagnose()
		s := d.Attempts[d.Shown].Stages[checks.DNS]
		if s.Status != c.status || s.Short != c.short || !strings.HasSuffix(s.Detail, c.says) || len(s.Evidence) != 2 {
			t.Errorf("dns is %s %q, %q, by %d", s.Status, s.Short, s.Detail, len(s.Evidence))
		}
	}
}

// A list of grants that was given, and does not have the client ID, is used: in which
// order the files are read does not matter, and a list that shows no IDs says nothing.
func TestAListWithoutTheClientIDIsUsed(t *testing.T) {
	log := strings.ReplaceAll(signIn("198.51.100.55", "", `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`),
		"abcdefghijklmnopqrstuvwxyz0123456789", "27xj2VCqEtHJFjlTzgFCjLP9pFywJcUUpaHsZPzrUC2qjX28M4GLBMfAVmfqH66E")
	list := func(id string) string {
		return "API Tool Kit > API Console\nName      Creation Date  Type                      Description  Client ID\nportal    Aug 04 2024   Resource Owner Grant               " + id + "\n"
	}
	for id, used := range map[string]bool{"acjrl0EQaAiTpTNr...": true, "27xj2VCqEtHJFjlT...": false, "27xj2VCqEtHJFjlTzgFCjLP9pFywJcUUpaHsZPzrUC2qjX28M4GLBMfAVmfqH66E": false, "": false} {
		for _, texts := range [][]string{{list(id), log}, {log, list(id)}} {
			root := engineOf(t, texts...).Diagnose().RootCause
			if root == nil || root.ID != "grant-not-found" {
				t.Fatalf("the cause is %+v", root)
			}
			if got := strings.HasSuffix(root.Next, "not in the list given"); got != used || (len(root.CouldBe) == 2) != used {
				t.Errorf("with %q in the list: %q, %q", id, root.Next, root.CouldBe)
			}
		}
	}
}
