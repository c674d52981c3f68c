package diagnose

import (
	"net/netip"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
)

// refused are both logs of one sign-in that the SSM refused, and what the SSM's
// parts wrote of themselves at the time.
var refused = []string{
	`13-Jan-2023 11:17:02,780 UTC INFO [n1] [SmartLicensingIntegrationManager] (default task-1) |default| user is using in On Prem mode
13-Jan-2023 11:17:02,781 UTC INFO [n1] [AbstractSettingsManager] (default task-1) |default| Found smart licensing mode is onprem
13-Jan-2023 11:17:02,782 UTC INFO [n1] [SmartLicensingUtil] (default task-1) |default| intializing client Map {clientUrl=10.106.66.55, client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ, client_id=abcdefghijklmnopqrstuvwxyz0123456789}
13-Jan-2023 11:17:02,783 UTC INFO [n1] [SmartLicensingUtil] (default task-1) |default| URL backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=*******
13-Jan-2023 11:17:03,490 UTC ERROR [n1] [RestAPIClient] (default task-1) |default| Failed to process POST request uri: backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=*******. Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}
13-Jan-2023 11:17:03,491 UTC ERROR [n1] [SmartLicensingIntegrationRestfulResource] (default task-1) |default| Failed to authenticate user - 'svc'.
13-Jan-2023 11:17:03,492 UTC ERROR [n1] [SmartLicensingIntegrationRestfulResource] (default task-1) |default| Smart Account User Authentication failed.
`,
	`Jan 13 11:17:01 SSM-On-Prem 0cc: 1:M 13 Jan 2023 11:17:01.000 # Can't save in background: fork: Cannot allocate memory
Jan 13 11:17:03 SSM-On-Prem 0bb: 2023/01/13 11:17:03 [error] 4#4: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.66.76.81, server: , request: "POST /backend/oauth/token?client_id=abcdefghijklmnopqrstuvwxyz0123456789&username=svc HTTP/1.1", upstream: "http://[fd00::5]:3000/oauth/token", host: "h"
Jan 13 11:17:03 SSM-On-Prem 0aa: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=1.0
Jan 13 11:17:03 SSM-On-Prem 0bb: 10.66.76.81 - - [13/Jan/2023:11:17:03 +0000] "POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&username=svc HTTP/1.1" 403 121 "-" "Apache-HttpClient/4.5.11 (Java/11.0.7)" "-"
`,
}

// engineOf reads texts, each as a source of its own.
func engineOf(t testing.TB, texts ...string) *Engine {
	t.Helper()
	rules, err := LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	e, gate := NewEngine(rules, netip.Addr{}), redact.NewWithKey([]byte("test"))
	for i, text := range texts {
		src := event.Source{ID: event.SourceID(i + 1)}
		e.Source(src)
		d := capture.NewDecoder(src, gate, e.Observe)
		d.SetWords(e.Words())
		if _, err := d.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

// A line that three pieces of a rule's evidence ask for speaks once, with the
// first one's words.
func TestALineSpeaksOnceForARule(t *testing.T) {
	root := engineOf(t, refused...).Diagnose().RootCause
	if root == nil || root.ID != "grant-not-found" {
		t.Fatalf("the cause is %+v", root)
	}
	seen := map[event.Ref]bool{}
	for _, ev := range root.Evidence {
		if seen[ev.Ref] {
			t.Errorf("%q is the second that %+v says", ev.Says, ev.Ref)
		}
		seen[ev.Ref] = true
	}
	if len(seen) < 3 || root.Evidence[0].Says != `Manager: 403 invalid_client "Grant not found"` {
		t.Errorf("evidence %+v", root.Evidence)
	}
}

func benchmarkCauses(b *testing.B, texts ...string) {
	e := engineOf(b, texts...)
	tries, err := e.assemble(b.Context(), false)
	if err != nil || len(tries) != 1 {
		b.Fatal(len(tries), err)
	}
	a := e.attempt(0, tries[0])
	var causes []checks.Finding
	b.ReportAllocs()
	for b.Loop() {
		causes = e.judge().causes(b.Context(), tries[0], a)
	}
	if root := pick(causes); root == nil || root.ID != "grant-not-found" {
		b.Errorf("the cause is %+v", root)
	}
}

// One refused attempt of both logs.
func BenchmarkCauses(b *testing.B) { benchmarkCauses(b, refused...) }

// The same beside the output of two commands, which every attempt is held against.
func BenchmarkCausesBesideOutputs(b *testing.B) {
	benchmarkCauses(b, append([]string{outputs}, refused...)...)
}

const outputs = `n1# vshell
n1:~$ ping -c 4 10.106.66.55
PING 10.106.66.55 (10.106.66.55) 56(84) bytes of data.
64 bytes from 10.106.66.55: icmp_seq=1 ttl=61 time=1.02 ms
64 bytes from 10.106.66.55: icmp_seq=2 ttl=61 time=1.11 ms
64 bytes from 10.106.66.55: icmp_seq=3 ttl=61 time=0.98 ms
64 bytes from 10.106.66.55: icmp_seq=4 ttl=61 time=1.05 ms

--- 10.106.66.55 ping statistics ---
4 packets transmitted, 4 received, 0% packet loss, time 3004ms
rtt min/avg/max/mdev = 0.980/1.040/1.110/0.047 ms
n1:~$ curl -vk https://10.106.66.55:8443/
*   Trying 10.106.66.55:8443...
* Connected to 10.106.66.55 (10.106.66.55) port 8443 (#0)
* SSL connection using TLSv1.2 / ECDHE-RSA-AES256-GCM-SHA384
> GET / HTTP/1.1
> Host: 10.106.66.55:8443
< HTTP/1.1 200 OK
< Server: nginx
`

// What a part of the SSM said before the request is no word of that moment, and what the
// application threw behind it is no reason of its answer.
func TestAFaultLongBeforeIsNoWordOfTheRequest(t *testing.T) {
	said := func(at string) string {
		return "Nov 14 " + at + " SSM-On-Prem 8def82934c0a: PG::ConnectionBad (could not connect to server: Connection refused\n" +
			"Nov 14 09:14:03 SSM-On-Prem 8def82934c0a: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=500 duration=17.67 view=2.29 db=0.00\n" +
			"Nov 14 09:14:03 SSM-On-Prem e4ce50bef757: 192.0.2.20 - - [14/Nov/2025:09:14:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefghijklmnopqrstuvwxyz0123456789&client_secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ&username=svc&password=x HTTP/1.1\" 500 47 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\" \"-\"\n"
	}
	log := signIn("198.51.100.55", "", `Code: 500 Message: {"status":500,"error":"Internal Server Error"}`)
	for at, want := range map[string]checks.Confidence{"09:14:03": checks.Confirmed, "09:13:10": checks.Likely, "09:06:03": checks.Likely, "09:14:43": 0} {
		if root := engineOf(t, log, said(at)).Diagnose().RootCause; want == 0 && root != nil || want > 0 && (root == nil || root.ID != "postgres-down" || root.Confidence != want) {
			t.Errorf("%s: %+v, want postgres-down, %s", at, root, want)
		}
	}
}
