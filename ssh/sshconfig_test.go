package ssh_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// configured is a login by an ssh_config of the test's own.
func configured(t *testing.T, cfg login.Config, text string, args ...any) login.Config {
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
	cfg := configured(t, login.Config{Gate: redact.New()}, `
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
	cfg.Pool = login.NewPool()
	t.Cleanup(cfg.Pool.Close)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	var both sync.WaitGroup
	for _, host := range []string{"ring", "gnir"} { // at a time: neither waits for the other
		both.Go(func() {
			if _, err := login.Dial(ctx, ssh.Target{User: "a", Host: host, Port: 22}, cfg); err == nil || !strings.Contains(err.Error(), "in a circle") {
				t.Error(err)
			}
		})
	}
	both.Wait()
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
	if _, err := login.Dial(t.Context(), s.Target(), cfg); err == nil || !strings.Contains(err.Error(), "name the right one with -i") {
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

// What ssh says against a configuration stands there once, whatever is logged in to
// how often, and as a line of text: ssh ends its lines for a terminal.
func TestAnErrorOfSSHConfigStandsOnce(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg := configured(t, knowing(t, s), "Host *\n NoSuchOption yes\n")
	cfg.Identities, cfg.Pool = []string{file}, login.NewPool()
	var warned []string
	cfg.Warn = func(w redact.Text) { warned = append(warned, w.String()) }
	in(t, s, cfg)
	in(t, s, cfg)
	if len(warned) != 1 || !strings.Contains(strings.ToLower(warned[0]), "nosuchoption") || strings.ContainsAny(warned[0], "\r\n") || strings.Contains(warned[0], "^M") {
		t.Errorf("%q", warned)
	}
}

// A host that a person trusts goes into the file that ssh_config names for it, and
// that file is the one that is told.
func TestTheFileOfATrustedHostIsTold(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	named, other := filepath.Join(t.TempDir(), "known"), filepath.Join(t.TempDir(), "other")
	cfg := configured(t, login.Config{Gate: redact.New(), Prompter: &person{}, WriteKnownHosts: other, Pool: login.NewPool()}, "Host *\n IdentityFile %s\n UserKnownHostsFile %s\n", file, named)
	in(t, s, cfg)
	if got := cfg.Pool.Noted(); len(got) != 1 || got[0] != named {
		t.Errorf("told %q, not %q", got, named)
	}
}
