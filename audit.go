package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"syncscope/ssh/audit"
)

func auditCommand() *cobra.Command {
	return &cobra.Command{
		Use: "audit PATH", Short: "Verify and print the account of what a session sent to its hosts", Args: cobra.ExactArgs(1),
		RunE: interruptible(func(cmd *cobra.Command, args []string) error {
			f, err := os.Open(args[0])
			if err != nil {
				return fmt.Errorf("audit: %w (give a file of %s)", err, filepath.Join(dirs().State, "audit"))
			}
			defer f.Close()
			records, broken := audit.Verify(f)
			if err := audit.Print(cmd.OutOrStdout(), records); err != nil {
				return fmt.Errorf("standard output: %w (nothing more can be printed)", err)
			}
			if broken != nil {
				fmt.Fprintf(cmd.ErrOrStderr(), "%s: %v\n", args[0], broken)
				return exitError(exitFound)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d lines, as they were written\n", len(records))
			return err
		}),
	}
}
