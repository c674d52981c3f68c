package ssh

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

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
	Tried  string // "publickey, password"
}

// Error is one line: object, what, what to do.
func (e *AuthError) Error() string {
	return fmt.Sprintf("%s: login refused, tried %s (check user and password; a locked account stays locked until its time is over)", e.Target, e.Tried)
}

// HostKeyError: the host's key is another than the known one, or is unknown
// and nobody trusted it.
type HostKeyError struct {
	Target  Target
	Changed bool
	Got     string   // fingerprint
	Want    []string // fingerprints known, with file and line
}

// Error is one line: object, what, what to do.
func (e *HostKeyError) Error() string {
	if !e.Changed {
		return fmt.Sprintf("%s: unknown host key %s (compare it with the host's own, then log in once with ssh)", e.Target, e.Got)
	}
	return fmt.Sprintf("%s: HOST KEY CHANGED: known %s, the host shows %s (somebody may be in between; if the host was set up anew: ssh-keygen -R '%s')",
		e.Target, strings.Join(e.Want, ", "), e.Got, e.Target.knownAs())
}

// knownAs is the target as known_hosts names it.
func (t Target) knownAs() string {
	if t.Port == 22 {
		return t.Host
	}
	return fmt.Sprintf("[%s]:%d", t.Host, t.Port)
}

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
	if right := command.Right(e.Command); right != "" {
		hint = "it takes " + right
	}
	return fmt.Sprintf("%s: %s was refused: %s (%s)", e.Target, e.Command, e.Reply, hint)
}

// LostError: the connection ended while a command ran.
type LostError struct{ Target Target }

// Error is one line: object, what, what to do.
func (e *LostError) Error() string {
	return fmt.Sprintf("%s: the connection was lost (check the link; start again to go on)", e.Target)
}

// dialError says why a host could not be reached.
func dialError(t Target, gate *redact.Session, err error) error {
	e := &DialError{Target: t, Err: err, Hint: "check host, port and the way there", What: redact.Literal("no SSH connection")}
	var dns *net.DNSError
	switch {
	case errors.As(err, &dns):
		e.What, e.Hint = redact.Literal("the name has no address"), "check its spelling, or use the address"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.What, e.Hint = redact.Literal("connection refused"), "is SSH on that port? the host is up, nothing listens there"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT), isTimeout(err):
		e.What, e.Hint = redact.Literal("no answer in time"), "check the VPN, the jump host and firewalls"
	default:
		e.What = gate.Foreign(err.Error())
	}
	return e
}

func isTimeout(err error) bool {
	var t interface{ Timeout() bool }
	return errors.As(err, &t) && t.Timeout()
}

// isLost reports whether the connection is gone, or we are leaving: trying
// something else over it is in vain.
func isLost(err error) bool {
	var lost *LostError
	return errors.As(err, &lost) || errors.Is(err, context.Canceled)
}
