package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// cutAt is a text whose lines end at a column.
func cutAt(text string, width int) string {
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		lines[i] = l[:min(len(l), width)]
	}
	return strings.Join(lines, "\n")
}

// connects is the capture of a call that is refused.
func connects(server string) string {
	return fmt.Sprintf(`09:14:03.150000 IP (tos 0x0, ttl 64, id 4001, offset 0, flags [DF], proto TCP (6), length 60)
    192.0.2.20.51500 > %[1]s: Flags [S], cksum 0x1779 (correct), seq 100, win 29200, options [mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7], length 0
09:14:03.151000 IP (tos 0x0, ttl 64, id 0, offset 0, flags [DF], proto TCP (6), length 40)
    %[1]s > 192.0.2.20.51500: Flags [R.], cksum 0x69a8 (correct), seq 0, ack 101, win 0, length 0
`, server)
}

// Whatever a cut leaves of what is given, it tells of no other object: what could not be
// connected to is the proxy, or the SSM, or nobody knows which of the two.
func TestACutLineIsAboutNobodyElse(t *testing.T) {
	const cause = "Connection refused: org.apache.http.conn.HttpHostConnectException: Connect to %[1]s [/%[2]s] failed: Connection refused\n\tat org.apache.http.impl.conn.X.connect(X.java:158)\nCaused by: java.net.ConnectException: Connection refused"
	refused := func(host, port string) string {
		return fmt.Sprintf("Message: Connect to %[1]s [/%[2]s] failed: "+cause, host+":"+port, host)
	}
	const proxied = "mgr-a:~$ curl -v --max-time 10 -x http://192.0.2.80:3128 https://ssm.branch.example:8443/\n*   Trying 192.0.2.80:3128...\n* connect to 192.0.2.80 port 3128 failed: Connection refused\ncurl: (7) Failed to connect to 192.0.2.80 port 3128 after 2 ms: Connection refused\n"
	for want, texts := range map[string][]string{
		"proxy-unreachable":  {signIn("ssm.branch.example", "192.0.2.80:3128", refused("192.0.2.80", "3128")), connects("192.0.2.80.3128"), proxied},
		"connection-refused": {signIn("198.51.100.55", "", refused("198.51.100.55", "8443")), connects("198.51.100.55.8443")},
	} {
		if got := causeOf(t, texts...); got != want {
			t.Errorf("uncut, the cause is %q, not %q", got, want)
		}
		for given := 1; given <= len(texts); given++ {
			for width := 40; width < 480; width += 3 {
				var cut []string
				for _, text := range texts[:given] {
					cut = append(cut, cutAt(text, width))
				}
				if got := causeOf(t, cut...); got != "" && got != want {
					t.Errorf("%d texts cut at %d: the cause is %q, not %q", given, width, got, want)
				}
			}
		}
	}
}

// Captures about several hosts, by themselves, do not tell which of them is the SSM.
func TestTwoFiltersNameNoSSM(t *testing.T) {
	filter := func(host string) string {
		return "tcpdump -p -i eth0 -s 128 host " + host + " -nn -vv in VPN 0\ntcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes\n"
	}
	proxied := filter("192.0.2.80") + connects("192.0.2.80.3128")
	if got := causeOf(t, filter("198.51.100.55"), proxied); got != "" {
		t.Errorf("the refusal of another port leads to %q", got)
	}
	if got := causeOf(t, filter("192.0.2.80"), filter("198.51.100.55")+connects("198.51.100.55.8443")); got != "connection-refused" {
		t.Errorf("the SSM's refusal leads to %q", got)
	}
}

// Lines that are cut before their thread's name may be of several attempts: of none of
// them it is said that it failed, where another one did.
func TestACutThreadIsNoAttempts(t *testing.T) {
	good := strings.NewReplacer("09:14:03,", "09:14:00,", "task-61", "task-60", "ERROR", "INFO").Replace(signIn("198.51.100.55", "", ""))
	good, _, _ = strings.Cut(good, "14-Nov-2025 09:14:00,160")
	good += "14-Nov-2025 09:14:01,900 UTC INFO [mgr-a] [SmartLicensingIntegrationManager] (default task-60) |default| Smart Account user authenticated successfully\n"
	log := good + strings.ReplaceAll(signIn("198.51.100.55", "", timedOut), "09:14:03,1", "09:14:03,5")
	for width := 40; width < 480; width++ {
		d := engineOf(t, cutAt(log, width)).Diagnose()
		for _, a := range d.Attempts {
			if a.Outcome == checks.OutcomeFail && a.Start.Time.Second() < 3 {
				t.Errorf("cut at %d: the attempt of %s failed", width, a.Start.Time)
			}
		}
	}
}

// An output without its answer may hold what goes before a cause, or explains it.
func TestAnOutputWithoutItsAnswerSettlesNothing(t *testing.T) {
	log := signIn("198.51.100.55", "", `Code: 403 Message: {"error":"invalid_client","error_message":"Grant not found. Ensure that the given grant details are correct."}`)
	const list = "API Tool Kit > API Console\nName      Creation Date  Type                      Description  Client ID\n"
	for _, tt := range []struct {
		output, cause string
		sure          checks.Confidence
	}{
		{"mgr-a# show version\n20.12.1\n", "grant-not-found", checks.Likely},
		{"mgr-a# show version\n", "", 0},
		{list, "grant-not-found", checks.Likely},
	} {
		d := engineOf(t, log, tt.output).Diagnose()
		switch root := d.RootCause; {
		case root == nil && tt.cause != "", root != nil && (root.ID != tt.cause || root.Confidence != tt.sure):
			t.Errorf("with %q the cause is %+v", tt.output, root)
		case root == nil && d.Turn().Do != "Run show version again, and give all that it prints.":
			t.Errorf("the next step is %q", d.Turn().Do)
		}
	}
}
