package ssh

import (
	"fmt"
	"net"
	"strconv"
	"strings"
)

// Target is a host to log in to.
type Target struct {
	User, Host string
	Port       int
}

// ParseTarget reads USER@HOST, USER@HOST:PORT and USER@[IPv6]:PORT.
func ParseTarget(s string) (Target, error) {
	user, host, ok := strings.Cut(s, "@")
	if at := strings.LastIndexByte(s, '@'); ok && at >= 0 {
		user, host = s[:at], s[at+1:]
	}
	bad := func(what string) (Target, error) {
		return Target{}, fmt.Errorf("%q: %s (write USER@HOST or USER@HOST:PORT)", s, what)
	}
	if !ok || user == "" {
		return bad("no user")
	}
	port := 22
	if h, p, err := net.SplitHostPort(host); err == nil {
		n, err := strconv.ParseUint(p, 10, 16)
		if err != nil || n == 0 {
			return bad("no port number after the colon")
		}
		host, port = h, int(n)
	}
	host = strings.Trim(host, "[]")
	if host == "" || host[0] == '-' || strings.ContainsAny(host, " \t'\"`$;|&<>\\") {
		return bad("no host name")
	}
	return Target{user, host, port}, nil
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
