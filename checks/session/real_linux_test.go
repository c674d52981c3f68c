package session_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/lab/testbed"
	"syncscope/ssh/login"
)

// everybody answers every password question with the testbed's.
type everybody struct{}

func (everybody) Secret(context.Context, ssh.Question) ([]byte, error) {
	return []byte(testbed.Password), nil
}
func (everybody) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

// watched is a session on a testbed, with each change of its verdict.
type watched struct {
	t    *testing.T
	tb   *testbed.Testbed
	live *session.Live
	last view.Update
	rows []string // the newest that came
}

// headline is what the verdict line said from some moment on.
type headline struct {
	at       time.Time
	verdict  checks.Verdict
	cause    string
	attempts int
	beside   []string // findings
}

func bed(t *testing.T) *testbed.Testbed {
	t.Helper()
	tb, err := testbed.Start(filepath.Join(t.TempDir(), "bed"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tb.Close)
	return tb
}

// watch logs in to both hosts of a testbed and reads them.
func watch(t *testing.T, tb *testbed.Testbed) *watched {
	t.Helper()
	return watchAs(t, tb, keeping)
}

// watchAs is watch with other settings.
func watchAs(t *testing.T, tb *testbed.Testbed, change func(*session.Config) error) *watched {
	t.Helper()
	live := loggedIn(t, tb, change)
	w := &watched{t: t, tb: tb, live: live}
	live.Start(t.Context())
	w.ready()
	return w
}

// keeping leaves the settings as they are.
func keeping(*session.Config) error { return nil }

// ready waits until both hosts are read, and the capture listens.
func (w *watched) ready() {
	w.t.Helper()
	w.until(30*time.Second, "both hosts are read", func(u view.Update) bool {
		n := 0
		for _, s := range u.Sources {
			if s.State == event.Following && (!s.Source.Kind.HasPackets() || s.Lines >= 2) { // tcpdump says that it listens
				n++
			}
		}
		return n == 3
	})
}

// loggedIn is a run on both hosts of a testbed that was not begun.
func loggedIn(t *testing.T, tb *testbed.Testbed, change func(*session.Config) error) *session.Live {
	t.Helper()
	cfg := settings(t, tb)
	if err := change(&cfg); err != nil {
		t.Fatal(err)
	}
	live, err := session.Connect(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(live.Close)
	return live
}

// settings are those of a run on both hosts of a testbed.
func settings(t *testing.T, tb *testbed.Testbed) session.Config {
	t.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	gate := redact.New()
	cfg := session.Config{
		Options: offline.Options{Gate: gate, Rules: rules, Version: "test"}, Simulated: true,
		SSH: login.Config{KnownHosts: []string{tb.Known}, Gate: gate, Prompter: everybody{}},
	}
	m, err1 := ssh.ParseTarget("admin@" + testbed.ManagerSSH)
	s, err2 := ssh.ParseTarget("sscadmin@" + testbed.SSMSSH)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	cfg.Managers, cfg.SSM = []ssh.Target{m}, &s
	return cfg
}

// until reads updates until ok.
func (w *watched) until(limit time.Duration, what string, ok func(view.Update) bool) bool {
	w.t.Helper()
	timeout := time.After(limit)
	for {
		select {
		case u, open := <-w.live.Updates():
			if !open {
				w.t.Fatal("the updates ended")
			}
			w.last = u
			if ok(u) {
				return true
			}
		case <-timeout:
			if what != "" {
				w.t.Errorf("not within %v: %s; %+v", limit, what, w.last.Sources)
			}
			return false
		}
	}
}

// outcome is how a fault went.
type outcome struct {
	fault   testbed.Fault
	seconds float64 // from the failing line to the right verdict; below 0: before it; NaN-like 99: never
	got     string
	wrong   []string // headlines that were wrong
}

// right reports whether a verdict is what a fault is.
func right(f testbed.Fault, h headline) bool {
	switch {
	case f.Want.Beside != "" && !slices.Contains(h.beside, f.Want.Beside):
		return false
	case len(f.Want.Causes) == 0:
		return h.verdict == checks.OK
	}
	return slices.Contains(f.Want.Causes, h.cause)
}

const never = 99

// sync runs one attempt and judges what the verdict line says meanwhile and for
// a while behind it.
func (w *watched) sync(f testbed.Fault) outcome {
	w.t.Helper()
	before := attemptsOf(w.last)
	failed := make(chan time.Time, 1)
	go func() { failed <- w.tb.Job.Sync(w.t.Context()) }()
	var lines []headline
	var ended time.Time
	var over <-chan time.Time
	limit := time.After(40 * time.Second)
	w.rows = nil
	note := func(u view.Update) {
		w.last = u
		for _, ev := range u.Events {
			w.rows = append(w.rows, fmt.Sprintf("%T %s", ev, ev.Origin().Cited().Excerpt))
		}
		if attemptsOf(u) <= before { // the attempt is not shown yet
			return
		}
		h := headline{time.Now(), u.Verdict, "", attemptsOf(u), nil}
		for _, f := range u.Findings {
			h.beside = append(h.beside, f.ID)
		}
		if u.RootCause != nil {
			h.cause = u.RootCause.ID
		}
		if n := len(lines); n == 0 || lines[n-1].verdict != h.verdict || lines[n-1].cause != h.cause || right(f, lines[n-1]) != right(f, h) {
			lines = append(lines, h)
		}
	}
	for done := false; !done; {
		select {
		case u := <-w.live.Updates():
			note(u)
		case ended = <-failed:
			if ended.IsZero() {
				ended = time.Now()
			}
			over = time.After(3 * time.Second)
		case <-over:
			done = true
		case <-limit:
			done = true
		}
	}
	o := outcome{fault: f, seconds: never}
	for _, h := range lines {
		switch {
		case right(f, h):
			if o.seconds == never {
				o.seconds = h.at.Sub(ended).Seconds()
			}
		case h.cause != "" || len(f.Want.Causes) > 0 && h.verdict == checks.OK || o.seconds != never:
			o.wrong = append(o.wrong, fmt.Sprintf("%s %s at %+.1f s", h.verdict, h.cause, h.at.Sub(ended).Seconds()))
		}
	}
	if n := len(lines); n > 0 {
		o.got = strings.TrimSpace(lines[n-1].verdict.String() + " " + lines[n-1].cause)
		if slices.Contains(lines[n-1].beside, f.Want.Beside) {
			o.got += ", beside " + f.Want.Beside
		}
		if !right(f, lines[n-1]) {
			o.seconds = never
		}
	}
	return o
}

func attemptsOf(u view.Update) int { return len(u.Attempts) + u.Earlier.Attempts }

// play breaks, runs an attempt, and mends.
func (w *watched) play(f testbed.Fault) outcome {
	w.t.Helper()
	if err := f.Break(w.tb); err != nil {
		w.t.Fatalf("%s: %v", f.Name, err)
	}
	o := w.sync(f)
	if f.Mend != nil {
		if err := f.Mend(w.tb); err != nil {
			w.t.Fatalf("%s: %v", f.Name, err)
		}
	}
	w.t.Logf("%-40s %-30s %6.1f s %v", f.Name, o.got, o.seconds, o.wrong)
	if o.seconds == never || len(o.wrong) > 0 {
		w.explain()
	}
	return o
}

// explain logs what a wrong verdict rests on.
func (w *watched) explain() {
	w.t.Helper()
	var b strings.Builder
	h := w.last.Header
	fmt.Fprintf(&b, "capture: %s (%s) vpn %s %s %s\n", h.Peer, h.PeerFrom, h.VPN, h.Interface, h.InterfaceFrom)
	for _, s := range w.last.Sources {
		fmt.Fprintf(&b, "%s: %v %s, %d lines, %d packets\n", s.Source.Name(), s.State, s.Detail, s.Lines, s.Packets)
	}
	if a := checks.AttemptAt(w.last.Attempts, w.last.Shown); a != nil {
		for _, s := range a.Stages {
			fmt.Fprintf(&b, "%v %v %s\n", s.Stage, s.Status, s.Detail)
		}
	}
	for _, f := range append([]checks.Finding{}, w.last.Findings...) {
		fmt.Fprintf(&b, "finding %s %v: %s; missing %q\n", f.ID, f.Confidence, f.Explanation, f.Missing)
	}
	if f := w.last.RootCause; f != nil {
		fmt.Fprintf(&b, "cause %s %v: %s %q\n", f.ID, f.Confidence, f.Explanation, f.CouldBe)
		for _, e := range f.Evidence {
			fmt.Fprintf(&b, "  %+v\n", e)
		}
	}
	for _, r := range w.rows[max(0, len(w.rows)-60):] {
		fmt.Fprintf(&b, "| %.260s\n", r)
	}
	w.t.Log(b.String())
}

// played are the faults of this run.
func played() []testbed.Fault {
	return slices.DeleteFunc(testbed.Faults(), func(f testbed.Fault) bool {
		only := os.Getenv("SYNCSCOPE_FAULT")
		return only != "" && !strings.Contains(f.Name, only) || only == "" && !f.Short && os.Getenv("SYNCSCOPE_LONG") == ""
	})
}

// Faults of real programs: each by itself in a session with fresh logs, and then
// one after another in one session, with healthy attempts between. Each is named
// right and soon, and nothing wrong stands there meanwhile.
func TestRealFaults(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	var alone, together []outcome
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		for _, f := range played() {
			if err := tb.Fresh(); err != nil {
				t.Fatal(err)
			}
			tb.Job.Sync(t.Context()) // as on most days: the log names the SSM
			w := watch(t, tb)
			alone = append(alone, w.play(f))
			w.live.Close()
		}
	}
	if err := tb.Fresh(); err != nil {
		t.Fatal(err)
	}
	w := watch(t, tb)
	mended := true
	for i, f := range played() {
		if i%3 == 0 && mended {
			expect(t, "between", w.play(testbed.Fault{Name: "well", Break: func(*testbed.Testbed) error { return nil }}))
		}
		together = append(together, w.play(f))
		mended = f.Mend != nil
	}
	for _, o := range alone {
		expect(t, "alone", o)
	}
	for _, o := range together {
		expect(t, "in one session", o)
	}
	if os.Getenv("SYNCSCOPE_UPDATE") != "" && os.Getenv("SYNCSCOPE_LONG") != "" {
		writeTable(t, alone, together)
	}
}

// expect fails where the verdict was wrong or late.
func expect(t *testing.T, how string, o outcome) {
	t.Helper()
	const soon = 2
	if o.seconds > soon || len(o.wrong) > 0 {
		t.Errorf("%s, %s: %s after %.1f s, wrong meanwhile: %q", o.fault.Name, how, o.got, o.seconds, o.wrong)
	}
}

// writeTable says how each fault went.
func writeTable(t *testing.T, alone, together []outcome) {
	t.Helper()
	var b strings.Builder
	b.WriteString("# Real faults, real programs\n\nWritten by `SYNCSCOPE_LONG=1 SYNCSCOPE_UPDATE=1 go test ./checks/session -run TestRealFaults`. Seconds are from the line in the\nManager's log with which the attempt ends to the right verdict; below 0, it stood there before.\n\n")
	b.WriteString("| fault | by itself | s | in one long session | s | wrong headlines |\n|---|---|---|---|---|---|\n")
	right := [2]int{}
	for i, f := range together {
		a := alone[i]
		for k, o := range []outcome{a, f} {
			if o.seconds != never && len(o.wrong) == 0 {
				right[k]++
			}
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %d |\n", f.fault.Name, a.got, seconds(a), f.got, seconds(f), len(a.wrong)+len(f.wrong))
	}
	fmt.Fprintf(&b, "\n%d of %d right by themselves, %d of %[2]d in one session.\n", right[0], len(together), right[1])
	if err := os.WriteFile("../../.github/live.md", []byte(b.String()), 0o644); err != nil {
		t.Error(err)
	}
}

func seconds(o outcome) string {
	if o.seconds == never {
		return "never"
	}
	return fmt.Sprintf("%.1f", o.seconds)
}
