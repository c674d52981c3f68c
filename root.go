package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"syncscope/checks/report/ask"
	"syncscope/ssh"
	"syncscope/tui"
)

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "syncscope",
		Short:   "See where a licence sync between Catalyst SD-WAN Manager and SSM On-Prem breaks",
		Long:    "See where a licence sync between Catalyst SD-WAN Manager and SSM On-Prem breaks, whose turn it is and what to do.\nWithout a command, on a terminal, it asks for the hosts and goes on as live.\n\n" + exitCodes,
		Version: buildVersion(),
		Args: func(c *cobra.Command, args []string) error {
			if len(args) > 0 {
				shown := args[0][:ssh.ShownLength(args[0])]
				return fmt.Errorf("%s: no such command (%ssee syncscope --help)", shown, meantBy(shown, subcommands(c)))
			}
			return nil
		},
		RunE:          func(cmd *cobra.Command, _ []string) error { return connectOrHelp(cmd) },
		SilenceErrors: true, SilenceUsage: true,
	}
	cmd.PersistentFlags().Bool("no-color", false, "no colours, as with NO_COLOR")
	cmd.PersistentFlags().Bool("ascii", false, "ASCII instead of box lines and signs")
	cmd.PersistentFlags().String("theme", "auto", "auto (by the terminal's background), dark, light, contrast or colourblind")
	cmd.PersistentFlags().Int("max-kbps", 0, "kilobytes a second that the screen may send (default 60 behind SSH, else no bound; -1: no bound)")
	cmd.PersistentFlags().Bool("no-sync", false, "send frames without asking the terminal to show them at once (mode 2026)")
	cmd.PersistentFlags().String("lang", "", "language of the runbooks: en, ko or ar (default: by LANG)")
	cmd.PersistentPreRunE = func(c *cobra.Command, _ []string) error {
		if look, _ := c.Flags().GetString("theme"); !slices.Contains(tui.Themes(), look) {
			return fmt.Errorf("--theme %s: no such theme (%s%s)", look, meantBy(look, tui.Themes()), strings.Join(tui.Themes(), ", "))
		}
		if lang, _ := c.Flags().GetString("lang"); lang != "" && !slices.Contains(ask.Languages(), lang) {
			return fmt.Errorf("--lang %s: no runbooks in this language (%s)", lang, strings.Join(ask.Languages(), ", "))
		}
		return nil
	}
	cmd.SetFlagErrorFunc(func(c *cobra.Command, err error) error {
		return fmt.Errorf("%s (see %s --help)", flagFault(err), c.CommandPath())
	})
	cmd.AddCommand(demoCommand(), liveCommand(), analyzeCommand(), askCommand(), checkCommand(), rulesCommand(), auditCommand(), versionCommand(), manCommand(cmd))
	cmd.SetVersionTemplate(versionLine())
	for name, lines := range examples {
		if c, _, err := cmd.Find(strings.Fields(name)); err == nil {
			c.Example = "  " + strings.Join(lines, "\n  ")
		}
	}
	complete(cmd)
	return cmd
}

// exitCodes is told in the help.
const exitCodes = `Exit codes: 0 nothing is wrong; 1 a cause was found, or a check failed; 2 it was used wrongly, or could not run;
3 no cause can be named, or a check could not be made; 130 it was interrupted.
analyze and check answer with them; live and demo do with --exit-code.`

// examples are two lines of each command that can be typed as they stand; a test
// reads them.
var examples = map[string][]string{
	"":        {"syncscope demo", "syncscope live --manager admin@192.0.2.10 --ssm admin@192.0.2.20"},
	"demo":    {"syncscope demo", "syncscope demo firewall-drop --theme light"},
	"live":    {"syncscope live --manager admin@192.0.2.10 --ssm admin@192.0.2.20", "syncscope live --ssm admin@192.0.2.20 --dry-run"},
	"analyze": {"syncscope analyze vmanage-server.log messages tcpdump.txt", "syncscope analyze --format html admin-tech.tar.gz >report.html"},
	"ask":     {"syncscope ask ssm vmanage-server.log messages", "syncscope ask network --lang ko vmanage-server.log capture.pcap"},
	"check":   {"syncscope check --manager admin@192.0.2.10 --ssm admin@192.0.2.20", "syncscope check --manager admin@192.0.2.10 --peer ssm.example:8443 --format json"},
	"rules":   {"syncscope rules grant-not-found", "syncscope rules --runbook firewall-drop"},
	"audit":   {"syncscope audit " + "~/.local/state/syncscope/audit/LAST.jsonl", "syncscope audit account.jsonl"},
	"version": {"syncscope version", "syncscope --version"},
	"man":     {"syncscope man /usr/local/share/man/man1", "syncscope man ."},
}
