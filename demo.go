package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
)

func demoCommand() *cobra.Command {
	var f runFlags
	var list bool
	cmd := &cobra.Command{
		Use: "demo [SCENARIO]", Short: "The same screen on a simulated Manager and SSM", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				longest := 0
				for _, id := range scenarios() {
					longest = max(longest, len(id))
				}
				for _, s := range lab.Scenarios() {
					fmt.Fprintf(cmd.OutOrStdout(), "%-*s  %s\n", longest, s.ID, s.Title)
				}
				return nil
			}
			scenario := "grant-not-found"
			if len(args) > 0 {
				if scenario = args[0]; !slices.Contains(scenarios(), scenario) {
					return fmt.Errorf("demo %s: no such scenario (%ssee syncscope demo --list)", scenario, meantBy(scenario, scenarios()))
				}
			}
			return demo(cmd, scenario, &f)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&f.fixed, "fixed", false, "play the fix and the second, green attempt")
	cmd.Flags().BoolVar(&list, "list", false, "name the scenarios")
	return cmd
}

func demo(cmd *cobra.Command, scenario string, f *runFlags) error {
	return show(cmd, *f, func(screen bool) (opened, error) {
		o, err := session.NewOptions("", "", buildVersion())
		if err != nil {
			return opened{}, err
		}
		f.apply(o.Gate)
		sim, err := lab.Start(cmd.Context(), lab.Options{Scenario: scenario})
		if err != nil {
			return opened{}, err
		}
		if f.fixed && !sim.HasFix() {
			sim.Close()
			return opened{}, fmt.Errorf("demo %s: nothing is broken there (leave --fixed out)", scenario)
		}
		cfg, remove, err := labConfig(sim, o)
		if err != nil {
			sim.Close()
			return opened{}, err
		}
		live, err := connect(cmd.Context(), cfg, screen)
		return opened{live, func() { remove(); sim.Close() }}, err
	})
}

// connect logs in before it returns, or, behind a screen, after.
func connect(ctx context.Context, cfg session.Config, screen bool) (*session.Live, error) {
	if screen {
		return session.Open(cfg), nil
	}
	return session.Connect(ctx, cfg)
}

// labConfig logs in to the simulated hosts as live would to real ones.
func labConfig(sim *lab.Lab, o offline.Options) (session.Config, func(), error) {
	known, err := os.CreateTemp("", "syncscope-known-hosts-*")
	if err != nil {
		return session.Config{}, nil, err
	}
	remove := func() { os.Remove(known.Name()) }
	mgr, ssm := sim.Manager(), sim.SSM()
	_, err = io.WriteString(known, mgr.KnownHostsLine()+"\n"+ssm.KnownHostsLine()+"\n")
	if err = errors.Join(err, known.Close()); err != nil {
		remove()
		return session.Config{}, nil, err
	}
	m, err1 := ssh.ParseTarget(mgr.User + "@" + mgr.Addr)
	s, err2 := ssh.ParseTarget(ssm.User + "@" + ssm.Addr)
	if err := errors.Join(err1, err2); err != nil {
		remove()
		return session.Config{}, nil, err
	}
	cfg := session.Config{
		Options: o, Managers: []ssh.Target{m}, SSM: &s, PeerName: sim.Peer(),
		SSH:       login.Config{KnownHosts: []string{known.Name()}, Prompter: labPrompter{mgr, ssm}, Gate: o.Gate},
		Simulated: true,
	}
	if sim.HasFix() {
		cfg.Fix = sim.Fix
	}
	return cfg, remove, nil
}

// labPrompter knows the simulated hosts' passwords.
type labPrompter [2]lab.Host

func (p labPrompter) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	for _, h := range p {
		if h.Addr == q.Target.Addr() {
			return []byte(h.Password), nil
		}
	}
	return nil, errors.New("no such simulated host")
}

func (labPrompter) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }
