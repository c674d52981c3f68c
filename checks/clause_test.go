package checks_test

import (
	"strings"
	"testing"

	"syncscope/checks"
)

// allOf is all that a report says of a cause beside its evidence.
func allOf(f *checks.Finding) string {
	parts := append([]string{f.Title, f.Short, f.Next, f.Explanation, f.HowToTell}, f.CouldBe...)
	for _, s := range f.Fix {
		parts = append(parts, s.Do, s.Where)
	}
	return strings.Join(append(append(parts, f.Missing...), runs(f.Reproduce)...), "\n")
}

// A clause is said where what it needs is there, and not where it is not.
func TestClausesNeedTheirEvidence(t *testing.T) {
	const (
		id1     = "n1:~$ nslookup ssm.example\nServer:\t10.0.0.53\n\n** server can't find ssm.example: NXDOMAIN\n"
		refused = "org.apache.http.conn.HttpHostConnectException"
	)
	leaky := func(log string) string {
		return strings.ReplaceAll(strings.ReplaceAll(log, "&password=*******", ""), "&username=svc", "&username=svc&password=Winter2024")
	}
	timedOut := failed("org.apache.http.conn.ConnectTimeoutException", "connect timed out")
	noHost := named(failed(unknownHost, "ssm.example: Name or service not known"))
	for _, tt := range []struct {
		id, clause string
		with       []string
		without    []string
	}{
		{"firewall-drop", "repeated its SYN", []string{timedOut, listing(syn, syn, syn)}, []string{timedOut}},
		{"firewall-drop", "connect timed out", []string{timedOut}, []string{timedOut, listing(syn, syn, syn)}},
		{"firewall-drop", "`or icmp`", []string{timedOut}, []string{timedOut, strings.Replace(listing(syn, syn, syn), "host 10.106.66.55", "host 10.106.66.55 or icmp", 1)}},
		{"backend-down", "Every upstream", []string{code(502, "<html>"), trouble(502, upstream("connect() failed (111: Connection refused) while connecting to"))}, []string{code(502, "<html>"), trouble(502)}},
		{"grant-not-found", "Afterwards change the password", []string{code(403, grantGone), leaky(trouble(403))}, []string{code(403, grantGone), trouble(403)}},
		{"grant-not-found", "SSM's list of grants", []string{code(403, grantGone)}, []string{code(403, grantGone), toolkit + "grant1  2023-Jan-01  Resource Owner  x  none  svc\n"}},
		{"dns-nxdomain", "nslookup on the Manager", []string{noHost}, []string{noHost, id1}},
		{"connection-refused", "answered with a RST", []string{failed(refused, "Connection refused"), listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0")}, []string{failed(refused, "Connection refused")}},
		{"connection-refused", "docker ps)", []string{failed(refused, "Connection refused")}, []string{failed(refused, "Connection refused"), "ssm:~$ docker ps -a\nCONTAINER ID   IMAGE   STATUS\nabc   nginx   Exited (1) 3 minutes ago\n"}},
		{"connection-refused", "what listens on the SSM", []string{failed(refused, "Connection refused")}, []string{failed(refused, "Connection refused"), "ssm:~$ sudo ss -ltn\nState  Recv-Q Send-Q Local Address:Port\nLISTEN 0 128 0.0.0.0:22\n"}},
		{"tls-untrusted-ca", "-showcerts)", []string{failed(handshaking, noPath)}, []string{failed(handshaking, noPath), openssl + "   i:C = US, CN = Private Root CA\n"}},
		{"tls-hostname-mismatch", "trusts the certificate", []string{failed(handshaking, "No subject alternative names matching IP address 10.106.66.55 found")}, nil},
		{"mtu-icmp-not-honoured", "sent again and again", []string{failed(timeout, "Read timed out"), packets(hello, acked, "10.0.0.1 > 192.168.10.1: ICMP 10.106.66.55 unreachable - need to frag (mtu 1300), length 60", server+"[P.], seq 2921:3546, ack 441, win 63, length 625", client+"[R.], seq 441, ack 1, win 63, length 0")}, nil},
	} {
		for _, run := range []struct {
			texts []string
			want  bool
		}{{tt.with, true}, {tt.without, false}} {
			if run.texts == nil {
				continue
			}
			d := diagnosisOf(t, run.texts...)
			switch f := d.RootCause; {
			case f == nil || f.ID != tt.id:
				t.Errorf("%s, %q: the verdict is %s %+v", tt.id, tt.clause, d.Verdict, d.RootCause)
			case strings.Contains(allOf(f), tt.clause) != run.want:
				t.Errorf("%s: %q should be said: %v, in\n%s", tt.id, tt.clause, run.want, allOf(f))
			}
		}
	}
}

// A command repeats the request that failed: the same host and port, in brackets
// where the address needs them. What a log says is typed by nobody.
func TestCommandsRepeatTheRequest(t *testing.T) {
	to := func(peer, log string) string {
		return strings.ReplaceAll(log, "clientUrl=10.106.66.55", "clientUrl="+peer)
	}
	timedOut := failed("org.apache.http.conn.ConnectTimeoutException", "connect timed out")
	for peer, want := range map[string]string{
		"10.106.66.55": "https://10.106.66.55:8443/", "ssm.example": "https://ssm.example:8443/", "[fd00::5]:8443": "https://[fd00::5]:8443/", "fd00::5": "https://[fd00::5]:8443/", "$(reboot)": "https://SSM:8443/",
	} {
		d := diagnosisOf(t, to(peer, timedOut))
		if d.RootCause == nil || !strings.Contains(strings.Join(runs(d.RootCause.Reproduce), "\n"), want) {
			t.Errorf("%s: %+v", peer, d.RootCause)
		}
	}
	d := diagnosisOf(t, code(404, "<html>"), trouble(404))
	if d.RootCause == nil || !strings.Contains(strings.Join(runs(d.RootCause.Reproduce), "\n"), "-X POST --max-time 10 https://10.106.66.55:8443/backend/oauth/token ") {
		t.Errorf("%+v", d.RootCause)
	}
}
