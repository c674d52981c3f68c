package main

import (
	"errors"
	"os"
	"slices"

	"github.com/charmbracelet/colorprofile"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"syncscope/checks"
	"syncscope/checks/report"
	"syncscope/checks/report/ask"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/tui"
	"syncscope/tui/terminal"
	"syncscope/tui/theme"
)

// opened is a run and what is to be done after it.
type opened struct {
	live *session.Live
	done func()
}

// close ends the run; what was never opened needs none.
func (o opened) close() {
	if o.live != nil {
		o.live.Close()
	}
	if o.done != nil {
		o.done()
	}
}

// drawsScreens reports whether a screen can be shown on f: a terminal that says
// it is dumb takes lines only.
func drawsScreens(f *os.File) bool {
	return term.IsTerminal(int(f.Fd())) && os.Getenv("TERM") != "dumb"
}

// show runs what open prepares: on a terminal behind the screen, else as lines.
func show(cmd *cobra.Command, f runFlags, open func(screen bool) (opened, error)) error {
	defer terminal.Watch()()
	var last view.Update
	var err error
	if out, ok := cmd.OutOrStdout().(*os.File); ok && drawsScreens(out) {
		last, err = onScreen(cmd, out, nil, open)
	} else {
		last, err = inLines(cmd, f, open)
	}
	if err != nil {
		return err
	}
	if f.exitCode {
		return verdictCode(last.Verdict)
	}
	return nil
}

func inLines(cmd *cobra.Command, f runFlags, open func(bool) (opened, error)) (view.Update, error) {
	o, err := open(false)
	defer o.close()
	if err != nil {
		return view.Update{}, err
	}
	defer account(cmd.OutOrStdout(), o.live)
	defer o.live.Close()
	o.live.Start(cmd.Context())
	return o.live.RunPlain(cmd.Context(), cmd.OutOrStdout(), session.Plain{Duration: f.duration, PlayFix: f.fixed})
}

// onCall is a run that the screen may ask for the message to the one whose turn
// it is.
type onCall struct{ *session.Live }

// Message implements view.Messages.
func (r onCall) Message(u view.Update, lang string) (string, []string, error) {
	d := u.Diagnosis()
	who := d.Turn().Who
	to := ask.For(who)
	if !slices.Contains(ask.Languages(), lang) {
		lang = ask.Languages()[0]
	}
	lines, err := ask.Lines(r.Report(u), to, lang)
	label := who.Label()
	if ask.For(who) == ask.SSM {
		label = checks.OwnerSSMAdmin.Label()
	}
	return label, lines, err
}

// onScreen shows the first frame at once; the run begins behind it.
func onScreen(cmd *cobra.Command, out *os.File, form view.Form, open func(bool) (opened, error)) (view.Update, error) {
	runs := make(chan opened, 1)
	o := screenOptions(cmd, out)
	o.Form, o.FormShown = form, session.FormShown
	o.Begin = func() (view.Run, error) {
		run, err := open(true)
		if err != nil {
			run.close()
			return view.Run{}, err
		}
		run.live.Start(cmd.Context())
		runs <- run
		return view.Run{Updates: run.live.Updates(), Control: onCall{run.live}, Login: run.live}, nil
	}
	left, err := tui.Run(cmd.Context(), o)
	select {
	case run := <-runs:
		if errors.Is(err, terminal.ErrBlocked) {
			run.close()
			return left.Last, err
		}
		// What the alternate screen showed is gone. The verdict comes first: whoever
		// ends us may not wait for what the hosts say.
		width, _, _ := term.GetSize(int(out.Fd())) // 0: lines are not broken
		err = errors.Join(err, run.live.Leave(out, left.Last, left.Copies, width))
		run.close()
		err = errors.Join(err, report.Hosts(out, run.live.Account(), width))
	default: // it was left before it began
	}
	return left.Last, err
}

func screenOptions(cmd *cobra.Command, out *os.File) tui.Options {
	noColor, _ := cmd.Flags().GetBool("no-color")
	look, _ := cmd.Flags().GetString("theme")
	profile := colorprofile.Detect(out, os.Environ())
	maxKBps, _ := cmd.Flags().GetInt("max-kbps")
	noSync, _ := cmd.Flags().GetBool("no-sync")
	ascii, _ := cmd.Flags().GetBool("ascii")
	return tui.Options{
		ASCII: ascii, Lang: language(cmd), MaxKBps: maxKBps, NoSync: noSync, Theme: look, Sixteen: profile == colorprofile.ANSI, Profile: profile,
		Background: theme.Told(os.Getenv),
		NoColor:    noColor || os.Getenv("NO_COLOR") != "" || profile <= colorprofile.ASCII,
	}
}
