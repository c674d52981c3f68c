package lab

import (
	"crypto/x509"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"syncscope/capture/packet"
)

// The acts that break before an HTTP answer, named by their root cause.
const (
	tooOld          outcome = "manager-too-old"
	dnsNXDomain     outcome = "dns-nxdomain"
	hostUnreachable outcome = "host-unreachable"
	firewallDrop    outcome = "firewall-drop"
	refused         outcome = "connection-refused"
	proxyAuth       outcome = "proxy-auth-required"
	middleboxReset  outcome = "middlebox-reset"
	untrustedCA     outcome = "tls-untrusted-ca"
	certExpired     outcome = "tls-cert-expired"
	otherName       outcome = "tls-hostname-mismatch"
	noWebServer     outcome = "ssm-web-server-down"
	noResources     outcome = "manager-resources"
)

// failure is what the Manager logs of a request that got no answer of the SSM.
type failure struct {
	status    int    // of a proxy's answer; 0: an exception
	class     string // of the exception
	text      string
	frame     string   // the method that tells what was being done
	causes    []string // "class: text"
	pageLines string   // the rest of a proxy's page
}

// faults play what breaks, with its packets, and give what the Manager logs.
var faults map[outcome]func(*attempt) failure

func init() { // the table and what it plays name each other
	faults = map[outcome]func(*attempt) failure{
		tooOld:          (*attempt).cloud,
		dnsNXDomain:     (*attempt).noSuchName,
		hostUnreachable: (*attempt).nobodyThere,
		firewallDrop:    (*attempt).dropped,
		refused:         (*attempt).rejected,
		proxyAuth:       (*attempt).proxyLogin,
		middleboxReset:  (*attempt).cutOff,
		untrustedCA:     (*attempt).untrusted,
		certExpired:     (*attempt).expired,
		otherName:       (*attempt).misnamed,
		noWebServer: func(a *attempt) failure {
			const why = `SSL_CTX_use_PrivateKey("/etc/nginx/ssl/server.key") failed (SSL: error:0B080074:x509 certificate routines:X509_check_private_key:key values mismatch)`
			at := a.at - 4*time.Second
			a.l.ssmLine(at, fmt.Sprintf("%s: %s [emerg] 1#1: %s", a.l.random.nginx, a.l.ssmNow().Add(at).Format("2006/01/02 15:04:05"), why))
			a.l.ssmLine(at, fmt.Sprintf("%s: nginx: [emerg] %s", a.l.random.nginx, why))
			return a.rejected()
		},
		noResources: func(a *attempt) failure {
			a.wait(time.Second)
			return failure{
				class: "org.apache.http.conn.ConnectionPoolTimeoutException", text: "Timeout waiting for connection from pool",
				frame: "org.apache.http.impl.conn.PoolingHttpClientConnectionManager.leaseConnection(PoolingHttpClientConnectionManager.java:314)",
			}
		},
	}
}

// called is the SSM as the Manager's settings name it.
func (s *scenario) called() string {
	if s.ByName {
		return ssmName
	}
	return s.SSM.Address
}

// log writes a failure as the Manager does: the line, its trace, its causes.
func (f failure) log(a *attempt, method, uri string) {
	if f.status != 0 {
		a.answered4xx(method, uri, answer{status: f.status, body: f.text + "\n" + f.pageLines})
		return
	}
	a.log("ERROR", "RestAPIClient", "Failed to process %s request uri: %s . Message: %s: %s: %s", method, uri, f.text, f.class, f.text)
	a.l.AppendManager("\tat " + f.frame)
	a.l.AppendManager("\tat com.viptela.vmanage.server.RestAPIClient.postTo(RestAPIClient.java:271)")
	for _, c := range f.causes {
		a.l.AppendManager("Caused by: " + c)
		a.l.AppendManager("\t... 14 more")
	}
}

// cloud is a Manager without on-prem mode: it signs in at Cisco's cloud, which
// this network does not resolve.
func (a *attempt) cloud() failure {
	const cloudHost = "cloudsso.cisco.com"
	a.log("INFO", "AbstractSettingsManager", "Found smart licensing mode is online")
	a.log("INFO", "SmartLicensingIntegrationManager", "Authenticating Cisco Smart Account user with %s", cloudHost)
	f := failure{class: "java.net.UnknownHostException", text: cloudHost + ": Name or service not known", frame: "java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)"}
	f.log(a, "POST", "as/token.oauth2")
	a.refused(a.l.s.User)
	return f
}

func (a *attempt) noSuchName() failure {
	a.wait(40 * time.Millisecond)
	return failure{class: "java.net.UnknownHostException", text: ssmName + ": Name or service not known", frame: "java.base/java.net.Inet6AddressImpl.lookupAllHostAddr(Native Method)"}
}

// connecting is an exception of the TCP connect, in Apache HttpClient's words.
func (a *attempt) connecting(class, cause, text string) failure {
	return failure{
		class: "org.apache.http.conn." + class, text: fmt.Sprintf("Connect to %s:8443 [/%s] failed: %s", a.l.s.SSM.Address, a.l.s.SSM.Address, text),
		frame: "org.apache.http.impl.conn.DefaultHttpClientConnectionOperator.connect(DefaultHttpClientConnectionOperator.java:156)", causes: []string{cause + ": " + text},
	}
}

// retries are when a SYN is sent again: Linux waits one second and doubles.
var retries = []time.Duration{time.Second, 2 * time.Second}

// knock sends SYNs that nobody answers.
func (a *attempt) knock() {
	c := a.connection()
	c.send(&c.client, packet.SYN, nil)
	for _, wait := range retries {
		c.at += wait
		c.again(&c.client)
	}
	a.play(c.packets)
}

func (a *attempt) nobodyThere() failure {
	a.knock()
	a.wait(100 * time.Millisecond)
	return failure{class: "java.net.NoRouteToHostException", text: "No route to host", frame: "java.base/sun.nio.ch.Net.pollConnect(Native Method)"}
}

func (a *attempt) dropped() failure {
	a.knock()
	a.wait(time.Second)
	return a.connecting("ConnectTimeoutException", "java.net.SocketTimeoutException", "Connect timed out")
}

func (a *attempt) rejected() failure {
	c := a.connection()
	c.send(&c.client, packet.SYN, nil)
	c.at += c.rtt()
	c.server.window, c.server.seq = 0, 0
	c.send(&c.server, packet.RST|packet.ACK, nil)
	a.play(c.packets)
	return a.connecting("HttpHostConnectException", "java.net.ConnectException", "Connection refused")
}

// proxyLogin: the capture's filter is about the SSM, and nothing goes there.
func (a *attempt) proxyLogin() failure {
	a.wait(60 * time.Millisecond)
	return failure{status: 407, text: "<html>", pageLines: "<head><title>407 Proxy Authentication Required</title></head>\n<body><h1>Proxy Authentication Required</h1></body>\n</html>"}
}

// cutOff: a device on the way resets the connection when it sees the hello.
func (a *attempt) cutOff() failure {
	c := a.connection()
	c.open()
	if hello := handshake(a.l.wire.client, a.l.wire.server); len(hello) > 0 {
		c.clientFlight(hello[0].data)
	}
	c.at += 9 * time.Millisecond // it is near
	c.server.ttl, c.server.window = 62, 0
	c.send(&c.server, packet.RST, nil)
	a.play(c.packets)
	return failure{class: "java.net.SocketException", text: "Connection reset", frame: "java.base/sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:440)"}
}

// shake plays a TLS handshake's flights and the end of its connection.
func (a *attempt) shake(flights []flight) {
	c := a.connection()
	c.open()
	for _, f := range flights {
		if f.client {
			c.clientFlight(f.data)
		} else {
			c.serverFlight(f.data, thinking)
		}
	}
	c.close()
	a.play(c.packets)
}

const handshaking = "java.base/sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:440)"

func (a *attempt) untrusted() failure {
	stranger := a.l.wire.client.Clone()
	stranger.RootCAs = x509.NewCertPool()
	a.shake(handshake(stranger, a.l.wire.server))
	const why = "unable to find valid certification path to requested target"
	const path = "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: " + why
	return failure{class: "javax.net.ssl.SSLHandshakeException", text: path, frame: handshaking, causes: []string{"sun.security.validator.ValidatorException: " + path, "sun.security.provider.certpath.SunCertPathBuilderException: " + why}}
}

func (a *attempt) expired() failure {
	a.shake(handshake(a.l.wire.client, a.l.wire.server))
	const why = "validity check failed"
	const path = "PKIX path validation failed: java.security.cert.CertPathValidatorException: " + why
	end := time.Now().AddDate(0, 0, -9).UTC().Format("Mon Jan 02 15:04:05 MST 2006")
	return failure{class: "javax.net.ssl.SSLHandshakeException", text: path, frame: handshaking, causes: []string{"sun.security.validator.ValidatorException: " + path, "java.security.cert.CertificateExpiredException: NotAfter: " + end}}
}

// misnamed: Apache HttpClient compares the names after the handshake.
func (a *attempt) misnamed() failure {
	late := a.l.wire.client.Clone()
	late.InsecureSkipVerify = true // of a simulated certificate, on no network
	a.shake(handshake(late, a.l.wire.server))
	return failure{
		class: "javax.net.ssl.SSLPeerUnverifiedException", text: fmt.Sprintf("Certificate for <%s> doesn't match any of the subject alternative names: [%s]", a.l.s.SSM.Address, ssmName),
		frame: "org.apache.http.conn.ssl.SSLConnectionSocketFactory.verifyHostname(SSLConnectionSocketFactory.java:507)",
	}
}

// play sends packets in their time, or lets their time pass.
func (a *attempt) play(packets []timedPacket) {
	if !a.live {
		a.at += packets[len(packets)-1].at
		return
	}
	begin := time.Now()
	for _, p := range packets {
		if !a.l.sleep(time.Until(begin.Add(p.at))) {
			return
		}
		p.p.Time = time.Now().UTC().Add(a.l.s.Capture.Offset)
		a.l.card.pass(p.p)
	}
}

// reply is an answer of the SSM that is an error.
type reply struct {
	path   string // below /backend
	status int
	body   string
	lines  func(*attempt, call, answer) // the SSM's, if they are others than usual
}

// nginxPage is the page that nginx makes itself.
func nginxPage(title string) string {
	return strings.ReplaceAll("<html>\r\n<head><title>TITLE</title></head>\r\n<body>\r\n<center><h1>TITLE</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n", "TITLE", title)
}

// replies are the acts that end in an HTTP error.
var replies = map[outcome]reply{
	"maintenance":       {pathToken, 503, `{"error":"service_unavailable","error_message":"The system is under maintenance. Try again later."}`, nil},
	"bad-user-password": {pathToken, 401, `{"error":"invalid_grant","error_description":"The provided authorization grant is invalid, expired, revoked, does not match the redirection URI used in the authorization request, or was issued to another client."}`, nil},
	"backend-down":      {pathToken, 502, nginxPage("502 Bad Gateway"), func(a *attempt, c call, got answer) { atSSM{a}.allRefuse(c, got) }},
	"postgres-down": {pathToken, 500, internalError, raises(`connection to server at "172.18.0.2", port 5432 failed: Connection refused`,
		"LOG:  received fast shutdown request", "LOG:  database system is shut down")},
	"database-credentials":  {pathToken, 500, internalError, raises(`FATAL:  password authentication failed for user "lic_engine"`, `FATAL:  password authentication failed for user "lic_engine"`)},
	"answer-too-big":        {pathToken, 502, nginxPage("502 Bad Gateway"), tooBig},
	"foreign-page":          {pathToken, 403, "<html>\n<head><title>Web Page Blocked</title></head>\n<body><h1>Web Page Blocked</h1>\n<p>This request was denied by the security policy. Incident ID: 4711</p></body>\n</html>", unseen},
	"no-smart-account-role": {pathSearch, 403, `{"error":"forbidden","error_message":"The user has no role on this account."}`, nil},
}

func (a atSSM) allRefuse(c call, got answer) {
	a.upstreamRefused(c, "[fd00:dead:beef::5]:3000")
	a.upstreamRefused(c, "172.18.0.5:3000")
	a.access(c, got)
}

// internalError is what Rails answers where an exception was raised.
const internalError = `{"status":500,"error":"Internal Server Error"}`

// raises is what PostgreSQL says, and Rails of its connection to it.
func raises(why string, said ...string) func(*attempt, call, answer) {
	return func(a *attempt, c call, got answer) {
		l, postgres := a.l, hexID(12)
		stamp := l.ssmNow().Add(a.at).Format("2006-01-02 15:04:05.000 MST")
		for _, s := range said {
			l.ssmLine(a.at, fmt.Sprintf("%s: %s [%d] %s", postgres, stamp, 20+rand.IntN(80), s))
		}
		l.ssmLine(a.at, fmt.Sprintf("%s: method=%s path=%s format=json controller=%s action=%s status=%d error='PG::ConnectionBad: %s' duration=2.38 view=0.00 db=0.00", l.random.rails, c.method, c.path, c.controller, c.action, got.status, why))
		l.ssmLine(a.at, fmt.Sprintf("%s: PG::ConnectionBad (%s", l.random.rails, why))
		atSSM{a}.access(c, got)
	}
}

// tooBig: the application answers, and nginx has no room for the answer's header.
var tooBig = func(a *attempt, c call, got answer) {
	l := a.l
	l.ssmLine(a.at, fmt.Sprintf("%s: method=%s path=%s format=json controller=%s action=%s status=200 duration=18.20 view=1.87 db=0.40", l.random.rails, c.method, c.path, c.controller, c.action))
	l.ssmLine(a.at, fmt.Sprintf("%s: %s [error] 47#47: *%d upstream sent too big header while reading response header from upstream, client: %s, server: , request: \"%s %s HTTP/1.1\", upstream: \"http://172.18.0.5:3000%s\", host: \"%s:8443\"",
		l.random.nginx, l.ssmNow().Add(a.at).Format("2006/01/02 15:04:05"), l.random.conn, l.s.Manager.SeenAs, c.method, c.uri(), c.path, l.s.SSM.Address))
	atSSM{a}.access(c, got)
}

// unseen: a device on the way answers in the SSM's name, whose log has nothing.
var unseen = func(*attempt, call, answer) {}
