package ssh_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
)

// rig is an OpenSSH server of ours on the loopback.
type rig struct {
	addr string
	user string
	cfg  ssh.Config
}

func newKey(t testing.TB, file string) gossh.PublicKey {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	key, err := gossh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// startRig starts one with more lines of configuration.
func startRig(t testing.TB, more string) *rig {
	t.Helper()
	path, err := exec.LookPath("/usr/sbin/sshd")
	if err != nil {
		t.Skip("OpenSSH's sshd is not installed")
	}
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	host := newKey(t, filepath.Join(dir, "host"))
	key := newKey(t, filepath.Join(dir, "id"))
	if err := os.WriteFile(filepath.Join(dir, "authorized"), gossh.MarshalAuthorizedKey(key), 0o600); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	_, port, _ := net.SplitHostPort(addr)
	l.Close()
	if os.Getuid() == 0 {
		_ = os.MkdirAll("/run/sshd", 0o755) // it may be there
	}
	conf := fmt.Sprintf("ListenAddress 127.0.0.1\nPort %s\nHostKey %s/host\nAuthorizedKeysFile %s/authorized\nPidFile %s/pid\nPermitRootLogin yes\nStrictModes no\nUsePAM no\nPasswordAuthentication no\nMaxStartups 200:30:300\n%s\n", port, dir, dir, dir, more)
	if err := os.WriteFile(filepath.Join(dir, "conf"), []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	cmd := exec.Command(path, "-D", "-e", "-f", filepath.Join(dir, "conf"))
	cmd.Stderr = &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if c, err := net.Dial("tcp", addr); err == nil {
			c.Close()
			break
		}
		if time.Now().After(end) {
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
			t.Skipf("sshd does not start here: %s", out.String())
		}
	}
	known := filepath.Join(dir, "known_hosts")
	line := knownhosts.Line([]string{knownhosts.Normalize(addr)}, host)
	if err := os.WriteFile(known, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return &rig{addr, me.Username, ssh.Config{KnownHosts: []string{known}, Identities: []string{filepath.Join(dir, "id")}, Gate: redact.New()}}
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

func (r *rig) dial(t testing.TB) *ssh.Client {
	t.Helper()
	c, err := ssh.Dial(t.Context(), r.target(t), r.cfg)
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
func (r *rig) open(t testing.TB, sh ssh.Shell, file string) *ssh.Log {
	t.Helper()
	path, err := command.ParseLogPath(file)
	if err != nil {
		t.Fatal(err)
	}
	log, err := ssh.OpenLog(t.Context(), sh, path)
	if err != nil {
		t.Fatal(err)
	}
	log.Timing = quick
	return log
}
