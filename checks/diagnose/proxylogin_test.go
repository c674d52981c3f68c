package diagnose

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/checks/evidence"
)

// The call that a proxy answers with 407 and that comes again at once is one attempt,
// where the second may carry a login; without one, it is a call of its own.
func TestACallRepeatedWithALogin(t *testing.T) {
	conn := func(status int, login handshake.Login, from string) *evidence.Connection {
		c := &evidence.Connection{Connection: new(event.Connection), Asked: "198.51.100.55:8443", ProxyStatus: status, ProxyLogin: login}
		c.Client, c.Server = netip.MustParseAddrPort(from), netip.MustParseAddrPort("192.0.2.80:3128")
		return c
	}
	first := conn(407, handshake.LoginNone, "192.0.2.20:50000")
	for name, tt := range map[string]struct {
		first, second *evidence.Connection
		want          bool
	}{
		"with a login":           {first, conn(401, handshake.LoginGiven, "192.0.2.20:50001"), true},
		"with what may be one":   {first, conn(401, handshake.LoginUnknown, "192.0.2.20:50001"), true},
		"without one":            {first, conn(407, handshake.LoginNone, "192.0.2.20:50001"), false},
		"another client's":       {first, conn(401, handshake.LoginGiven, "192.0.2.21:50001"), false},
		"after a login":          {conn(407, handshake.LoginGiven, "192.0.2.20:50000"), conn(407, handshake.LoginGiven, "192.0.2.20:50001"), false},
		"after another answer":   {conn(403, handshake.LoginNone, "192.0.2.20:50000"), conn(403, handshake.LoginGiven, "192.0.2.20:50001"), false},
		"nothing comes after it": {first, nil, false},
	} {
		var later []*evidence.Connection
		if tt.second != nil {
			later = append(later, tt.second)
		}
		if got := repeated(tt.first, later); got != tt.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// tunnels is a listing of a CONNECT that a proxy answers, one connection for each status. The
// requests end within the packets, as 128 bytes of each do.
func tunnels(statuses ...string) string {
	var b strings.Builder
	at := time.Date(2025, 11, 14, 9, 14, 3, 140e6, time.UTC)
	say := func(client bool, port int, what string, lines ...string) {
		from, to := fmt.Sprintf("192.0.2.20.%d", port), "192.0.2.80.3128"
		if !client {
			from, to = to, from
		}
		fmt.Fprintf(&b, "%s IP %s > %s: Flags %s\n", at.Format("15:04:05.000000"), from, to, what)
		for _, l := range lines {
			b.WriteString("\t" + l + "\n")
		}
		at = at.Add(10 * time.Millisecond)
	}
	for i, status := range statuses {
		port := 51500 + i
		say(true, port, "[S], seq 100, win 29200, options [mss 1460], length 0")
		say(false, port, "[S.], seq 900, ack 101, win 28960, options [mss 1460], length 0")
		say(true, port, "[.], ack 1, win 229, length 0")
		say(true, port, "[P.], seq 1:119, ack 1, win 229, length 118: HTTP, length: 118", "CONNECT 198.51.100.55:8443 HTTP/1.1", "Host: 198.51.100.55:8443 [|http]")
		say(false, port, "[P.], seq 1:162, ack 119, win 227, length 161: HTTP, length: 161", "HTTP/1.0 "+status+" [|http]")
		say(false, port, "[F.], seq 162, ack 119, win 227, length 0")
		say(true, port, "[F.], seq 119, ack 163, win 229, length 0")
	}
	return b.String()
}

// What a CONNECT carries is told where its fields are seen, and only there.
func TestAProxysLogin(t *testing.T) {
	e := engineOf(t, tunnels("407 Proxy Authentication Required", "401 Unauthorized"))
	d := e.Diagnose()
	root := d.RootCause
	if root == nil || root.ID != "proxy-auth-required" || len(d.Attempts) != 1 || strings.Contains(root.Explanation, "The Manager gave") {
		t.Fatalf("%d attempts, %+v", len(d.Attempts), root)
	}
	for login, want := range map[handshake.Login]string{handshake.LoginNone: "The Manager gave the proxy no login.", handshake.LoginGiven: "The Manager gave the proxy a login, which it refuses."} {
		e := engineOf(t, tunnels("407 Proxy Authentication Required"))
		e.seen.Conns[0].ProxyLogin = login
		if root := e.Diagnose().RootCause; root == nil || !strings.Contains(root.Explanation, want) {
			t.Errorf("%d: %+v", login, root)
		}
	}
	if d := engineOf(t, tunnels("407 Proxy Authentication Required", "403 Forbidden")).Diagnose(); d.RootCause == nil || d.RootCause.ID != "proxy-denied" {
		t.Errorf("a refusal behind a login: %+v", d.RootCause)
	}
}

// The host of a filter is no SSM where tunnels are asked of it.
func TestAFilterOfTheProxy(t *testing.T) {
	const filter = "tcpdump -p -i eth0 -s 128 host 192.0.2.80 -nn -vv in VPN 0\ntcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes\n"
	if d := engineOf(t, filter+tunnels("407 Proxy Authentication Required")).Diagnose(); strings.Contains(d.Peer, "192.0.2.80") {
		t.Errorf("the peer is %s", d.Peer)
	}
}
