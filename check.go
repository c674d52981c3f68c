package main

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"syncscope/checks/probe"
	"syncscope/checks/report"
	"syncscope/checks/session"
)

func checkCommand() *cobra.Command {
	var to hostFlags
	var format string
	var hide privacy
	cmd := &cobra.Command{
		Use: "check --manager USER@HOST --ssm USER@HOST", Short: "Run the active checks only: they read, and send no credentials to the SSM", Args: onlyFlags,
		RunE: func(cmd *cobra.Command, _ []string) error {
			write, ok := map[string]func(io.Writer, report.Report) error{"text": report.Checks, "json": report.JSON}[format]
			if !ok {
				return fmt.Errorf("--format %s: no such format (text or json)", format)
			}
			to.Privacy = hide.on
			cfg, err := to.Config("check")
			if err != nil {
				return err
			}
			hide.gate = cfg.Gate
			if to.dryRun {
				return session.Plan(cmd.OutOrStdout(), cfg, true)
			}
			if err := session.Keep(&cfg, to.Dirs.State); err != nil {
				return err
			}
			live, err := session.Connect(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			defer live.Close()
			r, err := live.Check(cmd.Context())
			if err != nil {
				return err
			}
			if err := write(cmd.OutOrStdout(), r); err != nil {
				return fmt.Errorf("standard output: %w (nothing more can be printed)", err)
			}
			live.Close()
			if format == "text" {
				account(cmd.OutOrStdout(), live)
			}
			return checkCode(r)
		},
	}
	to.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	hide.register(cmd)
	return cmd
}

// checkCode is check's exit code: 1 if one failed, 3 if one could not be
// checked; warnings pass.
func checkCode(r report.Report) error {
	code := exitOK
	for _, c := range r.Checks {
		switch c.Status {
		case probe.Fail.String():
			return exitError(exitFound)
		case probe.CouldNot.String():
			code = exitInconclusive
		}
	}
	if code == exitOK {
		return nil
	}
	return exitError(code)
}
