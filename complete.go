package main

import (
	"strings"

	"github.com/spf13/cobra"

	"syncscope/checks/report/ask"
	"syncscope/checks/session"
	"syncscope/checks/view"
	"syncscope/ssh/lab"
	"syncscope/tui"
)

func subcommands(cmd *cobra.Command) []string {
	var out []string
	for _, c := range cmd.Commands() {
		out = append(out, c.Name())
	}
	return out
}

// meantBy is a question whether one of the words was meant, in front of what else
// is to be said; "" where none is near what was typed.
func meantBy(typed string, words []string) string {
	best, near := "", max(1, len(typed)/3)+1
	for _, w := range words {
		if d := distance(strings.ToLower(typed), w); d < near || strings.HasPrefix(w, strings.ToLower(typed)) && len(typed) > 2 && best == "" {
			best, near = w, min(d, near)
		}
	}
	if best == "" {
		return ""
	}
	return "did you mean " + best + "? "
}

// distance is how many letters must be changed, left out or added.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		left := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := left
			if a[i] != b[j] {
				cost++
			}
			left = row[j+1]
			row[j+1] = min(cost, row[j]+1, left+1)
		}
	}
	return row[len(b)]
}

// complete tells the shell what flags and arguments may be.
func complete(root *cobra.Command) {
	for _, c := range append(root.Commands(), root) {
		for flag, words := range map[string]func() []string{
			"theme": tui.Themes, "lang": ask.Languages, "format": func() []string { return formatsOf(c.Name()) },
			"profile": offered(view.FormProfile), "manager": offered(view.FormManagers), "ssm": offered(view.FormSSM), "jump": offered(view.FormJump), "peer": offered(view.FormPeer),
			"ssm-login": func() []string { return []string{"shell", "console", "sudo", "journald"} },
		} {
			if c.Flags().Lookup(flag) != nil || c.PersistentFlags().Lookup(flag) != nil {
				_ = c.RegisterFlagCompletionFunc(flag, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { // it is registered once
					return words(), cobra.ShellCompDirectiveNoFileComp
				})
			}
		}
		if args, ok := map[string]func() []string{"demo": scenarios, "rules": ruleIDs}[c.Name()]; ok {
			c.ValidArgsFunction = func(_ *cobra.Command, given []string, _ string) ([]string, cobra.ShellCompDirective) {
				if len(given) > 0 {
					return nil, cobra.ShellCompDirectiveNoFileComp
				}
				return args(), cobra.ShellCompDirectiveNoFileComp
			}
		}
	}
}

func formatsOf(command string) []string {
	if command == "check" {
		return []string{"text", "json"}
	}
	return []string{"text", "json", "markdown", "html"}
}

// offered are what the form would offer for a field: hosts of earlier runs and of
// ssh_config, profiles.
func offered(field int) func() []string {
	return func() []string {
		form := session.NewForm(dirs(), buildVersion())
		defer form.Close()
		return form.Offer().Names[field]
	}
}

func scenarios() []string {
	var out []string
	for _, s := range lab.Scenarios() {
		out = append(out, s.ID)
	}
	return out
}

func ruleIDs() []string {
	rules, err := session.LoadRules("")
	if err != nil {
		return nil
	}
	var out []string
	for _, r := range rules {
		out = append(out, r.ID)
	}
	return out
}
