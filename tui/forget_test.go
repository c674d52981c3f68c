//go:build linux

package tui

import (
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"
	"golang.org/x/term"

	"syncscope/tui/terminal"
)

// Half a password that was typed when the screen ended is not there for the
// shell.
func TestWhatWasTypedIsForgotten(t *testing.T) {
	for _, forget := range []bool{false, true} {
		person, tty, err := pty.Open()
		if err != nil {
			t.Skip("no terminal can be made: ", err)
		}
		defer person.Close()
		defer tty.Close()
		fd := int(tty.Fd())
		before, err := term.MakeRaw(fd)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := person.WriteString("half a pass"); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(5 * time.Second); unread(fd) < 11 && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		if forget {
			terminal.ForgetTyped(fd)
		}
		if n := unread(fd); (n == 0) != forget {
			t.Errorf("forget %v: %d bytes wait", forget, n)
		}
		_ = term.Restore(fd, before)
	}
}

// unread is how many bytes wait to be read.
func unread(fd int) int {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	if err != nil {
		return -1
	}
	return n
}
