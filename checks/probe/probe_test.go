package probe

import (
	"context"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/cliout"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/ssh/command"
)

// says answers every command with one text.
type says string

func (s says) Run(context.Context, command.Command) (command.Result, error) {
	if s == "" {
		return command.Result{}, errors.New("the shell is gone")
	}
	return command.NewResult([]byte(s), 0, 0), nil
}

// gated reads what a check prints, as a run does.
type gated struct{}

func (gated) Output(kind cliout.Check, out io.Reader) (event.CheckResult, error) {
	return capture.ReadCheck(event.Source{}, redact.New(), kind, out)
}

func (gated) Log(out io.Reader) ([]event.LogEntry, error) {
	var lines []event.LogEntry
	d := capture.NewDecoder(event.Source{Kind: event.SSMMessages}, redact.New(), func(ev event.Event) {
		if l, ok := ev.(event.LogEntry); ok {
			lines = append(lines, l)
		}
	})
	_, err := io.Copy(d, out)
	return lines, errors.Join(err, d.Close())
}

var now = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// every gives each probe that there is, by name.
func every(t *testing.T) map[string]Probe {
	t.Helper()
	target := Target{Name: "ssm.example", Addr: netip.MustParseAddr("10.1.1.1"), Port: 8443, Now: func() time.Time { return now }}
	cli, err1 := CLI(target)
	shell, err2 := Shell(target)
	ssm, err3 := SSM(target)
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	out := map[string]Probe{}
	for _, p := range slices.Concat(cli, shell, ssm) {
		out[p.Name] = p
	}
	return out
}

func TestJudgements(t *testing.T) {
	const cert = "Certificate chain\n 0 s:CN = ssm\n   i:CN = Root\n   v:NotBefore: Jan  1 00:00:00 2026 GMT; NotAfter: "
	const tls = "tls, certificate"
	const none = ", certificate could-not-check, certificate name could-not-check, certificate issuer could-not-check"
	for _, tt := range []struct{ probe, output, want string }{
		{"release", "20.12.3\n", "release pass"},
		{"release", "20.9.0\n", "release fail"},
		{"release", "26.1.2.1\n", "release pass"},
		{"release", "what?\n", "release could-not-check"},
		{"Manager services", "NMS application server\n\tEnabled: true\n\tStatus:  <waiting>\n", "Manager services fail"},
		{"Manager services", "NMS application server\n\tEnabled: true\n\tStatus:  running PID:1 for 2s\n", "Manager services warn"},
		{"Manager services", "?\n", "Manager services could-not-check"},
		{"Manager services", "NMS application server\n\tEnabled: true\n\tStatus:  running PID:1 for 90642s\n", "Manager services pass"},
		{"dns", "Name:      ssm.example\nAddress 1: 10.1.1.1\n", "dns pass"},
		{"dns", "** server can't find ssm.example: NXDOMAIN\n", "dns fail"},
		{"dns", "?\n", "dns could-not-check"},
		{"dns of the cloud", "** server can't find cloudsso.cisco.com: NXDOMAIN\n", "dns of the cloud not-needed"},
		{"tcp, http", "* Connected to x\n< HTTP/1.1 403 Forbidden\n", "tcp pass, http pass"},
		{"tcp, http", "* Connected to x\n< HTTP/2 401\n", "tcp pass, http pass"},
		{"tcp, http", "* Connected to x\n< HTTP/1.1 404 Not Found\n", "tcp pass, http fail"},
		{"tcp, http", "* Connected to x\n< HTTP/1.1 502 Bad Gateway\n", "tcp pass, http fail"},
		{"tcp, http", "* Connected to x\n< HTTP/1.1 429 Too Many Requests\n", "tcp pass, http warn"},
		{"tcp, http", "curl: (7) Failed to connect\n", "tcp fail, http could-not-check"},
		{"tcp, http", "curl: (28) Connection timed out\n", "tcp fail, http could-not-check"},
		{"tcp, http", "* Connected to x\ncurl: (28) Operation timed out\n", "tcp pass, http fail"},
		{"tcp, http", "curl: (6) Could not resolve host\n", "tcp could-not-check, http could-not-check"},
		{"tcp, http", "-bash: curl: command not found\n", "tcp could-not-check, http could-not-check"},
		{tls, cert + "Jun  1 00:00:00 2028 GMT\nNew, TLSv1.3, Cipher is X\nVerify return code: 0 (ok)\n", "tls pass, certificate pass, certificate name could-not-check, certificate issuer pass"},
		{tls, cert + "Jun  1 00:00:00 2026 GMT\nVerify return code: 10 (certificate has expired)\n", "tls pass, certificate fail, certificate name could-not-check, certificate issuer pass"},
		{tls, cert + "Dec  1 00:00:00 2026 GMT\nVerify return code: 0 (ok)\n", "tls pass, certificate warn, certificate name could-not-check, certificate issuer pass"},
		{tls, cert + "Jun  1 00:00:00 2028 GMT\nVerify return code: 20 (unable to get local issuer certificate)\n", "tls pass, certificate pass, certificate name could-not-check, certificate issuer warn"},
		{tls, "connect:errno=111\n", "tls could-not-check" + none},
		{tls, "write:errno=104\n", "tls fail" + none},
		{tls, "", "tls could-not-check" + none},
		{tls, "s_client: Unknown option\n", "tls could-not-check" + none},
		{"route", "10.1.1.1 via 10.0.0.1 dev eth0 src 10.0.0.9\n", "route pass"},
		{"route", "RTNETLINK answers: Network is unreachable\n", "route fail"},
		{"route", "?\n", "route could-not-check"},
		{"ping", "3 packets transmitted, 3 received, 0% packet loss\n", "ping pass"},
		{"ping", "3 packets transmitted, 1 received, 66% packet loss\n", "ping warn"},
		{"ping", "?\n", "ping could-not-check"},
		{"SSM clock", "Tue Nov 24 12:00:20 UTC 2026\n", "SSM clock pass"},
		{"SSM clock", "Tue Nov 24 17:00:20 UTC 2026\n", "SSM clock warn"},
		{"SSM clock", "?\n", "SSM clock could-not-check"},
		{"SSM disk", "/dev/sda1 100 64 36 64% /\n/dev/sdb1 100 99 1 99% /var\n", "SSM disk fail"},
		{"SSM disk", "/dev/sda1 100 90 10 90% /\n", "SSM disk warn"},
		{"SSM disk", "?\n", "SSM disk could-not-check"},
		{"SSM services", "backend Up 3 hours\nredis Exited (1) 2 minutes ago\n", "SSM services fail"},
		{"SSM services", "permission denied while trying to connect to the Docker daemon socket\n", "SSM services could-not-check"},
	} {
		p, ok := every(t)[tt.probe]
		if !ok {
			t.Fatalf("no probe %q", tt.probe)
		}
		answer := says(tt.output)
		if tt.output == "" {
			answer = "\n"
		}
		var got []string
		for _, o := range Run(t.Context(), p, answer, gated{}) {
			got = append(got, o.Name+" "+o.Status.String())
			if o.Detail == "" {
				t.Errorf("%s: %q: no detail", tt.probe, tt.output)
			}
		}
		if s := strings.Join(got, ", "); s != tt.want {
			t.Errorf("%q: %s, want %s", tt.output, s, tt.want)
		}
	}
}

// A command that cannot be run says so for each check that it answers.
func TestNoShell(t *testing.T) {
	for name, p := range every(t) {
		for _, o := range Run(t.Context(), p, says(""), gated{}) {
			if o.Status != CouldNot || o.Detail != "the shell is gone" {
				t.Errorf("%s: %+v", name, o)
			}
		}
	}
}

func TestBlockedPingIsHarmless(t *testing.T) {
	out := Settle([]Outcome{{Name: "tcp", Status: Pass}, {Name: "ping", Status: Warn}})
	if out[1].Status != Pass {
		t.Errorf("%+v", out)
	}
	out = Settle([]Outcome{{Name: "tcp", Status: Fail}, {Name: "ping", Status: Warn}})
	if out[1].Status != Warn {
		t.Errorf("%+v", out)
	}
}

// No command of a check carries a secret, and all are in the list.
func TestCommandsAreListed(t *testing.T) {
	listed := map[string]bool{}
	for _, c := range command.All() {
		listed[c.ID] = true
	}
	for name, p := range every(t) {
		if !listed[p.Command.ID()] || p.Command.Limit() == 0 {
			t.Errorf("%s: %s is not listed, or has no time limit", name, p.Command.ID())
		}
	}
}
