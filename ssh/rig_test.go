package ssh_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/follow"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// rig is an OpenSSH server of ours on the loopback.
type rig struct {
	addr string
	user string
	cfg  login.Config
}

// startRig starts one with more lines of configuration.
func startRig(t testing.TB, more string) *rig {
	t.Helper()
	id, key := keyPair(t, "")
	srv := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}, Config: []string{more, "MaxStartups 200:30:300"}})
	return &rig{srv.Addr(), srv.User, login.Config{KnownHosts: []string{knownHostsOf(t, srv)}, Identities: []string{id}, Gate: redact.New()}}
}

// through is the same server behind another address.
func (r *rig) through(t testing.TB, addr string) *rig {
	t.Helper()
	b, err := os.ReadFile(r.cfg.KnownHosts[0])
	if err != nil {
		t.Fatal(err)
	}
	_, key, _ := strings.Cut(string(b), " ")
	known := filepath.Join(t.TempDir(), "known_hosts")
	if err := os.WriteFile(known, []byte(knownhosts.Normalize(addr)+" "+key), 0o600); err != nil {
		t.Fatal(err)
	}
	out := *r
	out.addr, out.cfg.KnownHosts = addr, []string{known}
	return &out
}

func (r *rig) target(t testing.TB) ssh.Target {
	t.Helper()
	to, err := ssh.ParseTarget(r.user + "@" + r.addr)
	if err != nil {
		t.Fatal(err)
	}
	return to
}

func (r *rig) dial(t testing.TB) *login.Client {
	t.Helper()
	c, err := login.Dial(t.Context(), r.target(t), r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// logDir is a directory for logs that may be followed.
func logDir(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("/var/log", "syncscope-test-")
	if err != nil {
		t.Skip("only root may write to /var/log")
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// open opens a log that the list of commands does not have.
func (r *rig) open(t testing.TB, sh shell.Shell, file string) *follow.Log {
	t.Helper()
	path, err := command.ParseLogPath(file)
	if err != nil {
		t.Fatal(err)
	}
	log, err := follow.OpenLog(t.Context(), sh, path)
	if err != nil {
		t.Fatal(err)
	}
	log.Timing = quick
	return log
}
