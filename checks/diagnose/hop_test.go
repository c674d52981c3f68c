package diagnose

import (
	"fmt"
	"strings"
	"testing"

	"syncscope/checks"
)

// whoHas is a capture of a neighbour's address that somebody asks for in vain.
func whoHas(clock, neighbour, asker string) string {
	out := ""
	for i := range 3 {
		out += fmt.Sprintf("%s:0%d.200000 ARP, Request who-has %s tell %s, length 28\n", clock, 3+i, neighbour, asker)
	}
	return out
}

// A neighbour that does not answer is the first hop to the SSM where a route says so, or
// the Manager says that it has none; else it is any neighbour.
func TestWhichNeighbourIsTheFirstHop(t *testing.T) {
	const route = "mgr-a:~$ ip route get 198.51.100.55\n198.51.100.55 via 192.0.2.1 dev eth0 src 192.0.2.20 uid 0\n"
	waited := signIn("198.51.100.55", "", timedOut)
	noRoute := signIn("198.51.100.55", "", "Message: No route to host (Host unreachable): java.net.NoRouteToHostException: No route to host (Host unreachable)")
	silent := strings.SplitN(prohibited(""), "09:14:05", 2)[0]
	gateway, neighbour := whoHas("09:14", "192.0.2.1", "192.0.2.20"), whoHas("09:14", "192.0.2.77", "192.0.2.20")
	for name, c := range map[string]struct {
		texts []string
		cause string
		most  checks.Confidence
	}{
		"the route's first hop":                         {[]string{waited, gateway, route}, "gateway-down", checks.Likely},
		"another neighbour, by the route":               {[]string{waited, neighbour, route}, "firewall-drop", checks.Likely},
		"another neighbour, by the route, and no route": {[]string{noRoute, neighbour, route}, "host-unreachable", checks.Likely},
		"any neighbour":                                 {[]string{waited, neighbour}, "firewall-drop", checks.Likely},
		"any neighbour beside silent SYNs":              {[]string{waited, silent + neighbour}, "firewall-drop", checks.Likely},
		"a neighbour, and no route":                     {[]string{noRoute, neighbour}, "gateway-down", checks.Likely},
		"a neighbour that several ask for":              {[]string{noRoute, neighbour + whoHas("09:14", "192.0.2.88", "192.0.2.66")}, "host-unreachable", checks.Likely},
	} {
		root := engineOf(t, c.texts...).Diagnose().RootCause
		if root == nil || root.ID != c.cause || root.Confidence > c.most {
			t.Errorf("%s: %+v, want %s", name, root, c.cause)
		}
	}
}
