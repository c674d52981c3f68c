//go:build linux

package tui

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// From the program's start to the first whole frame on a real terminal: of a
// screen, its footer; of analyze, its verdict.
func BenchmarkFirstFrame(b *testing.B) {
	name, err := built()
	if err != nil {
		b.Fatal(name, err)
	}
	log := filepath.Join("testdata", "vmanage-server.log")
	for _, way := range []struct {
		name, last string
		args       []string
	}{
		{"demo", "quit", []string{"demo"}},
		{"live", "quit", []string{"live", "--manager", "admin@192.0.2.10", "--ssm", "admin@192.0.2.20"}},
		{"form", "leave", nil},
		{"analyze", "Turn", []string{"analyze", log}},
	} {
		b.Run(way.name, func(b *testing.B) {
			var total, worst time.Duration
			for b.Loop() {
				d := firstFrame(b, way.last, name, way.args...)
				total, worst = total+d, max(worst, d)
			}
			b.ReportMetric(float64(total.Microseconds())/float64(b.N)/1000, "ms/start")
			b.ReportMetric(float64(worst.Microseconds())/1000, "worst-ms")
		})
	}
}

func firstFrame(b *testing.B, last, name string, args ...string) time.Duration {
	cmd := exec.Command(name, args...)
	home := b.TempDir()
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	began := time.Now()
	ptm, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Skip(err)
	}
	defer func() { _ = cmd.Process.Signal(syscall.SIGKILL); _ = cmd.Wait(); ptm.Close() }()
	defer time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() }).Stop() // what never comes is an error
	var seen []byte
	buf := make([]byte, 32<<10)
	for !bytes.Contains(seen, []byte(last)) {
		n, err := ptm.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		seen = append(seen, buf[:n]...)
	}
	return time.Since(began)
}

// The first frame comes though the terminal answers nothing that it is asked, and
// costs little: 50 ms of CPU, or, where memory is dear, five times what a start costs
// that shows nothing. Of some starts the least counts: what a busy machine adds is not
// the program's.
func TestFirstFrameIsCheap(t *testing.T) {
	if testing.Short() {
		t.Skip("starts of the program")
	}
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	start := least(func() time.Duration { return startCPU(t, name) })
	for way, args := range map[string][]string{"quit": {"demo"}, "leave": nil} {
		used := least(func() time.Duration { return firstFrameCPU(t, way, name, args...) })
		t.Logf("%v: %v of CPU to the first frame, %v for a start", args, used, start)
		if used > max(50*time.Millisecond, 5*start) {
			t.Errorf("%v: the first frame takes %v of CPU", args, used)
		}
	}
}

func least(of func() time.Duration) time.Duration {
	out := time.Duration(math.MaxInt64)
	for range 5 {
		out = min(out, of())
	}
	return out
}

// startCPU is what a start costs that shows nothing.
func startCPU(t *testing.T, name string) time.Duration {
	t.Helper()
	cmd := exec.Command(name, "version")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%s: %v", out, err)
	}
	return cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
}

// firstFrameCPU is what a program has used when the last word of its first frame is
// on the terminal, as the scheduler tells for each of its threads.
func firstFrameCPU(t *testing.T, last, name string, args ...string) time.Duration {
	t.Helper()
	cmd := exec.Command(name, args...)
	home := t.TempDir()
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home)
	ptm, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		t.Skip("no terminal can be made: ", err)
	}
	defer func() { _ = cmd.Process.Kill(); _ = cmd.Wait(); ptm.Close() }()
	defer time.AfterFunc(20*time.Second, func() { _ = cmd.Process.Kill() }).Stop() // what never comes is an error
	var seen []byte
	for buf := make([]byte, 32<<10); !bytes.Contains(seen, []byte(last)); {
		n, err := ptm.Read(buf)
		if err != nil {
			t.Fatal(err)
		}
		seen = append(seen, buf[:n]...)
	}
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", cmd.Process.Pid))
	if err != nil || len(threads) == 0 {
		t.Skip("the scheduler tells nothing here")
	}
	var used time.Duration
	for _, thread := range threads {
		if data, err := os.ReadFile(thread); err == nil { // else it is gone
			first, _, _ := strings.Cut(string(data), " ")
			ns, _ := strconv.ParseInt(first, 10, 64)
			used += time.Duration(ns)
		}
	}
	return used
}
