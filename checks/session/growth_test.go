package session_test

import (
	"fmt"
	"net/netip"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"syncscope/.ci/sessionlog"
	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/diagnose"
)

// simulation is a live session without hosts: what they log goes through a
// decoder each, as it arrives, and to one engine, in simulated time.
type simulation struct {
	*sessionlog.Session
	engine *diagnose.Engine
	logs   [2]*capture.Decoder
}

func simulate(tb testing.TB, pace sessionlog.Pace) *simulation {
	tb.Helper()
	rules, err := diagnose.LoadRules()
	if err != nil {
		tb.Fatal(err)
	}
	s, gate := &simulation{engine: diagnose.NewEngine(rules, netip.Addr{})}, redact.New()
	s.Session = sessionlog.Start(1, time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC), pace, func(h sessionlog.Host, line []byte) {
		_, _ = s.logs[h].Write(line) // it never fails
	})
	for h, kind := range []event.Kind{sessionlog.Manager: event.ManagerLog, sessionlog.SSM: event.SSMMessages} {
		src := event.Source{ID: event.SourceID(h + 1), Kind: kind, Title: gate.Foreign(kind.String())}
		s.engine.Source(src)
		s.logs[h] = capture.NewDecoder(src, gate, s.engine.Observe)
		s.logs[h].SetWords(s.engine.Words())
		s.logs[h].SetArrival(s.Now)
	}
	return s
}

// verdict is how long one more line takes, from its bytes to the diagnosis.
func (s *simulation) verdict(line func()) (checks.Diagnosis, time.Duration) {
	start := time.Now()
	line()
	d := s.engine.Diagnose()
	return d, time.Since(start)
}

// The paces of the simulated sessions: a sign-in every five minutes, and beside
// it an SSM that is well, or sick and says so.
var paces = map[string]sessionlog.Pace{
	"well": {Quiet: 200 * time.Millisecond, SignIn: 5 * time.Minute},
	"sick": {Quiet: 200 * time.Millisecond, SignIn: 5 * time.Minute, Health: 5 * time.Second},
}

// lengths are how long the sessions last; SCALE divides them.
func lengths(tb testing.TB) []time.Duration {
	scale := 1
	if text := os.Getenv("SCALE"); text != "" {
		var err error
		if scale, err = strconv.Atoi(text); err != nil || scale < 1 {
			tb.Fatalf("SCALE=%s: not a whole number from 1 on", text)
		}
	}
	out := []time.Duration{time.Minute, 10 * time.Minute, 2 * time.Hour, 8 * time.Hour}
	for i := range out {
		out[i] /= time.Duration(scale)
	}
	return out
}

// BenchmarkOneMoreLine is what the newest line costs after sessions of several
// lengths: the line that ends a sign-in, up to the verdict (verdict-ms), and
// one that only bears on it (health-ms). Each is the median of some lines, as
// many as come in two seconds. What a session needs before is not in it.
func BenchmarkOneMoreLine(b *testing.B) {
	for _, ssm := range []string{"well", "sick"} {
		for i, length := range lengths(b) {
			b.Run(fmt.Sprintf("%s/%s", ssm, []string{"1m", "10m", "2h", "8h"}[i]), func(b *testing.B) {
				for b.Loop() {
					s := simulate(b, paces[ssm])
					s.Until(s.Now().Add(length))
					oneMoreLine(b, s)
				}
			})
		}
	}
}

func oneMoreLine(b *testing.B, s *simulation) {
	s.engine.Diagnose() // what was due before
	runtime.GC()        // a collection of what the session left takes longer than these lines
	var verdicts, health []time.Duration
	for begin := time.Now(); len(verdicts) == 0 || len(verdicts) < 9 && time.Since(begin) < 2*time.Second; {
		s.Request()
		s.engine.Diagnose()
		d, took := s.verdict(s.Answer)
		if d.Verdict != checks.Failed || d.RootCause == nil || d.RootCause.ID != "grant-not-found" {
			b.Fatalf("verdict %v, cause %v", d.Verdict, d.RootCause)
		}
		verdicts = append(verdicts, took)
		s.Until(s.Now().Add(5 * time.Second))
		s.engine.Diagnose()
		_, took = s.verdict(s.Health)
		health = append(health, took)
	}
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	runtime.KeepAlive(s)
	b.ReportMetric(milliseconds(median(verdicts)), "verdict-ms")
	b.ReportMetric(milliseconds(median(health)), "health-ms")
	b.ReportMetric(float64(m.HeapAlloc)/1e6, "heap-MB")
	b.ReportMetric(0, "ns/op") // of the whole session: it tells nothing
}

// The simulated session is what the benchmarks take it for: equal seeds make
// equal lines, each sign-in makes as many as are counted, and each is told as an
// attempt with its cause, beside a well SSM and a sick one.
func TestSimulatedSession(t *testing.T) {
	for name, pace := range paces {
		t.Run(name, func(t *testing.T) {
			s := simulate(t, pace)
			s.Until(s.Now().Add(16 * time.Minute))
			d := s.engine.Diagnose()
			if len(d.Attempts) != 3 || len(d.Each) != 3 {
				t.Fatalf("%d attempts, %d accounts of them", len(d.Attempts), len(d.Each))
			}
			for i, account := range d.Each {
				if account.Cause == nil || account.Cause.ID != "grant-not-found" {
					t.Errorf("attempt %d: %+v", i+1, account.Cause)
				}
			}
		})
	}
}

func TestSimulatedLines(t *testing.T) {
	lines := func(seed uint64, pace sessionlog.Pace) (out []string) {
		begin := time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)
		sessionlog.Start(seed, begin, pace, func(_ sessionlog.Host, line []byte) {
			out = append(out, string(line))
		}).Until(begin.Add(time.Hour))
		return out
	}
	if a, b := lines(1, paces["sick"]), lines(1, paces["sick"]); !slices.Equal(a, b) {
		t.Error("equal seeds make other lines")
	}
	if a, b := lines(1, paces["sick"]), lines(2, paces["sick"]); slices.Equal(a, b) {
		t.Error("other seeds make equal lines")
	}
	for _, tc := range []struct {
		pace sessionlog.Pace
		want int
	}{
		{sessionlog.Pace{Quiet: time.Second}, 3600},
		{sessionlog.Pace{Health: time.Minute}, 60},
		{sessionlog.Pace{SignIn: time.Minute}, 60 * sessionlog.PerSignIn},
	} {
		if got := len(lines(1, tc.pace)); got != tc.want {
			t.Errorf("%+v: %d lines, not %d", tc.pace, got, tc.want)
		}
	}
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
