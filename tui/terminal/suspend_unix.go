//go:build unix

package terminal

import (
	"os"
	"os/signal"
	"syscall"

	tea "charm.land/bubbletea/v2"
	"golang.org/x/sys/unix"
)

// OnSuspend leaves the terminal when SIGTSTP asks for that, stops, and takes
// the terminal back when the process goes on. It stops with SIGSTOP: once a Go
// program has asked for SIGTSTP, the signal's own effect cannot be had back.
func OnSuspend(p *tea.Program) (stop func()) {
	tstp, cont, end := make(chan os.Signal, 1), make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(tstp, syscall.SIGTSTP)
	go func() {
		for {
			select {
			case <-end:
				return
			case <-tstp:
			}
			if orphaned() || p.ReleaseTerminal() != nil {
				continue
			}
			signal.Notify(cont, syscall.SIGCONT)
			_ = syscall.Kill(0, syscall.SIGSTOP) // the whole job, as the terminal would
			<-cont                               // this thread may run on a little before it is stopped
			signal.Stop(cont)
			select {
			case <-tstp: // pressed again while it was being suspended: it is
			default:
			}
			_ = p.RestoreTerminal() // if it cannot be had, the next write ends us
		}
	}()
	return func() {
		signal.Stop(tstp)
		close(end)
	}
}

// orphaned reports whether no shell is there that could let us go on.
func orphaned() bool {
	sid, err := unix.Getsid(0)
	return err != nil || sid == os.Getpid() || os.Getppid() == 1
}

// Suspend is what ctrl+z does.
func Suspend() tea.Msg {
	if orphaned() {
		return CannotSuspend{"there is no shell to go back to"}
	}
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGTSTP)
	return nil
}
