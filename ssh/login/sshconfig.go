package login

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/kevinburke/ssh_config"
	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// settings are what ssh_config says about one host, by option in lower case.
// What is ssh's own default is not in it, except user, hostname and port.
type settings map[string][]string

func (s settings) all(key string) []string { return s[key] }

func (s settings) one(key string) string {
	if v := s[key]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// insecure reports whether ssh_config allows this host old algorithms: then
// its user has opted in already.
func (s settings) insecure() bool {
	old := gossh.InsecureAlgorithms()
	for key, names := range map[string][]string{"kexalgorithms": old.KeyExchanges, "ciphers": old.Ciphers, "macs": old.MACs, "hostkeyalgorithms": old.HostKeys} {
		for _, name := range strings.Split(strings.TrimLeft(s.one(key), "+^"), ",") {
			if slices.Contains(names, name) {
				return true
			}
		}
	}
	return false
}

// configLimit is how long ssh -G may take: Match exec runs programs.
const configLimit = 5 * time.Second

// settings asks OpenSSH, which knows every option; where it is not installed,
// a parser. A file that cannot be read is left out, and a person is told.
func (c Config) settings(ctx context.Context, t ssh.Target) settings {
	if !c.SSHConfig {
		return nil
	}
	if path, err := exec.LookPath("ssh"); err == nil {
		s, err := c.askSSH(ctx, path, t)
		if err == nil {
			return s
		}
		c.warn(redact.Join(redact.Literal("ssh_config is left out, ssh -G says:"), c.Gate.Foreign(err.Error())))
		return nil
	}
	s, err := c.parseConfig(t)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		c.warn(redact.Join(redact.Literal("ssh_config is left out:"), c.Gate.Foreign(err.Error())))
		return nil
	}
	return s
}

func (c Config) askSSH(ctx context.Context, path string, t ssh.Target) (settings, error) {
	var args []string
	if c.ConfigFile != "" {
		args = append(args, "-F", c.ConfigFile)
	}
	if t.User != "" {
		args = append(args, "-l", t.User)
	}
	if t.Port != 22 {
		args = append(args, "-p", strconv.Itoa(t.Port))
	}
	s, err := sshG(ctx, path, append(args, t.Host))
	if err != nil {
		return nil, err
	}
	plain, err := sshG(ctx, path, []string{"-F", "none", t.Host})
	if err != nil {
		return nil, err
	}
	for key, v := range plain {
		if slices.Equal(s[key], v) && key != "user" && key != "hostname" && key != "port" {
			delete(s, key)
		}
	}
	if t.User == "" && s.one("user") == plain.one("user") {
		delete(s, "user")
	}
	return s, nil
}

func sshG(ctx context.Context, path string, args []string) (settings, error) {
	ctx, cancel := context.WithTimeout(ctx, configLimit)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, append([]string{"-G"}, args...)...)
	cmd.WaitDelay = time.Second // a program that Match exec ran may keep the pipe
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(errs.String()), "\n")
		if line = strings.TrimSpace(line); line == "" { // ssh ends its lines with CR LF
			line = err.Error()
		}
		return nil, errors.New(line)
	}
	s := settings{}
	for line := range strings.Lines(out.String()) {
		key, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), " ")
		if ok {
			s[key] = append(s[key], value)
		}
	}
	return s, nil
}

// options are those that the parser is asked for.
var options = []string{"HostName", "User", "Port", "IdentityFile", "IdentitiesOnly", "CertificateFile", "IdentityAgent", "ProxyJump", "ProxyCommand",
	"ControlPath", "UserKnownHostsFile", "GlobalKnownHostsFile", "HostKeyAlias", "KexAlgorithms", "Ciphers", "MACs", "HostKeyAlgorithms"}

func (c Config) parseConfig(t ssh.Target) (settings, error) {
	file := c.ConfigFile
	if file == "" {
		file = filepath.Join(homeDir(), ".ssh", "config")
	}
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	cfg, err := ssh_config.Decode(f)
	if err != nil {
		return nil, err
	}
	s := settings{}
	for _, key := range options {
		values, err := cfg.GetAll(t.Host, key)
		if err != nil {
			return nil, err
		}
		if len(values) > 0 {
			s[strings.ToLower(key)] = values
		}
	}
	if t.User != "" {
		delete(s, "user")
	}
	return s, nil
}

func homeDir() string {
	home, _ := os.UserHomeDir()
	return home
}
