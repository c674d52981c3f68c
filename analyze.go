package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/session"
	"syncscope/checks/session/offline"
	"syncscope/ssh"
)

// interruptible is run of a command that holds no host: a signal ends it even
// where nobody takes what it prints.
func interruptible(run func(*cobra.Command, []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		_, err := offline.Interruptible(cmd.Context(), func() (none struct{}, err error) { return none, run(cmd, args) })
		return err
	}
}

func analyzeCommand() *cobra.Command {
	var format, peer, pack string
	var hide privacy
	var compare, verbose bool
	cmd := &cobra.Command{
		Use: "analyze [PATH...]", Short: "Read saved logs and captures, or what is pasted, print the diagnosis",
		RunE: func(cmd *cobra.Command, args []string) error {
			args, err := pastedOr(cmd, args)
			if err != nil {
				return err
			}
			o, err := session.FileOptions(peer, pack, buildVersion())
			if err != nil {
				return err
			}
			write, err := report.Format(format)
			if err != nil {
				return err
			}
			if screen, ok := screenOf(cmd.OutOrStdout()); ok && format == "text" && !verbose {
				write = func(w io.Writer, r report.Report) error { return report.Short(w, r, screen) }
			}
			hide.apply(o.Gate)
			o.Status = statusLine(cmd.ErrOrStderr())
			r, err := offline.Analyze(cmd.Context(), args, o)
			if err != nil {
				return err
			}
			for _, line := range r.Unread { // the report may go to a program that looks at nothing but the verdict
				fmt.Fprintln(cmd.ErrOrStderr(), "syncscope: "+line)
			}
			printed := interruptible(func(cmd *cobra.Command, _ []string) error { return write(cmd.OutOrStdout(), r) })
			if err := printed(cmd, nil); err != nil {
				return fmt.Errorf("standard output: %w (nothing more can be printed)", err)
			}
			if compare {
				if err := session.CompareTyped(cmd.Context(), cmd.ErrOrStderr(), o.Gate, r.Diagnosis, ssh.Terminal{}); err != nil {
					return err
				}
			}
			return verdictCode(r.Diagnosis.Verdict)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text, json, markdown or html")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "all that there is to say, on a terminal too")
	cmd.Flags().StringVar(&peer, "peer", "", "the SSM's address as the Manager calls it")
	cmd.Flags().BoolVar(&compare, "compare", false, "ask for a client ID and a client secret, without echo, and tell whether they are those of the attempt")
	cmd.Flags().StringVar(&pack, "rules", "", "a folder of rules of your own")
	hide.register(cmd)
	return cmd
}

// statusLine shows a line in place of the one before, and erases it with "";
// nil: w is no terminal, where there is none to replace.
func statusLine(w io.Writer) func(string) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	shown := 0
	return func(line string) {
		width, _, err := term.GetSize(int(f.Fd()))
		if err != nil || width < 2 {
			width = 80
		}
		line = ansi.Truncate(line, width-1, "…")
		long := ansi.StringWidth(line)
		fmt.Fprint(f, "\r"+line+strings.Repeat(" ", min(max(shown-long, 0), width-1)))
		if shown = long; long == 0 {
			fmt.Fprint(f, "\r")
		}
	}
}

// pastedOr gives the paths, or standard input where none is given and a person can
// paste there.
func pastedOr(cmd *cobra.Command, args []string) ([]string, error) {
	if in, ok := cmd.InOrStdin().(*os.File); len(args) == 0 && ok && term.IsTerminal(int(in.Fd())) {
		fmt.Fprintln(cmd.ErrOrStderr(), "Paste logs, a ticket or what a command printed; end with ctrl+d on a line of its own (on Windows ctrl+z, enter).")
		return []string{"-"}, nil
	}
	return args, somePath(cmd, args)
}

// screenOf is the terminal that w is; false: it is none.
func screenOf(w io.Writer) (report.Screen, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return report.Screen{}, false
	}
	width, _, err := term.GetSize(int(f.Fd()))
	if err != nil || width < 2 {
		width = 80
	}
	return report.Screen{Width: width, Colour: os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"}, true
}

// somePath asks for a path at least.
func somePath(_ *cobra.Command, args []string) error {
	if len(args) == 0 {
		return offline.ErrNoPath
	}
	return nil
}

// verdictCode is analyze's exit code for a verdict.
func verdictCode(v checks.Verdict) error {
	switch v {
	case checks.OK:
		return nil
	case checks.Failed:
		return exitError(exitFound)
	}
	return exitError(exitInconclusive)
}
