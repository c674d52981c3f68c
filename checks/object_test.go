package checks_test

import (
	"slices"
	"strings"
	"testing"

	"syncscope/checks"
)

// refusal is a connection that is refused by an end, and its SYN.
func refusal(end string) string {
	return strings.ReplaceAll(listing(syn, server+"[R.], seq 0, ack 1001, win 0, length 0"), "10.106.66.55.8443", end)
}

const connectFailed = "org.apache.http.conn.HttpHostConnectException"

// servedAt is the SSM's log of somebody else's request.
func servedAt(clock string) string {
	return strings.ReplaceAll(strings.ReplaceAll(trouble(200), "/backend/oauth/token", "/backend/sessions/get_user"), "11:17:03", clock)
}

var servedOthers = servedAt("11:16:45") + servedAt("11:17:25")

// without drops the lines of a log that hold a text.
func without(text, log string) string {
	lines := strings.SplitAfter(log, "\n")
	return strings.Join(slices.DeleteFunc(lines, func(l string) bool { return strings.Contains(l, text) }), "")
}

// What is about the proxy, another port or another family of addresses is not told
// of the SSM.
func TestObject(t *testing.T) {
	const proxy, port = "10.1.1.9", "3128"
	v6 := func(log string) string {
		return strings.ReplaceAll(log, "clientUrl=10.106.66.55", "clientUrl=fd00:66::55")
	}
	for name, tt := range map[string]struct {
		texts []string
		want  string
	}{
		"the proxy's name does not exist": {[]string{through(failed(unknownHost, "proxy.example: Name or service not known"), "proxy.example", port)}, "proxy-unreachable"},
		"the resolver is silent about it": {[]string{through(slow(failed(unknownHost, "proxy.example: Temporary failure in name resolution"), 5), "proxy.example", port)}, "proxy-unreachable"},
		"another name does not exist":     {[]string{named(through(failed(unknownHost, "ssm.example: Name or service not known"), "proxy.example", port))}, "dns-nxdomain"},
		"no route to the proxy":           {[]string{through(failed("java.net.NoRouteToHostException", "Connect to 10.1.1.9:3128 [/10.1.1.9] failed: No route to host"), proxy, port)}, "proxy-unreachable"},
		"the proxy refuses while the SSM serves others": {[]string{through(failed(connectFailed, "Connect to 10.1.1.9:3128 [/10.1.1.9] failed: Connection refused"), proxy, port),
			refusal("10.1.1.9.3128"), servedOthers}, "proxy-unreachable"},
		"another port refuses while the SSM serves others": {[]string{strings.ReplaceAll(failed(connectFailed, "Connect to 10.106.66.55:443 [/10.106.66.55] failed: Connection refused"), "clientUrl=10.106.66.55", "clientUrl=10.106.66.55:443"),
			refusal("10.106.66.55.443"), servedOthers}, "wrong-port"},
		"an IPv6 address is no port":    {[]string{v6(failed("java.net.SocketTimeoutException", "connect timed out"))}, "firewall-drop"},
		"an IPv6 address with its port": {[]string{strings.ReplaceAll(failed(connectFailed, "Connect to [fd00:66::55]:443 [/fd00:66:0:0:0:0:0:55] failed: Connection refused"), "clientUrl=10.106.66.55", "clientUrl=[fd00:66::55]:443")}, "wrong-port"},
		"a filter of the other family": {[]string{named(failed("org.apache.http.conn.ConnectTimeoutException",
			"Connect to ssm.example:8443 [ssm.example/fd00:66:0:0:0:0:0:55] failed: Connect timed out")), head}, "firewall-drop"},
		"the proxy's name, without the line that has it": {[]string{without("proxy host", named(through(failed(unknownHost, "proxy.example: Name or service not known"), "proxy.example", port)))}, "proxy-unreachable"},
		"the proxy refuses, without that line":           {[]string{without("proxy host", named(through(failed(connectFailed, "Connect to 10.1.1.9:3128 [/10.1.1.9] failed: Connection refused"), proxy, port)))}, "proxy-unreachable"},
		"another name than the settings have":            {[]string{named(failed(unknownHost, "web.example: Name or service not known"))}, "inconclusive"},
		"another address than the settings have":         {[]string{failed(connectFailed, "Connect to 10.1.1.9:3128 [/10.1.1.9] failed: Connection refused")}, "inconclusive"},
		"the SSM's name, cut":                            {[]string{named(failed(unknownHost, "ssm.exa: Name or service not known"))}, "dns-nxdomain"},
		"a RST alone shows no open connection":           {[]string{listing(server + "[R.], seq 0, ack 1001, win 0, length 0"), failed(connectFailed, "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: Connection refused")}, "connection-refused"},
		"a proxy's own 401":                              {[]string{through(code(401, "<html>The administrator of this proxy"), proxy, port)}, "proxy-auth-required"},
		"the SSM's 401, JSON":                            {[]string{through(code(401, `{"error":"invalid_grant"}`), proxy, port)}, "bad-user-password"},
		"a page, not a token":                            {[]string{code(200, "<html>"), trouble(200)}, "not-the-api"},
		"a proxy that answers":                           {[]string{through(failed(connectFailed, "Connect to 10.106.66.55:8443 [/10.106.66.55] failed: Connection refused"), proxy, port)}, "connection-refused"},
	} {
		if got, _ := cause(t, tt.texts); got != tt.want {
			t.Errorf("%s: %s, not %s", name, got, tt.want)
		}
	}
}

// Two views of one event do not confirm each other, in whichever form they come; a
// command that was run besides is an event of its own.
func TestOneEventIsOneProof(t *testing.T) {
	untrusted := packets(hello, acked, reply, client+"[P.], seq 441:448, ack 1316, win 66, length 7")
	for name, texts := range map[string][]string{
		"the Manager's words and the RST":           {failed(connectFailed, "Connection refused"), refusal("10.106.66.55.8443")},
		"the Manager's words and the silence":       {failed(timeout, "connect timed out"), listing(syn, syn, syn)},
		"the Manager's words and its alert":         {failed(handshaking, noPath), untrusted},
		"the Manager's words, its alert, and nginx": {failed(handshaking, noPath), untrusted, at + "0bb: 2023/01/13 11:17:03 [info] 4#4: *7 SSL_do_handshake() failed (SSL: error:0A000418:SSL routines::tlsv1 alert unknown ca:SSL alert number 48) while SSL handshaking, client: 10.66.76.81, server: 0.0.0.0:8443\n"},
	} {
		if id, sure := cause(t, texts); sure != checks.Likely {
			t.Errorf("%s: %s, %s", name, id, sure)
		}
	}
	if _, sure := cause(t, []string{failed("java.net.ConnectException", "Network is unreachable"), "n1:~$ ping -c 3 10.106.66.55\nconnect: Network is unreachable\n"}); sure != checks.Confirmed {
		t.Errorf("the Manager's words and a ping: %s", sure)
	}
}

// A literal answer of the resolver is said before what is only concluded from a time.
func TestLiteralBeforeConcluded(t *testing.T) {
	log := named(failed(unknownHost, "ssm.example: Temporary failure in name resolution"))
	id, _ := cause(t, []string{log, "n1:~$ nslookup ssm.example\nServer:\t\t10.0.0.53\nAddress:\t10.0.0.53#53\n\n** server can't find ssm.example: REFUSED\n"})
	if id != "dns-refused" {
		t.Errorf("%s, where nslookup says REFUSED", id)
	}
}

// An address of the name that does not answer is said, whatever became of the
// attempt; one of another name, or of the only address, is not.
func TestDeadAddress(t *testing.T) {
	const lookup = "n1:~$ nslookup ssm.example\nServer:\t\t10.0.0.53\nAddress:\t10.0.0.53#53\n\nName:\tssm.example\nAddress: 10.106.66.54\nName:\tssm.example\nAddress: 10.106.66.55\n"
	dead := func(addr string) string {
		lost := strings.ReplaceAll(strings.ReplaceAll(syn, "10.106.66.55", addr), "40000", "39999")
		return listing(append([]string{lost, lost, lost}, open...)...)
	}
	log := named(code(403, grantGone))
	for name, tt := range map[string]struct {
		texts []string
		want  bool
	}{
		"one of two":            {[]string{log, lookup, dead("10.106.66.54")}, true},
		"another host's":        {[]string{log, lookup, dead("10.106.66.53")}, false},
		"no connection but one": {[]string{log, lookup, listing(open...)}, false},
	} {
		if got := found(diagnosisOf(t, tt.texts...), "dead-address"); got != tt.want {
			t.Errorf("%s: said %v", name, got)
		}
	}
}
