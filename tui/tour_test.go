//go:build linux

package tui

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A tour of the real program in a real terminal: what a key does is on the
// screen, and the frame stays whole.
func TestTourInTmux(t *testing.T) {
	if _, err := exec.LookPath("tmux"); err != nil {
		t.Skip("tmux is not there")
	}
	name, err := built()
	if err != nil {
		t.Fatal(name, err)
	}
	socket := fmt.Sprintf("tour%d", os.Getpid())
	tmux := func(args ...string) string {
		out, err := exec.Command("tmux", append([]string{"-L", socket, "-f", "/dev/null"}, args...)...).CombinedOutput()
		if err != nil {
			t.Fatalf("tmux %v: %v %s", args, err, out)
		}
		return string(out)
	}
	tmux("new-session", "-d", "-x", "160", "-y", "45", "env TERM=xterm-256color "+name+" demo; sleep 60")
	defer exec.Command("tmux", "-L", socket, "kill-server").Run()
	for _, step := range []struct {
		keys []string
		want string
	}{
		{nil, "Grant not found"},
		{[]string{"?"}, "next pane"},
		{[]string{"Escape"}, "FOLLOW"},
		{[]string{"Tab", "e"}, "PAUSED"},
		{[]string{"&", "licens"}, "rows pass"},
		{[]string{"Enter"}, "pass &licens"},
		{[]string{"Escape", "T"}, "since the row above"},
		{[]string{"z"}, "Failed to authenticate"},
		{[]string{"z", "5"}, "Diagnosis"},
		{[]string{"Enter"}, "Detail"},
		{[]string{"Escape", "F", "Enter"}, "Runbook"},
		{[]string{"Escape", "V"}, "V back"},
		{[]string{"V", ":", "users, host"}, "1 command"},
		{[]string{"Enter"}, "names hidden"},
		{[]string{"H", "5", "#"}, "Reveal"},
		{[]string{"Escape", "p"}, "PAUSED"},
		{[]string{"p"}, "FOLLOW"},
	} {
		for _, k := range step.keys {
			tmux("send-keys", k)
			time.Sleep(60 * time.Millisecond)
			if k == "Escape" { // soon after it, a letter would be one with alt
				time.Sleep(500 * time.Millisecond)
			}
		}
		var text string
		for limit := time.Now().Add(20 * time.Second); time.Now().Before(limit) && !strings.Contains(text, step.want); time.Sleep(50 * time.Millisecond) {
			text = tmux("capture-pane", "-p")
		}
		if !strings.Contains(text, step.want) {
			t.Fatalf("after %v no %q:\n%s", step.keys, step.want, text)
		}
	}
}
