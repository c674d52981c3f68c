//go:build linux

package tui

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
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
