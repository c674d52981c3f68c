package main

import (
	"errors"

	"github.com/spf13/cobra"

	"syncscope/checks/report/ask"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
)

// askCommand writes the message to the one whose turn it may be.
func askCommand() *cobra.Command {
	var peer, pack string
	var hide privacy
	cmd := &cobra.Command{
		Use: "ask ssm|manager|network|dns|proxy PATH...", Short: "Write the message to the one whose turn it may be, in ten lines for mail or chat",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("ask: nobody to ask is given (ask ssm, manager, network, dns or proxy, and give logs)")
			}
			if _, err := ask.ParseRecipient(args[0]); err != nil {
				return err
			}
			return somePath(nil, args[1:])
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			to, err := ask.ParseRecipient(args[0])
			if err != nil {
				return err
			}
			o, err := session.FileOptions(peer, pack, buildVersion())
			if err != nil {
				return err
			}
			hide.apply(o.Gate)
			o.Status = statusLine(cmd.ErrOrStderr())
			r, err := offline.Analyze(cmd.Context(), args[1:], o)
			if err != nil {
				return err
			}
			return interruptible(func(cmd *cobra.Command, _ []string) error { return ask.Write(cmd.OutOrStdout(), r, to, language(cmd)) })(cmd, nil)
		},
	}
	for _, to := range ask.Recipients() {
		cmd.ValidArgs = append(cmd.ValidArgs, cobra.Completion(to))
	}
	cmd.Flags().StringVar(&peer, "peer", "", "the SSM's address as the Manager calls it")
	cmd.Flags().StringVar(&pack, "rules", "", "a folder of rules of your own")
	hide.register(cmd)
	return cmd
}
