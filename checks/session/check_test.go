package session_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/report"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab"
)

// shows is what the checks find in a scenario, where that is not "all is well":
// a check's name and its status.
var shows = map[string]map[string]string{
	"manager-too-old":    {"release": "fail"},
	"dns-nxdomain":       noCertificate(map[string]string{"dns": "fail", "tcp": "could-not-check", "http": "could-not-check", "tls": "could-not-check", "SSM address": "could-not-check"}),
	"host-unreachable":   noCertificate(map[string]string{"ping": "warn", "tcp": "fail", "http": "could-not-check", "tls": "could-not-check"}),
	"firewall-drop":      noCertificate(map[string]string{"ping": "warn", "tcp": "fail", "http": "could-not-check", "tls": "could-not-check"}),
	"connection-refused": noCertificate(map[string]string{"tcp": "fail", "http": "could-not-check", "tls": "could-not-check", "SSM port": "fail"}),
	"middlebox-reset":    noCertificate(map[string]string{"http": "fail", "tls": "fail"}),
	"tls-untrusted-ca":   {"certificate issuer": "warn"},
	"tls-cert-expired":   {"certificate": "fail"},
	"maintenance":        {"http": "fail"},
	"backend-down":       {"http": "fail", "SSM services": "fail"},
	"postgres-down":      {"http": "fail", "SSM services": "fail"},
	"grant-not-found":    {"sign-ins": "warn"},
	"bad-user-password":  {"sign-ins": "warn"},
}

// notNeeded are the checks that no scenario needs.
var notNeeded = []string{"dns of the cloud", "SSM sync to Cisco"}

// noCertificate adds what is not known where no certificate came.
func noCertificate(shows map[string]string) map[string]string {
	for _, name := range []string{"certificate", "certificate name", "certificate issuer"} {
		shows[name] = "could-not-check"
	}
	return shows
}

// The active checks on the lab, in every state of it.
func TestChecks(t *testing.T) {
	for _, s := range lab.Scenarios() {
		t.Run(s.ID, func(t *testing.T) {
			t.Parallel()
			peer := ""
			if s.ID == "dns-nxdomain" {
				peer = "ssm-on-prem.example"
			}
			l, live := connect(t, lab.Options{Scenario: s.ID, Past: 1}, func(c *session.Config) {
				if peer != "" {
					c.PeerName = peer
				}
			})
			r, err := live.Check(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Checks) < 12 {
				t.Errorf("only %d checks: %+v", len(r.Checks), r.Checks)
			}
			for _, c := range r.Checks {
				want := shows[s.ID][c.Name]
				switch {
				case slices.Contains(notNeeded, c.Name):
					want = "not-needed"
				case want == "":
					want = "pass"
				}
				if c.Status != want {
					t.Errorf("%s is %s (%s), want %s", c.Name, c.Status, c.Detail, want)
				}
			}
			var out bytes.Buffer
			if err := report.Checks(&out, r); err != nil {
				t.Fatal(err)
			}
			if found := leaks(out.String(), l.Secrets()); found != nil {
				t.Errorf("secrets are printed: %s", out.String())
			}
		})
	}
}

// A host that cannot be asked is no failure of what it was to be asked about.
func TestChecksWithoutAHost(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "ok", Past: 1}, func(c *session.Config) { c.Managers = nil })
	r, err := live.Check(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.Checks {
		if c.Status != "pass" && !slices.Contains(notNeeded, c.Name) {
			t.Errorf("%+v", c)
		}
	}
	_, live = connect(t, lab.Options{Scenario: "ok", Past: 1}, func(c *session.Config) {
		m := c.Managers[0]
		c.SSM, c.Managers = nil, []ssh.Target{m}
		c.PeerName = ""
	})
	if _, err := live.Check(t.Context()); err == nil {
		t.Error("without a peer there is nothing to check")
	}
}

// Checks that run while a sync fails, and after it, change nothing of what is
// said about the attempt.
func TestChecksChangeNoVerdict(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond}, nil)
	live.Start(t.Context())
	during := make(chan error, 1)
	go func() {
		_, err := live.Check(t.Context())
		during <- err
	}()
	before := live.Report(settled(t, live)).Diagnosis
	if err := <-during; err != nil {
		t.Fatal(err)
	}
	if _, err := live.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	after := live.Report(quieted(t, live, before)).Diagnosis
	if answer(before) != "grant-not-found" || answer(after) != answer(before) || len(after.Attempts) != len(before.Attempts) {
		t.Errorf("before %s with %d attempts, after %s with %d", answer(before), len(before.Attempts), answer(after), len(after.Attempts))
	}
}

// quieted takes the updates of the next second.
func quieted(t *testing.T, live *session.Live, d checks.Diagnosis) view.Update {
	t.Helper()
	last := view.Update{Verdict: d.Verdict, Attempts: d.Attempts, RootCause: d.RootCause}
	for end := time.After(time.Second); ; {
		select {
		case u, ok := <-live.Updates():
			if !ok {
				return last
			}
			last = u
		case <-end:
			return last
		}
	}
}

// The whole of analyze on a case: rules, redaction, decoding, report.
func BenchmarkAnalyzeCase(b *testing.B) {
	dir := "../../../shared/cases/mtu-blackhole"
	for b.Loop() {
		rules, err := diagnose.LoadRules()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := offline.Analyze(b.Context(), []string{dir}, offline.Options{Gate: redact.New(), Rules: rules}); err != nil {
			b.Skip(err)
		}
	}
}

// Checks from the screen: their rows come with the updates, the panes are told
// what is ours, and shells are closed behind them.
func TestRunChecks(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "connection-refused", Past: time.Minute}, nil)
	live.Start(t.Context())
	if err := live.RunChecks(); err != nil {
		t.Fatal(err)
	}
	if err := live.RunChecks(); err == nil {
		t.Error("they run twice at once")
	}
	marks, limit := 0, time.After(30*time.Second)
	for {
		select {
		case u := <-live.Updates():
			for _, ev := range u.Events {
				if m, ok := ev.(event.Mark); ok && strings.HasPrefix(m.Text.String(), "ours: ") {
					marks++
				}
			}
			if u.Checking || len(u.Checks) == 0 {
				continue
			}
			tcp := slices.IndexFunc(u.Checks, func(c view.CheckOutcome) bool { return c.Name == "tcp" })
			if tcp < 0 || u.Checks[tcp].Status != "fail" || marks != 2 {
				t.Errorf("%d marks, %+v", marks, u.Checks)
			}
			if u.Clock.Basis != "both hosts' date, asked over SSH" || (u.Clock.Offset+9*time.Second).Abs() > 2*time.Second {
				t.Errorf("clock %+v, the SSM is 9 s behind", u.Clock)
			}
			return
		case <-limit:
			t.Fatal("no checks came")
		}
	}
}
