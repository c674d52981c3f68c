package terminal

import (
	"io"
	"os"
	"os/exec"
	"os/signal"
	"runtime/debug"

	"golang.org/x/sys/windows"
)

// Watch starts the watcher and gives what is to be called when the program
// ends by itself. Here the runtime writes its last words to the console too.
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
	cmd.Env = append(os.Environ(), watcherEnv+"=1")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = r, os.Stdout, os.Stderr
	if cmd.Start() != nil || debug.SetCrashOutput(w, debug.CrashOptions{}) != nil {
		w.Close()
		return func() {}
	}
	return func() {
		_ = debug.SetCrashOutput(nil, debug.CrashOptions{})
		_, _ = io.WriteString(w, goodbye) // the watcher may be gone
		w.Close()
		_ = cmd.Wait()
	}
}

func ignoreSignals() { signal.Ignore(os.Interrupt) }

// terminalBack: the console's own modes are set back by the program itself.
func terminalBack() { _, _ = io.WriteString(os.Stdout, leave) }

// ForgetTyped drops what was typed and nobody has read.
func ForgetTyped(fd int) { _ = windows.FlushConsoleInputBuffer(windows.Handle(fd)) } // it may be no console
