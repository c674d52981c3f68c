package profile

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"syncscope/ssh"
	"syncscope/ssh/login"
)

// Profile is a named set of hosts and the way to them: what the flags give, or
// a file. It never holds a secret.
type Profile struct {
	Managers   []string `yaml:"managers"`
	SSM        string   `yaml:"ssm"`
	Pair       string   `yaml:"ssm-pair"`  // the other SSM of a pair
	SSMLogin   string   `yaml:"ssm-login"` // how its log is come by: shell, console, sudo, journald
	Peer       string   `yaml:"peer"`
	Jumps      []string `yaml:"jump"`       // each as ssh -J takes it
	Identities []string `yaml:"identities"` // private key files
	SSHConfig  string   `yaml:"ssh-config"`
	Legacy     []string `yaml:"legacy"` // hosts whose old algorithms may be used; "*": all of them
	Interface  string   `yaml:"interface"`
	VPN        *int     `yaml:"vpn"`
	Keyring    bool     `yaml:"keyring"`
}

const maxProfile = 64 << 10

// Load reads NAME.yaml in a folder. One that holds a secret is refused.
func Load(dir, name string) (Profile, error) {
	bad := func(what, hint string) (Profile, error) {
		return Profile{}, fmt.Errorf("profile %s: %s (%s)", name, what, hint)
	}
	if name == "" || strings.HasPrefix(name, ".") || strings.ContainsAny(name, `/\:@`) { // which may be a login with its password
		return Profile{}, fmt.Errorf("profile: no such name (a profile is a file NAME.yaml in %s)", dir)
	}
	f, err := os.Open(filepath.Join(dir, name+".yaml"))
	if err != nil {
		there := "none is there: write one, or give --manager and --ssm"
		if names := Names(dir); len(names) > 0 {
			there = "there are " + strings.Join(names, ", ")
		}
		return bad("it cannot be read in "+dir, there)
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxProfile))
	if err != nil {
		return bad(err.Error(), "check the file")
	}
	if key := secretIn(data); key != "" {
		return bad("it holds a secret, "+key, "take it out: secrets are asked for, or kept by keyring: true")
	}
	var p Profile
	if err := yaml.NewDecoder(bytes.NewReader(data), yaml.Strict()).Decode(&p); err != nil && !errors.Is(err, io.EOF) {
		return bad(notRead(err), "managers, ssm, ssm-pair, ssm-login, peer, jump, identities, ssh-config, legacy, interface, vpn, keyring")
	}
	return p, nil
}

// Names are the profiles of a folder.
func Names(dir string) []string {
	files, _ := filepath.Glob(filepath.Join(dir, "*.yaml"))
	for i, f := range files {
		files[i] = strings.TrimSuffix(filepath.Base(f), ".yaml")
	}
	return slices.DeleteFunc(files, func(name string) bool { return !plain(name) })
}

// notRead says where a profile could not be read. What stands there may be a
// secret: only the name of a key that we do not know is repeated.
func notRead(err error) string {
	var at yaml.Error
	if !errors.As(err, &at) || at.GetToken() == nil {
		return "it is no YAML of this form"
	}
	token := at.GetToken()
	line := fmt.Sprintf("line %d", token.Position.Line)
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) && strings.Trim(token.Value, "abcdefghijklmnopqrstuvwxyz-") == "" {
		return line + ": there is no " + token.Value
	}
	return line + ": it is no YAML of this form"
}

// secretIn names the key of a secret, whatever the shape of the file: it is
// looked for before anything else is said about the file.
func secretIn(data []byte) string {
	for line := range strings.Lines(string(data)) {
		key, _, ok := strings.Cut(strings.TrimLeft(line, " \t-{\"'"), ":")
		key = strings.ToLower(strings.Trim(key, "\"' \t"))
		if strings.HasPrefix(key, "#") {
			continue
		}
		for _, word := range []string{"password", "passwd", "passphrase", "secret", "token", "otp", "passcode", "private key"} {
			if ok && strings.Contains(key, word) {
				return key
			}
		}
		if strings.Contains(line, "PRIVATE KEY-----") || slices.ContainsFunc(values(line), hasPassword) {
			return "a login with its password"
		}
	}
	return ""
}

// values are what may be logins in a line of YAML.
func values(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return r <= ' ' || strings.ContainsRune("\"'[]{},", r) })
}

// hasPassword reports whether s is USER:PASSWORD@HOST. Other forms may be paths
// of files: they are refused where a host is read.
func hasPassword(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at >= 0 && strings.Contains(s[min(ssh.Scheme(s), at):at], ":")
}

// Over is p, with what it leaves open taken from the other.
func (p Profile) Over(o Profile) Profile {
	if len(p.Managers) == 0 && p.SSM == "" {
		p.Managers, p.SSM, p.Pair = o.Managers, o.SSM, o.Pair
	}
	p.Peer, p.SSMLogin = cmp.Or(p.Peer, o.Peer), cmp.Or(p.SSMLogin, o.SSMLogin)
	if len(p.Jumps) == 0 {
		p.Jumps = o.Jumps
	}
	p.Identities = append(slices.Clip(p.Identities), o.Identities...)
	p.SSHConfig = cmp.Or(p.SSHConfig, o.SSHConfig)
	p.Legacy = append(slices.Clip(p.Legacy), o.Legacy...)
	p.Interface = cmp.Or(p.Interface, o.Interface)
	if p.VPN == nil {
		p.VPN = o.VPN
	}
	p.Keyring = p.Keyring || o.Keyring
	return p
}

// Environment is what the variables of other Manager tools name: host and
// user, never the password.
func Environment() Profile {
	host := cmp.Or(os.Getenv("VMANAGE_HOST"), os.Getenv("VMANAGE_IP"))
	if host == "" {
		return Profile{}
	}
	return Profile{Managers: []string{host}}
}

// Apply sets what p says about the way in cfg.
func (p Profile) Apply(cfg *login.Config) error {
	if len(p.Jumps) > 0 {
		via, err := login.ParseJumps(strings.Join(p.Jumps, ","))
		if err != nil {
			return fmt.Errorf("--jump: %w", err)
		}
		cfg.Jumps = via
	}
	if p.SSHConfig != "" {
		if _, err := os.Stat(p.SSHConfig); err != nil && p.SSHConfig != "none" {
			return fmt.Errorf("-F %s: no such file (give an ssh_config, or none)", p.SSHConfig)
		}
		cfg.ConfigFile, cfg.SSHConfig = p.SSHConfig, p.SSHConfig != "none"
	}
	for _, file := range p.Identities { // where it is named, what is asked for instead would be a riddle
		if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("-i %s: no such file (give a private key file)", file)
		}
	}
	for _, h := range p.Legacy {
		if _, err := login.ParseHop(h, "write HOST, or * for all"); err != nil && h != "*" {
			return fmt.Errorf("--legacy-algorithms: %w", err)
		}
	}
	cfg.Explicit, cfg.Legacy, cfg.Keyring = p.Identities, p.Legacy, p.Keyring
	return nil
}

// maxManagers is the size of the largest cluster.
const maxManagers = 6

// Targets are the hosts; name is the command's.
func (p Profile) Targets(cfg login.Config, name string) (managers, ssms []ssh.Target, err error) {
	if len(p.Managers) == 0 && p.SSM == "" {
		return nil, nil, fmt.Errorf("%s: no host given (use --manager USER@HOST and --ssm USER@HOST)", name)
	}
	if len(p.Managers) > maxManagers {
		return nil, nil, fmt.Errorf("--manager: given %d times (a cluster has at most %d nodes)", len(p.Managers), maxManagers)
	}
	for _, m := range p.Managers {
		t, err := cfg.ParseTarget(m, os.Getenv("VMANAGE_USER"))
		if err != nil {
			return nil, nil, fmt.Errorf("--manager: %w", err)
		}
		managers = append(managers, t)
	}
	for _, s := range []string{p.SSM, p.Pair} {
		if s == "" {
			continue
		}
		t, err := cfg.ParseTarget(s, "")
		if err != nil {
			return nil, nil, fmt.Errorf("--ssm: %w", err)
		}
		ssms = append(ssms, t)
	}
	return managers, ssms, nil
}
