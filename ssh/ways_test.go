package ssh_test

import (
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// Every way in is tried against a real OpenSSH server.

func dial(t *testing.T, s *sshd, cfg ssh.Config) *ssh.Client {
	t.Helper()
	if cfg.KnownHosts == nil {
		cfg.KnownHosts = []string{knownHostsOf(t, s)}
	}
	if cfg.Gate == nil {
		cfg.Gate = redact.New()
	}
	c, err := ssh.Dial(t.Context(), s.Target(), cfg)
	if err != nil {
		t.Fatalf("%v\n%s", err, s.Log())
	}
	t.Cleanup(c.Close)
	return c
}

func TestWayInPassword(t *testing.T) {
	s := realSSHD(t, sshdOptions{Password: "sesame"})
	dial(t, s, ssh.Config{Prompter: &prompter{password: "sesame"}})
}

func TestWayInKey(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	dial(t, s, ssh.Config{Identities: []string{file}})
}
