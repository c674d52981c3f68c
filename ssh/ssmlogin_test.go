package ssh_test

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"syncscope/ssh/audit"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// Each way to the SSM's log gives its end, then what is written, over a lost
// follower, and no line twice.
func TestSSMLogins(t *testing.T) {
	for _, name := range []string{"shell", "console", "sudo", "journald"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			way, err := shell.ParseSSMLogin(name)
			must(t, err)
			l, cfg := simulated(t, lab.Options{Scenario: "grant-not-found", Past: time.Minute, Manner: lab.Manner{Console: name == "console"}})
			cfg.Prompter = &prompter{password: l.SSM().Password}
			cfg.Audit, err = audit.New(t.TempDir(), time.Now, "test")
			must(t, err)
			defer cfg.Audit.Close()
			c, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
			must(t, err)
			defer c.Close()
			sh, end, err := shell.SSMShell(t.Context(), c, way)
			must(t, err)
			defer end()
			log, err := follow.OpenSSMLog(t.Context(), sh, way)
			must(t, err)
			r, _, err := log.Backlog(t.Context(), 1<<20)
			must(t, err)
			past, err := io.ReadAll(r)
			if err != nil || strings.Count(string(past), "/backend/oauth/token") == 0 {
				t.Fatalf("%d bytes, %v", len(past), err)
			}
			k := newKept()
			for i, want := range []string{"one\n", "two\n"} {
				if i > 0 && way == shell.LoginConsole {
					var end func()
					sh, end, err = shell.SSMShell(t.Context(), c, way)
					must(t, err)
					defer end()
					log.On(sh)
				}
				l.AppendSSM("Jan 13 11:14:46 SSM-On-Prem lab[7]: " + strings.TrimSpace(want))
				ctx, cancel := context.WithCancel(t.Context())
				done := make(chan error, 1)
				go func() { done <- log.Follow(ctx, k) }()
				k.wait(t, func(s string) bool { return strings.HasSuffix(s, want) }, 20*time.Second)
				cancel()
				<-done
			}
			const head = "Jan 13 11:14:46 SSM-On-Prem lab[7]: "
			if got := k.text(); got != head+"one\n"+head+"two\n" || len(k.gaps) != 0 {
				t.Errorf("%q, gaps %v", got, k.gaps)
			}
			account, err := os.ReadFile(cfg.Audit.Path())
			must(t, err)
			if strings.Contains(string(account), l.SSM().Password) {
				t.Error("the account holds the password")
			}
		})
	}
}

// A console that gives no shell says so; nothing else is typed.
func TestAConsoleWithoutAShell(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute, Manner: lab.Manner{Console: true, NoShell: true}})
	cfg.Prompter = &prompter{password: l.SSM().Password}
	c, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	must(t, err)
	defer c.Close()
	_, _, err = shell.SSMShell(t.Context(), c, shell.LoginConsole)
	if err == nil || !strings.Contains(err.Error(), "unknown command") {
		t.Error(err)
	}
}
