package ssh_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// prompter answers with one password and trusts or not.
type prompter struct {
	password string
	trust    bool
	asked    int
}

func (p *prompter) Secret(context.Context, ssh.Question) ([]byte, error) {
	p.asked++
	return []byte(p.password), nil
}
func (p *prompter) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return p.trust, nil }

// simulated starts a lab and gives a config that knows its hosts.
func simulated(t *testing.T, o lab.Options) (*lab.Lab, login.Config) {
	t.Helper()
	l, err := lab.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	known := filepath.Join(t.TempDir(), "known_hosts")
	lines := l.Manager().KnownHostsLine() + "\n" + l.SSM().KnownHostsLine() + "\n"
	if err := os.WriteFile(known, []byte(lines), 0o600); err != nil {
		t.Fatal(err)
	}
	return l, login.Config{KnownHosts: []string{known}, Gate: redact.New()}
}

func target(t *testing.T, h lab.Host) ssh.Target {
	t.Helper()
	to, err := ssh.ParseTarget(h.User + "@" + h.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func TestSSMLogIsReadWithSudo(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	cfg.Prompter = &prompter{password: l.SSM().Password}
	c, err := login.Dial(t.Context(), target(t, l.SSM()), cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	log, err := follow.OpenLog(t.Context(), shell.Open(c), command.SSMMessages)
	if err != nil {
		t.Fatal(err)
	}
	r, _, err := log.Backlog(t.Context(), 4096)
	if err != nil {
		t.Fatal(err)
	}
	past, err := io.ReadAll(r)
	if err != nil || !strings.HasSuffix(string(past), "\n") || len(past) < 3000 {
		t.Fatalf("backlog: %d bytes, %v", len(past), err)
	}
	f := following(t, log)
	l.AppendSSM("the line after the mark")
	buf := make([]byte, 200)
	n, err := f.Read(buf)
	if err != nil || string(buf[:n]) != "the line after the mark\n" {
		t.Errorf("followed %q, %v", buf[:n], err)
	}
}
