package ssh_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/zalando/go-keyring"

	"syncscope/ssh/login"
	"syncscope/ssh/profile"
)

func TestProfiles(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "lab.yaml"), `
managers: [admin@10.0.0.1, admin@10.0.0.2:2222]
ssm: ops@ssm.example
ssm-login: journald
jump: ["me@bastion.example:2022,inner"]
legacy: ["10.0.0.1"]
interface: eth1
vpn: 512
`)
	p, err := profile.Load(dir, "lab")
	if err != nil {
		t.Fatal(err)
	}
	p = profile.Profile{SSM: "root@other"}.Over(p) // hosts that were typed are all of them
	if len(p.Managers) != 0 || p.SSMLogin != "journald" || p.Interface != "eth1" || *p.VPN != 512 {
		t.Errorf("%+v", p)
	}
	var cfg login.Config
	if err := p.Apply(&cfg); err != nil || len(cfg.Jumps) != 2 || cfg.Jumps[0].String() != "me@bastion.example:2022" || cfg.Jumps[1].Host != "inner" {
		t.Errorf("%v, %+v", err, cfg.Jumps)
	}
	p.Pair = "root@pair"
	if _, ssms, err := p.Targets(cfg, "live"); err != nil || len(ssms) != 2 || ssms[0].String() != "root@other" || ssms[1].String() != "root@pair" {
		t.Errorf("%v, %v", ssms, err)
	}
}

// A profile that holds a secret is refused, in one line that does not show it.
func TestAProfileHoldsNoSecret(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"key":      "managers: [a@h]\npassword: hunter2222\n",
		"nested":   "managers: [a@h]\nssm-login:\n  - {\"Client_Secret\": hunter2222}\n",
		"login":    "ssm: admin:hunter2222@h\n",
		"broken":   "managers: [[[\n  passphrase: hunter2222\n",
		"a key":    "identities:\n - |\n   -----BEGIN OPENSSH PRIVATE KEY-----\n   hunter2222\n",
		"unknown":  "managers: [a@h]\nmanger: b@h\n",
		"otp":      "otp-seed: hunter2222\n",
		"too deep": "a:\n b:\n  api_token: hunter2222\n",
	} {
		write(t, filepath.Join(dir, name+".yaml"), text)
		_, err := profile.Load(dir, name)
		if err == nil || strings.Contains(err.Error(), "hunter") || strings.Contains(err.Error(), "\n") || !strings.HasPrefix(err.Error(), "profile "+name+": ") {
			t.Errorf("%s: %v", name, err)
		}
		if name != "unknown" && err != nil && !strings.Contains(err.Error(), "holds a secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, name := range []string{"", "..", "../key", "missing"} {
		if _, err := profile.Load(dir, name); err == nil {
			t.Errorf("%q was read", name)
		}
	}
}

// Host and user come from the names of other tools, the password never does.
func TestTheEnvironmentOfOtherTools(t *testing.T) {
	t.Setenv("VMANAGE_IP", "10.0.0.1")
	t.Setenv("VMANAGE_USER", "admin")
	t.Setenv("VMANAGE_PASSWORD", "hunter2222")
	m, _, err := profile.Profile{}.Over(profile.Environment()).Targets(login.Config{}, "live")
	if err != nil || len(m) != 1 || m[0].String() != "admin@10.0.0.1" {
		t.Errorf("%v, %v", m, err)
	}
	m, _, err = profile.Profile{Managers: []string{"ops@typed"}}.Over(profile.Environment()).Targets(login.Config{}, "live")
	if err != nil || len(m) != 1 || m[0].String() != "ops@typed" {
		t.Errorf("what was typed wins: %v, %v", m, err)
	}
	t.Setenv("VMANAGE_USER", "")
	if _, _, err = (profile.Profile{Managers: []string{"typed"}}).Targets(login.Config{}, "live"); err == nil {
		t.Error("a host without a user")
	}
	cfg := configured(t, login.Config{}, "Host typed\n User byconfig\n")
	if m, _, err = (profile.Profile{Managers: []string{"typed"}}).Targets(cfg, "live"); err != nil || m[0].User != "byconfig" {
		t.Errorf("%v, %v", m, err)
	}
}

// The keyring is asked first and once, and gets what has worked; without one, a
// person is asked.
func TestKeyring(t *testing.T) {
	keyring.MockInit()
	s := realSSHD(t, sshdOptions{Password: "sesame"})
	cfg := knowing(t, s)
	p := &person{answers: map[string][]string{"Password": {"sesame"}}}
	cfg.Prompter, cfg.Keyring = p, true
	if err := keyring.Set("syncscope", s.Target().String(), "of last year"); err != nil {
		t.Fatal(err)
	}
	in(t, s, cfg)
	in(t, s, cfg)
	if len(p.asked) != 1 || p.asked[0].Try != 2 {
		t.Errorf("asked %+v", p.asked)
	}
	keyring.MockInitWithError(keyring.ErrUnsupportedPlatform)
	in(t, s, cfg)
	if len(p.asked) != 2 {
		t.Errorf("asked %d times", len(p.asked))
	}
}
