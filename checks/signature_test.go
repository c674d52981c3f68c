package checks_test

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"syncscope/checks"
	"syncscope/checks/diagnose"
)

// failed is the Manager's log of an attempt that ended in an exception, with
// the trace's causes below it.
func failed(exception, text string, causes ...string) string {
	lines := strings.SplitAfter(manager("11:17", "svc", "Message: "+text+": "+exception+": "+text), "\n")
	var out strings.Builder
	for _, l := range lines {
		out.WriteString(l)
		if strings.Contains(l, "Failed to process") {
			for _, c := range causes {
				out.WriteString(c + "\n")
			}
		}
	}
	return out.String()
}

// code is the Manager's log of an attempt that got an HTTP error.
func code(status int, body string) string {
	return manager("11:17", "svc", fmt.Sprintf("Code: %d Message: %s", status, body))
}

// named makes the Manager call the SSM by a name.
func named(log string) string {
	return strings.ReplaceAll(log, "clientUrl=10.106.66.55", "clientUrl=ssm.example")
}

// slow moves the failure's lines on by seconds.
func slow(log string, seconds int) string {
	lines := strings.SplitAfter(log, "\n")
	for i, l := range lines {
		if strings.Contains(l, " ERROR ") {
			lines[i] = strings.Replace(l, ":02,780", fmt.Sprintf(":%02d,780", 2+seconds), 1)
		}
	}
	return strings.Join(lines, "")
}

// through adds a proxy to the Manager's log.
func through(log, host, port string) string {
	i := strings.Index(log, "13-Jan-2023 11:17:02,780 UTC INFO [n1] [SmartLicensingUtil] (default task-1117) |default| URL")
	line := "13-Jan-2023 11:17:02,780 UTC INFO [n1] [RestAPIClient] (default task-1117) |default| RestAPI proxy "
	return log[:i] + line + "host " + host + "\n" + line + "port " + port + "\n" + log[i:]
}

// later is the Manager's log of a sync whose sign-in went well and whose
// licence query got an error.
func later(status int, body string) string {
	line := "13-Jan-2023 11:17:03,000 UTC "
	return manager("11:17", "svc", "") + line + "INFO [n1] [SmartLicensingIntegrationManager] (default task-1117) |default| Smart Account user authenticated successfully\n" +
		line + fmt.Sprintf("ERROR [n1] [RestAPIClient] (default task-1117) |default| Failed to process GET request uri: backend/api/v1/accounts/search . Code: %d Message: %s\n", status, body)
}

const at = "Jan 13 11:17:03 SSM-On-Prem "

// trouble is the SSM's log of a sign-in that failed with a status, with lines
// of its parts before it.
func trouble(status int, lines ...string) string {
	out := ""
	for _, l := range lines {
		out += at + l + "\n"
	}
	return out + at + fmt.Sprintf("0bb: 10.66.76.81 - - [13/Jan/2023:11:17:03 +0000] \"POST /backend/oauth/token?grant_type=password&client_id="+id+"&username=svc HTTP/1.1\" %d 46 \"-\" \"a\" \"-\"\n", status)
}

func upstream(words string) string {
	return "0bb: 2023/01/13 11:17:03 [error] 4#4: *7 " + words + " upstream, client: 10.66.76.81, server: , request: \"POST /backend/oauth/token?client_id=" + id + "&username=svc HTTP/1.1\", upstream: \"http://172.18.0.5:3000/oauth/token\", host: \"h\""
}

// The packets of a listing, one connection from the Manager to the SSM.
const (
	head   = "tcpdump -p -i eth0 -s 128 host 10.106.66.55 -nn -vv in VPN 0\ntcpdump: listening on eth0, link-type EN10MB (Ethernet), capture size 128 bytes\n"
	client = "192.168.10.1.40000 > 10.106.66.55.8443: Flags "
	server = "10.106.66.55.8443 > 192.168.10.1.40000: Flags "
	syn    = client + "[S], seq 1000, win 64240, options [mss 1460], length 0"
)

// listing prints packets, a tenth of a second apart.
func listing(packets ...string) string {
	var out strings.Builder
	out.WriteString(head)
	for i, p := range packets {
		ttl := 64
		if strings.HasPrefix(p, server) {
			ttl = 60
		}
		proto := "TCP (6)"
		if strings.Contains(p, "ICMP") {
			proto = "ICMP (1)"
		}
		fmt.Fprintf(&out, "11:17:%02d.%d00000 IP (tos 0x0, ttl %d, id %d, offset 0, flags [DF], proto %s, length 1500)\n    %s\n", 2+i/10, i%10, ttl, i, proto, p)
	}
	return out.String()
}

var (
	open  = []string{syn, server + "[S.], seq 5000, ack 1001, win 65160, options [mss 1460], length 0", client + "[.], ack 1, win 63, length 0"}
	hello = client + "[P.], seq 1:441, ack 1, win 63, length 440"
	acked = server + "[.], ack 441, win 63, length 0"
	reply = server + "[P.], seq 1:1316, ack 441, win 63, length 1315"
)

func packets(more ...string) string {
	return listing(append(append([]string(nil), open...), more...)...)
}

const proxied = "11:17:02.300000 IP (tos 0x0, ttl 64, id 9, offset 0, flags [DF], proto TCP (6), length 156)\n    192.168.10.1.50000 > 10.1.1.9.3128: Flags [S], seq 1, win 9, length 0\n" +
	"11:17:02.310000 IP (tos 0x0, ttl 64, id 9, offset 0, flags [DF], proto TCP (6), length 156)\n    10.1.1.9.3128 > 192.168.10.1.50000: Flags [S.], seq 1, ack 2, win 9, length 0\n" +
	"11:17:02.320000 IP (tos 0x0, ttl 64, id 9, offset 0, flags [DF], proto TCP (6), length 156)\n    192.168.10.1.50000 > 10.1.1.9.3128: Flags [P.], seq 1:117, ack 1, win 9, length 116: HTTP, length: 116\n\tCONNECT 10.106.66.55:8443 HTTP/1.1\n" +
	"11:17:02.330000 IP (tos 0x0, ttl 64, id 9, offset 0, flags [DF], proto TCP (6), length 156)\n    10.1.1.9.3128 > 192.168.10.1.50000: Flags [P.], seq 1:117, ack 117, win 9, length 116: HTTP, length: 116\n\tHTTP/1.1 "

// looped is an ICMP error with the packet that it quotes.
const looped = "10.0.0.1 > 192.168.10.1: ICMP time exceeded in-transit, length 60\n\tIP (tos 0x0, ttl 1, id 1, offset 0, flags [DF], proto TCP (6), length 52)\n    " + syn

// grantGone is the SSM's usual answer, and toolkit the head of its own list.
const (
	grantGone = `{"error":"invalid_client","error_message":"Grant not found."}`
	toolkit   = "API Tool Kit > API Console\nName  Creation Date  Type  Description  Client ID  Created By\n"
)

const (
	unknownHost = "java.net.UnknownHostException"
	noPath      = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"
	handshaking = "javax.net.ssl.SSLHandshakeException"
	timeout     = "java.net.SocketTimeoutException"
	openssl     = "n1:~$ openssl s_client -connect 10.106.66.55:8443\nCertificate chain\n 0 s:C = US, CN = SSM\n"
)

// signature is what shows a cause, and what nearly does. want is the confidence of
// the first.
type signature struct {
	id   string
	want checks.Confidence
	yes  [][]string // each is one run's sources
	no   [][]string
}

var signatures = []signature{
	{"manager-too-old", checks.Confirmed, [][]string{{manager("11:17", "svc", ""), "n1# show version\n20.9.0\n"}, {"n1# show version\n20.9.0\n"}, {"n1# show version\n20.6.5.1\n"}}, [][]string{{"n1# show version\n20.9.1\n"}, {"n1# show version\n26.1.2.1\n"}}},
	{"mode-not-onprem", checks.Confirmed, [][]string{{"n1# show version\n20.12.4\n", strings.Replace(manager("11:17", "svc", ""), "mode is onprem", "mode is offline", 1) + "13-Jan-2023 11:17:04,000 UTC ERROR [n1] [SmartLicensingIntegrationRestfulResource] (default task-1117) |default| Smart Account User Authentication failed.\n"}}, [][]string{{code(403, `{"error":"x"}`)}}},
	{"manager-services-down", checks.Confirmed, [][]string{{"n1# request nms all status\nNMS application server\n\tEnabled: true\n\tStatus:  not running\n"}}, [][]string{{"n1# request nms all status\nNMS application server\n\tEnabled: true\n\tStatus:  running PID:1 for 9s\nNMS SDAVC proxy\n\tEnabled: true\n\tStatus:  not running\n"}}},
	{"dns-nxdomain", checks.Likely, [][]string{{named(failed(unknownHost, "ssm.example: Name or service not known"))}}, [][]string{{named(slow(failed(unknownHost, "ssm.example: Temporary failure in name resolution"), 5))}}},
	{"dns-timeout", checks.Likely, [][]string{{named(slow(failed(unknownHost, "ssm.example: Temporary failure in name resolution"), 5))}}, [][]string{{named(failed(unknownHost, "ssm.example: Temporary failure in name resolution")), head + "11:17:02.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto ICMP (1), length 80)\n    10.0.0.53 > 192.168.10.1: ICMP 10.0.0.53 udp port 53 unreachable, length 60\n"}}},
	{"dns-server-down", checks.Confirmed, [][]string{{named(failed(unknownHost, "ssm.example: Temporary failure in name resolution")), head + "11:17:02.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto ICMP (1), length 80)\n    10.0.0.53 > 192.168.10.1: ICMP 10.0.0.53 udp port 53 unreachable, length 60\n"}}, [][]string{{named(slow(failed(unknownHost, "ssm.example: Temporary failure in name resolution"), 5))}}},
	{"dns-refused", checks.Confirmed, [][]string{{named(failed(unknownHost, "ssm.example: Temporary failure in name resolution")), head + "11:17:02.000000 IP (tos 0x0, ttl 64, id 1, offset 0, flags [none], proto UDP (17), length 80)\n    10.0.0.53.53 > 192.168.10.1.5000: 4660 ServFail 0/0/0 (33)\n"}}, [][]string{{named(failed(unknownHost, "ssm.example: Name or service not known"))}}},
	{"dns-wrong-address", checks.Likely, [][]string{{named(failed("org.apache.http.conn.ConnectTimeoutException", "Connect to ssm.example:8443 [ssm.example/10.9.9.9] failed: Connect timed out")), head}}, [][]string{{named(failed("org.apache.http.conn.ConnectTimeoutException", "Connect to ssm.example:8443 [ssm.example/10.106.66.55] failed: Connect timed out")), head}}},
	{"no-route", checks.Likely, [][]string{{failed("java.net.ConnectException", "Network is unreachable")}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host")}}},
	{"network-unreachable", checks.Confirmed, [][]string{{failed("java.net.ConnectException", "Network is unreachable"), listing(syn, syn, "10.0.0.1 > 192.168.10.1: ICMP net 10.106.66.55 unreachable, length 60")}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), listing(syn, syn, "10.0.0.1 > 192.168.10.1: ICMP host 10.106.66.55 unreachable, length 60")}}},
	{"host-unreachable", checks.Confirmed, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), listing(syn, syn, "10.0.0.1 > 192.168.10.1: ICMP host 10.106.66.55 unreachable, length 60")}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), "n1:~$ ip route get 10.106.66.55\n10.106.66.55 via 192.168.10.254 dev eth0 src 192.168.10.1 uid 0\n", "n1:~$ ping -c 3 10.106.66.55\nPING 10.106.66.55\nFrom 192.168.10.1 icmp_seq=1 Destination Host Unreachable\n"}, {failed("java.net.NoRouteToHostException", "No route to host"), listing(syn, syn, looped)}, {failed("org.apache.http.conn.ConnectTimeoutException", "Connect timed out"), listing(syn, syn, "10.0.0.1 > 192.168.10.1: ICMP host 10.9.9.9 unreachable, length 60")}}},
	{"gateway-down", checks.Likely, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), head + "11:17:02.000000 ARP, Request who-has 192.168.10.254 tell 192.168.10.1, length 28\n11:17:03.000000 ARP, Request who-has 192.168.10.254 tell 192.168.10.1, length 28\n"}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), head + "11:17:02.000000 ARP, Request who-has 192.168.10.254 tell 192.168.10.1, length 28\n11:17:03.000000 ARP, Reply 192.168.10.254 is-at 00:50:56:b9:1b:42, length 28\n"}}},
	{"routing-loop", checks.Confirmed, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), listing(syn, syn, looped)}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host")}}},
	{"firewall-reject", checks.Confirmed, [][]string{{failed("java.net.NoRouteToHostException", "No route to host"), listing(syn, syn, "10.0.0.1 > 192.168.10.1: ICMP host 10.106.66.55 unreachable - admin prohibited, length 60")}}, [][]string{{failed("java.net.NoRouteToHostException", "No route to host")}}},
	{"firewall-drop", checks.Likely, [][]string{{slow(failed("org.apache.http.conn.ConnectTimeoutException", "Connect timed out"), 1), listing(syn, syn, syn)}, {failed("org.apache.http.conn.ConnectTimeoutException", "connect timed out")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked)}}},
	{"connection-refused", checks.Likely, [][]string{{failed("org.apache.http.conn.HttpHostConnectException", "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: Connection refused"), listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0")}}, [][]string{{failed("java.net.SocketException", "Connection reset"), packets(hello, server+"[R], seq 5001, win 0, length 0")}}},
	{"firewall-reset", checks.Likely, [][]string{{failed("org.apache.http.conn.HttpHostConnectException", "Connection refused"), listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0"), servedAt("11:16:45") + servedAt("11:17:25")}}, [][]string{{failed("org.apache.http.conn.HttpHostConnectException", "Connection refused"), listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0")}, {failed("org.apache.http.conn.HttpHostConnectException", "Connection refused"), listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0"), servedAt("11:17:25")}}},
	{"wrong-port", checks.Likely, [][]string{{strings.ReplaceAll(failed("org.apache.http.conn.HttpHostConnectException", "Connect to 10.106.66.55:8444 [/10.106.66.55] failed: Connection refused"), "clientUrl=10.106.66.55", "clientUrl=10.106.66.55:8444")}}, [][]string{{strings.ReplaceAll(failed("org.apache.http.conn.HttpHostConnectException", "Connection refused"), "clientUrl=10.106.66.55", "clientUrl=10.106.66.55:8443")}}},
	{"mtu-blackhole", checks.Likely, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, server+"[P.], seq 2921:3546, ack 441, win 63, length 625", client+"[R.], seq 441, ack 1, win 63, length 0")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, client+"[R.], seq 441, ack 1, win 63, length 0")}}},
	{"mtu-icmp-not-honoured", checks.Likely, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, "10.0.0.1 > 192.168.10.1: ICMP 10.106.66.55 unreachable - need to frag (mtu 1300), length 60", server+"[P.], seq 2921:3546, ack 441, win 63, length 625", client+"[R.], seq 441, ack 1, win 63, length 0")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, server+"[P.], seq 2921:3546, ack 441, win 63, length 625", client+"[R.], seq 441, ack 1, win 63, length 0")}, {failed(timeout, "Read timed out"), packets(hello, acked, "10.0.0.1 > 192.168.10.1: ICMP 10.106.66.55 unreachable - need to frag (mtu 1300), length 60", client+"[F.], seq 441, ack 1, win 63, length 0")}}},
	{"packet-loss", checks.Likely, [][]string{{failed(timeout, "Read timed out"), packets(hello, hello, acked, reply, client+"[P.], seq 441:534, ack 1316, win 66, length 93", client+"[P.], seq 441:534, ack 1316, win 66, length 93", client+"[P.], seq 441:534, ack 1316, win 66, length 93", client+"[R.], seq 534, ack 1316, win 66, length 0")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, hello, acked, reply, client+"[R.], seq 534, ack 1316, win 66, length 0")}}},
	{"middlebox-reset", checks.Likely, [][]string{{failed("java.net.SocketException", "Connection reset"), packets(hello, server+"[R], seq 5001, win 0, length 0")}}, [][]string{{failed("java.net.SocketException", "Connection reset"), packets(hello, acked, reply, server+"[R], seq 6316, win 0, length 0")}, {failed("java.net.SocketException", "Connection reset"), trouble(200)}}},
	{"middlebox-drop", checks.Likely, [][]string{{failed(timeout, "Read timed out"), packets(hello, hello, hello, hello, client+"[R.], seq 441, ack 1, win 63, length 0")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, client+"[R.], seq 441, ack 1, win 63, length 0")}}},
	{"server-hung", checks.Likely, [][]string{{failed(timeout, "Read timed out"), packets(hello, acked, client+"[F.], seq 441, ack 1, win 63, length 0")}}, [][]string{{failed(timeout, "Read timed out"), packets(hello, hello, hello, hello, client+"[R.], seq 441, ack 1, win 63, length 0")}}},
	{"server-closes", checks.Likely, [][]string{{failed(handshaking, "Remote host terminated the handshake"), packets(hello, acked, server+"[F.], seq 1, ack 441, win 63, length 0")}}, [][]string{{failed(handshaking, "Received fatal alert: protocol_version")}}},
	{"plain-http-on-port", checks.Confirmed, [][]string{{failed("javax.net.ssl.SSLException", "Unsupported or unrecognized SSL message")}}, [][]string{{failed(handshaking, "Received fatal alert: handshake_failure")}}},
	{"tls-untrusted-ca", checks.Likely, [][]string{{failed(handshaking, noPath)}}, [][]string{{failed(handshaking, "PKIX path validation failed", "Caused by: java.security.cert.CertificateExpiredException: NotAfter: Wed Apr 16 14:14:16 UTC 2025")}}},
	{"tls-self-signed", checks.Likely, [][]string{{failed(handshaking, noPath), openssl + "   i:C = US, CN = SSM\n"}}, [][]string{{failed(handshaking, noPath), openssl + "   i:C = US, CN = Private Root CA\n"}}},
	{"tls-incomplete-chain", checks.Likely, [][]string{{failed(handshaking, noPath), openssl + "   i:C = US, CN = Example Issuing CA 2\n"}}, [][]string{{failed(handshaking, noPath), openssl + "   i:C = US, CN = Example Root CA\n"}}},
	{"tls-interception", checks.Likely, [][]string{{failed(handshaking, noPath), openssl + "   i:O = Fortinet, CN = FGT60F\n"}}, [][]string{{failed(handshaking, noPath), openssl + "   i:O = Example, CN = Example Root CA\n"}}},
	{"tls-cert-expired", checks.Confirmed, [][]string{{failed(handshaking, "PKIX path validation failed", "Caused by: java.security.cert.CertificateExpiredException: NotAfter: Wed Apr 16 14:14:16 UTC 2025")}}, [][]string{{failed(handshaking, "PKIX path validation failed", "Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Apr 16 14:14:16 UTC 2025")}}},
	{"tls-cert-not-yet-valid", checks.Confirmed, [][]string{{failed(handshaking, "PKIX path validation failed", "Caused by: java.security.cert.CertificateNotYetValidException: NotBefore: Wed Apr 16 14:14:16 UTC 2025")}}, [][]string{{failed(handshaking, noPath)}}},
	{"tls-hostname-mismatch", checks.Confirmed, [][]string{{failed("javax.net.ssl.SSLPeerUnverifiedException", "Certificate for <10.106.66.55> doesn't match any of the subject alternative names: [ssm.example]")}, {failed(handshaking, "No subject alternative names matching IP address 10.106.66.55 found")}}, [][]string{{failed(handshaking, noPath)}}},
	{"tls-protocol-version", checks.Confirmed, [][]string{{failed(handshaking, "Received fatal alert: protocol_version")}, {failed(handshaking, "No appropriate protocol (protocol is disabled or cipher suites are inappropriate)")}}, [][]string{{failed(handshaking, "Received fatal alert: handshake_failure")}}},
	{"tls-client-cert-required", checks.Likely, [][]string{{failed(handshaking, "Received fatal alert: handshake_failure"), packets(hello, acked, reply, client+"[P.], seq 441:453, ack 1316, win 66, length 12", server+"[P.], seq 1316:1323, ack 453, win 63, length 7")}, {failed(handshaking, "Received fatal alert: certificate_required")}}, [][]string{{failed(handshaking, "Received fatal alert: handshake_failure"), packets(hello, acked, server+"[P.], seq 1:8, ack 441, win 63, length 7")}}},
	{"tls-no-common-cipher", checks.Likely, [][]string{{failed(handshaking, "Received fatal alert: handshake_failure"), packets(hello, acked, server+"[P.], seq 1:8, ack 441, win 63, length 7")}}, [][]string{{failed(handshaking, "Received fatal alert: protocol_version"), packets(hello, acked, server+"[P.], seq 1:8, ack 441, win 63, length 7")}}},
	{"proxy-unreachable", checks.Confirmed, [][]string{{through(failed("org.apache.http.conn.HttpHostConnectException", "Connect to 10.1.1.9:3128 [/10.1.1.9] failed: Connection refused"), "10.1.1.9", "3128")}}, [][]string{{through(failed("org.apache.http.conn.HttpHostConnectException", "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: Connection refused"), "10.1.1.9", "3128")}}},
	{"proxy-auth-required", checks.Confirmed, [][]string{{through(code(407, "<html>"), "10.1.1.9", "3128")}, {through(failed("java.io.IOException", `Unable to tunnel through proxy. Proxy returns "HTTP/1.1 407 Proxy Authentication Required"`), "10.1.1.9", "3128")}, {head + proxied + "407 Proxy Authentication Required\n"}}, [][]string{{code(401, `{"error":"x"}`)}}},
	{"proxy-denied", checks.Likely, [][]string{{through(code(403, "<html>"), "10.1.1.9", "3128")}, {head + proxied + "403 Forbidden\n"}}, [][]string{{through(code(403, `{"error":"x"}`), "10.1.1.9", "3128")}, {code(403, "<html>")}}},
	{"proxy-upstream-failed", checks.Likely, [][]string{{through(code(502, "<html>"), "10.1.1.9", "3128")}, {head + proxied + "503 Service Unavailable\n"}}, [][]string{{through(strings.Replace(code(502, "<html>"), "<html>\n", "<html>\n<center>nginx/1.22.1</center>\n</html>\n", 1), "10.1.1.9", "3128")}}},
	{"http-to-https-port", checks.Confirmed, [][]string{{code(400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>")}}, [][]string{{code(400, `{"error":"invalid_request"}`)}}},
	{"wrong-host", checks.Likely, [][]string{{code(404, "<html>"), there("11:16:40", "chronyd[9]: Selected source 192.0.2.5") + there("11:17:40", expiring)}}, [][]string{{code(404, "<html>"), trouble(404)}, {code(404, "<html>"), there("09:10:00", expiring)}, {code(404, "<html>"), there("11:16:40", "x: y") + there("11:17:40", "z: y")}}}, // no part of the SSM logs there
	{"wrong-path", checks.Likely, [][]string{{code(404, "<html>"), there("11:16:40", looked) + trouble(404) + there("11:17:40", looked)}, {code(404, "<html>"), trouble(404)}}, [][]string{{code(404, `{"error":"x"}`), strings.Replace(trouble(404), "0bb", "0aa: method=POST path=/oauth/token controller=A status=404 duration=1.0\n"+at+"0bb", 1)}}},
	{"ssm-too-old", checks.Confirmed, [][]string{{code(404, `{"status":404}`), trouble(404, `0aa: ActionController::RoutingError (No route matches [POST] "/oauth/token"):`)}}, [][]string{{code(404, "<html>"), trouble(404)}}},
	{"not-the-api", checks.Likely, [][]string{{failed("com.fasterxml.jackson.core.JsonParseException", "Unexpected character ('<' (code 60))")}}, [][]string{{code(403, `{"error":"x"}`)}}},
	{"rate-limited", checks.Confirmed, [][]string{{code(503, "<html>"), trouble(503, "0bb: 2023/01/13 11:17:03 [error] 4#4: *7 limiting requests, excess: 1.5 by zone \"api\", client: 10.66.76.81, server: , request: \"POST /backend/oauth/token?client_id="+id+"&username=svc HTTP/1.1\"")}}, [][]string{{code(403, "429")}}},
	{"maintenance", checks.Confirmed, [][]string{{code(503, `{"error":"x","error_message":"under maintenance"}`)}, {code(503, "<html>"), trouble(503)}}, [][]string{{code(502, `{"error":"x","error_message":"under maintenance"}`)}}},
	{"backend-down", checks.Likely, [][]string{{code(502, "<html>"), trouble(502, upstream("connect() failed (111: Connection refused) while connecting to"))}}, [][]string{{code(502, "<html>"), trouble(502, upstream("upstream prematurely closed connection while reading response header from"))}}},
	{"backend-crash", checks.Confirmed, [][]string{{code(502, "<html>"), trouble(502, upstream("upstream prematurely closed connection while reading response header from"))}, {code(502, "<html>"), trouble(502, upstream("recv() failed (104: Connection reset by peer) while reading response header from"))}}, [][]string{{code(502, "<html>"), trouble(502, upstream("connect() failed (111: Connection refused) while connecting to"))}}},
	{"backend-stalled", checks.Confirmed, [][]string{{code(504, "<html>"), trouble(504, upstream("upstream timed out (110: Connection timed out) while reading response header from"))}, {failed(timeout, "Read timed out"), trouble(499)}}, [][]string{{code(502, "<html>"), trouble(502)}}},
	{"redis-down", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0aa: Redis::CannotConnectError (Error connecting to Redis on redis:6379 (Errno::ECONNREFUSED)):")}}, [][]string{{code(500, "x"), trouble(500, "0aa: Redis::CommandError (ERR unknown command)")}}},
	{"redis-oom", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0aa: Redis::CommandError (OOM command not allowed when used memory > 'maxmemory'.):")}}, [][]string{{code(500, "x"), trouble(500, "0aa: Redis::CommandError (MISCONF x)")}}},
	{"postgres-down", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0aa: PG::ConnectionBad (connection to server failed: Connection refused")}}, [][]string{{code(500, "x"), trouble(500, "0aa: PG::UndefinedTable (relation does not exist)")}}},
	{"postgres-too-many-clients", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0aa: PG::ConnectionBad (FATAL:  sorry, too many clients already")}}, [][]string{{code(500, "x"), trouble(500, "0aa: PG::ConnectionBad (Connection refused")}}},
	{"database-starting", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0aa: PG::ConnectionBad (FATAL:  the database system is starting up")}, {code(500, "x"), trouble(500, "0aa: Redis::CommandError (LOADING Redis is loading the dataset in memory):")}}, [][]string{{code(500, "x"), trouble(500, "0aa: PG::ConnectionBad (Connection refused")}}},
	{"ssm-out-of-memory", checks.Confirmed, [][]string{{code(502, "<html>"), trouble(502, "kernel: Out of memory: Killed process 4711 (ruby)", upstream("upstream prematurely closed connection while reading response header from"))}, {code(500, "x"), trouble(500, "0cc: 1:M 13 Jan 2023 11:17:02.971 # Can't save in background: fork: Cannot allocate memory", "0aa: Redis::CommandError (MISCONF Redis is configured to save RDB snapshots)")}}, [][]string{{code(403, `{"error":"invalid_client","error_message":"Grant not found."}`), trouble(403, "kernel: Out of memory: Killed process 4711 (ruby)", "0aa: method=POST path=/oauth/token controller=A status=403 duration=1.0")}}},
	{"disk-full", checks.Confirmed, [][]string{{code(500, "x"), trouble(500, "0cc: 7:C 13 Jan 2023 11:17:02.786 # Write error saving DB on disk: No space left on device", "0aa: Redis::CommandError (MISCONF Redis is configured to save RDB snapshots)")}, {code(500, "x"), trouble(500, "0aa: Errno::ENOSPC (No space left on device @ io_write)")}}, [][]string{{code(500, "x"), trouble(500, "0cc: 1:M 13 Jan 2023 11:17:02.971 # Can't save in background: fork: Cannot allocate memory", "0aa: Redis::CommandError (MISCONF Redis is configured to save RDB snapshots)")}}},
	{"grant-not-found", checks.Confirmed, [][]string{{code(403, `{"error":"invalid_client","error_message":"Grant not found."}`)}, {code(401, `{"error":"invalid_client","error_description":"Client authentication failed due to unknown client."}`)}}, [][]string{{code(401, `{"error":"invalid_grant"}`)}, {code(403, "<html>")}}},
	{"wrong-grant-type", checks.Likely, [][]string{{code(403, `{"error":"unauthorized_client"}`)}, {strings.ReplaceAll(code(403, `{"error":"invalid_client","error_message":"Grant not found."}`), "grant_type=password", "grant_type=client_credentials")}}, [][]string{{code(403, `{"error":"invalid_client","error_message":"Grant not found."}`), "API Tool Kit\nother Aug 04 2024 Client Credentials Grant zzzzzzzzzzzz...\n"}}},
	{"grant-user-mismatch", checks.Confirmed, [][]string{{code(403, `{"error":"invalid_client","error_message":"The user is not the owner of this grant."}`)}, {code(403, grantGone), toolkit + "vmanage  Jan 04 2023  Resource Owner Grant  x  " + id[:16] + "...  alice\n"}}, [][]string{{code(403, grantGone), toolkit + "vmanage  Jan 04 2023  Resource Owner Grant  x  " + id[:16] + "...  svc\n"}, {code(403, `{"error":"invalid_client","error_message":"Grant not found."}`)}}},
	{"grant-expired", checks.Confirmed, [][]string{{code(403, `{"error":"invalid_client","error_message":"The grant has expired."}`)}, {code(403, grantGone), toolkit + "vmanage  Jan 04 2022  Resource Owner Grant  x  Jan 04 2023  " + id[:16] + "...  svc\n"}}, [][]string{{code(403, grantGone), toolkit + "vmanage  Jan 04 2022  Resource Owner Grant  x  Jan 04 2024  " + id[:16] + "...  svc\n"}, {code(401, `{"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI."}`)}}},
	{"bad-user-password", checks.Confirmed, [][]string{{code(401, `{"error":"invalid_grant","error_description":"x"}`)}}, [][]string{{code(401, `{"error":"invalid_token"}`)}}},
	{"account-locked", checks.Likely, [][]string{{code(401, `{"error":"invalid_grant","error_message":"Your account is locked."}`)}}, [][]string{{code(401, `{"error":"invalid_grant","error_message":"Wrong password."}`)}}},
	{"account-disabled", checks.Likely, [][]string{{code(401, `{"error":"invalid_grant","error_message":"Your account is disabled."}`)}}, [][]string{{code(401, `{"error":"invalid_grant","error_message":"Your account is locked."}`)}}},
	{"request-malformed", checks.Confirmed, [][]string{{code(400, `{"error":"invalid_request"}`)}, {failed("java.net.URISyntaxException", "Illegal character in query at index 91")}}, [][]string{{code(400, `{"error":"unsupported_grant_type"}`)}}},
	{"api-console-disabled", checks.Possible, [][]string{{code(400, `{"error":"unsupported_grant_type"}`)}}, [][]string{{code(400, `{"error":"invalid_request"}`)}}},
	{"token-expired", checks.Confirmed, [][]string{{later(401, `{"error":"invalid_token","error_description":"The access token expired"}`)}}, [][]string{{code(401, `{"error":"invalid_grant"}`)}}},
	{"no-smart-account-role", checks.Confirmed, [][]string{{later(403, `{"error":"forbidden"}`)}}, [][]string{{code(403, `{"error":"forbidden"}`)}, {later(403, `{"error":"x","error_message":"The account is not registered."}`)}}},
	{"ssm-account-not-registered", checks.Confirmed, [][]string{{later(404, `{"error":"x","error_message":"The local account is not registered."}`)}}, [][]string{{later(403, `{"error":"forbidden"}`)}}},
	{"ssm-not-synced", checks.Confirmed, [][]string{{later(409, `{"error":"x","error_message":"The account is not synchronized with Cisco."}`)}}, [][]string{{later(403, `{"error":"forbidden"}`)}}},
	{"report-too-large", checks.Likely, [][]string{{later(413, `{"error":"too_large"}`)}}, [][]string{{later(403, "413")}}},
}

func cause(t *testing.T, texts []string) (string, checks.Confidence) {
	d := diagnosisOf(t, texts...)
	if d.RootCause == nil {
		return d.Verdict.String(), 0
	}
	return d.RootCause.ID, d.RootCause.Confidence
}

func TestSignatures(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	ofSSM := map[string]bool{}
	for _, r := range rules {
		ofSSM[r.ID] = r.Stage() >= checks.HTTP
	}
	tested := map[string]bool{"high-latency": true} // below: it needs packets after a close
	for _, s := range slices.Concat(signatures, hostSignatures) {
		tested[s.id] = true
		t.Run(s.id, func(t *testing.T) {
			for i, texts := range s.yes {
				want, logged := s.want, texts
				if ofSSM[s.id] && s.want == checks.Confirmed {
					logged = withRequest(texts)
				}
				if len(logged) > len(texts) {
					want = checks.Likely // another SSM says so too
				}
				got, sure := cause(t, texts)
				if got != s.id || i == 0 && sure != want {
					t.Errorf("sample %d: %s, %s", i+1, got, sure)
				}
				if got, sure := cause(t, logged); got != s.id || i == 0 && sure != s.want {
					t.Errorf("sample %d, and the SSM logged the request: %s, %s", i+1, got, sure)
				}
			}
			for i, texts := range s.no {
				if got, _ := cause(t, texts); got == s.id {
					t.Errorf("near miss %d is taken for it", i+1)
				}
			}
		})
	}
	for _, r := range rules {
		if !r.Side && !tested[r.ID] {
			t.Errorf("%s has no sample", r.ID)
		}
	}
}

// withRequest adds the SSM's log of the request where texts are a Manager's log, which
// quotes an answer, and nothing else.
func withRequest(texts []string) []string {
	found := quotedAnswer.FindStringSubmatch(texts[0])
	if len(texts) > 1 || found == nil || strings.Contains(texts[0], "SSM-On-Prem") {
		return texts
	}
	status, _ := strconv.Atoi(found[2]) // digits by the expression
	log := trouble(status)
	if strings.HasPrefix(found[1], "GET ") {
		log = trouble(200) + strings.NewReplacer("POST /backend/oauth/token", "GET /"+strings.TrimPrefix(found[1], "GET request uri: ")).Replace(trouble(status))
	}
	return append(slices.Clone(texts), log)
}

var quotedAnswer = regexp.MustCompile(`Failed to process ((?:GET|POST) request uri: [^ ?]+).* Code: ([45]\d\d) `)

func TestLateAnswer(t *testing.T) {
	late := packets(hello, acked, client+"[F.], seq 441, ack 1, win 63, length 0", reply)
	if got, _ := cause(t, []string{failed(timeout, "Read timed out"), late}); got != "high-latency" {
		t.Errorf("%s", got)
	}
	slowOpen := listing(syn, syn, server+"[S.], seq 5000, ack 1001, win 65160, options [mss 1460], length 0", client+"[R], seq 1001, win 0, length 0")
	if got, _ := cause(t, []string{failed("org.apache.http.conn.ConnectTimeoutException", "Connect timed out"), slowOpen}); got != "high-latency" {
		t.Errorf("a SYN-ACK after the Manager gave up: %s", got)
	}
}
