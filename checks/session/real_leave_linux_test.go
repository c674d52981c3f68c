package session_test

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/session"
	"syncscope/ssh"
	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/lab/testbed"
	"syncscope/ssh/login"
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
		said := account(w.live)
		if !strings.Contains(said, "admin@"+testbed.ManagerSSH+": "+tt.manager) || !strings.Contains(said, "sscadmin@"+testbed.SSMSSH+": nothing of ours runs") {
			t.Errorf("%s: %s", name, said)
		}
	}
}

// confirmer gives one answer to every question but the login's, and keeps them.
type confirmer struct {
	everybody
	answer string
	asked  []string
}

func (a *confirmer) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	if !strings.Contains(q.Text.String(), "Type yes") {
		return a.everybody.Secret(ctx, q)
	}
	a.asked = append(a.asked, q.Text.String())
	return []byte(a.answer), nil
}

// What a session that was killed left on a host is found by its journal: it is ended
// if a person wants so, and else named in the account, as is what has another
// session's mark.
func TestRealLeftoverIsTold(t *testing.T) {
	if !testbed.Isolated(t) {
		return
	}
	tb := bed(t)
	state := filepath.Join(t.TempDir(), "state")
	for _, tt := range []struct{ name, answer, account string }{
		{"it is left alone", "no", "STILL RUNS: 10.55.2.2:22: process"},
		{"it is ended", "yes", "nothing of ours runs"},
		{"nobody began it", "", "2 processes have syncscope's mark: another session's"},
	} {
		mark := command.NewMark().String()
		who := &confirmer{answer: tt.answer}
		var journal *audit.Journal
		live := loggedIn(t, tb, func(cfg *session.Config) error {
			cfg.SSH.Prompter = who
			err := session.Keep(cfg, state)
			journal = cfg.SSH.Journal
			return err
		})
		said, err := tb.State().Leave(mark)
		if err != nil {
			t.Fatal(err)
		}
		if tt.answer != "" {
			run, err := audit.ParseRun(said)
			if err != nil {
				t.Fatal(err)
			}
			run.Host, run.User, run.HostKey = testbed.SSMSSH+":22", "sscadmin", keyOf(t, tb, "sscadmin@"+testbed.SSMSSH)
			if err := journal.Begin(run); err != nil {
				t.Fatal(err)
			}
		}
		live.Start(t.Context())
		w := &watched{t: t, tb: tb, live: live}
		w.ready()
		if tt.answer == "yes" {
			for end := time.Now().Add(5 * time.Second); tb.State().Runs(mark) && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
			}
		}
		if runs := tb.State().Runs(mark); runs != (tt.answer != "yes") {
			t.Errorf("%s: it runs: %v", tt.name, runs)
		}
		if asked := len(who.asked); asked != min(1, len(tt.answer)) {
			t.Errorf("%s: asked %q", tt.name, who.asked)
		}
		live.Close()
		if told := account(live); !strings.Contains(told, tt.account) {
			t.Errorf("%s: %q is not in the account:\n%s", tt.name, tt.account, told)
		}
		if err := tb.State().End(mark); err != nil {
			t.Fatal(err)
		}
	}
}

// keyOf is the key of a host, as the journal has it.
func keyOf(t *testing.T, tb *testbed.Testbed, host string) string {
	t.Helper()
	to, err := ssh.ParseTarget(host)
	if err != nil {
		t.Fatal(err)
	}
	c, err := login.Dial(t.Context(), to, login.Config{KnownHosts: []string{tb.Known}, Gate: redact.New(), Prompter: everybody{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	return c.Origin().HostKey
}
