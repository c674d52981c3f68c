//go:build linux

package tui

import (
	"bytes"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
)

// From the program's start to the first whole frame on a real terminal.
func BenchmarkFirstFrame(b *testing.B) {
	name, err := built()
	if err != nil {
		b.Fatal(name, err)
	}
	var total, worst time.Duration
	for b.Loop() {
		d := firstFrame(b, name)
		total, worst = total+d, max(worst, d)
	}
	b.ReportMetric(float64(total.Milliseconds())/float64(b.N), "ms/start")
	b.ReportMetric(float64(worst.Milliseconds()), "worst-ms")
}

func firstFrame(b *testing.B, name string) time.Duration {
	cmd := exec.Command(name, "demo")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color")
	began := time.Now()
	ptm, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120})
	if err != nil {
		b.Skip(err)
	}
	defer func() { _ = cmd.Process.Signal(syscall.SIGKILL); _ = cmd.Wait(); ptm.Close() }()
	var seen []byte
	buf := make([]byte, 32<<10)
	for !bytes.Contains(seen, []byte("quit")) { // the last word of the footer
		n, err := ptm.Read(buf)
		if err != nil {
			b.Fatal(err)
		}
		seen = append(seen, buf[:n]...)
	}
	return time.Since(began)
}
