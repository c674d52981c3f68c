package main

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
)

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: cobra.NoArgs,
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			_, err := io.WriteString(cmd.OutOrStdout(), versionLine())
			return err
		}),
	}
}

func versionLine() string {
	return fmt.Sprintf("syncscope %s (%s)\n", buildVersion(), strings.Join(buildOrigin(), ", "))
}

func buildVersion() string {
	if info, ok := debug.ReadBuildInfo(); version == "devel" && ok && info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	return version
}

// buildOrigin tells what a report of a fault needs beside the version: commit
// and date, where the build knows them, the system, and the version of Go.
func buildOrigin() []string {
	c, d := commit, date
	if info, ok := debug.ReadBuildInfo(); c == "" && ok {
		for _, s := range info.Settings {
			switch s.Key {
			case "vcs.revision":
				c = s.Value
			case "vcs.time":
				d = s.Value
			}
		}
	}
	var out []string
	if c != "" {
		out = append(out, "commit "+c, d)
	}
	return append(out, runtime.GOOS+"/"+runtime.GOARCH, runtime.Version())
}
