package ssh

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"syncscope/capture/redact"
	"syncscope/ssh/command"
)

// DialError: no SSH connection came about.
type DialError struct {
	Target Target
	What   redact.Text
	Hint   string
	Err    error
}

// Error is one line: object, what, what to do.
func (e *DialError) Error() string { return fmt.Sprintf("%s: %s (%s)", e.Target, e.What, e.Hint) }

// Unwrap gives the cause.
func (e *DialError) Unwrap() error { return e.Err }

// AuthError: the host refused every way to log in.
type AuthError struct {
	Target Target
	Tried  string      // "publickey, password"
	Said   redact.Text // the host's own words about it; empty: none
	Notes  redact.Text // what was not tried, and what to do
}

// Error is one line: object, what, what to do.
func (e *AuthError) Error() string {
	hint := "check user and password; a locked account stays locked until its time is over"
	if !e.Notes.Empty() {
		hint = e.Notes.String()
	}
	said := ""
	if !e.Said.Empty() {
		said = "; the host says: " + strings.Join(strings.Fields(e.Said.String()), " ")
		hint = "that is its reason, whatever was answered: ask who runs the host, or use another user"
	}
	return fmt.Sprintf("%s: login refused, tried %s%s (%s)", e.Target, e.Tried, said, hint)
}

// HostKeyError: the host's key is another than the known one, or is revoked,
// or is unknown and nobody trusted it.
type HostKeyError struct {
	Target  Target
	Changed bool
	Revoked bool
	Got     string   // fingerprint
	Want    []string // fingerprints known, with file and line; of a revoked key: file and line
	Known   string   // the host as known_hosts names it
	Files   []string // that hold the known keys of one that has changed
}

// Error is one line: object, what, what to do.
func (e *HostKeyError) Error() string {
	switch {
	case e.Revoked:
		return fmt.Sprintf("%s: HOST KEY REVOKED: the host shows %s, which %s revokes (do not log in; ask who runs the host)", e.Target, e.Got, strings.Join(e.Want, ", "))
	case e.Changed:
		return fmt.Sprintf("%s: HOST KEY CHANGED: known %s, the host shows %s (somebody may be in between; if the host was set up anew: %s)",
			e.Target, strings.Join(e.Want, ", "), e.Got, e.forget())
	}
	return fmt.Sprintf("%s: unknown host key %s (compare it with the host's own, then log in once with ssh)", e.Target, e.Got)
}

// forget are the commands that let go of the known keys: ssh-keygen alone looks into
// the user's own file, whichever ones ssh_config names.
func (e *HostKeyError) forget() string {
	out := make([]string, len(e.Files))
	for i, f := range e.Files {
		out[i] = fmt.Sprintf("ssh-keygen -f %s -R %s", command.Quote(f), command.Quote(e.Known))
	}
	return strings.Join(out, "; ")
}

// HopError: a host on the way could not be logged in to.
type HopError struct {
	Target Target // where the way leads
	Err    error  // of the host on the way, which it names
}

// Error is one line: object, what, what to do.
func (e *HopError) Error() string { return fmt.Sprintf("%s: on the way there, %s", e.Target, e.Err) }

// Unwrap gives the error of the host on the way.
func (e *HopError) Unwrap() error { return e.Err }

// noProgram is with what a shell ends that finds no program of a command's name (POSIX,
// Shell Command Language 2.8.2).
const noProgram = 127

// RefusedError: the host answered a command with a refusal.
type RefusedError struct {
	Target  Target
	Command string // its id
	Reply   redact.Text
	Exit    int
}

// Error is one line: object, what, what to do.
func (e *RefusedError) Error() string {
	hint := "check this user's rights on the host"
	right := command.Right(e.Command)
	switch {
	case e.Exit == noProgram: // no right helps
		hint = "a program is missing there: ask who runs the host, or save the log there and read it with analyze"
	case right != "":
		hint = "it takes " + right
	}
	return fmt.Sprintf("%s: %s was refused: %s (%s)", e.Target, e.Command, e.Reply, hint)
}

// SlowError: the host gave no answer to a command in its time. That is no refusal:
// nothing is known of the right to it.
type SlowError struct {
	Target  Target
	Command string // its id
	After   time.Duration
	Sudo    bool
}

// Error is one line: object, what, what to do.
func (e *SlowError) Error() string {
	what, hint := "", "is the host busy, or does a start-up file of this account wait for input? log in once with ssh"
	if e.Sudo {
		what = "under sudo, "
		hint = "sudo may wait for a directory, a resolver or a second factor: log in once with ssh and run sudo -v"
	}
	return fmt.Sprintf("%s: %s%s had no answer within %v (%s)", e.Target, what, e.Command, e.After, hint)
}

// OtherError: the host did not run a command, but something else, or nothing.
type OtherError struct {
	Target  Target
	Command string      // its id
	Said    redact.Text // the host's own words; empty: none
	Exit    int
}

// Error is one line: object, what, what to do.
func (e *OtherError) Error() string {
	said := "without a word"
	if !e.Said.Empty() {
		said = "and says: " + e.Said.String()
	}
	return fmt.Sprintf("%s: the host does not run %s %s (it may give this account no shell, or another program instead: log in once with ssh to see it, ask who runs the host, or use another user)", e.Target, e.Command, said)
}

// EndedError: a shell ended by itself, while the connection stands.
type EndedError struct {
	Target Target
	Said   redact.Text // the host's own words; empty: none
}

// Error is one line: object, what, what to do.
func (e *EndedError) Error() string {
	said := "without a word"
	if !e.Said.Empty() {
		said = "and says: " + e.Said.String()
	}
	return fmt.Sprintf("%s: the host ends the shell %s (the connection stands: log in once with ssh to see it, ask who runs the host, or use another user)", e.Target, said)
}

// CrowdedError: the host opens no more sessions on a connection.
type CrowdedError struct {
	Target Target
	Said   redact.Text
}

// Error is one line: object, what, what to do.
func (e *CrowdedError) Error() string {
	return fmt.Sprintf("%s: the host opens no more sessions on this connection and says: %s (sshd's MaxSessions is too low: four are used, two at the least; ask who runs the host)", e.Target, e.Said)
}

// LostError: the connection ended while a command ran.
type LostError struct{ Target Target }

// Error is one line: object, what, what to do.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s: the connection was lost (check the link; start again to go on)", e.Target)
}

// IsTimeout reports whether an error says that its time was over.
func IsTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// IsLost reports whether the connection is gone, or we are leaving: trying
// something else over it is in vain.
func IsLost(err error) bool {
	var lost *LostError
	return errors.As(err, &lost) || errors.Is(err, context.Canceled)
}
