package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"time"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"syncscope/capture/redact"
	"syncscope/checks/session"
	"syncscope/tui/terminal"
)

// privacy is what analyze, live, demo and check share: names and addresses as
// pseudonyms in all that is written.
type privacy struct {
	on   bool
	gate *redact.Session
}

func (p *privacy) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.on, "privacy", false, "pseudonyms for users, host names and addresses in all that is shown or written")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return p.error(run(cmd, args)) }
}

// apply hides names in what passes gate from now on.
func (p *privacy) apply(gate *redact.Session) {
	if p.on {
		gate.HideNames(true)
		p.gate = gate
	}
}

// error is err as it is printed; an exit code stays one.
func (p *privacy) error(err error) error {
	var code exitError
	if err == nil || p.gate == nil || errors.As(err, &code) || errors.Is(err, terminal.ErrBlocked) || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.New(p.gate.Shown(err.Error()))
}

// runFlags are what live and demo share.
type runFlags struct {
	duration time.Duration
	exitCode bool
	fixed    bool
	shared   bool
	privacy
}

// apply sets the gate of a run up as the flags say.
func (f *runFlags) apply(gate *redact.Session) {
	f.privacy.apply(gate)
	if f.shared {
		gate.SetShared()
	}
}

func (f *runFlags) register(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&f.duration, "duration", 0, "end after this time (without a terminal)")
	cmd.Flags().BoolVar(&f.exitCode, "exit-code", false, "answer with analyze's exit codes")
	cmd.Flags().BoolVar(&f.shared, "shared", false, "others see this screen: no value can be revealed on it")
	f.privacy.register(cmd)
}

// hostFlags are what live and check share: the hosts and how to get there.
type hostFlags struct {
	session.Request
	vpn    int
	dryRun bool
}

func (f *hostFlags) register(cmd *cobra.Command) {
	f.Dirs, f.Version = dirs(), buildVersion()
	cmd.Flags().StringArrayVar(&f.Typed.Managers, "manager", nil, "USER@HOST[:PORT] of the Manager; up to six times for a cluster")
	cmd.Flags().Var(pair{&f.Typed.SSM, &f.Typed.Pair}, "ssm", "USER@HOST[:PORT] of the SSM On-Prem; twice for a pair")
	cmd.Flags().StringVar(&f.Typed.SSMLogin, "ssm-login", "", "how the SSM's log is come by: shell, console (leave it for a shell first), sudo (ask at once) or journald (default shell)")
	cmd.Flags().StringVar(&f.Typed.Peer, "peer", "", "HOST[:PORT] that the Manager calls (default: from its log)")
	cmd.Flags().StringArrayVarP(&f.Typed.Identities, "identity", "i", nil, "a private key file")
	cmd.Flags().StringArrayVarP(&f.Typed.Jumps, "jump", "J", nil, "[USER@]HOST[:PORT],... on the way to every host, in order (default: ProxyJump of ssh_config)")
	cmd.Flags().StringVarP(&f.Typed.SSHConfig, "ssh-config", "F", "", "an ssh_config instead of the user's own and the system's; none: read none")
	cmd.Flags().StringArrayVar(&f.Typed.Legacy, "legacy-algorithms", nil, "a host whose old, insecure algorithms may be used")
	cmd.Flags().BoolVar(&f.Typed.Keyring, "keyring", false, "keep passwords in the system's keyring, and look for them there")
	cmd.Flags().StringVar(&f.Profile, "profile", "", "a named set of hosts: NAME.yaml in "+dirs().Profiles)
	cmd.Flags().StringVar(&f.Rules, "rules", "", "a folder of rules of your own")
	cmd.Flags().IntVar(&f.vpn, "vpn", 0, "the VPN that leads to the SSM (default: that of the interface)")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print every command that would be sent, with its cost, and connect to nothing")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("vpn") {
			f.Typed.VPN = &f.vpn
		}
		switch { // before any host is dialled
		case f.vpn < 0 || f.vpn > maxVPN:
			return fmt.Errorf("--vpn %d: no VPN of a Manager (0 to %d)", f.vpn, maxVPN)
		case f.Typed.Interface != "" && !interfaceName.MatchString(f.Typed.Interface):
			return errors.New("--interface: that is no interface's name (like eth0; see show interface description on the Manager)")
		}
		return nil
	}
}

// maxVPN is the highest number of a VPN; interfaceName is what interfaces are
// called.
const maxVPN = 65535

var interfaceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$`)

// pair is a flag that may be given twice.
type pair [2]*string

func (p pair) String() string { return "" }

func (p pair) Type() string { return "string" }

func (p pair) Set(s string) error {
	for _, to := range p {
		if *to == "" {
			*to = s
			return nil
		}
	}
	return errors.New("given more than twice (a pair has two)")
}

// dirs are where accounts, crash reports and the hosts of earlier runs are kept,
// and where named sets of hosts are.
func dirs() session.Dirs {
	return session.Dirs{State: filepath.Join(xdg.StateHome, "syncscope"), Profiles: filepath.Join(xdg.ConfigHome, "syncscope", "profiles")}
}
