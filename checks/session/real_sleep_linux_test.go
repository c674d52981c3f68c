package session_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab/testbed"
)

// sleeperEnv makes a process the program on a laptop that sleeps: the known hosts of
// a testbed that it is beside.
const sleeperEnv = "SYNCSCOPE_SLEEPER"

// TestSleeperClient is a run that another test stops and lets go on. It prints each
// counted line that comes, and each cause.
func TestSleeperClient(t *testing.T) {
	known := os.Getenv(sleeperEnv)
	if known == "" {
		t.Skip("it is started by the test of a laptop that sleeps")
	}
	w := watchAs(t, &testbed.Testbed{Known: known}, func(cfg *session.Config) error {
		return session.Keep(cfg, filepath.Join(t.TempDir(), "state"))
	})
	fmt.Println("up")
	w.until(time.Hour, "the end", func(u view.Update) bool {
		for _, ev := range u.Events {
			if gap, ok := ev.(event.Gap); ok && gap.From.Source == sourceOf(u, event.SSMMessages) {
				fmt.Println("gap", gap.Why)
			}
			if n := counted.FindString(ev.Origin().Excerpt.String()); n != "" {
				fmt.Println(n)
			}
		}
		if u.RootCause != nil {
			fmt.Println("cause", u.RootCause.ID)
		}
		return false
	})
}

var counted = regexp.MustCompile(`counted #\d+\.`)

// said is what a process prints, by line: how often.
type said struct {
	mu    sync.Mutex
	lines map[string]int
}

func (s *said) of(line string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.lines[line]
}

func (s *said) read(in *bufio.Scanner) {
	for in.Scan() {
		s.mu.Lock()
		s.lines[in.Text()]++
		s.mu.Unlock()
	}
}

// A laptop that sleeps for longer than the followers wait, and wakes, goes on where it
// was: with the connections that it had, or with none. Nothing is lost or doubled, and
// the next failure is named.
func TestRealSleepAndWake(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	tb.Job.Sync(t.Context())
	cmd := exec.Command(os.Args[0], "-test.run=^TestSleeperClient$", "-test.v", "-test.timeout=1h")
	cmd.Env = append(os.Environ(), sleeperEnv+"="+tb.Known)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	s := &said{lines: map[string]int{}}
	go s.read(bufio.NewScanner(out))
	wait := func(what string, limit time.Duration, ok func() bool) {
		t.Helper()
		for end := time.Now().Add(limit); !ok(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("not within %v: %s", limit, what)
			}
		}
	}
	wait("it is up", 40*time.Second, func() bool { return s.of("up") > 0 })
	n := 0
	says := func(k int) {
		for range k {
			tb.Says(fmt.Sprintf("counted #%d.", n))
			n++
		}
	}
	nights := []struct {
		name  string
		sleep time.Duration
		cut   bool
	}{{"the connections are gone", 45 * time.Second, true}, {"they stand", 45 * time.Second, false}}
	if os.Getenv("SYNCSCOPE_LONG") != "" {
		nights = append(nights, nights[1])
		nights[2].sleep = 5 * time.Minute
	}
	for _, night := range nights {
		says(50)
		if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		says(50)
		if night.cut {
			if err := tb.State().Cut(); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(night.sleep)
		says(50)
		if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		woke := time.Now()
		says(50)
		last := fmt.Sprintf("counted #%d.", n-1)
		wait(night.name+": the last line comes", 90*time.Second, func() bool { return s.of(last) > 0 })
		t.Logf("%s: after %v of sleep the last line came within %.1f s", night.name, night.sleep, time.Since(woke).Seconds())
		time.Sleep(time.Second) // none comes twice
	}
	var wrong []string
	for i := range n {
		if c := s.of(fmt.Sprintf("counted #%d.", i)); c != 1 {
			wrong = append(wrong, fmt.Sprintf("%d came %d times", i, c))
		}
	}
	if len(wrong) > 0 {
		t.Errorf("%d of %d lines: %s", len(wrong), n, strings.Join(wrong[:min(len(wrong), 5)], "; "))
	}
	fault := testbed.Faults()[0]
	if err := fault.Break(tb); err != nil {
		t.Fatal(err)
	}
	tb.Job.Sync(t.Context())
	wait("the failure is named", 40*time.Second, func() bool { return s.of("cause "+fault.Want.Causes[0]) > 0 })
}
