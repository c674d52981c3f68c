package ssh_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
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
	"syncscope/ssh/lab"
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
func knowing(t *testing.T, servers ...*sshd) ssh.Config {
	t.Helper()
	return ssh.Config{KnownHosts: []string{knownHostsOf(t, servers...)}, Gate: redact.New()}
}

// in logs in and runs something, so that it is known to be of use.
func in(t *testing.T, s *sshd, cfg ssh.Config) *ssh.Client {
	t.Helper()
	return inAs(t, s, s.Target(), cfg)
}

func inAs(t *testing.T, s *sshd, to ssh.Target, cfg ssh.Config) *ssh.Client {
	t.Helper()
	c, err := ssh.Dial(t.Context(), to, cfg)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	t.Cleanup(c.Close)
	if _, err := c.Shell().Run(t.Context(), command.Date()); err != nil {
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
	_, err := ssh.Dial(t.Context(), s.Target(), cfg)
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

func TestWayInTwoJumps(t *testing.T) {
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	a, b, s := realSSHD(t, o), realSSHD(t, o), realSSHD(t, o)
	cfg := knowing(t, a, b, s)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{a.Target(), b.Target()}
	in(t, s, cfg)
	if !strings.Contains(a.Log(), "Accepted") || !strings.Contains(b.Log(), "Accepted") {
		t.Error("it did not go through both")
	}
}

// A jump host that refuses is named as what it is.
func TestARefusingJumpIsNamed(t *testing.T) {
	file, key := keyPair(t, "")
	a, s := realSSHD(t, sshdOptions{}), realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := knowing(t, a, s)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{a.Target()}
	_, err := ssh.Dial(t.Context(), s.Target(), cfg)
	var hop *ssh.HopError
	var auth *ssh.AuthError
	if !errors.As(err, &hop) || !errors.As(err, &auth) || auth.Target != a.Target() || strings.Contains(err.Error(), "\n") {
		t.Error(err)
	}
	open := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg = knowing(t, open)
	cfg.Identities, cfg.Jumps = []string{file}, []ssh.Target{open.Target()}
	to := s.Target()
	to.Port = 1
	var dial *ssh.DialError
	if _, err := ssh.Dial(t.Context(), to, cfg); !errors.As(err, &dial) || !strings.Contains(err.Error(), "jump host "+open.Target().String()) {
		t.Error(err)
	}
}

// configured is a login by an ssh_config of the test's own.
func configured(t *testing.T, cfg ssh.Config, text string, args ...any) ssh.Config {
	t.Helper()
	tool(t, "ssh")
	cfg.SSHConfig, cfg.ConfigFile = true, filepath.Join(t.TempDir(), "config")
	write(t, cfg.ConfigFile, fmt.Sprintf(text, args...))
	return cfg
}

// An alias with all that ssh_config has for it, and a jump of its own user.
func TestWayInBySSHConfig(t *testing.T) {
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	hop, s := realSSHD(t, o), realSSHD(t, o)
	known := filepath.Join(t.TempDir(), "known")
	write(t, known, "broken line\nmanager-of-the-lab "+string(gossh.MarshalAuthorizedKey(s.HostKey))+hop.KnownHostsLine()+"\n")
	cfg := configured(t, ssh.Config{Gate: redact.New()}, `
Host mgr
  HostName 127.0.0.1
  Port %d
  HostKeyAlias manager-of-the-lab
  ProxyJump bastion
Host bastion
  HostName 127.0.0.1
  Port %d
  User %s
Host *
  IdentityFile %s
  IdentitiesOnly yes
  UserKnownHostsFile %s
`, s.Port, hop.Port, hop.User, file, known)
	to, err := ssh.ParseTarget(s.User + "@mgr")
	if err != nil {
		t.Fatal(err)
	}
	inAs(t, s, to, cfg)
	if !strings.Contains(hop.Log(), "Accepted") {
		t.Error("the jump was not taken")
	}
}

// The first host of --jump is reached as ssh_config has it; a circle ends.
func TestJumpsBySSHConfig(t *testing.T) {
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	first, second, s := realSSHD(t, o), realSSHD(t, o), realSSHD(t, o)
	cfg := knowing(t, first, second, s)
	cfg.Identities = []string{file}
	cfg = configured(t, cfg, "Host two\n HostName 127.0.0.1\n Port %d\n ProxyJump one\nHost one\n HostName 127.0.0.1\n Port %d\nHost ring\n ProxyJump gnir\nHost gnir\n ProxyJump ring\n", second.Port, first.Port)
	cfg.Jumps = []ssh.Target{{Host: "two", Port: 22}}
	c := in(t, s, cfg)
	c.Close()
	if !strings.Contains(first.Log(), "Accepted") || !strings.Contains(second.Log(), "Accepted") {
		t.Error("it did not go through both")
	}
	cfg.Jumps = nil
	if _, err := ssh.Dial(t.Context(), ssh.Target{User: "a", Host: "ring", Port: 22}, cfg); err == nil || !strings.Contains(err.Error(), "in a circle") {
		t.Error(err)
	}
}

// With IdentitiesOnly, of the agent's keys only the named are offered.
func TestIdentitiesOnly(t *testing.T) {
	file, key := keyPair(t, "")
	_, other := keyPair(t, "")
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "agent"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	ring := agent.NewKeyring()
	for range 7 { // more than a host takes tries
		_, private, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := ring.Add(agent.AddedKey{PrivateKey: private}); err != nil {
			t.Fatal(err)
		}
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _ = agent.ServeAgent(ring, c) }()
		}
	}()
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := knowing(t, s)
	cfg.AgentSocket = l.Addr().String()
	in(t, s, configured(t, cfg, "Host *\n IdentitiesOnly yes\n IdentityFile %s\n", file))
	if n := strings.Count(s.Log(), "Failed publickey"); n > 0 {
		t.Errorf("%d keys were offered in vain", n)
	}
	cfg.Explicit = []string{file} // a key that was named comes before the agent's
	in(t, s, cfg)
	s = realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{other}})
	cfg.KnownHosts, cfg.Explicit = []string{knownHostsOf(t, s)}, nil
	if _, err := ssh.Dial(t.Context(), s.Target(), cfg); err == nil || !strings.Contains(err.Error(), "name the right one with -i") {
		t.Error(err)
	}
}

// Without OpenSSH the file is parsed; one that cannot be is left out, said so.
func TestSSHConfigWithoutOpenSSH(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := configured(t, knowing(t, s), "Host mgr\n HostName 127.0.0.1\n Port %d\n HostKeyAlias %s\n IdentityFile %s\n", s.Port, "mgr", file)
	known := filepath.Join(t.TempDir(), "known")
	write(t, known, "mgr "+string(gossh.MarshalAuthorizedKey(s.HostKey)))
	cfg.KnownHosts = []string{known}
	t.Setenv("PATH", t.TempDir())
	inAs(t, s, ssh.Target{User: s.User, Host: "mgr", Port: 22}, cfg)

	var warned []string
	cfg.Warn = func(w redact.Text) { warned = append(warned, w.String()) }
	cfg.KnownHosts = []string{knownHostsOf(t, s)}
	cfg.Identities = []string{file}
	write(t, cfg.ConfigFile, "Match exec \"true\"\n User nobody\n")
	in(t, s, cfg)
	if len(warned) != 1 || !strings.Contains(warned[0], "ssh_config is left out") {
		t.Errorf("warned %q", warned)
	}
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
	if _, err := ssh.Dial(t.Context(), s.Target(), cfg); err == nil || !strings.Contains(err.Error(), "no way there") {
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
	cfg := configured(t, ssh.Config{Gate: redact.New()}, "Host *\n ControlPath %s\n", socket)
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

// Three Managers and an SSM behind a jump host that wants a one-time code: it
// is good once, and asked for once, though all log in at a time.
func TestOneCodeForAll(t *testing.T) {
	jump := realSSHD(t, sshdOptions{Password: "sesame", Codes: []string{"123456"}, Config: []string{"PasswordAuthentication no"}})
	p := &person{answers: map[string][]string{"Password": {"sesame"}, "One-time code": {"123456"}}}
	var servers []*sshd
	for range 4 {
		servers = append(servers, realSSHD(t, sshdOptions{Password: "sesame"}))
	}
	cfg := knowing(t, append(servers, jump)...)
	cfg.Prompter, cfg.Jumps, cfg.Pool = p, []ssh.Target{jump.Target()}, ssh.NewPool()
	t.Cleanup(cfg.Pool.Close)
	var all sync.WaitGroup
	for _, s := range servers {
		all.Go(func() {
			c, err := ssh.Dial(t.Context(), s.Target(), cfg)
			if err != nil {
				t.Errorf("%v\n%s", err, jump.Log())
				return
			}
			t.Cleanup(c.Close)
		})
	}
	all.Wait()
	codes := 0
	for _, q := range p.asked {
		if strings.Contains(q.Text.String(), "One-time code") {
			codes++
			if q.Target != jump.Target() || q.For.Port == 0 || q.For == q.Target {
				t.Errorf("it is asked for %v, on the way to %v", q.Target, q.For)
			}
		}
	}
	if codes != 1 || len(p.asked) != 2+len(servers) || p.most != 1 {
		t.Errorf("%d codes, %d questions, %d at a time", codes, len(p.asked), p.most)
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
	_, err := ssh.Dial(t.Context(), s.Target(), cfg)
	for _, want := range []string{"puttygen " + ppk, "ssh-agent (ssh-add)", missing + ": the key cannot be read"} {
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "not named") {
			t.Errorf("no %q in %v", want, err)
		}
	}
}

// The Manager's command line behind a jump host; and the jump host is logged in
// to anew when its login was lost.
func TestTheManagerBehindAJump(t *testing.T) {
	l, cfg := simulated(t, lab.Options{Scenario: "ok", Past: time.Minute})
	jump := realSSHD(t, sshdOptions{Password: "sesame"})
	p := &person{answers: map[string][]string{"Password": {"sesame"}}}
	cfg.KnownHosts = append(cfg.KnownHosts, knownHostsOf(t, jump))
	cfg.Prompter, cfg.Jumps, cfg.Pool = both{p, l.Manager()}, []ssh.Target{jump.Target()}, ssh.NewPool()
	t.Cleanup(cfg.Pool.Close)
	for try := range 2 {
		c, err := ssh.Dial(t.Context(), target(t, l.Manager()), cfg)
		if err != nil {
			t.Fatal(err)
		}
		cli, err := c.Manager(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := cli.Run(t.Context(), command.ShowVersion()); err != nil {
			t.Fatal(err)
		}
		if len(p.asked) != try+1 {
			t.Errorf("asked %d times", len(p.asked))
		}
		for _, pid := range descendants(jump.cmd.Process.Pid) {
			if proc, err := os.FindProcess(pid); err == nil {
				_ = proc.Kill()
			}
		}
		select {
		case <-c.Done():
		case <-time.After(10 * time.Second):
			t.Fatal("the end of the jump host is not seen")
		}
	}
}

// both answers for the jump host and for a simulated host.
type both struct {
	*person
	h lab.Host
}

func (b both) Secret(ctx context.Context, q ssh.Question) ([]byte, error) {
	if q.Target.Addr() == b.h.Addr {
		return []byte(b.h.Password), nil
	}
	return b.person.Secret(ctx, q)
}

// A question that waits long for its turn, while others are asked, is asked on
// a connection that the host has not given up meanwhile.
func TestWaitingForTheTurn(t *testing.T) {
	slow := realSSHD(t, sshdOptions{Password: "sesame"})
	s := realSSHD(t, sshdOptions{Password: "sesame", Config: []string{"LoginGraceTime 2"}})
	cfg := knowing(t, slow, s)
	cfg.Pool, cfg.LoginTimeout = ssh.NewPool(), time.Second
	t.Cleanup(cfg.Pool.Close)
	asked := make(chan struct{})
	first := cfg
	first.Prompter = promptFunc(func() { close(asked); time.Sleep(3 * time.Second) })
	done := make(chan error, 1)
	go func() {
		c, err := ssh.Dial(t.Context(), slow.Target(), first)
		if err == nil {
			c.Close()
		}
		done <- err
	}()
	<-asked
	cfg.Prompter = promptFunc(func() {})
	in(t, s, cfg)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

type promptFunc func()

func (f promptFunc) Secret(context.Context, ssh.Question) ([]byte, error) {
	f()
	return []byte("sesame"), nil
}
func (promptFunc) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }
