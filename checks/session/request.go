package session

import (
	"fmt"
	"net/netip"
	"os"
	"sync"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/rule"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/login"
	"syncscope/ssh/profile"
	"syncscope/ssh/shell"
)

// maxSince is how far back a log may be asked for.
const maxSince = 7 * 24 * time.Hour

// Request is the hosts that a person named, as flags or in the form, and how
// the run is to go.
type Request struct {
	Typed       profile.Profile
	Profile     string // the name of a set of hosts; what is typed goes over it
	Rules       string // a folder of rules beside the built-in ones
	Version     string
	Dirs        Dirs
	Since       time.Duration
	FullCapture bool
	Privacy     bool // users, hosts and addresses as pseudonyms
	Shared      bool // no value can be revealed
}

// Dirs are the folders that a run keeps things in.
type Dirs struct{ State, Profiles string }

// hosts are those that were typed, else the profile's, else the environment's.
func (r *Request) hosts() (profile.Profile, error) {
	if r.Profile == "" {
		return r.Typed.Over(profile.Environment()), nil
	}
	p, err := profile.Load(r.Dirs.Profiles, r.Profile)
	return r.Typed.Over(p), err
}

// Config is a run as it was asked for; command names the one that was typed.
func (r *Request) Config(command string) (Config, error) {
	if r.Since < 0 || r.Since > maxSince {
		return Config{}, fmt.Errorf("--since %s: not a time that is read back (use up to %s)", r.Since, maxSince)
	}
	p, err := r.hosts()
	if err != nil {
		return Config{}, err
	}
	host, port, err := ssh.ParsePeer(p.Peer)
	if err != nil {
		return Config{}, fmt.Errorf("--peer: %w", err)
	}
	o, err := NewOptions(host, r.Rules, r.Version)
	if err != nil {
		return Config{}, err
	}
	cfg := Config{
		Options: o, PeerName: host, PeerPort: port, Interface: p.Interface, SSH: login.DefaultConfig(), Now: time.Now,
		Since: r.Since, FullCapture: r.FullCapture,
	}
	if p.VPN != nil {
		cfg.VPN, cfg.VPNGiven = *p.VPN, true
	}
	if cfg.SSMLogin, err = shell.ParseSSMLogin(p.SSMLogin); err != nil {
		return Config{}, err
	}
	r.gate(o.Gate)
	cfg.SSH.Gate, cfg.SSH.Prompter = o.Gate, ssh.Terminal{}
	cfg.SSH.Warn = func(text redact.Text) { fmt.Fprintln(os.Stderr, "syncscope: "+o.Gate.Shown(text.String())) }
	if err := p.Apply(&cfg.SSH); err != nil {
		return Config{}, err
	}
	managers, ssms, err := p.Targets(cfg.SSH, command)
	cfg.Managers = managers
	if len(ssms) > 0 {
		cfg.SSM = &ssms[0]
	}
	if len(ssms) > 1 {
		cfg.Pair = &ssms[1]
	}
	return cfg, err
}

func (r *Request) gate(gate *redact.Session) {
	if r.Privacy {
		gate.HideNames(true)
	}
	if r.Shared {
		gate.SetShared()
	}
}

// Begin is Config of a run that keeps account of what it sends and is offered
// again by the form. Behind a screen, the screen asks and tells.
func (r *Request) Begin(command string, screen bool) (Config, error) {
	cfg, err := r.Config(command)
	if err != nil {
		return cfg, err
	}
	if err := Keep(&cfg, r.Dirs.State); err != nil {
		return cfg, err
	}
	if screen {
		cfg.SSH.Prompter, cfg.SSH.Warn = nil, nil
		_ = profile.Remember(r.Dirs.State, r.Typed.Recent(r.Profile)) // it is a convenience: the run goes on without it
	}
	return cfg, nil
}

// NewOptions are those of a run on the rules, and those of the folder pack if
// one is given. peer counts where it is an address.
func NewOptions(peer, pack, version string) (offline.Options, error) {
	rules, err := LoadRules(pack)
	if err != nil {
		return offline.Options{}, err
	}
	o := offline.Options{Gate: redact.New(), Rules: rules, Version: version}
	if a, err := netip.ParseAddr(peer); err == nil {
		o.Peer = a
	}
	return o, nil
}

// FileOptions are NewOptions for Analyze: our own rules are read while it reads
// the files. peer is as it was typed.
func FileOptions(peer, pack, version string) (offline.Options, error) {
	peer, _, err := ssh.ParsePeer(peer)
	if err != nil {
		return offline.Options{}, fmt.Errorf("--peer: %w", err)
	}
	if pack != "" { // may be wrong, and that is to be said first
		return NewOptions(peer, pack, version)
	}
	o := offline.Options{Gate: redact.New(), Version: version}
	o.Late = sync.OnceValues(func() ([]rule.Rule, error) { return diagnose.LoadRules() })
	go func() { _, _ = o.Late() }() // whoever needs them is told the error
	if a, err := netip.ParseAddr(peer); err == nil {
		o.Peer = a
	}
	return o, nil
}

// LoadRules reads the rules, with those of the folder pack if one is given.
func LoadRules(pack string) ([]rule.Rule, error) {
	if pack == "" {
		return diagnose.LoadRules()
	}
	if st, err := os.Stat(pack); err != nil || !st.IsDir() {
		return nil, fmt.Errorf("--rules %s: no such folder (give a folder with *.yaml)", pack)
	}
	return diagnose.LoadRules(os.DirFS(pack))
}
