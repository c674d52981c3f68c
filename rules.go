package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session"
	"syncscope/checks/session/byhand"
	"syncscope/ssh/command"
)

// rulesCommand lists, explains and lints the failure signatures, and lists
// every command that may be sent to a host.
func rulesCommand() *cobra.Command {
	var pack string
	var commands, page, byHand bool
	cmd := &cobra.Command{
		Use: "rules [ID]", Short: "List, explain and lint the failure signatures", Args: cobra.MaximumNArgs(1),
		RunE: interruptible(func(cmd *cobra.Command, args []string) error {
			switch {
			case commands:
				return listCommands(cmd.OutOrStdout())
			case byHand:
				return byhand.Write(cmd.OutOrStdout())
			}
			rules, err := session.LoadRules(pack)
			if err != nil {
				fmt.Fprintln(cmd.ErrOrStderr(), err)
				return exitError(exitFound)
			}
			if len(args) == 0 && page {
				return errors.New("rules --runbook: of which rule? none is given (see syncscope rules for their IDs)")
			}
			if len(args) == 0 {
				return report.Rules(cmd.OutOrStdout(), rules)
			}
			for _, r := range rules {
				switch text, ok := checks.Runbook(language(cmd), r.ID); {
				case r.ID != args[0]:
				case page && ok:
					_, err := io.WriteString(cmd.OutOrStdout(), text)
					return err
				default:
					return report.Explain(cmd.OutOrStdout(), r)
				}
			}
			return fmt.Errorf("rules %s: no such rule (%ssee syncscope rules)", args[0], meantBy(args[0], ruleIDs()))
		}),
	}
	cmd.Flags().StringVar(&pack, "rules", "", "a folder of rules of your own, checked and listed with the others")
	cmd.Flags().BoolVar(&page, "runbook", false, "print the runbook of the rule")
	cmd.Flags().BoolVar(&byHand, "by-hand", false, "print the collection for two plain SSH windows: lines to paste, each masked and bounded")
	cmd.Flags().BoolVar(&commands, "commands", false, "list every command that may be sent to a host, with its cost")
	return cmd
}

// language is that of the runbooks: asked for, or the environment's.
func language(cmd *cobra.Command) string {
	if lang, _ := cmd.Flags().GetString("lang"); lang != "" {
		return lang
	}
	for _, name := range []string{"LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			lang, _, _ := strings.Cut(v, "_")
			return lang
		}
	}
	return "en"
}

func listCommands(w io.Writer) error {
	for _, c := range command.All() {
		if _, err := fmt.Fprintf(w, "%s\n    why: %s; cost: %s\n", c.Shape, c.Reason, c.Cost); err != nil {
			return err
		}
	}
	return nil
}
