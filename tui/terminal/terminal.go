package terminal

import (
	"errors"
	"os"
	"sync/atomic"

	"golang.org/x/term"
)

// Stuck: the terminal could not be left; the watcher is to do it.
var Stuck atomic.Bool

// Save gives what sets the terminal's modes back. That writes nothing,
// so it works while output is blocked.
func Save() (back func()) {
	fd := int(os.Stdin.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) } // it may be closed
}

// CannotSuspend is why ctrl+z had no effect.
type CannotSuspend struct{ Why string }

// ErrBlocked: the terminal took nothing more when the screen was to be left.
// Nothing can be printed on it either.
var ErrBlocked = errors.New("terminal: it takes no output (it may be suspended; the watcher sets it back once it goes on)")
