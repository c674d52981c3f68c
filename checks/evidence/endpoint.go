package evidence

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// SSMPort is where an SSM On-Prem serves its API.
const SSMPort = "8443"

// OnSSMPort reports whether a port is that.
func OnSSMPort(port uint16) bool {
	var room [5]byte
	return string(strconv.AppendUint(room[:0], uint64(port), 10)) == SSMPort
}

// Endpoint is a host and a port as a log or a person writes them: "ssm.example",
// "10.1.1.1:443", "[fd00::1]:8443", "fd00::1", "https://ssm.example/".
type Endpoint struct {
	Host string // a name or an address, without brackets; "" none
	Port string // "" where none is written
}

// ParseEndpoint reads an endpoint. More than one colon outside brackets is an IPv6
// address, which has a port only behind brackets (RFC 3986, 3.2.2).
func ParseEndpoint(s string) Endpoint {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	s, _, _ = strings.Cut(s, "/")
	if inside, ok := strings.CutPrefix(s, "["); ok {
		host, port, _ := strings.Cut(inside, "]")
		return Endpoint{host, strings.TrimPrefix(port, ":")}
	}
	if strings.Count(s, ":") != 1 {
		return Endpoint{Host: s}
	}
	host, port, _ := strings.Cut(s, ":")
	return Endpoint{host, port}
}

// Addr is the host's address, if it is one; else the zero value.
func (e Endpoint) Addr() netip.Addr {
	a, err := netip.ParseAddr(e.Host)
	if err != nil {
		return netip.Addr{}
	}
	return a.Unmap()
}

// Is reports whether two endpoints are one: names ignore case, addresses how they
// are written.
func (e Endpoint) Is(o Endpoint) bool {
	if e.Host == "" || e.Port != o.Port {
		return false
	}
	return strings.EqualFold(e.Host, o.Host) || e.Addr().IsValid() && e.Addr() == o.Addr()
}

// At is e with a port where none is written.
func (e Endpoint) At(port string) Endpoint {
	if e.Port == "" {
		e.Port = port
	}
	return e
}

// String writes the endpoint as a URL does: an IPv6 address with a port stands in
// brackets.
func (e Endpoint) String() string {
	switch {
	case e.Host == "":
		return ""
	case e.Port == "":
		return e.Host
	}
	return net.JoinHostPort(e.Host, e.Port)
}
