package cliout

import (
	"strings"
	"testing"

	"syncscope/capture/redact"
)

// Each command names what it is about in its own words, or in its output's.
func TestWhatAnOutputIsAbout(t *testing.T) {
	for _, c := range []struct {
		out, object string
		proxy       bool
	}{
		{"m:~$ curl -vk --max-time 10 https://ssm.example:8443/x 2>&1 | cut -c1-80\n*   Trying 10.1.1.1:8443...", "ssm.example:8443", false},
		{"*   Trying 10.1.1.1:8443...\n* Connected to 10.1.1.1 (10.1.1.1) port 8443 (#0)", "10.1.1.1:8443", false},
		{"*   Trying [fd00::1]:8443...", "[fd00::1]:8443", false},
		{"*   Trying 10.1.1.1...\n* TCP_NODELAY set\n* Connected to ssm.example (10.1.1.1) port 443 (#0)", "ssm.example:443", false},
		{"curl: (6) Could not resolve host: ssm.example", "ssm.example", false},
		{"m:~$ curl -v -x http://10.9.9.9:3128 https://ssm.example:8443/\n*   Trying 10.9.9.9:3128...\n* connect to 10.9.9.9 port 3128 failed: Connection refused", "10.9.9.9:3128", true},
		{"m:~$ curl -v -x http://10.9.9.9:3128 https://ssm.example:8443/\n*   Trying 10.9.9.9:3128...\n> CONNECT ssm.example:8443 HTTP/1.1\n* CONNECT tunnel established, response 200", "ssm.example:8443", false},
		{"*   Trying 10.9.9.9:3128...\n* Connected to proxy.example (10.9.9.9) port 3128\n> CONNECT ssm.example:8443 HTTP/1.1\n< HTTP/1.1 407 Proxy Authentication Required", "proxy.example:3128", true},
		{"*   Trying 10.9.9.9:3128...\n* Connected to proxy.example (10.9.9.9) port 3128\n> CONNECT ssm.example:8443 HTTP/1.1\n* CONNECT tunnel established, response 200", "ssm.example:8443", false},
		{"m:~$ openssl s_client -connect ssm.example:8443 -servername x </dev/null\nCONNECTED(00000003)", "ssm.example:8443", false},
		{"Connecting to 10.1.1.1\nCONNECTED(00000003)", "", false}, // nothing tells before that it is openssl's
		{"m:~$ nslookup ssm.example 10.5.5.5\nServer:\t\t10.5.5.5", "ssm.example", false},
		{"m:~$ dig +short @10.5.5.5 ssm.example A", "ssm.example", false},
		{"Server:\t\t10.5.5.5\n** server can't find ssm.example: NXDOMAIN", "ssm.example", false},
		{"PING ssm.example (10.1.1.1) 56(84) bytes of data.", "ssm.example", false},
		{"traceroute to 10.1.1.1 (10.1.1.1), 30 hops max, 60 byte packets", "10.1.1.1", false},
		{"m:~$ nc -zv ssm.example 8443\nnc: connect to ssm.example port 8443 (tcp) failed: Connection refused", "ssm.example:8443", false},
		{"Starting Nmap 7.80\nNmap scan report for ssm.example (10.1.1.1)\n8443/tcp closed https-alt", "ssm.example:8443", false},
		{"ComputerName     : ssm.example\nRemoteAddress    : 10.1.1.1\nRemotePort       : 8443\nTcpTestSucceeded : False", "ssm.example:8443", false},
		{"Filesystem 1024-blocks Used Available Capacity Mounted on", "", false},
	} {
		p := NewParser(redact.NewWithKey([]byte("test")))
		for _, l := range strings.Split(c.out, "\n") {
			p.Line(redact.Wrap([]byte(l)))
		}
		if o := p.Result().Object; o.String() != c.object || o.Proxy != c.proxy {
			t.Errorf("%q is about %q (a proxy: %t), want %q", c.out, o.String(), o.Proxy, c.object)
		}
	}
}

// curl says what a proxy answered to the CONNECT in three places: each tells it.
func TestWhatAProxyAnsweredToCurl(t *testing.T) {
	for _, out := range []string{"< HTTP/1.1 407 Proxy Authentication Required", "* CONNECT tunnel failed, response 407", "curl: (56) Received HTTP code 407 from proxy after CONNECT"} {
		p := NewParser(redact.New())
		for _, l := range append(strings.Split("*   Trying 10.9.9.9:3128...\n* Connected to proxy.example (10.9.9.9) port 3128\n> CONNECT ssm.example:8443 HTTP/1.1", "\n"), out) {
			p.Line(redact.Wrap([]byte(l)))
		}
		if r := p.Result(); r.Status != 407 || r.Reached != ReachedPort && r.Reached != ReachedAnswer {
			t.Errorf("of %q the status is %d", out, r.Status)
		}
	}
}
