package ssh_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/command"
	"syncscope/ssh/login"
	"syncscope/ssh/shell"
)

// Every way in is tried against a real OpenSSH server.

// person answers each question by its words; the answers of a question are
// given one after the other, the last one again.
type person struct {
	mu      sync.Mutex
	answers map[string][]string
	asked   []ssh.Question
	hosts   []ssh.UnknownHost
	at      int // questions that stand now
	most    int
}

func (p *person) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	p.mu.Lock()
	p.at++
	p.most = max(p.most, p.at)
	p.asked = append(p.asked, q)
	p.mu.Unlock()
	time.Sleep(20 * time.Millisecond) // others could ask meanwhile
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at--
	for words, list := range p.answers {
		if strings.Contains(q.Text.String(), words) {
			if len(list) > 1 {
				p.answers[words] = list[1:]
			}
			return []byte(list[0]), nil
		}
	}
	return nil, fmt.Errorf("asked %q", q.Text)
}

func (p *person) TrustHost(_ context.Context, h ssh.UnknownHost) (bool, error) {
	p.hosts = append(p.hosts, h)
	return true, nil
}

// knowing is a login that knows these servers.
func knowing(t *testing.T, servers ...*sshd) login.Config {
	t.Helper()
	return login.Config{KnownHosts: []string{knownHostsOf(t, servers...)}, Gate: redact.New()}
}

// in logs in and runs something, so that it is known to be of use.
func in(t *testing.T, s *sshd, cfg login.Config) *login.Client {
	t.Helper()
	return inAs(t, s, s.Target(), cfg)
}

func inAs(t *testing.T, s *sshd, to ssh.Target, cfg login.Config) *login.Client {
	t.Helper()
	c, err := login.Dial(t.Context(), to, cfg)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	t.Cleanup(c.Close)
	if _, err := shell.Open(c).Run(t.Context(), command.Date()); err != nil {
		t.Fatalf("a command over it: %v", err)
	}
	return c
}

func TestWayInAgent(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "agent")
	cmd := exec.Command(tool(t, "ssh-agent"), "-D", "-a", socket)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	file, key := keyPair(t, "")
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("unix", socket); err == nil {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := gossh.ParseRawPrivateKey(data)
			if err != nil {
				t.Fatal(err)
			}
			if err := agent.NewClient(c).Add(agent.AddedKey{PrivateKey: raw}); err != nil {
				t.Fatal(err)
			}
			c.Close()
			break
		}
	}
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := knowing(t, s)
	cfg.AgentSocket = socket
	in(t, s, cfg)
}

func TestWayInEncryptedKey(t *testing.T) {
	file, key := keyPair(t, "open sesame")
	other, _ := keyPair(t, "never asked for")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	p := &person{answers: map[string][]string{"Passphrase for " + file: {"mistyped", "open sesame"}}}
	cfg := knowing(t, s)
	cfg.Identities, cfg.Prompter = []string{other, file}, p
	in(t, s, cfg)
	if len(p.asked) != 2 || p.asked[1].Try != 2 || !strings.Contains(p.asked[0].Text.String(), "SHA256:") {
		t.Errorf("asked %v", p.asked)
	}
}

func TestWayInCertificate(t *testing.T) {
	ca, caKey := keyPair(t, "")
	file, _ := keyPair(t, "")
	keygen := tool(t, "ssh-keygen")
	cas := filepath.Join(t.TempDir(), "ca.pub")
	write(t, cas, string(gossh.MarshalAuthorizedKey(caKey)))
	s := realSSHD(t, sshdOptions{Config: []string{"TrustedUserCAKeys " + cas}})
	runTool(t, keygen, "-q", "-s", ca, "-I", "test", "-n", s.User, "-V", "+1h", file+".pub") // file-cert.pub
	cfg := knowing(t, s)
	cfg.Identities = []string{file}
	in(t, s, cfg)
}

func TestWayInPassword(t *testing.T) {
	s := realSSHD(t, sshdOptions{Password: "sesame", Config: []string{"KbdInteractiveAuthentication no"}})
	p := &person{answers: map[string][]string{"Password": {"mistyped", "sesame"}}}
	cfg := knowing(t, s)
	cfg.Prompter = p
	in(t, s, cfg)
	if len(p.asked) != 2 || p.asked[1].Try != 2 || p.asked[1].Method != "password" || p.asked[0].Echo {
		t.Errorf("asked %+v", p.asked)
	}
}

// Two rounds, and a code that was mistyped: both are asked for again.
func TestWayInKeyboardInteractive(t *testing.T) {
	s := realSSHD(t, sshdOptions{Password: "sesame", Codes: []string{"123456"}, Config: []string{"PasswordAuthentication no"}})
	p := &person{answers: map[string][]string{"Password": {"sesame"}, "One-time code": {"123465", "123456"}}}
	cfg := knowing(t, s)
	cfg.Prompter = p
	in(t, s, cfg)
	if len(p.asked) != 4 || p.asked[3].Try != 2 || p.asked[3].Method != "keyboard-interactive" {
		t.Errorf("asked %+v", p.asked)
	}
}

// However many methods the host offers: two refused answers are all.
func TestAccountsAreNotLocked(t *testing.T) {
	s := realSSHD(t, sshdOptions{Password: "sesame"})
	p := &person{answers: map[string][]string{"Password": {"wrong"}}}
	cfg := knowing(t, s)
	cfg.Prompter = p
	_, err := login.Dial(t.Context(), s.Target(), cfg)
	var auth *ssh.AuthError
	if !errors.As(err, &auth) || len(p.asked) != 2 {
		t.Errorf("%v after %d questions", err, len(p.asked))
	}
}

// Two steps that the host wants both: a key, then a password.
func TestWayInTwoMethods(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Password: "sesame", Authorized: []gossh.PublicKey{key}, Config: []string{"AuthenticationMethods publickey,keyboard-interactive"}})
	cfg := knowing(t, s)
	cfg.Identities, cfg.Prompter = []string{file}, &person{answers: map[string][]string{"Password": {"sesame"}}}
	in(t, s, cfg)
}

func TestWayInProxyCommand(t *testing.T) {
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	hop, s := realSSHD(t, o), realSSHD(t, o)
	known := knownHostsOf(t, hop, s)
	cfg := configured(t, knowing(t, hop, s), "Host 127.0.0.1\n ProxyCommand %s -F none -i %s -o UserKnownHostsFile=%s -p %d -W %%h:%%p %s@127.0.0.1\n",
		tool(t, "ssh"), file, known, hop.Port, hop.User)
	cfg.Identities = []string{file}
	before := len(descendants(os.Getpid()))
	c := in(t, s, cfg)
	if !strings.Contains(hop.Log(), "Accepted") {
		t.Error("the command was not used")
	}
	c.Close()
	for end := time.Now().Add(5 * time.Second); len(descendants(os.Getpid())) > before; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("the ProxyCommand is left behind")
		}
	}
	cfg = configured(t, cfg, "Host *\n ProxyCommand echo no way there >&2; exit 1\n")
	if _, err := login.Dial(t.Context(), s.Target(), cfg); err == nil || !strings.Contains(err.Error(), "no way there") {
		t.Errorf("%v", err)
	}
}

func TestWayInControlMaster(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	dir, err := os.MkdirTemp("", "cm") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	master := exec.Command(tool(t, "ssh"), "-F", "none", "-M", "-N", "-S", socket, "-i", file, "-o", "UserKnownHostsFile="+knownHostsOf(t, s), "-p", fmt.Sprint(s.Port), s.User+"@127.0.0.1")
	if err := master.Start(); err != nil {
		t.Fatal(err)
	}
	stop := sync.OnceFunc(func() { _ = master.Process.Kill(); _ = master.Wait() })
	t.Cleanup(stop)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if _, err := os.Stat(socket); err == nil {
			break
		}
		if time.Now().After(end) {
			t.Fatal("the master does not come up")
		}
	}
	// No key and no known host: all that was the master's.
	cfg := configured(t, login.Config{Gate: redact.New()}, "Host *\n ControlPath %s\n", socket)
	c := in(t, s, cfg)
	if !c.Shared() {
		t.Error("it is another login")
	}
	stop()
	select {
	case <-c.Done():
	case <-time.After(10 * time.Second):
		t.Error("the master's end is not seen")
	}
}

// Keys that cannot be used say what to do.
func TestKeysThatCannotBeUsed(t *testing.T) {
	s := realSSHD(t, sshdOptions{})
	dir := t.TempDir()
	ppk, sk := filepath.Join(dir, "id.ppk"), filepath.Join(dir, "id_sk")
	write(t, ppk, "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n")
	write(t, sk, "-----BEGIN OPENSSH PRIVATE KEY-----\nc2stc3NoLWVkMjU1MTlAb3BlbnNzaC5jb20=\n-----END OPENSSH PRIVATE KEY-----\n")
	cfg := knowing(t, s)
	missing := filepath.Join(dir, "missing")
	cfg.Identities, cfg.Explicit = []string{filepath.Join(dir, "not named")}, []string{ppk, sk, missing}
	_, err := login.Dial(t.Context(), s.Target(), cfg)
	for _, want := range []string{"puttygen " + ppk, "ssh-agent (ssh-add)", missing + ": the key cannot be read"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "not named") {
			t.Errorf("no %q in %v", want, err)
		}
	}
}
