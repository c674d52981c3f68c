package command

import (
	"fmt"
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
