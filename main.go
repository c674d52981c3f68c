// Command syncscope shows where a licence sync between Cisco Catalyst SD-WAN
// Manager and Cisco SSM On-Prem breaks.
//
// What comes in: the command line. What goes out: one run of checks/session
// with one front end (the screen, plain lines or a report), and an exit code.
package main

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/adrg/xdg"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/probe"
	"syncscope/checks/report"
	"syncscope/checks/report/ask"
	"syncscope/checks/session"
	"syncscope/checks/session/byhand"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/audit"
	"syncscope/ssh/command"
	"syncscope/ssh/lab"
	"syncscope/ssh/login"
	"syncscope/tui"
	"syncscope/tui/terminal"
	"syncscope/tui/theme"
)

// version, commit and date are set by the linker for a release, see .ci/release.
var version, commit, date = "devel", "", ""

// Exit codes; see the README.
const (
	exitOK = iota
	exitFound
	exitUsage
	exitInconclusive
	exitInterrupted = 130 // as a shell tells of SIGINT
)

func main() { os.Exit(run(os.Args[1:])) }

// exitError carries an exit code that is no error message.
type exitError int

func (e exitError) Error() string { return "exit " + strconv.Itoa(int(e)) }

func run(args []string) int {
	if terminal.IsWatcher() {
		terminal.RunWatcher()
		return exitOK
	}
	ssh.NoCoreDump()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	cmd := root()
	cmd.SetArgs(args)
	ran, err := cmd.ExecuteContextC(ctx)
	return exitCode(ctx, err, func() string { return complaint(ran, args, err) })
}

// exitCode is how the program ends, and prints why where that is an error. A
// signal goes first: what it cuts short tells nothing by itself.
func exitCode(ctx context.Context, err error, why func() string) int {
	var code exitError
	interrupted := ctx.Err() != nil
	switch {
	case err == nil, errors.As(err, &code), errors.Is(err, terminal.ErrBlocked): // blocked: nothing can be printed
	case interrupted && errors.Is(err, context.Canceled):
	default:
		fmt.Fprintln(os.Stderr, "syncscope: "+why())
	}
	switch {
	case interrupted:
		return exitInterrupted
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	return exitUsage
}

// complaint is an error as it is printed. Of commands that take hosts it repeats
// no password that was typed with a login; other commands take paths.
func complaint(ran *cobra.Command, args []string, err error) string {
	if lost := unprinted(err); lost != nil {
		return lost.Error()
	}
	if ran.HasParent() && ran.Flags().Lookup("manager") == nil {
		return session.OneLine(err, args...)
	}
	return session.Complaint(err, args)
}

// flagFault is what is wrong with a flag, without its value: that may be a
// login with its password.
func flagFault(err error) string {
	var value *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	switch {
	case errors.As(err, &value):
		f := value.GetFlag()
		kind, ok := map[string]string{"int": "whole number", "duration": "time like 90s, 10m or 2h", "bool": "true or false"}[f.Value.Type()]
		if !ok { // of ours, which words what it refuses without the value
			return fmt.Sprintf("--%s: %v", f.Name, value.Unwrap())
		}
		return fmt.Sprintf("--%s: that is no %s", f.Name, kind)
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return "unknown flag: -" + unknown.GetSpecifiedName()
	}
	return err.Error()
}

// atMost takes so many arguments; hint is where those that there are stand.
func atMost(n int, hint string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return fmt.Errorf("%s: takes %s, %d given (%s)", cmd.Name(), []string{"no argument", "one argument"}[n], len(args), hint)
		}
		return nil
	}
}

// fault is what went wrong with a file, in the words of all errors: object, what.
func fault(err error) error {
	var at *fs.PathError
	switch {
	case !errors.As(err, &at):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%s: no such file or folder", at.Path)
	case at.Path == os.Stdout.Name():
		return fmt.Errorf("standard output: %w", at.Err)
	}
	return fmt.Errorf("%s: %w", at.Path, at.Err)
}

// unprinted is an error of standard output, whatever was to be printed there; nil
// if err is another.
func unprinted(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) && at.Op == "write" && at.Path == os.Stdout.Name() {
		return fmt.Errorf("%w (nothing more can be printed)", fault(at))
	}
	return nil
}

// onlyFlags refuses arguments that belong behind a flag.
func onlyFlags(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: takes no argument beside its flags (write --manager and --ssm in front of the hosts)", cmd.Name())
	}
	return nil
}

func root() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "syncscope",
		Short:   "See where a licence sync between Catalyst SD-WAN Manager and SSM On-Prem breaks",
		Long:    "See where a licence sync between Catalyst SD-WAN Manager and SSM On-Prem breaks, whose turn it is and what to do.\nWithout a command, on a terminal, it asks for the hosts and goes on as live.\n\n" + exitCodes,
		Version: fmt.Sprintf("%s (%s)", buildVersion(), strings.Join(buildOrigin(), ", ")),
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
	cmd.PersistentFlags().Bool("ascii", false, "ASCII instead of box lines and signs (default where the locale is not UTF-8)")
	cmd.PersistentFlags().String("theme", "auto", "`colours`: auto (by the terminal's background), dark, light, contrast or colourblind")
	cmd.PersistentFlags().Int("max-kbps", 0, "`kilobytes` a second that the screen may send (default 60 behind SSH, else no bound; -1: no bound)")
	cmd.PersistentFlags().Bool("no-sync", false, "send frames without asking the terminal to show them at once (mode 2026)")
	cmd.PersistentFlags().String("lang", "", "`language` of the runbooks: en, ko or ar (default: by LANG)")
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
	for name, lines := range examples {
		if c, _, err := cmd.Find(strings.Fields(name)); err == nil {
			c.Example = "  " + strings.Join(lines, "\n  ")
		}
	}
	complete(cmd)
	fitHelp(cmd, helpWidth())
	return cmd
}

// helpWidth is how wide the help may be: as the terminal is; 0 elsewhere, where
// lines are for programs.
func helpWidth() int {
	if s, ok := screenOf(os.Stdout); ok {
		return s.Width
	}
	return 0
}

// fitHelp breaks the help's lines at a width between words, and the flags' in
// their own column; 0: it does not. A template would do so as well, and keep every
// exported method in the binary. It ends the program where the help can't be
// written: a help function of cobra has no error to return.
func fitHelp(cmd *cobra.Command, width int) {
	help := cmd.HelpFunc()
	cmd.SetHelpFunc(func(c *cobra.Command, args []string) {
		out := c.OutOrStdout()
		var text bytes.Buffer
		c.SetOut(&text)
		help(c, args)
		c.SetOut(out)
		if _, err := io.WriteString(out, fitted(c, text.String(), width)); err != nil {
			os.Exit(exitCode(c.Context(), err, func() string { return complaint(c, nil, err) }))
		}
	})
}

// fitted is the help of a command with its lines broken at a width; 0: as it is.
func fitted(c *cobra.Command, text string, width int) string {
	if width == 0 {
		return text
	}
	says := strings.TrimSpace(cmp.Or(c.Long, c.Short))
	text = strings.Replace(text, says, ansi.Wordwrap(says, width, ""), 1)
	for _, f := range []*pflag.FlagSet{c.LocalFlags(), c.InheritedFlags()} {
		text = strings.Replace(text, strings.TrimSpace(f.FlagUsages()), strings.TrimSpace(f.FlagUsagesWrapped(width)), 1)
	}
	return text
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
		for flag, directive := range map[string]cobra.ShellCompDirective{
			"vpn": cobra.ShellCompDirectiveNoFileComp, "since": cobra.ShellCompDirectiveNoFileComp, "duration": cobra.ShellCompDirectiveNoFileComp, "max-kbps": cobra.ShellCompDirectiveNoFileComp,
			"interface": cobra.ShellCompDirectiveNoFileComp, "legacy-algorithms": cobra.ShellCompDirectiveNoFileComp, "rules": cobra.ShellCompDirectiveFilterDirs,
		} {
			if c.Flags().Lookup(flag) != nil || c.PersistentFlags().Lookup(flag) != nil {
				_ = c.RegisterFlagCompletionFunc(flag, nothingBut(directive))
			}
		}
		switch c.Name() {
		case "live", "check", "version":
			c.ValidArgsFunction = nothingBut(cobra.ShellCompDirectiveNoFileComp)
		case "man":
			c.ValidArgsFunction = nothingBut(cobra.ShellCompDirectiveFilterDirs)
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

// nothingBut offers no words of ours, but what the directive says: folders, or
// nothing where a path would be wrong.
func nothingBut(d cobra.ShellCompDirective) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) { return nil, d }
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

// privacy is what analyze, live, demo and check share: names and addresses as
// pseudonyms in all that is written.
type privacy struct {
	on   bool
	gate *redact.Session
}

func (p *privacy) register(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&p.on, "privacy", false, "pseudonyms for users, host names and addresses in all that is shown or written")
	run := cmd.RunE
	cmd.RunE = func(cmd *cobra.Command, args []string) error { return p.error(run(cmd, args)) }
}

// apply hides names in what passes gate from now on.
func (p *privacy) apply(gate *redact.Session) {
	if p.on {
		gate.HideNames(true)
		p.gate = gate
	}
}

// error is err as it is printed; an exit code stays one.
func (p *privacy) error(err error) error {
	var code exitError
	if err == nil || p.gate == nil || errors.As(err, &code) || errors.Is(err, terminal.ErrBlocked) || errors.Is(err, context.Canceled) {
		return err
	}
	return errors.New(p.gate.Shown(err.Error()))
}

// runFlags are what live and demo share.
type runFlags struct {
	duration time.Duration
	exitCode bool
	fixed    bool
	shared   bool
	privacy
}

// apply sets the gate of a run up as the flags say.
func (f *runFlags) apply(gate *redact.Session) {
	f.privacy.apply(gate)
	if f.shared {
		gate.SetShared()
	}
}

func (f *runFlags) register(cmd *cobra.Command) {
	cmd.Flags().DurationVar(&f.duration, "duration", 0, "end after this `time` (without a terminal)")
	cmd.Flags().BoolVar(&f.exitCode, "exit-code", false, "answer with analyze's exit codes")
	cmd.Flags().BoolVar(&f.shared, "shared", false, "others see this screen: no value can be revealed on it")
	f.privacy.register(cmd)
}

// hostFlags are what live and check share: the hosts and how to get there.
type hostFlags struct {
	session.Request
	vpn    int
	dryRun bool
}

func (f *hostFlags) register(cmd *cobra.Command) {
	f.Dirs, f.Version = dirs(), buildVersion()
	cmd.Flags().StringArrayVar(&f.Typed.Managers, "manager", nil, "`USER@HOST[:PORT]` of the Manager; up to six times for a cluster")
	cmd.Flags().Var(pair{&f.Typed.SSM, &f.Typed.Pair}, "ssm", "`USER@HOST[:PORT]` of the SSM On-Prem; twice for a pair")
	cmd.Flags().StringVar(&f.Typed.SSMLogin, "ssm-login", "", "the `way` to the SSM's log: shell, console (leave it for a shell first), sudo (ask at once) or journald (default shell)")
	cmd.Flags().StringVar(&f.Typed.Peer, "peer", "", "`HOST[:PORT]` that the Manager calls (default: from its log)")
	cmd.Flags().StringArrayVarP(&f.Typed.Identities, "identity", "i", nil, "a private key `file`")
	cmd.Flags().StringArrayVarP(&f.Typed.Jumps, "jump", "J", nil, "`[USER@]HOST[:PORT],...` on the way to every host, in order (default: ProxyJump of ssh_config)")
	cmd.Flags().StringVarP(&f.Typed.SSHConfig, "ssh-config", "F", "", "a `file` instead of the user's own ssh_config and the system's; none: read none")
	cmd.Flags().StringArrayVar(&f.Typed.Legacy, "legacy-algorithms", nil, "a `host` whose old, insecure algorithms may be used")
	cmd.Flags().BoolVar(&f.Typed.Keyring, "keyring", false, "keep passwords in the system's keyring, and look for them there")
	cmd.Flags().StringVar(&f.Profile, "profile", "", "a named set of hosts: `NAME`.yaml in "+dirs().Profiles)
	cmd.Flags().StringVar(&f.Rules, "rules", "", "a `folder` of rules of your own")
	cmd.Flags().IntVar(&f.vpn, "vpn", 0, "the `VPN` that leads to the SSM (default: that of the interface)")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "print every command that would be sent, with its cost, and connect to nothing")
	cmd.PreRunE = func(cmd *cobra.Command, _ []string) error {
		if cmd.Flags().Changed("vpn") {
			f.Typed.VPN = &f.vpn
		}
		switch { // before any host is dialled
		case f.vpn < 0 || f.vpn > maxVPN:
			return fmt.Errorf("--vpn %d: no VPN of a Manager (0 to %d)", f.vpn, maxVPN)
		case f.Typed.Interface != "" && !interfaceName.MatchString(f.Typed.Interface):
			return errors.New("--interface: that is no interface's name (like eth0; see show interface description on the Manager)")
		}
		return nil
	}
}

// maxVPN is the highest number of a VPN; interfaceName is what interfaces are
// called.
const maxVPN = 65535

var interfaceName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.:/-]{0,63}$`)

// pair is a flag that may be given twice.
type pair [2]*string

func (p pair) String() string { return "" }

func (p pair) Type() string { return "string" }

func (p pair) Set(s string) error {
	for _, to := range p {
		if *to == "" {
			*to = s
			return nil
		}
	}
	return errors.New("given more than twice (a pair has two)")
}

// dirs are where accounts, crash reports and the hosts of earlier runs are kept,
// and where named sets of hosts are.
func dirs() session.Dirs {
	return session.Dirs{State: filepath.Join(xdg.StateHome, "syncscope"), Profiles: filepath.Join(xdg.ConfigHome, "syncscope", "profiles")}
}

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
	to := textOut(cmd, "text")
	defer account(to, o.live)
	defer o.live.Close()
	o.live.Start(cmd.Context())
	return o.live.RunPlain(cmd.Context(), to, session.Plain{Duration: f.duration, PlayFix: f.fixed})
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
	o, to := screenOptions(cmd, out), textOut(cmd, "text")
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
		err = errors.Join(err, run.live.Leave(to, left.Last, left.Copies, width))
		run.close()
		err = errors.Join(err, report.Hosts(to, run.live.Account(), width))
	default: // it was left before it began
	}
	return left.Last, err
}

// onlyASCII reports whether the terminal is to get none of our own signs.
func onlyASCII(cmd *cobra.Command) bool {
	if ascii, _ := cmd.Flags().GetBool("ascii"); cmd.Flags().Changed("ascii") {
		return ascii
	}
	return theme.OnlyASCII(os.Getenv)
}

// textOut is where a report goes: standard output, and as text with the signs that
// its terminal can show. A file or a program gets them all.
func textOut(cmd *cobra.Command, format string) io.Writer {
	if _, terminal := screenOf(cmd.OutOrStdout()); terminal && format == "text" && onlyASCII(cmd) {
		return theme.ASCII(cmd.OutOrStdout())
	}
	return cmd.OutOrStdout()
}

func screenOptions(cmd *cobra.Command, out *os.File) tui.Options {
	noColor, _ := cmd.Flags().GetBool("no-color")
	look, _ := cmd.Flags().GetString("theme")
	profile := colorprofile.Detect(out, os.Environ())
	maxKBps, _ := cmd.Flags().GetInt("max-kbps")
	noSync, _ := cmd.Flags().GetBool("no-sync")
	return tui.Options{
		ASCII: onlyASCII(cmd), Lang: language(cmd), MaxKBps: maxKBps, NoSync: noSync, Theme: look, Sixteen: profile == colorprofile.ANSI, Profile: profile,
		Background: theme.Told(os.Getenv),
		NoColor:    noColor || os.Getenv("NO_COLOR") != "" || profile <= colorprofile.ASCII,
	}
}

func demoCommand() *cobra.Command {
	var f runFlags
	var list bool
	cmd := &cobra.Command{
		Use: "demo [SCENARIO]", Short: "The same screen on a simulated Manager and SSM", Args: atMost(1, "see syncscope demo --list"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if list {
				longest := 0
				for _, id := range scenarios() {
					longest = max(longest, len(id))
				}
				for _, s := range lab.Scenarios() {
					if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%-*s  %s\n", longest, s.ID, s.Title); err != nil {
						return err
					}
				}
				return nil
			}
			scenario := "grant-not-found"
			if len(args) > 0 {
				if scenario = args[0]; !slices.Contains(scenarios(), scenario) {
					return fmt.Errorf("demo %s: no such scenario (%ssee syncscope demo --list)", scenario, meantBy(scenario, scenarios()))
				}
			}
			return demo(cmd, scenario, &f)
		},
	}
	f.register(cmd)
	cmd.Flags().BoolVar(&f.fixed, "fixed", false, "play the fix and the second, green attempt")
	cmd.Flags().BoolVar(&list, "list", false, "name the scenarios")
	return cmd
}

func demo(cmd *cobra.Command, scenario string, f *runFlags) error {
	return show(cmd, *f, func(screen bool) (opened, error) {
		o, err := session.NewOptions("", "", buildVersion())
		if err != nil {
			return opened{}, err
		}
		f.apply(o.Gate)
		sim, err := lab.Start(cmd.Context(), lab.Options{Scenario: scenario})
		if err != nil {
			return opened{}, err
		}
		if f.fixed && !sim.HasFix() {
			sim.Close()
			return opened{}, fmt.Errorf("demo %s: nothing is broken there (leave --fixed out)", scenario)
		}
		cfg, remove, err := labConfig(sim, o)
		if err != nil {
			sim.Close()
			return opened{}, err
		}
		live, err := connect(cmd.Context(), cfg, screen)
		return opened{live, func() { remove(); sim.Close() }}, err
	})
}

// connect logs in before it returns, or, behind a screen, after.
func connect(ctx context.Context, cfg session.Config, screen bool) (*session.Live, error) {
	if screen {
		return session.Open(cfg), nil
	}
	return session.Connect(ctx, cfg)
}

// labConfig logs in to the simulated hosts as live would to real ones.
func labConfig(sim *lab.Lab, o offline.Options) (session.Config, func(), error) {
	known, err := os.CreateTemp("", "syncscope-known-hosts-*")
	if err != nil {
		return session.Config{}, nil, err
	}
	remove := func() { os.Remove(known.Name()) }
	mgr, ssm := sim.Manager(), sim.SSM()
	_, err = io.WriteString(known, mgr.KnownHostsLine()+"\n"+ssm.KnownHostsLine()+"\n")
	if err = errors.Join(err, known.Close()); err != nil {
		remove()
		return session.Config{}, nil, err
	}
	m, err1 := ssh.ParseTarget(mgr.User + "@" + mgr.Addr)
	s, err2 := ssh.ParseTarget(ssm.User + "@" + ssm.Addr)
	if err := errors.Join(err1, err2); err != nil {
		remove()
		return session.Config{}, nil, err
	}
	cfg := session.Config{
		Options: o, Managers: []ssh.Target{m}, SSM: &s, PeerName: sim.Peer(),
		SSH:       login.Config{KnownHosts: []string{known.Name()}, Prompter: labPrompter{mgr, ssm}, Gate: o.Gate},
		Simulated: true,
	}
	if sim.HasFix() {
		cfg.Fix = sim.Fix
	}
	return cfg, remove, nil
}

// labPrompter knows the simulated hosts' passwords.
type labPrompter [2]lab.Host

func (p labPrompter) Secret(_ context.Context, q ssh.Question) ([]byte, error) {
	for _, h := range p {
		if h.Addr == q.Target.Addr() {
			return []byte(h.Password), nil
		}
	}
	return nil, errors.New("no such simulated host")
}

func (labPrompter) TrustHost(context.Context, ssh.UnknownHost) (bool, error) { return false, nil }

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
		Use: "analyze [PATH...]", Short: "Read saved logs and captures, or a paste, and print the diagnosis",
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
			out := textOut(cmd, format)
			printed := interruptible(func(*cobra.Command, []string) error { return write(out, r) })
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
	cmd.Flags().StringVar(&format, "format", "text", "`format`: text, json, markdown or html")
	cmd.Flags().BoolVarP(&verbose, "verbose", "v", false, "all that there is to say, on a terminal too")
	cmd.Flags().StringVar(&peer, "peer", "", "the SSM's `address` as the Manager calls it")
	cmd.Flags().BoolVar(&compare, "compare", false, "ask for a client ID and a client secret, without echo, and tell whether they are those of the attempt")
	cmd.Flags().StringVar(&pack, "rules", "", "a `folder` of rules of your own")
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

// askCommand writes the message to the one whose turn it may be.
func askCommand() *cobra.Command {
	var peer, pack string
	var hide privacy
	cmd := &cobra.Command{
		Use: "ask ssm|manager|network|dns|proxy PATH...", Short: "Write the message to the one whose turn it may be, in ten lines",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("ask: nobody to ask is given (ask ssm, manager, network, dns or proxy, and give logs)")
			}
			if _, err := ask.ParseRecipient(args[0]); err != nil {
				return err
			}
			if len(args) == 1 {
				return errors.New("ask: no path is given (give logs, captures, folders or archives; - is standard input)")
			}
			return nil
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
	cmd.Flags().StringVar(&peer, "peer", "", "the SSM's `address` as the Manager calls it")
	cmd.Flags().StringVar(&pack, "rules", "", "a `folder` of rules of your own")
	hide.register(cmd)
	return cmd
}

// connectOrHelp asks for the hosts on a terminal; elsewhere nobody can answer.
func connectOrHelp(cmd *cobra.Command) error {
	out, ok := cmd.OutOrStdout().(*os.File)
	if !ok || !drawsScreens(out) || !term.IsTerminal(int(os.Stdin.Fd())) {
		return cmd.Help()
	}
	defer terminal.Watch()()
	form := session.NewForm(dirs(), buildVersion())
	defer form.Close()
	_, err := onScreen(cmd, out, formOnScreen{form, cmd.Context()}, func(bool) (opened, error) {
		live, err := form.Run()
		return opened{live, func() {}}, err
	})
	form.Close()
	if lines := form.Account(); len(lines) > 0 && !errors.Is(err, terminal.ErrBlocked) {
		width, _, _ := term.GetSize(int(out.Fd()))
		fmt.Fprintln(out, "Tests of the hosts before:")
		err = errors.Join(err, report.Hosts(textOut(cmd, "text"), lines, width))
	}
	return err
}

// formOnScreen is the form as the screen asks it.
type formOnScreen struct {
	*session.Form
	ctx context.Context
}

// Try implements view.Form.
func (f formOnScreen) Try() (view.Run, error) {
	live, err := f.Form.Try(f.ctx)
	if err != nil {
		return view.Run{}, err
	}
	return view.Run{Updates: live.Updates(), Login: live, Control: live, Stop: live.Close}, nil
}

func liveCommand() *cobra.Command {
	var f runFlags
	var to hostFlags
	cmd := &cobra.Command{
		Use: "live --manager USER@HOST... --ssm USER@HOST", Short: "The screen on the real hosts", Args: onlyFlags,
		RunE: func(cmd *cobra.Command, _ []string) error {
			to.Privacy, to.Shared = f.on, f.shared
			cfg, err := to.Config("live") // what is wrong with it is told before anything is begun
			if err != nil {
				return err
			}
			f.gate = cfg.Gate
			if to.dryRun {
				return session.Plan(textOut(cmd, "text"), cfg, false)
			}
			return show(cmd, f, func(screen bool) (opened, error) {
				cfg, err := to.Begin("live", screen)
				if err != nil {
					return opened{}, err
				}
				f.gate = cfg.Gate
				live, err := connect(cmd.Context(), cfg, screen)
				return opened{live, func() {}}, err
			})
		},
	}
	f.register(cmd)
	to.register(cmd)
	cmd.Flags().StringVar(&to.Typed.Interface, "interface", "", "the `interface` to capture on (default: the one that the route to the peer leaves by)")
	cmd.Flags().DurationVar(&to.Since, "since", 0, "how far back the logs are read first, a `time` like 2h; rotated files too, 16 MB a log at most (default: to the last attempt)")
	cmd.Flags().BoolVar(&to.FullCapture, "pcap", false, "capture whole packets where a shell on the Manager may (asks for sudo there); else the command line's listing is read")
	return cmd
}

// account says, once a run is over, what ran on the hosts and that nothing does
// any more.
func account(w io.Writer, live *session.Live) {
	for _, line := range live.Account() {
		fmt.Fprintln(w, line)
	}
}

func checkCommand() *cobra.Command {
	var to hostFlags
	var format string
	var hide privacy
	cmd := &cobra.Command{
		Use: "check --manager USER@HOST --ssm USER@HOST", Short: "Run the active checks only: they read, and send no credentials", Args: onlyFlags,
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
				return session.Plan(textOut(cmd, "text"), cfg, true)
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
			out := textOut(cmd, format)
			if err := write(out, r); err != nil {
				return fmt.Errorf("standard output: %w (nothing more can be printed)", err)
			}
			live.Close()
			if format == "text" {
				account(out, live)
			}
			return checkCode(r)
		},
	}
	to.register(cmd)
	cmd.Flags().StringVar(&format, "format", "text", "`format`: text or json")
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

// rulesCommand lists, explains and lints the failure signatures, and lists
// every command that may be sent to a host.
func rulesCommand() *cobra.Command {
	var pack string
	var commands, page, byHand bool
	cmd := &cobra.Command{
		Use: "rules [ID]", Short: "List, explain and lint the failure signatures", Args: atMost(1, "see syncscope rules for their IDs"),
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
				return report.Rules(textOut(cmd, "text"), rules)
			}
			for _, r := range rules {
				switch text, ok := checks.Runbook(language(cmd), r.ID); {
				case r.ID != args[0]:
				case page && ok:
					_, err := io.WriteString(textOut(cmd, "text"), text)
					return err
				default:
					return report.Explain(textOut(cmd, "text"), r)
				}
			}
			return fmt.Errorf("rules %s: no such rule (%ssee syncscope rules)", args[0], meantBy(args[0], ruleIDs()))
		}),
	}
	cmd.Flags().StringVar(&pack, "rules", "", "a `folder` of rules of your own, checked and listed with the others")
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

func auditCommand() *cobra.Command {
	return &cobra.Command{
		Use: "audit PATH", Short: "Verify and print the account of what a session sent to its hosts",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return fmt.Errorf("audit: no account is given (give a file of %s)", accounts())
			}
			return atMost(1, "one account at a time")(cmd, args)
		},
		RunE: interruptible(func(cmd *cobra.Command, args []string) error {
			unread := func(err error) error { return fmt.Errorf("audit: %w (give a file of %s)", fault(err), accounts()) }
			f, err := os.Open(args[0])
			if err != nil {
				return unread(err)
			}
			defer f.Close()
			records, broken := audit.Verify(f)
			var at *fs.PathError
			if errors.As(broken, &at) { // what cannot be read was not changed by that
				return unread(at)
			}
			if err := audit.Print(textOut(cmd, "text"), records); err != nil {
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

// accounts is where the accounts of sessions are.
func accounts() string { return filepath.Join(dirs().State, "audit") }

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: atMost(0, "leave them out"),
		RunE: interruptible(func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintf(cmd.OutOrStdout(), "syncscope version %s\n", cmd.Root().Version)
			return err
		}),
	}
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

func manCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "man FOLDER", Short: "Write manual pages, one for each command, into a folder",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("man: no folder is given (man . writes into this one)")
			}
			return nil
		},
		RunE: interruptible(func(_ *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fmt.Errorf("man: %w (give a folder that may be written)", fault(err))
			}
			return writeManual(root, args[0])
		}),
	}
}

// writeManual writes the pages of a command and of those below it.
func writeManual(cmd *cobra.Command, folder string) error {
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() && !c.IsAdditionalHelpTopicCommand() {
			if err := writeManual(c, folder); err != nil {
				return err
			}
		}
	}
	name := pageName(cmd)
	if err := os.WriteFile(filepath.Join(folder, name+".1"), []byte(manual(cmd, name)), 0o644); err != nil {
		return fmt.Errorf("man: %w (give a folder that may be written)", fault(err))
	}
	return nil
}

func pageName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manual is a command's page, in the macros of man(7).
func manual(cmd *cobra.Command, name string) string {
	cmd.InitDefaultHelpCmd()
	cmd.InitDefaultHelpFlag()
	var b strings.Builder
	fmt.Fprintf(&b, ".TH %q 1 %q %q\n", strings.ToUpper(name), date, "syncscope "+buildVersion())
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n.SH SYNOPSIS\n.B %s\n", roff(name), roff(cmd.Short), roff(cmd.UseLine()))
	long := cmd.Long
	if long == "" {
		long = cmd.Short
	}
	fmt.Fprintf(&b, ".SH DESCRIPTION\n%s\n", roff(long))
	if cmd.HasAvailableFlags() {
		b.WriteString(".SH OPTIONS\n")
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			if f.Hidden {
				return
			}
			value, usage := pflag.UnquoteUsage(f)
			short := ""
			if f.Shorthand != "" {
				short = "-" + f.Shorthand + ", "
			}
			fmt.Fprintf(&b, ".TP\n.B %s\n%s\n", roff(strings.TrimSpace(short+"--"+f.Name+" "+value)), roff(usage))
		})
	}
	if cmd.Example != "" {
		fmt.Fprintf(&b, ".SH EXAMPLES\n.nf\n%s\n.fi\n", roff(cmd.Example))
	}
	also := cmd.Commands()
	if cmd.HasParent() {
		also = []*cobra.Command{cmd.Parent()}
	}
	b.WriteString(".SH SEE ALSO\n")
	for _, c := range also {
		if c.IsAvailableCommand() || c == cmd.Parent() {
			fmt.Fprintf(&b, ".BR %s (1)\n", roff(pageName(c)))
		}
	}
	return b.String()
}

// roff is text as troff takes it: its own signs are escaped, and no line begins with
// one that would be a command.
func roff(s string) string {
	s = strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(s)
	lines := strings.Split(s, "\n")
	for i, l := range lines {
		if strings.HasPrefix(l, ".") || strings.HasPrefix(l, "'") {
			lines[i] = `\&` + l
		}
	}
	return strings.Join(lines, "\n")
}
