package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncscope/checks/report"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/tui/terminal"
)

// connectOrHelp asks for the hosts on a terminal; elsewhere nobody can answer.
func connectOrHelp(cmd *cobra.Command) error {
	out, ok := cmd.OutOrStdout().(*os.File)
	if !ok || !drawsScreens(out) || !term.IsTerminal(int(os.Stdin.Fd())) {
		return cmd.Help()
	}
	defer terminal.Watch()()
	form := session.NewForm(dirs(), buildVersion())
	defer form.Close()
	_, err := onScreen(cmd, out, formOnScreen{form, cmd.Context()}, func(bool) (opened, error) {
		live, err := form.Run()
		return opened{live, func() {}}, err
	})
	form.Close()
	if lines := form.Account(); len(lines) > 0 && !errors.Is(err, terminal.ErrBlocked) {
		width, _, _ := term.GetSize(int(out.Fd()))
		fmt.Fprintln(out, "Tests of the hosts before:")
		err = errors.Join(err, report.Hosts(out, lines, width))
	}
	return err
}

// formOnScreen is the form as the screen asks it.
type formOnScreen struct {
	*session.Form
	ctx context.Context
}

// Try implements view.Form.
func (f formOnScreen) Try() (view.Run, error) {
	live, err := f.Form.Try(f.ctx)
	if err != nil {
		return view.Run{}, err
	}
	return view.Run{Updates: live.Updates(), Login: live, Control: live, Stop: live.Close}, nil
}

func liveCommand() *cobra.Command {
	var f runFlags
	var to hostFlags
	cmd := &cobra.Command{
		Use: "live --manager USER@HOST... --ssm USER@HOST", Short: "The screen on the real hosts", Args: onlyFlags,
		RunE: func(cmd *cobra.Command, _ []string) error {
			to.Privacy, to.Shared = f.on, f.shared
			cfg, err := to.Config("live") // what is wrong with it is told before anything is begun
			if err != nil {
				return err
			}
			f.gate = cfg.Gate
			if to.dryRun {
				return session.Plan(cmd.OutOrStdout(), cfg, false)
			}
			return show(cmd, f, func(screen bool) (opened, error) {
				cfg, err := to.Begin("live", screen)
				if err != nil {
					return opened{}, err
				}
				f.gate = cfg.Gate
				live, err := connect(cmd.Context(), cfg, screen)
				return opened{live, func() {}}, err
			})
		},
	}
	f.register(cmd)
	to.register(cmd)
	cmd.Flags().StringVar(&to.Typed.Interface, "interface", "", "the interface to capture on (default: the one that the route to the peer leaves by)")
	cmd.Flags().DurationVar(&to.Since, "since", 0, "how far back the logs are read first, like 2h; rotated files too, 16 MB a log at most (default: to the last attempt)")
	cmd.Flags().BoolVar(&to.FullCapture, "pcap", false, "capture whole packets where a shell on the Manager may (asks for sudo there); else the command line's listing is read")
	return cmd
}

// account says, once a run is over, what ran on the hosts and that nothing does
// any more.
func account(w io.Writer, live *session.Live) {
	for _, line := range live.Account() {
		fmt.Fprintln(w, line)
	}
}
