package session_test

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/ssh/lab/testbed"
)

// sample is what this process takes at a moment. The hosts' load is made by the same
// process, so its processor time is an upper bound.
type sample struct {
	memory, goroutines, files int
	cpu                       time.Duration
	lines                     int // that came, of both logs and the listing
}

func taken(lines int) sample {
	runtime.GC()
	var use syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &use) // it never fails for this process
	files, _ := os.ReadDir("/proc/self/fd")
	return sample{resident(), runtime.NumGoroutine(), len(files), time.Duration(use.Utime.Nano() + use.Stime.Nano()), lines}
}

// resident is how much memory this process has, in MB.
func resident() int {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmRSS:")
	kb, _ := strconv.Atoi(strings.Fields(rest + " 0")[0])
	return kb >> 10
}

// soaking is how long the soak is and how busy its hosts are, 1 is in full. Without
// SYNCSCOPE_SOAK it is a short one, which tells of what is lost and not of what grows.
func soaking(t *testing.T) (length time.Duration, rate float64) {
	t.Helper()
	text := os.Getenv("SYNCSCOPE_SOAK")
	if text == "" {
		return shortSoak, 0.1
	}
	length, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("SYNCSCOPE_SOAK=%s: not a time, as 30m is", text)
	}
	rate = 1
	if r := os.Getenv("SYNCSCOPE_SOAK_RATE"); r != "" {
		if rate, err = strconv.ParseFloat(r, 64); err != nil {
			t.Fatalf("SYNCSCOPE_SOAK_RATE=%s: not a number, as 0.5 is", r)
		}
	}
	return length, rate
}

const shortSoak = 30 * time.Second

// Hours: lines and packets as a busy system has them, a cut of both connections and a
// rotation of both logs every minute, an attempt every twenty seconds. Nothing is lost
// or doubled; memory, goroutines, files and the cost of a line stay as they are.
func TestRealSoak(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	length, rate := soaking(t)
	tb := bed(t)
	tb.Job.Sync(t.Context())
	w := watch(t, tb)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	load, err := tb.Load(ctx, int(5000*rate), int(2000*rate))
	if err != nil {
		t.Fatal(err)
	}
	attempts := 0
	minute, sync, look := time.NewTicker(min(time.Minute, length/3)), time.NewTicker(min(20*time.Second, length/3)), time.NewTicker(length/12)
	defer minute.Stop()
	defer sync.Stop()
	defer look.Stop()
	end := time.After(length)
	var samples []sample
	var gaps []string
	note := func(u view.Update) {
		w.last = u
		for _, ev := range u.Events {
			if g, ok := ev.(event.Gap); ok {
				gaps = append(gaps, fmt.Sprintf("%d: %s", g.From.Source, g.Why))
			}
		}
	}
	cuts := 0
	for going := true; going; {
		select {
		case u := <-w.live.Updates():
			note(u)
		case <-minute.C:
			cuts++
			if err := load.Rotate(); err != nil {
				t.Fatal(err)
			}
			if err := tb.State().Cut(); err != nil {
				t.Fatal(err)
			}
		case <-sync.C:
			attempts++
			go tb.Job.Sync(ctx)
		case <-look.C:
			samples = append(samples, taken(arrived(w.last)))
			s := samples[len(samples)-1]
			t.Logf("%d MB, %d goroutines, %d files, %d lines came", s.memory, s.goroutines, s.files, s.lines)
		case <-end:
			going = false
		}
	}
	cancel()
	time.Sleep(time.Second)
	manager, ssm := load.Lines()
	w.until(60*time.Second, "all lines come", func(u view.Update) bool {
		note(u)
		return linesOf(u, event.ManagerLog) >= manager && linesOf(u, event.SSMMessages) >= ssm
	})
	w.until(2*time.Second, "", func(u view.Update) bool { note(u); return false }) // none comes twice
	if m, s := linesOf(w.last, event.ManagerLog), linesOf(w.last, event.SSMMessages); m != manager || s != ssm {
		t.Errorf("%d and %d lines came, %d and %d were written", m, s, manager, ssm)
	}
	t.Logf("%v: %d and %d lines, %d packets sent, %d listed, %d cuts, %d rotations, %d attempts", length, manager, ssm, load.Sent(), packetsOf(w.last), cuts, cuts, attempts)
	for _, g := range gaps {
		t.Log("gap ", g)
		if !strings.HasPrefix(g, fmt.Sprint(sourceOf(w.last, event.TcpdumpText))+":") {
			t.Errorf("lines of a log are missing: %s", g)
		}
	}
	if length > shortSoak {
		flat(t, samples)
	}
}

// flat fails where what is taken grows from the first half to the second: from what
// a half takes at least, for an attempt that is under way at the moment of a sample, or
// a machine that is behind, takes more for a while.
func flat(t *testing.T, samples []sample) {
	t.Helper()
	n := len(samples)
	if n < 6 {
		t.Fatalf("%d samples", n)
	}
	first, second := least(samples[1:n/2]), least(samples[n/2:]) // the very first one is of a program that has just begun
	mid, last := samples[n/2], samples[n-1]
	cost := func(a, b sample) time.Duration { return (b.cpu - a.cpu) / time.Duration(max(1, b.lines-a.lines)) }
	early, late := cost(samples[0], mid), cost(mid, last)
	t.Logf("at least %d MB in the first half, %d MB in the second; %d and %d goroutines; %d and %d files; %v and %v of processor a line", first.memory, second.memory, first.goroutines, second.goroutines, first.files, second.files, early, late)
	for _, s := range samples {
		if s.memory > 256 {
			t.Errorf("%d MB", s.memory)
		}
	}
	if second.memory > first.memory*5/4+16 || second.goroutines > first.goroutines+20 || second.files > first.files+10 || late > early*3/2 {
		t.Error("it grows")
	}
}

// least is the least of each that samples have.
func least(samples []sample) sample {
	out := samples[0]
	for _, s := range samples[1:] {
		out.memory, out.goroutines, out.files = min(out.memory, s.memory), min(out.goroutines, s.goroutines), min(out.files, s.files)
	}
	return out
}

func linesOf(u view.Update, k event.Kind) (n int) {
	for _, s := range u.Sources {
		if s.Source.Kind == k {
			n += s.Lines
		}
	}
	return n
}

func packetsOf(u view.Update) (n int) {
	for _, s := range u.Sources {
		n += s.Packets
	}
	return n
}

func arrived(u view.Update) (n int) {
	for _, s := range u.Sources {
		n += s.Lines
	}
	return n
}

func sourceOf(u view.Update, k event.Kind) event.SourceID {
	for _, s := range u.Sources {
		if s.Source.Kind == k {
			return s.Source.ID
		}
	}
	return 0
}
