package probe

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"
)

// answers runs a check on an output.
func answers(t *testing.T, probe, output string) string {
	t.Helper()
	p, ok := every(t)[probe]
	if !ok {
		t.Fatalf("no probe %q", probe)
	}
	var got []string
	for _, o := range Run(t.Context(), p, says(output), gated{}) {
		got = append(got, o.Name+" "+o.Status.String()+": "+o.Detail)
	}
	return strings.Join(got, ", ")
}

// Each check that tells how a host is, in its good form, its bad one, and where
// it could not be told.
func TestHowTheHostsAre(t *testing.T) {
	const socket = "State  Recv-Q Send-Q Local Address:Port  Peer Address:PortProcess\n"
	const log = "Nov 24 11:%s SSM 0123456789ab: 10.0.0.9 - - [24/Nov/2026:11:%[1]s +0000] \"POST /backend/oauth/token?grant_type=password&client_id=abcdefgh12345678&username=%s HTTP/1.1\" %d 121 \"-\" \"Apache-HttpClient/4.5.11 (Java/11.0.7)\"\n"
	const clock = "2026-11-24T12:00:00+0000\n"
	refused := fmt.Sprintf(log, "50:01", "svc", 403)
	for _, tt := range []struct{ probe, output, want string }{
		{SSMAddress, "lo UNKNOWN 127.0.0.1/8 ::1/128\neth0@if7 UP 10.1.1.1/24 fe80::1/64\n", "SSM address pass: 10.1.1.1 is on eth0"},
		{SSMAddress, "2: eth0: <UP> mtu 1500\n    inet 10.1.1.1/24 brd 10.1.1.255 scope global eth0\n", "SSM address pass: 10.1.1.1 is on eth0"},
		{SSMAddress, "lo UNKNOWN 127.0.0.1/8\neth0 UP 10.9.9.9/24 10.8.8.8/24\n", "SSM address warn: this host has not 10.1.1.1, which the Manager calls, but 10.9.9.9, 10.8.8.8: another host, or NAT between"},
		{SSMAddress, "-bash: ip: command not found\n", "SSM address could-not-check"},
		{SSMPort, socket + "LISTEN 0 4096 *:8443 *:*\n", "SSM port pass: listens on *:8443"},
		{SSMPort, socket + "LISTEN 0 4096 [::ffff:10.1.1.1]:8443 *:*\n", "SSM port pass: listens on 10.1.1.1:8443"},
		{SSMPort, socket + "LISTEN 0 4096 127.0.0.1%lo:8443 0.0.0.0:*\n", "SSM port fail: listens on 127.0.0.1:8443 only"},
		{SSMPort, socket + "LISTEN 0 128 0.0.0.0:22 0.0.0.0:*\n", "SSM port fail: nothing listens on port 8443 here"},
		{SSMPort, "-bash: ss: command not found\n", "SSM port could-not-check: -bash: ss: command not found"},
		{SSMPort, socket, "SSM port could-not-check"},
		{"SSM time source", "Reference ID    : C0000201 (192.0.2.1)\nSystem time     : 0.000021 seconds slow of NTP time\nLeap status     : Normal\n", "SSM time source pass: chrony: Normal"},
		{"SSM time source", "Reference ID    : 00000000 ()\nSystem time     : 0.0 seconds fast of NTP time\nLeap status     : Not synchronised\n", "SSM time source warn: chrony is not synchronised"},
		{"SSM time source", "System time     : 71.5 seconds fast of NTP time\nLeap status     : Normal\n", "SSM time source warn: chrony (Normal): the clock is +71.5 s"},
		{"SSM time source", "506 Cannot talk to daemon\n", "SSM time source could-not-check: 506 Cannot talk to daemon"},
		{"SSM time source", "-bash: chronyc: command not found\n", "SSM time source could-not-check"},
		{"SSM services", "frontend Up 3 hours\nbackend Up About an hour\n", "SSM services pass: 2 containers are up; the youngest, backend, for 60 minutes"},
		{"SSM services", "frontend Up 5 weeks (healthy)\nbackend Up 3 minutes\n", "SSM services warn: 2 containers are up; the youngest, backend, for 3 minutes: an upgrade or a restart just now?"},
		{"SSM services", "frontend Up Less than a second\n", "SSM services warn"},
		{"SSM services", "-bash: docker: command not found\n", "SSM services could-not-check"},
		{"Manager reboot", "System uptime:           41 days 06 hrs 12 min 33 sec\n", "Manager reboot pass: up for 41 days"},
		{"Manager reboot", "System uptime:           0 days 00 hrs 03 min 10 sec\n", "Manager reboot warn: up for 3 minutes only"},
		{"Manager reboot", "syntax error: unknown command\n", "Manager reboot could-not-check: syntax error: unknown command"},
		{"Manager reboot", "?\n", "Manager reboot could-not-check"},
		{"SSM dns id.cisco.com", "192.0.2.7     STREAM id.cisco.com\n192.0.2.7     DGRAM\nstatus 0\n", "SSM dns id.cisco.com pass: is 192.0.2.7"},
		{"SSM dns id.cisco.com", "status 2\n", "SSM dns id.cisco.com warn: the host's resolver does not know the name"},
		{"SSM dns id.cisco.com", "-bash: getent: command not found\nstatus 127\n", "SSM dns id.cisco.com could-not-check"},
		{"SSM dns id.cisco.com", "status 124\n", "SSM dns id.cisco.com could-not-check"},
		{"SSM tcp id.cisco.com", "status 0\n", "SSM tcp id.cisco.com pass: opens on port 443"},
		{"SSM tcp id.cisco.com", "bash: connect: Connection refused\nbash: line 1: /dev/tcp/id.cisco.com/443: Connection refused\nstatus 1\n", "SSM tcp id.cisco.com warn: Connection refused"},
		{"SSM tcp id.cisco.com", "status 124\n", "SSM tcp id.cisco.com warn: no answer in time"},
		{"SSM tcp id.cisco.com", "timeout: failed to run command 'bash': No such file or directory\nstatus 127\n", "SSM tcp id.cisco.com could-not-check"},
		{"sign-ins", clock, "sign-ins pass: none refused in the last hour, 0 granted"},
		{"sign-ins", clock + fmt.Sprintf(log, "40:00", "svc", 200), "sign-ins pass: none refused in the last hour, 1 granted"},
		{"sign-ins", clock + "Nov 24 11:50:01 SSM 0123456789ab: method=POST path=/oauth/token format=json controller=Doorkeeper::OauthTokensController action=create status=403 duration=17.67\n", "a user that is not named (1)"},
		{"sign-ins", clock + refused + refused + fmt.Sprintf(log, "51:00", "other", 401), " (2)"},
		{"sign-ins", strings.Replace(clock, "+0000", "+0530", 1) + strings.Replace(refused, "+0000]", "+0530]", 1), "sign-ins warn"},
		{"sign-ins", strings.Replace(clock, "T12", "T13", 1) + refused, "sign-ins pass"},
		{"sign-ins", "\n", "sign-ins could-not-check: the host's own time was not printed"},
		{"sign-ins", refused, "sign-ins could-not-check"},
		{"SSM sync to Cisco", clock + "Nov 24 09:00:00 SSM 0123456789ab: [INFO] Account synchronization completed successfully\n", "SSM sync to Cisco pass: the last good one was 3 hours ago"},
		{"SSM sync to Cisco", clock + "Nov 24 11:00:00 SSM 0123456789ab: [ERROR] Account synchronization failed: timeout\n", "SSM sync to Cisco warn: failed 60 minutes ago, by its log; it names no good one"},
		{"SSM sync to Cisco", clock + "Nov 24 11:00:00 SSM chronyd[1319]: System clock synchronized successfully\n", "SSM sync to Cisco not-needed"},
		{"SSM sync to Cisco", "\n", "SSM sync to Cisco could-not-check"},
		{"SSM sync to Cisco", clock, "SSM sync to Cisco not-needed: its log does not name one"},
	} {
		if got := answers(t, tt.probe, tt.output); !strings.Contains(got, tt.want) {
			t.Errorf("%s, %q:\n got %s\nwant %s", tt.probe, tt.output, got, tt.want)
		}
	}
}

// printedCertificate is a session of openssl with a certificate for names.
func printedCertificate(t *testing.T, common string, dns []string, ip []net.IP, end time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: common}, DNSNames: dns, IPAddresses: ip, NotBefore: now.Add(-time.Hour), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	return "CONNECTED(00000003)\n---\nCertificate chain\n 0 s:CN = " + common + "\n   i:CN = Root\n" +
		string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})) + "---\nNew, TLSv1.3, Cipher is X\nVerify return code: 0 (ok)\n"
}

// The certificate itself tells its names and its end, whatever the release of
// openssl prints beside it.
func TestTheCertificateIsForTheCalledName(t *testing.T) {
	soon, late := now.Add(10*24*time.Hour), now.Add(400*24*time.Hour)
	for name, tt := range map[string]struct {
		output string
		want   []string
	}{
		"its name":          {printedCertificate(t, "x", []string{"ssm.example"}, nil, late), []string{"certificate pass: 400 days left", "certificate name pass: is for ssm.example"}},
		"a wildcard":        {printedCertificate(t, "x", []string{"*.example"}, nil, late), []string{"certificate name pass"}},
		"its subject alone": {printedCertificate(t, "SSM.example", nil, nil, late), []string{"certificate name pass"}},
		"another name":      {printedCertificate(t, "ssm.example", []string{"other.example"}, nil, soon), []string{"certificate warn: 10 days left", "certificate name fail: is for other.example; the Manager calls ssm.example"}},
		"an address":        {printedCertificate(t, "x", nil, []net.IP{net.IPv4(10, 1, 1, 1)}, late), []string{"certificate name fail: is for 10.1.1.1"}},
		"expired":           {printedCertificate(t, "ssm.example", nil, nil, now.Add(-time.Minute)), []string{"certificate fail: expired on 2026-11-24"}},
		"not printed whole": {"CONNECTED(3)\nCertificate chain\n 0 s:CN = x\n   i:CN = y\n-----BEGIN CERTIFICATE-----\nMIIB\n", []string{"certificate could-not-check", "certificate name could-not-check", "certificate issuer could-not-check"}},
		"two reasons":       {"verify error:num=20:unable to get local issuer certificate\nverify error:num=10:certificate has expired\n" + strings.Replace(printedCertificate(t, "ssm.example", nil, nil, now.Add(-time.Minute)), "code: 0 (ok)", "code: 10 (certificate has expired)", 1), []string{"certificate fail", "certificate issuer warn: openssl does not verify the chain (code 20"}},
		"ended behind it":   {"CONNECTED(3)\nCertificate chain\n 0 s:CN = x\n   i:CN = y\n4007:error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure\n", []string{"tls fail"}},
	} {
		got := answers(t, "tls, certificate", tt.output)
		for _, want := range tt.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s:\n got %s\nwant %s", name, got, want)
			}
		}
	}
}

// Of a pair, the one that has the called address is named, and what the other
// one listens to is not needed.
func TestThePairIsTold(t *testing.T) {
	out := Settle([]Outcome{
		{Name: SSMAddress, Host: "ssm-a", Status: Warn}, {Name: SSMPort, Host: "ssm-a", Status: Fail, Detail: "nothing listens on port 8443 here"},
		{Name: SSMAddress, Host: "ssm-b", Status: Pass, Detail: "10.1.1.1 is on eth0"}, {Name: SSMPort, Host: "ssm-b", Status: Pass},
	})
	for i, want := range []Status{NotNeeded, NotNeeded, Pass, Pass} {
		if out[i].Status != want {
			t.Errorf("%+v", out[i])
		}
	}
	if !strings.Contains(out[2].Detail, "the one of the pair that the Manager calls") || !strings.Contains(out[0].Detail, "the Manager calls ssm-b") {
		t.Errorf("%+v", out)
	}
	// Where neither has it, neither is excused.
	out = Settle([]Outcome{{Name: SSMAddress, Host: "a", Status: Warn}, {Name: SSMAddress, Host: "b", Status: CouldNot}, {Name: SSMPort, Host: "a", Status: Fail}})
	if out[0].Status != Warn || out[1].Status != CouldNot || out[2].Status != Fail {
		t.Errorf("%+v", out)
	}
}

func TestOutcomesAreLookedAtTogether(t *testing.T) {
	ahead, level := 90*time.Second, time.Second
	out := Settle([]Outcome{{Name: ManagerClock, Clock: &ahead}, {Name: SSMClock, Clock: &level}})
	if last := out[len(out)-1]; last.Name != Clocks || last.Status != Warn || !strings.Contains(last.Detail, "+89 s") {
		t.Errorf("%+v", out)
	}
	out = Settle([]Outcome{{Name: ManagerClock, Status: CouldNot}, {Name: SSMClock, Clock: &level}})
	if last := out[len(out)-1]; last.Name != Clocks || last.Status != CouldNot {
		t.Errorf("a clock that was not read: %+v", out)
	}
	if out = Settle([]Outcome{{Name: SSMClock, Clock: &level}}); len(out) != 1 {
		t.Errorf("without a Manager there is nothing to compare: %+v", out)
	}
	out = Settle([]Outcome{{Name: SSMPort, Status: Fail, Detail: "nothing listens"}, {Name: "tcp"}})
	if out[0].Status != Warn {
		t.Errorf("the connection opens: %+v", out)
	}
}

// Without the address that the Manager calls, it is not known whether the host
// has it.
func TestOwnsWithoutAnAddress(t *testing.T) {
	list, err := SSM(Target{Name: "ssm.example", Port: 8443, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	if o := Run(t.Context(), list[0], says("eth0 UP 10.1.1.1/24\n"), gated{}); o[0].Status != CouldNot {
		t.Errorf("%+v", o)
	}
	list, _ = SSM(Target{Addr: netip.MustParseAddr("::ffff:10.1.1.1"), Port: 8443})
	if o := Run(t.Context(), list[0], says("eth0 UP 10.1.1.1/24\n"), gated{}); o[0].Status != Pass {
		t.Errorf("a mapped address: %+v", o)
	}
}
