package command

import (
	"fmt"
	"net/netip"
	"strings"
)

// The commands of the active checks. They read, and none sends credentials.
// Those of a shell end with a true status: how the program ended stands in its
// output, and is an answer too.

// shell makes a check's line.
func shell(i *Info, format string, args ...any) Command {
	return Command{info: i, line: fmt.Sprintf(format, args...) + " 2>&1; true"}
}

// NMSStatus asks for the state of the Manager's services.
func NMSStatus() Command { return Command{info: nms, line: "request nms all status"} }

// Ping sends three echo requests.
func Ping(a netip.Addr) Command { return shell(ping, "ping -c 3 -w 5 %s", a.WithZone("")) }

// Route asks the kernel which way packets to a would leave.
func Route(a netip.Addr) Command { return shell(route, "ip route get %s", a.WithZone("")) }

// Endpoint is the SSM as the Manager calls it: a name or an address, and a port.
type Endpoint struct {
	host string
	name Name // empty: called by its address
	port uint16
}

// AtName is an endpoint called by name.
func AtName(n Name, port uint16) Endpoint { return Endpoint{n.s, n, port} }

// AtAddr is an endpoint called by address.
func AtAddr(a netip.Addr, port uint16) Endpoint {
	host := a.WithZone("").String()
	if a.Is6() {
		host = "[" + host + "]"
	}
	return Endpoint{host: host, port: port}
}

// Host is the name or the address.
func (e Endpoint) Host() string { return strings.Trim(e.host, "[]") }

// String is host:port.
func (e Endpoint) String() string { return fmt.Sprintf("%s:%d", e.host, e.port) }

// API asks the SSM's API for a page that needs no secret. The certificate is
// not checked: that is another check's work.
func API(e Endpoint) Command {
	return shell(api, "curl -sS -v -k --max-time 10 -o /dev/null https://%s/backend/sessions/get_user", e)
}

// Certificates asks for the server's certificates, with the name in the
// handshake if it is called by one.
func Certificates(e Endpoint) Command {
	sni := ""
	if e.name.s != "" {
		sni = " -servername " + e.name.s
	}
	return shell(certs, "timeout 10 openssl s_client -connect %s%s -showcerts </dev/null", e, sni)
}

// Date asks for the host's clock.
func Date() Command { return Command{info: date, line: "LC_ALL=C date -u"} }

// Disk asks how full the disks are.
func Disk() Command { return shell(disk, "df -P") }

// Containers asks which of the SSM's services run.
func Containers() Command { return shell(containers, "docker ps -a --format '{{.Names}} {{.Status}}'") }
