package login

import (
	"errors"
	"net"
	"os"
	"syscall"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
	"syncscope/ssh"
)

// dialError says why a host could not be reached.
func dialError(t ssh.Target, gate *redact.Session, err error) error {
	e := &ssh.DialError{Target: t, Err: err, Hint: "check host, port and the way there", What: redact.Literal("no SSH connection")}
	var dns *net.DNSError
	var algorithms *gossh.AlgorithmNegotiationError
	switch {
	case errors.As(err, &algorithms):
		e.What = redact.Join(gate.Foreign("no common "+whatOf(algorithms)+", the host offers only"), offered(gate, algorithms.RequestedAlgorithms))
		e.Hint = "its software is old; if it must be so: --legacy-algorithms " + t.Host
	case errors.Is(err, errHungUp):
		e.What, e.Hint = redact.Literal(hungUp), "it may have too many logins under way (sshd's MaxStartups), or want no calls from here; try again in a minute"
	case errors.Is(err, errTooMuch):
		e.What, e.Hint = redact.Literal("it sent a megabyte before the login was over"), "is that an SSH server? check host and port"
	case errors.As(err, &dns):
		e.What, e.Hint = redact.Literal("the name has no address"), "check its spelling, or use the address"
	case errors.Is(err, syscall.ECONNREFUSED):
		e.What, e.Hint = redact.Literal("connection refused"), "is SSH on that port? the host is up, nothing listens there"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, syscall.ETIMEDOUT), ssh.IsTimeout(err):
		e.What, e.Hint = redact.Literal("no answer in time"), "check the VPN, the jump host and firewalls"
	default:
		e.What = gate.Foreign(capped(err.Error(), maxError))
	}
	return e
}

// errHungUp: the host closed the connection before it showed its key.
var errHungUp = errors.New(hungUp)

const hungUp = "the host closed the connection before it said who it is"

// maxHungUp is how often such a host is called again.
const maxHungUp = 2

// capped is the beginning of a foreign text.
func capped(s string, most int) string { return s[:min(len(s), most)] }
