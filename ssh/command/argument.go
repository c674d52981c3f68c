package command

import (
	"fmt"
	"net/netip"
	"strings"
)

// ArgumentError is an argument that is refused before anything is sent.
type ArgumentError struct{ What, Value, Hint string }

// Error is one line: object, what, what to do.
func (e *ArgumentError) Error() string {
	return fmt.Sprintf("%s %q: not allowed in a command (%s)", e.What, e.Value, e.Hint)
}

// Name is a host name that is safe in a command.
type Name struct{ s string }

// ParseName takes a DNS name (RFC 1123: letters, digits, hyphens and dots).
func ParseName(s string) (Name, error) {
	if s == "" || len(s) > 253 || s[0] == '-' || s[0] == '.' || !only(s, "-._") {
		return Name{}, &ArgumentError{"host name", s, "use letters, digits, dots and hyphens"}
	}
	return Name{s}, nil
}

// Interface is an interface name that is safe in a command.
type Interface struct{ s string }

// ParseInterface takes names like eth0, ge0/1 and eth0.100.
func ParseInterface(s string) (Interface, error) {
	if s == "" || len(s) > 32 || s[0] == '-' || !only(s, "-._/") {
		return Interface{}, &ArgumentError{"interface", s, "use a name as `show interface description` prints it"}
	}
	return Interface{s}, nil
}

// String is the name.
func (i Interface) String() string { return i.s }

// only reports whether s is ASCII letters, digits and extra.
func only(s, extra string) bool {
	for _, c := range s {
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.ContainsRune(extra, c)) {
			return false
		}
	}
	return true
}

// maxPackets ends a capture that nobody ended.
const maxPackets = 20_000

// CaptureSpec is what a capture listens to.
type CaptureSpec struct {
	VPN       int
	Interface Interface
	Peer      netip.Addr // required: a filter always names the peer
}

// Capture is the Manager's own tcpdump: only letters that its CLI allows. The
// filter names the peer without SSH, and DNS and ICMP: a router's errors and
// the resolver's answers come from other hosts.
func Capture(s CaptureSpec) (Command, error) {
	if !s.Peer.IsValid() {
		return Command{}, &ArgumentError{"peer", "", "name the SSM's address with --peer"}
	}
	if s.Interface.s == "" || s.VPN < 0 || s.VPN > 65535 {
		return Command{}, &ArgumentError{"interface", s.Interface.s, "name one with --interface, and the VPN with --vpn"}
	}
	icmp := "icmp"
	if s.Peer.Is6() {
		icmp = "icmp6"
	}
	line := fmt.Sprintf(`tcpdump vpn %d interface %s options "-l -nn -vv -c %d (host %s and not port 22) or port 53 or %s"`,
		s.VPN, s.Interface.s, maxPackets, s.Peer.WithZone(""), icmp)
	return Command{info: capturing, line: line}, nil
}
