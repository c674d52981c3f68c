package session_test

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/checks/session"
	"syncscope/ssh/lab/testbed"
)

// The Manager's own tcpdump has no watchdog. Where the connection is dead when we
// leave, and nobody was told, another login ends it; and what the summary says of the
// host is true.
func TestRealCaptureEndsWithUs(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	for _, tt := range []struct {
		name, manager string // what is told of the Manager
		before        func() error
	}{
		{"the connection stands", "nothing of ours runs", func() error { return nil }},
		{"the connection is dead", "nothing of this session's journal runs; 2 processes have syncscope's mark", tb.State().Silence}, // its log's follower ends within a minute
	} {
		name := tt.name
		w := watchAs(t, tb, func(cfg *session.Config) error { return session.Keep(cfg, filepath.Join(t.TempDir(), "state")) })
		if runs, err := tb.State().Captures(); err != nil || len(runs) != 1 || !strings.Contains(runs[0], " -c 1") {
			t.Fatalf("%s: captures: %q, %v", name, runs, err)
		}
		if err := tt.before(); err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		w.live.Close()
		t.Logf("%s: left after %.1f s", name, time.Since(began).Seconds())
		if runs, err := tb.State().Captures(); err != nil || len(runs) != 0 {
			t.Errorf("%s: left: %q, %v", name, runs, err)
		}
		said := ""
		for _, line := range w.live.Account() {
			said += line.String() + "\n"
		}
		if !strings.Contains(said, "admin@"+testbed.ManagerSSH+": "+tt.manager) || !strings.Contains(said, "sscadmin@"+testbed.SSMSSH+": nothing of ours runs") {
			t.Errorf("%s: %s", name, said)
		}
	}
}
