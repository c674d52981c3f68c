package login

import (
	"os"
	"path/filepath"
	"time"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
	"syncscope/ssh/audit"
)

// Config is how to log in.
type Config struct {
	KnownHosts      []string // files as OpenSSH reads them; missing ones are skipped
	WriteKnownHosts string   // where a host goes that a person trusts; "" nowhere
	Identities      []string // private key files if ssh_config names none; missing ones are skipped
	AgentSocket     string   // "" no agent
	Prompter        ssh.Prompter
	Gate            *redact.Session
	Audit           *audit.Audit   // the account of what is sent; nil: none is kept
	Journal         *audit.Journal // what we started, for when we are gone; nil: none is kept
	LoginTimeout    time.Duration  // without the time a person takes; 0 means 10 s

	Explicit   []string          // key files that a person named: tried first, and it is said if one is missing
	Jumps      []ssh.Target      // hosts between here and every target, in order
	SSHConfig  bool              // read ssh_config
	ConfigFile string            // instead of the user's own and the system's
	Legacy     []string          // hosts whose old algorithms may be used
	Keyring    bool              // passwords are kept in the system's keyring, and looked for there
	Pool       *Pool             // what the logins of a run share; nil: this login shares nothing
	Warn       func(redact.Text) // is told what is left out, and why; nil: nobody is

	// Progress, if set, is told each step of a login as it begins. It must not wait.
	Progress func(t ssh.Target, s LoginStep, detail string)

	accepted []gossh.PublicKey // keys that a person has just trusted
	onWay    string            // the login in the pool that waits for this one
	final    ssh.Target        // the target, while a host on the way to it is logged in to
}

const defaultLogin = 10 * time.Second

// warn tells what is left out of a login; the same is told once a run.
func (c Config) warn(text redact.Text) {
	if c.Warn != nil && c.Pool.first(text.String()) {
		c.Warn(text)
	}
}

// DefaultConfig takes the user's known_hosts, keys and agent, as ssh does.
func DefaultConfig() Config {
	c := Config{AgentSocket: agentAddress(), LoginTimeout: defaultLogin, SSHConfig: true, Pool: NewPool()}
	home, err := os.UserHomeDir()
	if err != nil {
		return c
	}
	dir := filepath.Join(home, ".ssh")
	c.WriteKnownHosts = filepath.Join(dir, "known_hosts")
	c.KnownHosts = []string{c.WriteKnownHosts, filepath.Join(dir, "known_hosts2"), "/etc/ssh/ssh_known_hosts"}
	for _, name := range []string{"id_ed25519", "id_ecdsa", "id_rsa"} {
		c.Identities = append(c.Identities, filepath.Join(dir, name))
	}
	return c
}
