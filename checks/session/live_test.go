package session_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"

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
	"syncscope/ssh/login"
)

// passwords answers for the lab's hosts.
type passwords []lab.Host

func (p passwords) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	for _, h := range p {
		if h.Addr == q.Target.Addr() {
			return []byte(h.Password), nil
		}
	}
	return nil, errors.New("no such host")
}

func (passwords) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// connect starts a lab and a run on it.
func connect(t testing.TB, o lab.Options, change func(*session.Config)) (*lab.Lab, *session.Live) {
	t.Helper()
	return connectTo(t, o, func(_ *lab.Lab, c *session.Config) {
		if change != nil {
			change(c)
		}
	})
}

func connectTo(t testing.TB, o lab.Options, change func(*lab.Lab, *session.Config)) (*lab.Lab, *session.Live) {
	t.Helper()
	l, err := lab.Start(context.Background(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, []byte(l.Manager().KnownHostsLine()+"\n"+l.SSM().KnownHostsLine()+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.New()
	cfg := session.Config{
		Options: offline.Options{Gate: gate, Rules: rules, Version: "test"}, Simulated: true, Fix: l.Fix, PeerName: l.Peer(),
		SSH: login.Config{KnownHosts: []string{known}, Gate: gate, Prompter: passwords{l.Manager(), l.SSM()}},
	}
	m, err1 := ssh.ParseTarget(l.Manager().User + "@" + l.Manager().Addr)
	s, err2 := ssh.ParseTarget(l.SSM().User + "@" + l.SSM().Addr)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	cfg.Managers, cfg.SSM = []ssh.Target{m}, &s
	change(l, &cfg)
	live, err := session.Connect(context.Background(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(live.Close)
	return l, live
}

// leaks lists the secrets of which out holds any 8 characters in a row, but
// for the first four of a client ID, which are shown on purpose.
func leaks(out string, secrets []string) []string {
	var found []string
	for _, s := range secrets {
		for i := 0; i+8 <= len(s); i++ {
			if strings.Contains(out, s[i:i+8]) {
				found = append(found, s)
				break
			}
		}
		if len(s) < 8 && strings.Contains(out, s) {
			found = append(found, s)
		}
	}
	return found
}

func TestPlainRunNamesTheCauseThenTheFix(t *testing.T) {
	l, live := connect(t, lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond}, nil)
	live.Start(t.Context())
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	last, err := live.RunPlain(ctx, &out, session.Plain{PlayFix: true})
	if err != nil {
		t.Fatal(err)
	}
	if ctx.Err() != nil {
		t.Fatal("it did not end by itself")
	}
	if last.Verdict != checks.OK || len(last.Attempts) != 2 || last.Attempts[0].RootCause != "grant-not-found" {
		t.Errorf("verdict %s, attempts %+v", last.Verdict, last.Attempts)
	}
	if last.Comparison == nil || !strings.Contains(last.Comparison.Summary, "auth failed (403) and passes now") {
		t.Errorf("comparison %+v", last.Comparison)
	}
	var doc bytes.Buffer
	if err := report.JSON(&doc, live.Report(last)); err != nil {
		t.Fatal(err)
	}
	if found := leaks(out.String()+doc.String(), l.Secrets()); found != nil {
		t.Errorf("%d secrets are readable, the first one has %d characters", len(found), len(found[0]))
	}
	for _, want := range []string{"tcpdump", "Client Hello", "oauth/token", "Before and after", "client#", "secret#", "password#"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing", want)
		}
	}
}

func TestVerdictOfTheFirstAct(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "grant-not-found", Delay: time.Millisecond}, nil)
	live.Start(t.Context())
	start := time.Now()
	u := await(t, live, 15*time.Second, func(u view.Update) bool { return u.RootCause != nil && len(u.RootCause.Evidence) >= 3 })
	t.Logf("verdict %v after the start", time.Since(start).Round(time.Millisecond))
	if u.RootCause.ID != "grant-not-found" || u.RootCause.Confidence != checks.Confirmed || u.RootCause.Owner != checks.OwnerSSMAdmin {
		t.Errorf("%s, %s, %s", u.RootCause.ID, u.RootCause.Confidence, u.RootCause.Owner)
	}
	want := map[checks.Stage]checks.Status{
		checks.Setup: checks.Pass, checks.DNS: checks.NotNeeded, checks.IP: checks.Pass, checks.TCP: checks.Pass, checks.Proxy: checks.NotNeeded,
		checks.TLS: checks.Pass, checks.HTTP: checks.Pass, checks.Backend: checks.Pass, checks.Auth: checks.Fail, checks.Licences: checks.NotReached,
	}
	for _, s := range u.Ladder() {
		if s.Status != want[s.Stage] {
			t.Errorf("%s is %s, not %s (%s)", s.Stage, s.Status, want[s.Stage], s.Detail)
		}
	}
	if tls := u.Ladder()[checks.TLS]; tls.Basis != checks.Inferred {
		t.Errorf("TLS is %s: at 128 bytes of text it can only be inferred", tls.Basis)
	}
	var side []string
	for _, f := range u.Findings {
		side = append(side, f.ID)
	}
	for _, id := range []string{"upstream-partial", "checksum-offload", "nat-in-path", "secrets-in-logs", "mss-clamped"} {
		if !slices.Contains(side, id) {
			t.Errorf("%s is not said, only %v", id, side)
		}
	}
}

// await gives the first update that ok wants.
func await(t testing.TB, live *session.Live, limit time.Duration, ok func(view.Update) bool) view.Update {
	t.Helper()
	timeout := time.After(limit)
	for {
		select {
		case u, open := <-live.Updates():
			if !open {
				t.Fatal("the updates ended")
			}
			if ok(u) {
				return u
			}
		case <-timeout:
			t.Fatalf("not within %v", limit)
		}
	}
}

// A failure of ten minutes ago is diagnosed at once, from both logs.
func TestHistoryIsDiagnosedAtOnce(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "grant-not-found", Past: 10 * time.Minute}, func(c *session.Config) { c.PeerName = "" })
	live.Start(t.Context())
	start := time.Now()
	u := await(t, live, 10*time.Second, func(u view.Update) bool { return u.RootCause != nil && len(u.RootCause.Evidence) >= 3 })
	t.Logf("diagnosed %v after login", time.Since(start).Round(time.Millisecond))
	if u.RootCause.ID != "grant-not-found" || !u.Attempts[u.Shown].History {
		t.Errorf("%s, history %v", u.RootCause.ID, u.Attempts[u.Shown].History)
	}
	if tcp := u.Ladder()[checks.TCP]; tcp.Basis == checks.Seen {
		t.Error("TCP is called seen, but the attempt was over before the capture began")
	}
	u = await(t, live, 10*time.Second, func(u view.Update) bool { return u.Header.Peer != "" })
	if u.Header.Peer != "172.20.85.137:8443" || !strings.Contains(u.Header.PeerFrom, "clientUrl") {
		t.Errorf("peer %s from %s", u.Header.Peer, u.Header.PeerFrom)
	}
}

func TestWithoutTheSSM(t *testing.T) {
	_, live := connect(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute}, func(c *session.Config) { c.SSM = nil })
	live.Start(t.Context())
	u := await(t, live, 10*time.Second, func(u view.Update) bool { return u.RootCause != nil })
	if u.RootCause.ID != "grant-not-found" {
		t.Errorf("%s", u.RootCause.ID)
	}
	for _, s := range u.Sources {
		if s.Source.Kind == event.SSMMessages && (s.State != event.Refused || !strings.Contains(s.Detail, "--ssm")) {
			t.Errorf("the SSM's pane says %d %q", s.State, s.Detail)
		}
	}
}

// Whoever logs in with a key and does not know sudo's password gets no SSM log,
// but is told why.
func TestALogThatIsRefusedSaysWhy(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "id_ed25519")
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	_, live := connect(t, lab.Options{Scenario: "ok", Past: time.Minute, AuthorizedKey: key}, func(c *session.Config) {
		c.SSH.Identities, c.SSH.Prompter = []string{file}, wrong{}
	})
	live.Start(t.Context())
	await(t, live, 15*time.Second, func(u view.Update) bool {
		return slices.ContainsFunc(u.Sources, func(s view.SourceStatus) bool {
			return s.Source.Kind == event.SSMMessages && s.State == event.Refused && strings.Contains(s.Detail, "sudo")
		})
	})
}

// wrong answers every question wrong.
type wrong struct{}

func (wrong) Secret(context.Context, ssh.Question) ([]byte, error)     { return []byte("wrong"), nil }
func (wrong) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// BenchmarkLineToModel measures how long a line appended on the SSM takes to
// be an event in an update, over 200 lines a run; it reports p50 and p99.
func BenchmarkLineToModel(b *testing.B) {
	l, live := connect(b, lab.Options{Scenario: "ok", Past: time.Minute}, nil)
	live.Start(b.Context())
	await(b, live, 10*time.Second, func(u view.Update) bool {
		return slices.ContainsFunc(u.Sources, func(s view.SourceStatus) bool {
			return s.Source.Kind == event.SSMMessages && s.State == event.Following
		})
	})
	for b.Loop() {
		var took []time.Duration
		for range 200 {
			start := time.Now()
			l.AppendSSM("Nov 24 11:00:00 SSM-On-Prem probe: " + start.Format(time.RFC3339Nano))
			await(b, live, 5*time.Second, func(u view.Update) bool {
				return slices.ContainsFunc(u.Events, func(ev event.Event) bool {
					return strings.Contains(ev.Origin().Excerpt.String(), start.Format(time.RFC3339Nano))
				})
			})
			took = append(took, time.Since(start))
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[100].Microseconds())/1000, "p50-ms")
		b.ReportMetric(float64(took[198].Microseconds())/1000, "p99-ms")
	}
}
