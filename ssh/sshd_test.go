package ssh_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"syncscope/ssh"
)

// sshdOptions are what a test needs of a real OpenSSH server.
type sshdOptions struct {
	Port       int               // 0: a free one
	User       string            // who logs in; "" is who runs the test
	Authorized []gossh.PublicKey // keys that may log in
	Password   string            // for password and keyboard-interactive, through PAM; needs root and gcc
	Codes      []string          // a second round asks for one of these; each is taken once
	HostKey    string            // the kind of host key: ed25519 (default), rsa, ecdsa
	Config     []string          // further lines of sshd_config; they come first, so they win
	Logs       string            // a folder that those who log in see as /var/log; needs root, and a kernel that lets it
}

// sshd is a running OpenSSH server on loopback. It ends with the test.
type sshd struct {
	Host    string
	Port    int
	User    string
	HostKey gossh.PublicKey
	Dir     string // its files
	cmd     *exec.Cmd
	ended   chan struct{} // closed after Wait
}

func sshdPath(t testing.TB) string {
	t.Helper()
	for _, p := range []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/usr/bin/sshd"} {
		if _, err := os.Stat(p); err == nil {
			return p
		}
	}
	t.Skip("no OpenSSH server here (apt install openssh-server)")
	return ""
}

// realSSHD starts a server with its own config, port and host key.
func realSSHD(t testing.TB, o sshdOptions) *sshd {
	t.Helper()
	path, keygen := sshdPath(t), tool(t, "ssh-keygen")
	if o.HostKey == "" {
		o.HostKey = "ed25519"
	}
	s := &sshd{Host: "127.0.0.1", User: o.User, Dir: t.TempDir()}
	if s.User == "" {
		me, err := user.Current()
		if err != nil {
			t.Fatal(err)
		}
		s.User = me.Username
	}
	key := filepath.Join(s.Dir, "host_key")
	runTool(t, keygen, "-q", "-t", o.HostKey, "-N", "", "-f", key)
	s.HostKey = publicKey(t, key+".pub")
	var authorized bytes.Buffer
	for _, k := range o.Authorized {
		authorized.Write(gossh.MarshalAuthorizedKey(k))
	}
	write(t, filepath.Join(s.Dir, "authorized_keys"), authorized.String())
	if os.Getuid() == 0 {
		if err := os.MkdirAll("/run/sshd", 0o755); err != nil { // where it drops its rights
			t.Fatal(err)
		}
	}
	// A folder of the test as home: what a person starts in his .bashrc takes
	// time, and leaves locks behind where a test kills its shell.
	config := append(o.Config, "SetEnv HOME="+s.Dir, "ListenAddress 127.0.0.1", "HostKey "+key, "PidFile none", "StrictModes no", "PermitRootLogin yes",
		"AuthorizedKeysFile "+filepath.Join(s.Dir, "authorized_keys"), "LogLevel VERBOSE", "MaxStartups 100:30:200", "Subsystem sftp internal-sftp")
	if o.Password != "" {
		path = passwords(t, s.Dir, path, o)
		config = append(config, "UsePAM yes", "PasswordAuthentication yes", "KbdInteractiveAuthentication yes", "MaxAuthTries 10")
	} else {
		config = append(config, "UsePAM no", "PasswordAuthentication no", "KbdInteractiveAuthentication no")
	}
	if o.Logs != "" {
		path = withLogs(t, s.Dir, path, o.Logs)
	}
	for try := 0; ; try++ { // a free port may be taken before the server has it
		if s.Port = o.Port; s.Port == 0 {
			s.Port = freePort(t)
		}
		err := s.start(t, path, config)
		if err == nil {
			return s
		}
		if try == 3 {
			t.Fatalf("sshd: %v\n%s", err, s.Log())
		}
	}
}

// withLogs is a server for which another folder is /var/log.
func withLogs(t testing.TB, dir, path, logs string) string {
	t.Helper()
	unshare := tool(t, "unshare")
	if out, err := exec.Command(unshare, "-m", "mount", "--bind", logs, "/var/log").CombinedOutput(); err != nil {
		t.Skipf("a mount of its own is not permitted here: %s", out)
	}
	own := filepath.Join(dir, "sshd")
	script := fmt.Sprintf("#!/bin/sh\nexec %s -m sh -c 'mount --bind %s /var/log && exec %s \"$@\"' sshd \"$@\"\n", unshare, logs, path)
	if err := os.WriteFile(own, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return own
}

func (s *sshd) start(t testing.TB, path string, config []string) error {
	file := filepath.Join(s.Dir, "sshd_config")
	write(t, file, strings.Join(append(config, "Port "+strconv.Itoa(s.Port)), "\n")+"\n")
	log, err := os.OpenFile(filepath.Join(s.Dir, "log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	s.cmd = exec.Command(path, "-D", "-e", "-f", file)
	s.cmd.Stderr = log
	if err := s.cmd.Start(); err != nil {
		return err
	}
	s.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan struct{}) { _ = cmd.Wait(); close(ended) }(s.cmd, s.ended)
	t.Cleanup(s.Stop)
	for limit := time.Now().Add(15 * time.Second); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		select {
		case <-s.ended:
			return errors.New("it ended at once")
		default:
		}
		c, err := net.DialTimeout("tcp", s.Addr(), time.Second)
		if err != nil {
			continue
		}
		line, err := bufio.NewReader(c).ReadString('\n')
		_ = c.Close()
		if err == nil && strings.HasPrefix(line, "SSH-2.0-") {
			return nil
		}
	}
	s.Stop()
	return errors.New("it does not answer")
}

// Stop kills the server and what it started, by their process ids.
func (s *sshd) Stop() {
	select {
	case <-s.ended:
		return
	default:
	}
	for _, pid := range append(descendants(s.cmd.Process.Pid), s.cmd.Process.Pid) {
		if p, err := os.FindProcess(pid); err == nil {
			_ = p.Kill()
		}
	}
	<-s.ended
}

// Addr is host:port.
func (s *sshd) Addr() string { return net.JoinHostPort(s.Host, strconv.Itoa(s.Port)) }

// Target is the login.
func (s *sshd) Target() ssh.Target { return ssh.Target{User: s.User, Host: s.Host, Port: s.Port} }

// Log is what the server wrote so far.
func (s *sshd) Log() string {
	b, _ := os.ReadFile(filepath.Join(s.Dir, "log"))
	return string(b)
}

// KnownHostsLine is the server's line for a known_hosts file.
func (s *sshd) KnownHostsLine() string {
	return knownhosts.Line([]string{knownhosts.Normalize(s.Addr())}, s.HostKey)
}

// knownHostsOf writes a known_hosts file that has these servers.
func knownHostsOf(t testing.TB, servers ...*sshd) string {
	t.Helper()
	var b strings.Builder
	for _, s := range servers {
		b.WriteString(s.KnownHostsLine() + "\n")
	}
	file := filepath.Join(t.TempDir(), "known_hosts")
	write(t, file, b.String())
	return file
}

// descendants are the processes below pid, the deepest last.
func descendants(pid int) []int {
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := map[int][]int{}
	for _, name := range stats {
		b, err := os.ReadFile(name)
		end := bytes.LastIndexByte(b, ')')
		if err != nil || end < 0 {
			continue
		}
		var state string
		var parent int
		if _, err := fmt.Sscan(string(b[end+1:]), &state, &parent); err != nil {
			continue
		}
		if child, err := strconv.Atoi(filepath.Base(filepath.Dir(name))); err == nil {
			children[parent] = append(children[parent], child)
		}
	}
	out := children[pid]
	for i := 0; i < len(out); i++ {
		out = append(out, children[out[i]]...)
	}
	return out
}

// pamModule asks for a password and then, if there are codes, for one of them.
// A code is a file that is deleted when it is used: it is good once.
const pamModule = `
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
struct message { int style; const char *text; };
struct response { char *text; int code; };
struct conversation { int (*ask)(int, const struct message **, struct response **, void *); void *data; };
int pam_get_item(const void *, int, const void **);
static char *ask(void *h, int style, const char *text) {
  const void *item = 0;
  if (pam_get_item(h, 5, &item) || !item) return 0;
  const struct conversation *c = item;
  struct message m = { style, text }; const struct message *list[1] = { &m };
  struct response *r = 0;
  return c->ask(1, list, &r, c->data) || !r ? 0 : r->text;
}
int pam_sm_authenticate(void *h, int flags, int n, const char **arg) {
  char *got = ask(h, 1, "Password: ");
  if (!got || strcmp(got, arg[0])) return 7;
  if (n < 2) return 0;
  got = ask(h, 1, "One-time code: ");
  char path[4096];
  if (!got || !*got || strchr(got, '/') || snprintf(path, sizeof path, "%s/%s", arg[1], got) >= (int)sizeof path) return 7;
  return unlink(path) ? 7 : 0;
}
int pam_sm_setcred(void *h, int flags, int n, const char **arg) { return 0; }
`

var pamServices struct {
	sync.Mutex
	n int
}

// passwords makes a PAM service for the server and gives the path under which
// it is that service: sshd takes the service's name from its own.
func passwords(t testing.TB, dir, path string, o sshdOptions) string {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("a PAM service of the test's own needs root")
	}
	source, module := filepath.Join(dir, "pam.c"), filepath.Join(dir, "pam.so")
	write(t, source, pamModule)
	runTool(t, tool(t, "gcc"), "-shared", "-fPIC", "-o", module, source)
	args := o.Password
	if len(o.Codes) > 0 {
		codes := filepath.Join(dir, "codes")
		if err := os.Mkdir(codes, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, c := range o.Codes {
			write(t, filepath.Join(codes, c), "")
		}
		args += " " + codes
	}
	pamServices.Lock()
	pamServices.n++
	name := fmt.Sprintf("syncscope-test-%d-%d", os.Getpid(), pamServices.n)
	pamServices.Unlock()
	service := filepath.Join("/etc/pam.d", name)
	write(t, service, "auth required "+module+" "+args+"\naccount required pam_permit.so\nsession required pam_permit.so\n")
	t.Cleanup(func() { _ = os.Remove(service) })
	link := filepath.Join(dir, name)
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	return link
}

// keyPair makes a key pair: its file, encrypted if there is a passphrase, and
// the public half, which stands beside it in FILE.pub.
func keyPair(t testing.TB, passphrase string) (file string, key gossh.PublicKey) {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if key, err = gossh.NewPublicKey(public); err != nil {
		t.Fatal(err)
	}
	block, err := gossh.MarshalPrivateKey(private, "")
	if passphrase != "" {
		block, err = gossh.MarshalPrivateKeyWithPassphrase(private, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	file = filepath.Join(t.TempDir(), "id")
	write(t, file, string(pem.EncodeToMemory(block)))
	write(t, file+".pub", string(gossh.MarshalAuthorizedKey(key)))
	return file, key
}

func publicKey(t testing.TB, file string) gossh.PublicKey {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	key, _, _, _, err := gossh.ParseAuthorizedKey(b)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func tool(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed here", name)
	}
	return path
}

func runTool(t testing.TB, name string, args ...string) {
	t.Helper()
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v: %s", name, args, err, out)
	}
}

func write(t testing.TB, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
