package ssh

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
	"unicode"
)

// Target is a host to log in to.
type Target struct {
	User, Host string
	Port       int
}

// TargetError: what was typed is no login and no host. It never holds what was
// typed: a password may stand in the wrong place there.
type TargetError struct{ What, Hint string }

// Error is what is wrong and what to do; the caller names the object.
func (e *TargetError) Error() string { return e.What + " (" + e.Hint + ")" }

// What a text that is no login may be, and how each kind is written.
const (
	WithPassword = "more than a user in front of the @; a password is asked for"
	noPort       = "no port number after the colon"
	noHost       = "no host name"
	NoUser       = "no user"

	WriteLogin = "write USER@HOST or USER@HOST:PORT"
	WriteJump  = "write [USER@]HOST[:PORT]"
	writePeer  = "use HOST or HOST:PORT"
)

// ParseTarget reads USER@HOST, USER@HOST:PORT and USER@[IPv6]:PORT, each with or
// without ssh:// in front.
func ParseTarget(s string) (Target, error) {
	t, what := ReadTarget(s)
	if what == "" && t.User == "" {
		what = NoUser
	}
	if what != "" {
		return Target{}, &TargetError{what, WriteLogin}
	}
	return t, nil
}

// ParsePeer reads the address that the Manager calls: HOST or HOST:PORT, with
// or without https:// in front. Port 0: none was typed.
func ParsePeer(s string) (host string, port uint16, err error) {
	if s == "" {
		return "", 0, nil
	}
	t, what := ReadTarget(s)
	if what == "" && (t.User != "" || strings.Contains(s, "@")) {
		what = "a login, where a host is wanted"
	}
	if what != "" {
		return "", 0, &TargetError{what, writePeer}
	}
	return t.Host, uint16(t.Port), nil
}

// ReadTarget reads [SCHEME://][USER@]HOST[:PORT], and says what is wrong. It is
// the only reader of a typed login: what it does not know may be a secret.
// Port 22 stands for none, except where no user is named: 0 there.
func ReadTarget(s string) (t Target, wrong string) {
	s = s[Scheme(s):]
	if _, wrong = loginLength(s); wrong != "" {
		return Target{}, wrong
	}
	at := strings.LastIndexByte(s, '@')
	if _, wrong = hostLength(s[at+1:]); wrong != "" {
		return Target{}, wrong
	}
	if at >= 0 {
		t.User, t.Port = s[:at], 22
		if t.User == "" {
			return Target{}, NoUser
		}
	}
	host, port := s[at+1:], ""
	if h, p, err := net.SplitHostPort(host); err == nil {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return Target{}, noPort
		}
		host, port, t.Port = h, p, int(n)
	}
	if t.Host = strings.Trim(host, "[]"); t.Host == "" || port == "" && strings.HasSuffix(host, ":") {
		return Target{}, noHost
	}
	return t, ""
}

// ShownLength is how much of typed logins, with commas between them, may be
// drawn: all of it, or as far as what may be the beginning of a password.
func ShownLength(s string) int {
	n := 0
	for part := range strings.SplitSeq(s, ",") {
		blank := len(part) - len(strings.TrimLeft(part, " "))
		start := blank + Scheme(part[blank:])
		body := strings.TrimRight(part[start:], " ")
		if good, wrong := loginLength(body); wrong != "" {
			return n + start + good
		}
		n += len(part) + 1
	}
	return len(s)
}

// Scheme is the length of ssh:// and the like in front of a login.
func Scheme(s string) int {
	i := strings.Index(s, "://")
	if i <= 0 || strings.ContainsFunc(s[:i], func(r rune) bool { return r < 'a' || r > 'z' }) {
		return 0
	}
	return i + len("://")
}

// WithoutLogins is text with what may be a password taken out, wherever it
// repeats one of the arguments of the command line.
func WithoutLogins(text string, args []string) string {
	for _, a := range args {
		if name, value, ok := strings.Cut(a, "="); ok && strings.HasPrefix(name, "--") {
			a = value
		} else if len(a) > 2 && a[0] == '-' && a[1] != '-' { // -JVALUE
			a = a[2:]
		}
		n := ShownLength(a)
		if n == len(a) || !strings.ContainsAny(a, "@:") {
			continue
		}
		for _, form := range []func(string) string{func(s string) string { return s }, quoted} {
			text = strings.ReplaceAll(text, form(a), form(a[:n])+"…")
		}
	}
	return text
}

// quoted is s as %q prints it, without the marks.
func quoted(s string) string {
	q := strconv.Quote(s)
	return q[1 : len(q)-1]
}

// loginLength is how far s can be the beginning of [USER@]HOST[:PORT], and what
// is wrong behind that.
func loginLength(s string) (good int, wrong string) {
	at := strings.LastIndexByte(s, '@')
	if n := UserLength(s[:max(at, 0)]); n < at {
		return n, WithPassword
	}
	if at < 0 && strings.HasPrefix(s, "[") || at >= 0 {
		n, wrong := hostLength(s[at+1:])
		return at + 1 + n, wrong
	}
	n, wrong := hostLength(s)
	user := UserLength(s)
	if wrong == "" || user == len(s) { // a host, or a user that is still being typed
		return len(s), ""
	}
	return max(n, user), wrong
}

// UserLength is how far s can be the name of a user: letters, digits and the
// signs of names, domains and gateways (user@account%domain@host). In front of
// the first @ a percent sign parts user and password, as smbclient takes them,
// or begins an encoded colon.
func UserLength(s string) int {
	for i, r := range s {
		switch {
		case r == '-' && i == 0:
			return 0
		case r == '%' && strings.Contains(s[:i], "@") && !encodedSign(s[i:]):
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(`._-+$@\#`, r):
			return i
		}
	}
	return len(s)
}

// encodedSign reports whether s begins with a colon, a slash or an at sign as
// URLs encode them.
func encodedSign(s string) bool {
	switch strings.ToLower(s[:min(3, len(s))]) {
	case "%3a", "%2f", "%40":
		return true
	}
	return false
}

// hostLength is how far s can be HOST[:PORT], and what is wrong behind that.
func hostLength(s string) (good int, wrong string) {
	if _, err := netip.ParseAddr(s); err == nil {
		return len(s), ""
	}
	if inside, ok := strings.CutPrefix(s, "["); ok {
		addr, rest, closed := strings.Cut(inside, "]")
		if _, err := netip.ParseAddr(addr); err != nil || !closed {
			return 1, noHost
		}
		n, wrong := portLength(rest)
		return len(s) - len(rest) + n, wrong
	}
	for i, r := range s {
		switch {
		case r == ':':
			n, wrong := portLength(s[i:])
			return i + n, wrong
		case r == '-' && i == 0, !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("._-", r):
			return i, noHost
		}
	}
	return len(s), ""
}

// portLength is how far s can be :PORT, or nothing.
func portLength(s string) (good int, wrong string) {
	if s == "" {
		return 0, ""
	}
	digits := s[1:]
	if s[0] != ':' || len(digits) > 5 || strings.Trim(digits, "0123456789") != "" {
		return min(len(s), 1), noPort
	}
	return len(s), ""
}

// Addr is host:port for dialling.
func (t Target) Addr() string { return net.JoinHostPort(t.Host, strconv.Itoa(t.Port)) }

// String is the target as a person would type it.
func (t Target) String() string {
	if t.Port == 22 {
		return t.User + "@" + t.Host
	}
	return t.User + "@" + t.Addr()
}
