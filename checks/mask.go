package checks

import (
	"slices"
	"strings"
)

// MaskStage ends each command that people are told to run and that prints what
// others wrote.
const MaskStage = "| mask"

// MaskCommand defines mask in a shell: a command that ends in it prints no
// secret, and nothing at all where it was not defined. In the order of its
// lines it masks headers; client IDs, but for four characters; logins in URLs;
// quoted values; other values, up to a blank, a quote or an ampersand. No line
// is longer than a narrow screen shows.
const MaskCommand = `mask() { s='( *([":=>\\]|x22|%(25)*(22|3[AD])))+ *'
k='(secret|passw(or)?d|token|psk|apikey|[_-]key|sess[a-z_-]*id)'
k=$k'[a-z_]*'$s
sed -E 's/((cookie|authorization)"?[:=] *).*/\1*/I
s/(client_?id'"$s"'[^&" \\]{0,4})[^&" \\]*/\1*/Ig
s,(//[^/: ]*:)[^/ ]*@,\1*@,g
s/((bearer|basic) +)[^&" ]+/\1*/Ig
s/('"$k"'("|\\x22))([^"\\]|\\[^x])*/\1*/Ig
s/('"$k"')[^&" ]+/\1*/Ig'; }`

// Shell is where a command is typed.
type Shell string

// The shells. A rule names one for each of its commands, and nobody else decides it.
const (
	ShellUnknown Shell = "" // a rule of somebody's own does not name it
	ShellManager Shell = "manager-vshell"
	ShellCLI     Shell = "manager-cli"
	ShellSSM     Shell = "ssm-shell"
)

// Shells are those that a rule may name.
func Shells() []Shell { return []Shell{ShellManager, ShellCLI, ShellSSM} }

// Label is the shell as the runbooks name it.
func (s Shell) Label() string {
	switch s {
	case ShellManager:
		return "Manager, vshell"
	case ShellCLI:
		return "Manager, CLI"
	case ShellSSM:
		return "SSM, shell"
	}
	return "the rule does not say where"
}

// Command is one that a person is told to type, and where.
type Command struct {
	On  Shell
	Run string
}

// Masked are commands as they are shown: in each shell, the definition of mask stands
// before the first that needs it.
func Masked(commands []Command) []Command {
	var out []Command
	defined := map[Shell]bool{}
	for _, c := range commands {
		if strings.Contains(c.Run, MaskStage) && !defined[c.On] {
			defined[c.On] = true
			out = append(out, Command{c.On, MaskCommand})
		}
		out = append(out, c)
	}
	return out
}

// PrintsSecrets says why the output of a command may hold secrets; "": it holds
// none, or is masked.
func PrintsSecrets(command string) string {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(command, p) })
	}
	words := strings.Fields(command)
	switch {
	case has(MaskStage), len(words) < 2:
		return ""
	case has("journalctl ", "docker logs "), has("/var/log", ".log") && has("grep ", "tail ", "cat ", "head ", "less ", "awk ", "sed "):
		return "logs hold passwords in clear"
	case has("openssl s_client ") && has("-connect ") && !has("| openssl x509 -noout"):
		return "it prints the key of the session"
	case has("curl -") && has("://") && (has(" -v") || !has("-o /dev/null")):
		return "headers and pages hold cookies and tokens"
	}
	return ""
}
