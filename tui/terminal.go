package tui

import (
	"os"
	"sync/atomic"

	"golang.org/x/term"
)

// stuck: the terminal could not be left; the watcher is to do it.
var stuck atomic.Bool

// saveTerminal gives what sets the terminal's modes back. That writes nothing,
// so it works while output is blocked.
func saveTerminal() (back func()) {
	fd := int(os.Stdin.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return func() {}
	}
	return func() { _ = term.Restore(fd, state) } // it may be closed
}
