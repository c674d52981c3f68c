package command

import (
	"crypto/rand"
	"encoding/hex"
	"strings"
)

// Wire is the bytes that go to a host for a command. Only this package makes
// one, so nothing that is not on the list can be sent.
type Wire struct {
	info *Info
	s    string
}

// String is the bytes.
func (w Wire) String() string { return w.s }

// ID, Reason and Cost are the command's.
func (w Wire) ID() string { return w.info.ID }

// Reason is why it is sent.
func (w Wire) Reason() string { return w.info.Reason }

// Cost is what it costs the host.
func (w Wire) Cost() string { return w.info.Cost }

// SudoPrompt is what sudo is told to ask with: no program prints it by itself.
const SudoPrompt = "syncscope-sudo-password:"

// Exec is the command for a channel of its own, behind a mark: what the account's
// own start-up files print, or a host that runs something else instead, is never
// taken for what the command says. One that streams has marks of its own, and
// replaces the shell that starts it.
func (c Command) Exec(n Nonce) Wire {
	s := c.line
	if c.guard != nil {
		s = c.guard.line(s)
	}
	if c.sudo { // the right side of a pipe needs no right
		s = "sudo -S -p " + Quote(SudoPrompt) + " -- " + s
	}
	if !c.Streams() {
		s = `printf '\036%s\n' B` + n.s + "; " + s
	}
	return Wire{c.info, s}
}

// Typed is the command as it is typed on a command line.
func (c Command) Typed() Wire { return Wire{c.info, c.line + "\n"} }

// Nonce marks one shell's output: nobody else's begins with it.
type Nonce struct{ s string }

// NewNonce makes one.
func NewNonce() Nonce {
	var b [8]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return Nonce{hex.EncodeToString(b[:])}
}

// String is the nonce.
func (n Nonce) String() string { return n.s }

// Begin stands before a framed command's output.
func (n Nonce) Begin() string { return "\x1eB" + n.s }

// End stands behind it, followed by the exit status.
func (n Nonce) End() string { return "\x1eE" + n.s + " " }

// Framed is the command as it is typed in a shell on a terminal: its output
// stands between two marks, which begin with a byte that the typed line only
// spells, so that its echo is never taken for one.
func (c Command) Framed(n Nonce) Wire {
	line := c.line
	if c.sudo { // it has asked already (SudoLogin)
		line = "sudo -n -- " + line
	}
	return Wire{c.info, `printf '\036%s\n' B` + n.s + "; " + line + `; printf '\036%s %d\n' E` + n.s + " $?\n"}
}

// Quiet makes a shell's output clean: no echo, no CR, no prompt; then it prints
// the mark.
func Quiet(n Nonce) Wire {
	return Wire{quiet, `stty -echo -onlcr 2>/dev/null; PS1=; PS2=; printf '\036%s\n' B` + n.s + "\n"}
}

// The keys that may be pressed.
var (
	Interrupt = Wire{keys, "\x03"} // ends the command in the foreground
	Enter     = Wire{keys, "\n"}   // a heartbeat
	Space     = Wire{keys, " "}    // the pager's next page
)

// Answer stands in the audit for a secret that a host asked for; its bytes are
// not here.
func Answer() Wire { return Wire{answer, "<secret:sudo>\n"} }

// Quote is s as one word of a POSIX shell.
func Quote(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
