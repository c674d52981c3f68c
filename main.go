// Command syncscope shows where a licence sync between Cisco Catalyst SD-WAN
// Manager and Cisco SSM On-Prem breaks.
//
// What comes in: the command line. What goes out: one run of checks/session
// with one front end (the screen, plain lines or a report), and an exit code.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"syncscope/checks/session"
	"syncscope/ssh"
	"syncscope/tui/terminal"
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
		return fmt.Sprintf("--%s: its value is of the kind %s, this is none", value.GetFlag().Name, value.GetFlag().Value.Type())
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return "unknown flag: -" + unknown.GetSpecifiedName()
	}
	return err.Error()
}

// onlyFlags refuses arguments that belong behind a flag.
func onlyFlags(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s: takes no argument beside its flags (write --manager and --ssm in front of the hosts)", cmd.Name())
	}
	return nil
}
