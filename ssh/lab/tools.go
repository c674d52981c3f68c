package lab

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"strings"
	"time"
)

// tools are the programs that a host runs for the checks.
type tools struct{ *Lab }

// state is what is broken at the moment: the act that plays, until it is fixed.
func (l tools) state() outcome {
	if l.repaired.Load() || len(l.s.Acts) == 0 {
		return success
	}
	return l.s.Acts[0]
}

// tool runs the programs that active checks use; ok is false for others.
func (s *shell) tool(argv []string, std stdio) (status int, ok bool) {
	l := tools{s.host.lab}
	switch argv[0] {
	case "df":
		fmt.Fprint(std.out, "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/root         15595520  9339904   5433344      64% /\ntmpfs              8192000        4   8191996       1% /dev/shm\n")
	case "ping":
		l.ping(argv[len(argv)-1], std)
	case "ip":
		fmt.Fprintf(std.out, "%s via 192.168.10.254 dev %s src %s uid 1000\n    cache\n", argv[len(argv)-1], l.s.Capture.Interface, l.s.Manager.Address)
	case "curl":
		l.curl(strings.TrimPrefix(argv[len(argv)-1], "https://"), std)
	case "timeout":
		l.openssl(argv, std)
	case "docker":
		l.docker(std)
	default:
		return 0, false
	}
	return 0, true
}

func (l tools) ping(a string, std stdio) {
	fmt.Fprintf(std.out, "PING %s (%s) 56(84) bytes of data.\n", a, a)
	got := 3
	switch l.state() {
	case hostUnreachable:
		fmt.Fprintf(std.out, "From 192.168.10.254 icmp_seq=1 Destination Host Unreachable\n")
		got = 0
	case firewallDrop:
		got = 0
	}
	for i := range got {
		fmt.Fprintf(std.out, "64 bytes from %s: icmp_seq=%d ttl=44 time=%.1f ms\n", a, i+1, float64(l.s.RTT.Microseconds())/1000)
	}
	fmt.Fprintf(std.out, "\n--- %s ping statistics ---\n3 packets transmitted, %d received, %d%% packet loss, time 2003ms\n", a, got, 100-got*100/3)
}

// curl asks for a page without credentials, as far as the state lets it get.
func (l tools) curl(url string, std stdio) {
	end, _, _ := strings.Cut(url, "/")
	host, port, _ := strings.Cut(end, ":")
	if host == ssmName && l.state() == dnsNXDomain {
		fmt.Fprintf(std.out, "* Could not resolve host: %s\n* Closing connection 0\ncurl: (6) Could not resolve host: %s\n", host, host)
		return
	}
	fmt.Fprintf(std.out, "*   Trying %s:%s...\n", l.s.SSM.Address, port)
	switch l.state() {
	case refused:
		fmt.Fprintf(std.out, "* connect to %s port %s failed: Connection refused\ncurl: (7) Failed to connect to %s port %s after 9 ms: Connection refused\n", host, port, host, port)
		return
	case hostUnreachable:
		fmt.Fprintf(std.out, "* connect to %s port %s failed: No route to host\ncurl: (7) Failed to connect to %s port %s after 3051 ms: No route to host\n", host, port, host, port)
		return
	case firewallDrop:
		fmt.Fprintf(std.out, "* Connection timed out after 10001 milliseconds\ncurl: (28) Connection timed out after 10001 milliseconds\n")
		return
	}
	fmt.Fprintf(std.out, "* Connected to %s (%s) port %s (#0)\n", host, l.s.SSM.Address, port)
	if l.state() == middleboxReset {
		fmt.Fprint(std.out, "* Recv failure: Connection reset by peer\ncurl: (35) Recv failure: Connection reset by peer\n")
		return
	}
	fmt.Fprintf(std.out, "> GET /backend/sessions/get_user HTTP/1.1\n> Host: %s\n> \n< HTTP/1.1 %s\n< Server: nginx\n< \n", end, l.state().unsigned())
}

// unsigned is the status line that answers a request without credentials.
func (o outcome) unsigned() string {
	switch o {
	case "maintenance":
		return "503 Service Unavailable"
	case "backend-down":
		return "502 Bad Gateway"
	case "postgres-down":
		return "500 Internal Server Error"
	}
	return "403 Forbidden"
}

// openssl shows the simulated SSM's real chain.
func (l tools) openssl(argv []string, std stdio) {
	switch l.state() {
	case refused:
		fmt.Fprint(std.out, "connect:errno=111\n")
		return
	case hostUnreachable:
		fmt.Fprint(std.out, "connect:errno=113\n")
		return
	case firewallDrop, dnsNXDomain:
		return
	case middleboxReset:
		fmt.Fprint(std.out, "write:errno=104\nCONNECTED(00000003)\n---\nno peer certificate available\n---\nNew, (NONE), Cipher is (NONE)\nVerify return code: 0 (ok)\n")
		return
	}
	fmt.Fprint(std.out, "CONNECTED(00000003)\n---\nCertificate chain\n")
	now, code := time.Now(), "0 (ok)"
	for i, der := range l.wire.server.Certificates[0].Certificate {
		c, err := x509.ParseCertificate(der)
		if err != nil {
			continue
		}
		const stamp = "Jan _2 15:04:05 2006 GMT"
		fmt.Fprintf(std.out, " %d s:%s\n   i:%s\n   a:PKEY: rsaEncryption, 2048 (bit); sigalg: ecdsa-with-SHA256\n   v:NotBefore: %s; NotAfter: %s\n", i, opensslName(c.Subject), opensslName(c.Issuer), c.NotBefore.UTC().Format(stamp), c.NotAfter.UTC().Format(stamp))
		if i == 0 {
			_ = pem.Encode(std.out, &pem.Block{Type: "CERTIFICATE", Bytes: der}) // the reader may be gone
		}
		if i == 0 && now.After(c.NotAfter) {
			code = "10 (certificate has expired)"
		}
	}
	if l.state() == untrustedCA {
		code = "19 (self-signed certificate in certificate chain)"
	}
	fmt.Fprintf(std.out, "---\nNew, TLSv1.2, Cipher is ECDHE-RSA-AES128-GCM-SHA256\nVerify return code: %s\n", code)
}

// opensslName writes a name as openssl 3 does.
func opensslName(n pkix.Name) string {
	var parts []string
	for _, o := range n.Organization {
		parts = append(parts, "O = "+o)
	}
	for _, o := range n.OrganizationalUnit {
		parts = append(parts, "OU = "+o)
	}
	return strings.Join(append(parts, "CN = "+n.CommonName), ", ")
}

func (l tools) docker(std stdio) {
	up := map[string]bool{"frontend": true, "backend": l.state() != "backend-down", "redis": true, "postgres": l.state() != "postgres-down"}
	for _, name := range []string{"frontend", "backend", "redis", "postgres"} {
		if up[name] {
			fmt.Fprintf(std.out, "%s Up 3 hours\n", name)
		} else {
			fmt.Fprintf(std.out, "%s Exited (1) 2 minutes ago\n", name)
		}
	}
}
