package ssh_test

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// known_hosts as OpenSSH reads it: hashed, by CA, with patterns, over several
// files, with broken lines; and the known kind of key is asked for.
func TestKnownHostsAsOpenSSHReadsThem(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	// A second key of another kind: a host that has several is no changed host.
	rsa := filepath.Join(s.Dir, "second_key")
	runTool(t, tool(t, "ssh-keygen"), "-q", "-t", "ecdsa", "-N", "", "-f", rsa)
	ca, caKey := keyPair(t, "")
	cert := filepath.Join(t.TempDir(), "certified")
	runTool(t, tool(t, "ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", cert)
	runTool(t, tool(t, "ssh-keygen"), "-q", "-s", ca, "-I", "host", "-h", "-n", "127.0.0.1", "-V", "+1h", cert+".pub")
	two := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}, Config: []string{"HostKey " + rsa}})
	certified := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}, Config: []string{"HostKey " + cert, "HostCertificate " + cert + "-cert.pub"}})
	hashed := knownHostsOf(t, s)
	runTool(t, tool(t, "ssh-keygen"), "-q", "-H", "-f", hashed)
	authorized := func(k gossh.PublicKey) string { return string(gossh.MarshalAuthorizedKey(k)) }
	for name, c := range map[string]struct {
		s    *sshd
		text string
	}{
		"broken lines":            {s, "\x00\x01garbage\n@cert-authority\n[127.0.0.1 ssh-rsa AAAA\n" + s.KnownHostsLine() + "\n"},
		"a pattern":               {s, "[127.0.0.*]:* " + authorized(s.HostKey)},
		"a CA":                    {certified, "@cert-authority [127.0.0.1]:* " + authorized(caKey)},
		"one of two kinds of key": {two, two.KnownHostsLine() + "\n"},
		"the other kind":          {two, strings.Replace(two.KnownHostsLine(), string(authorized(two.HostKey)[:len(authorized(two.HostKey))-1]), authorized(publicKey(t, rsa+".pub")), 1) + "\n"},
	} {
		t.Run(name, func(t *testing.T) {
			known := filepath.Join(t.TempDir(), "known")
			write(t, known, c.text)
			in(t, c.s, login.Config{KnownHosts: []string{filepath.Join(t.TempDir(), "missing"), known}, Identities: []string{file}, Gate: redact.New()})
		})
	}
	in(t, s, login.Config{KnownHosts: []string{hashed}, Identities: []string{file}, Gate: redact.New()})
}

// A trusted host is noted as ssh does: hashed if ssh_config says so, on a line
// of its own even where the last one has no end; ssh itself finds it.
func TestAHostIsNotedAsOpenSSHDoes(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	known := filepath.Join(t.TempDir(), "known")
	write(t, known, "other.example "+strings.TrimSpace(string(gossh.MarshalAuthorizedKey(s.HostKey))))
	cfg := configured(t, login.Config{Gate: redact.New(), Prompter: &person{}}, "Host *\n UserKnownHostsFile %s\n HashKnownHosts yes\n IdentityFile %s\n", known, file)
	in(t, s, cfg)
	b, err := os.ReadFile(known)
	if err != nil || strings.Count(string(b), "\n") != 2 || strings.Contains(string(b), "127.0.0.1") {
		t.Fatalf("%v %q", err, b)
	}
	runTool(t, tool(t, "ssh-keygen"), "-F", "[127.0.0.1]:"+strconv.Itoa(s.Port), "-f", known)
	cfg.Prompter = nil
	in(t, s, cfg)
}

func TestARevokedKeyIsAFullStop(t *testing.T) {
	s := realSSHD(t, sshdOptions{})
	known := filepath.Join(t.TempDir(), "known")
	write(t, known, s.KnownHostsLine()+"\n@revoked * "+string(gossh.MarshalAuthorizedKey(s.HostKey)))
	p := &person{}
	_, err := login.Dial(t.Context(), s.Target(), login.Config{KnownHosts: []string{known}, Gate: redact.New(), Prompter: p})
	var key *ssh.HostKeyError
	if !errors.As(err, &key) || !key.Revoked || !strings.Contains(err.Error(), known+":2") || len(p.hosts) > 0 {
		t.Errorf("%v; asked about %v", err, p.hosts)
	}
}

// Jump and target are known each by itself; nothing is left in the folder for
// temporary files, not even after a failure.
func TestHopsAreKnownEachByItself(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	file, key := keyPair(t, "")
	o := sshdOptions{Authorized: []gossh.PublicKey{key}}
	hop, s := realSSHD(t, o), realSSHD(t, o)
	p := &person{}
	cfg := login.Config{KnownHosts: []string{filepath.Join(t.TempDir(), "k")}, Identities: []string{file}, Gate: redact.New(), Prompter: p, Jumps: []ssh.Target{hop.Target()}}
	cfg.WriteKnownHosts = cfg.KnownHosts[0]
	in(t, s, cfg)
	if len(p.hosts) != 2 || p.hosts[0].Target != hop.Target() || p.hosts[0].For != s.Target() || p.hosts[1].Target != s.Target() {
		t.Errorf("asked about %+v", p.hosts)
	}
	b, err := os.ReadFile(cfg.WriteKnownHosts)
	if want := hop.KnownHostsLine() + "\n" + s.KnownHostsLine() + "\n"; err != nil || string(b) != want {
		t.Errorf("noted %q, not %q", b, want)
	}
	// The jump host's key has changed: the way ends there, and is named.
	write(t, cfg.WriteKnownHosts, strings.Replace(string(b), string(gossh.MarshalAuthorizedKey(hop.HostKey)), string(gossh.MarshalAuthorizedKey(s.HostKey)), 1))
	_, err = login.Dial(t.Context(), s.Target(), cfg)
	var changed *ssh.HostKeyError
	if !errors.As(err, &changed) || changed.Target != hop.Target() || !strings.Contains(err.Error(), "ssh-keygen -f '"+cfg.WriteKnownHosts+"' -R '"+changed.Known+"'") {
		t.Error(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// A host with old algorithms only says which; it takes a consent for each host,
// and the login is marked.
func TestOldAlgorithms(t *testing.T) {
	file, key := keyPair(t, "")
	s := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}, Config: []string{"Ciphers aes128-cbc", "KexAlgorithms diffie-hellman-group14-sha256"}})
	cfg := knowing(t, s)
	cfg.Identities = []string{file}
	_, err := login.Dial(t.Context(), s.Target(), cfg)
	if err == nil || !strings.Contains(err.Error(), "offers only aes128-cbc") || !strings.Contains(err.Error(), "--legacy-algorithms 127.0.0.1") {
		t.Fatal(err)
	}
	cfg.Legacy = []string{"another.example"}
	if _, err := login.Dial(t.Context(), s.Target(), cfg); err == nil {
		t.Fatal("the consent was for another host")
	}
	var warned []string
	cfg.Warn = func(w redact.Text) { warned = append(warned, w.String()) }
	cfg.Legacy = []string{"127.0.0.1"}
	c := in(t, s, cfg)
	if c.Legacy() != "aes128-cbc" || len(warned) != 1 {
		t.Errorf("%q, warned %q", c.Legacy(), warned)
	}
	cfg.Legacy = nil // the user's own ssh_config is a consent too
	c = in(t, s, configured(t, cfg, "Host 127.0.0.1\n Ciphers +aes128-cbc\n"))
	if c.Legacy() == "" {
		t.Error("not marked")
	}
	modern := realSSHD(t, sshdOptions{Authorized: []gossh.PublicKey{key}})
	cfg.KnownHosts = []string{knownHostsOf(t, modern)}
	if c := in(t, modern, cfg); c.Legacy() != "" {
		t.Errorf("a modern host is marked: %s", c.Legacy())
	}
}
