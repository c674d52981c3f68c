//go:build unix

package terminal

import (
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"
	"syscall"

	"golang.org/x/sys/unix"
)

// Watch starts the watcher and gives what is to be called when the program
// ends by itself. Without a watcher the program runs all the same.
func Watch() (done func()) {
	self, err := os.Executable()
	if err != nil {
		return func() {}
	}
	r, w, err := os.Pipe()
	if err != nil {
		return func() {}
	}
	defer r.Close()
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), watcherEnv+"="+terminalNow())
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r, os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // keys for us are not for it
	if cmd.Start() != nil {
		w.Close()
		return func() {}
	}
	stderr, err := unix.Dup(2)
	if err == nil {
		unix.CloseOnExec(stderr)
		err = unix.Dup2(int(w.Fd()), 2) // the runtime writes to 2, whatever os.Stderr is
	}
	if err != nil {
		w.Close()
		return func() {}
	}
	os.Stderr = os.NewFile(uintptr(stderr), "stderr")
	debug.SetTraceback("all")
	return func() {
		if Stuck.Load() { // the watcher leaves the screen once it can
			return
		}
		_, _ = io.WriteString(w, goodbye) // the watcher may be gone
		_ = unix.Dup2(stderr, 2)
		w.Close()
		_ = cmd.Wait()
	}
}

// ignoreSignals: what ends the program must not end the watcher before it.
func ignoreSignals() {
	signal.Ignore(syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGTSTP, syscall.SIGTTOU, syscall.SIGTTIN, syscall.SIGPIPE)
}

// terminalNow is how the terminal is set before the screen sets it: the watcher
// may come up too late to see it.
func terminalNow() string {
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil {
		return "{}"
	}
	defer tty.Close()
	t, err := unix.IoctlGetTermios(int(tty.Fd()), getTermios)
	if err != nil {
		return "{}"
	}
	state, err := json.Marshal(t)
	if err != nil {
		return "{}"
	}
	return string(state)
}

// terminalBack sets the terminal as terminalNow found it.
func terminalBack() {
	var t unix.Termios
	tty, err := os.OpenFile("/dev/tty", os.O_RDWR, 0)
	if err != nil || json.Unmarshal([]byte(os.Getenv(watcherEnv)), &t) != nil || t == (unix.Termios{}) {
		return
	}
	defer tty.Close()
	_ = unix.IoctlSetTermios(int(tty.Fd()), setTermios, &t) // first: writing may block
	_, _ = io.WriteString(tty, leave)                       // the terminal may be gone
}
