//go:build linux

package tui

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/creack/pty"
)

// Bubble Tea can be told by the environment to write all keys and all output to
// a file: passwords, and what is revealed. Ours does not.
func TestNothingIsTraced(t *testing.T) {
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	home := t.TempDir()
	trace := filepath.Join(home, "trace")
	cmd := exec.Command(name, "demo")
	cmd.Env = append(os.Environ(), "TERM=xterm-256color", "HOME="+home, "XDG_STATE_HOME="+home, "XDG_CONFIG_HOME="+home, "TEA_TRACE="+trace, "TEA_DEBUG=1")
	ptm, err := pty.StartWithSize(cmd, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skip(err)
	}
	defer ptm.Close()
	defer time.AfterFunc(30*time.Second, func() { _ = cmd.Process.Kill() }).Stop()
	var seen []byte
	buf := make([]byte, 32<<10)
	for !bytes.Contains(seen, []byte("confirmed")) {
		n, err := ptm.Read(buf)
		if err != nil {
			t.Fatalf("%v after %q", err, seen[max(0, len(seen)-300):])
		}
		seen = append(seen, buf[:n]...)
	}
	if _, err := ptm.Write([]byte("q")); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, err = ptm.Read(buf)
	}
	_ = cmd.Wait() // it has ended, or was killed
	if data, err := os.ReadFile(trace); err == nil {
		t.Errorf("%d bytes were traced", len(data))
	}
}
