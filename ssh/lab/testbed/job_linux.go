package testbed

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// How long the job waits for a connection and for an answer.
const (
	connectTime = 5 * time.Second
	answerTime  = 8 * time.Second
)

// Job is the Manager's licence sync: a real client, whose log has the published form.
type Job struct {
	tb       *Testbed
	Host     string        // what the settings say
	Proxy    string        // host:port; "" none
	Skew     time.Duration // of the Manager's clock
	mu       sync.Mutex    // of the log
	id       string
	secret   string
	password string
	thread   int
}

func (tb *Testbed) job() error {
	tb.Job = &Job{tb: tb, Host: SSMAPI, id: random(48), secret: random(48), password: "Granite+" + random(6)}
	return nil
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // it never fails
	return base64.RawURLEncoding.EncodeToString(b)
}

// Secrets are what must not be shown.
func (j *Job) Secrets() []string { return []string{j.secret, j.password} }

// failure is what went wrong, in Java's words.
type failure struct {
	code      int    // of an answer; 0: none came
	message   string // getMessage(), or the answer's body
	exception string
	trace     []string
}

// Sync runs one attempt, and gives when its failing line was written; zero: it
// succeeded.
func (j *Job) Sync(ctx context.Context) time.Time {
	j.thread++
	log := func(level, class, text string) { j.log(level, class, text) }
	info := func(class, text string) { log("INFO", class, text) }
	info("SmartLicensingIntegrationManager", "user is using in On Prem mode")
	info("SmartLicensingIntegrationManager", "Authenticating on-prem server")
	info("AbstractSettingsManager", "Found smart licensing mode is onprem")
	info("SmartLicensingUtil", "intializing client Map {clientUrl="+j.Host+", client_secret="+j.secret+", client_id="+j.id+"}")
	info("SmartLicensingUtil", "Getting onPrem server details")
	host, port, _ := net.SplitHostPort(j.Proxy)
	info("RestAPIClient", strings.TrimSpace("RestAPI proxy host "+host))
	info("RestAPIClient", strings.TrimSpace("RestAPI proxy port "+port))
	uri := "backend/oauth/token?grant_type=password&client_id=" + j.id + "&client_secret=" + j.secret + "&username=svc_vmanage&password="
	info("SmartLicensingUtil", "URL "+uri+url.QueryEscape(j.password))
	info("SmartLicensingUtil", "Query Smart Account: "+uri+"*******")
	bad := j.post(ctx, uri+url.QueryEscape(j.password))
	if bad == nil {
		info("SmartLicensingIntegrationManager", "Smart Account user authenticated successfully")
		info("SmartLicensingUtil", "Query Smart Account details: backend/api/v1/accounts/search")
		if bad = j.post(ctx, "backend/api/v1/accounts/search"); bad == nil {
			info("SmartLicensingUtil", "Query licenses: backend/api/v1/accounts/lab.example.com/virtual-accounts/Default/licenses")
			if bad = j.post(ctx, "backend/api/v1/accounts/lab.example.com/virtual-accounts/Default/licenses"); bad == nil {
				info("SmartLicensingUtil", "Received licenses: 373 bytes")
				info("SmartLicensingIntegrationManager", "Sync Licenses and Refresh Devices completed")
				return time.Time{}
			}
		}
	}
	what := "Failed to process POST request uri: " + uri + "******* . "
	if bad.code != 0 {
		what += "Code: " + strconv.Itoa(bad.code) + " Message: " + bad.message
	} else {
		what += "Message: " + bad.message + ": " + bad.exception + ": " + bad.message + "\n" + strings.Join(bad.trace, "\n")
	}
	log("ERROR", "RestAPIClient", what)
	at := time.Now()
	log("ERROR", "SmartLicensingUtil", "Failed to authenticate user - 'svc_vmanage'.")
	log("ERROR", "SmartLicensingIntegrationRestfulResource", "Smart Account User Authentication failed.")
	return at
}

// Noise writes a line that has nothing to do with it.
func (j *Job) Noise() {
	j.log("WARN", "DeviceStatsManager", "Device 10.10.1.125 statistics request timed out, will retry in the next cycle")
}

func (j *Job) log(level, class, text string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	at := strings.Replace(time.Now().UTC().Add(j.Skew).Format("02-Jan-2006 15:04:05.000"), ".", ",", 1)
	_ = add(j.tb.manager.at("/var/log/nms/vmanage-server.log"), fmt.Sprintf("%s UTC %s [vManage] [%s] (default task-%d) |default| %s\n", at, level, class, j.thread, text)) // a full disk is one of the faults
}

// post makes one request on a connection of its own.
func (j *Job) post(ctx context.Context, uri string) *failure {
	c, bad := j.connect(ctx)
	if bad != nil {
		return bad
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(answerTime)) // a read tells
	peer := net.JoinHostPort(j.Host, "8443")
	_, err := fmt.Fprintf(c, "POST /%s HTTP/1.1\r\nAccept: application/json\r\nContent-Length: 0\r\nHost: %s\r\nConnection: Keep-Alive\r\nUser-Agent: Apache-HttpClient/4.5.14 (Java/17.0.15)\r\n\r\n", uri, peer)
	var answer *http.Response
	if err == nil {
		answer, err = http.ReadResponse(bufio.NewReader(c), nil)
	}
	if err != nil {
		return unanswered(err, peer)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return unanswered(err, peer)
	}
	if answer.StatusCode != 200 {
		return &failure{code: answer.StatusCode, message: strings.ReplaceAll(string(body), "\r", "")}
	}
	return nil
}

// probe is a sign-in of another client, from the firewall's address, which fails.
func (j *Job) probe(ctx context.Context) {
	c, err := j.tb.fw.dial(ctx, "tcp", net.JoinHostPort(SSMAPI, "8443"))
	if err != nil {
		return // a fault of the network is its fault too
	}
	defer c.Close()
	_ = c.SetDeadline(time.Now().Add(answerTime)) // a read tells
	t := tls.Client(c, &tls.Config{InsecureSkipVerify: true})
	_, err = fmt.Fprintf(t, "POST /backend/oauth/token?grant_type=password&client_id=%s&username=monitor HTTP/1.1\r\nContent-Length: 0\r\nHost: ssm\r\nUser-Agent: check_http/v2.3\r\nConnection: close\r\n\r\n", random(48))
	if err == nil {
		_, _ = io.Copy(io.Discard, t) // whatever comes
	}
}

// connect gets a connection with TLS, through the proxy if there is one.
func (j *Job) connect(ctx context.Context) (net.Conn, *failure) {
	to := net.JoinHostPort(j.Host, "8443")
	if j.Proxy != "" {
		to = j.Proxy
	}
	c, bad := j.reach(ctx, to)
	if bad != nil {
		return nil, bad
	}
	_ = c.SetDeadline(time.Now().Add(answerTime)) // a read tells
	if j.Proxy != "" {
		if bad := tunnel(c, net.JoinHostPort(j.Host, "8443")); bad != nil {
			_ = c.Close() // it is of no use
			return nil, bad
		}
	}
	roots := j.tb.ssm.roots()
	t := tls.Client(c, &tls.Config{ServerName: j.Host, CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256}, InsecureSkipVerify: true, VerifyConnection: func(s tls.ConnectionState) error { // the name is looked at behind the handshake, as HttpClient does
		_, err := s.PeerCertificates[0].Verify(x509.VerifyOptions{Roots: roots, CurrentTime: time.Now().Add(j.Skew)})
		return err
	}})
	if err := t.HandshakeContext(ctx); err != nil {
		_ = c.Close() // it is of no use
		return nil, unshaken(err, to)
	}
	leaf := t.ConnectionState().PeerCertificates[0]
	if leaf.VerifyHostname(j.Host) != nil {
		_ = t.Close() // as HttpClient does
		return nil, &failure{message: "Certificate for <" + j.Host + "> doesn't match any of the subject alternative names: [" + strings.Join(leaf.DNSNames, ", ") + "]",
			exception: "javax.net.ssl.SSLPeerUnverifiedException", trace: frames(ssl+".verifyHostname(SSLConnectionSocketFactory.java:507)", ssl+".createLayeredSocket(SSLConnectionSocketFactory.java:437)")}
	}
	return t, nil
}

// reach connects to a host by name or address.
func (j *Job) reach(ctx context.Context, to string) (net.Conn, *failure) {
	host, port, _ := net.SplitHostPort(to)
	shown, addr := "/"+host, host
	if net.ParseIP(host) == nil {
		r := net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return j.tb.manager.dial(ctx, "udp", gateway+":53")
		}}
		found, err := r.LookupHost(ctx, host)
		if err != nil {
			text := host + ": Name or service not known"
			var dns *net.DNSError
			if errors.As(err, &dns) && dns.IsTimeout {
				text = host + ": Temporary failure in name resolution"
			}
			return nil, &failure{message: text, exception: "java.net.UnknownHostException", trace: frames("java.base/java.net.Inet4AddressImpl.lookupAllHostAddr(Native Method)", "org.apache.http.impl.conn.SystemDefaultDnsResolver.resolve(SystemDefaultDnsResolver.java:45)")}
		}
		shown, addr = host+"/"+found[0], found[0]
	}
	ctx, cancel := context.WithTimeout(ctx, connectTime)
	defer cancel()
	c, err := j.tb.manager.dial(ctx, "tcp", net.JoinHostPort(addr, port))
	if err == nil {
		return c, nil
	}
	where := "Connect to " + to + " [" + shown + "] failed: "
	at := frames("java.base/sun.nio.ch.NioSocketImpl.timedFinishConnect(NioSocketImpl.java:546)", "org.apache.http.impl.conn.DefaultHttpClientConnectionOperator.connect(DefaultHttpClientConnectionOperator.java:151)")
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return nil, &failure{message: where + "Connection refused", exception: "org.apache.http.conn.HttpHostConnectException", trace: append(at, "Caused by: java.net.ConnectException: Connection refused")}
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return nil, &failure{message: "No route to host", exception: "java.net.NoRouteToHostException", trace: at}
	}
	return nil, &failure{message: where + "Connect timed out", exception: "org.apache.http.conn.ConnectTimeoutException", trace: append(at, "Caused by: java.net.SocketTimeoutException: Connect timed out")}
}

// tunnel asks a proxy for a way to a host.
func tunnel(c net.Conn, to string) *failure {
	_, err := fmt.Fprintf(c, "CONNECT %s HTTP/1.1\r\nHost: %[1]s\r\nUser-Agent: Apache-HttpClient/4.5.14 (Java/17.0.15)\r\n\r\n", to)
	if err != nil {
		return unanswered(err, to)
	}
	r := bufio.NewReaderSize(c, 16) // nothing follows the header before we speak
	answer, err := http.ReadResponse(r, &http.Request{Method: http.MethodConnect})
	switch {
	case err != nil:
		return unanswered(err, to)
	case answer.StatusCode == 200:
		return nil
	}
	body, _ := io.ReadAll(io.LimitReader(r, 4096)) // as much as comes
	return &failure{code: answer.StatusCode, message: strings.ReplaceAll(string(body), "\r", "")}
}

const ssl = "org.apache.http.conn.ssl.SSLConnectionSocketFactory"

// frames are a trace's lines, with those that all have.
func frames(own ...string) (out []string) {
	for _, f := range append(own, "org.apache.http.impl.execchain.MainClientExec.execute(MainClientExec.java:236)", "com.viptela.vmanage.server.smartlicensing.RestAPIClient.post(RestAPIClient.java:214)") {
		out = append(out, "\tat "+f)
	}
	return out
}

// unshaken is a handshake's failure.
func unshaken(err error, to string) *failure {
	at := frames("java.base/sun.security.ssl.SSLSocketImpl.startHandshake(SSLSocketImpl.java:455)", ssl+".createLayeredSocket(SSLConnectionSocketFactory.java:436)")
	const handshake = "javax.net.ssl.SSLHandshakeException"
	var invalid x509.CertificateInvalidError
	var unknown x509.UnknownAuthorityError
	var record tls.RecordHeaderError
	var timeout net.Error
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		text := "PKIX path validation failed: java.security.cert.CertPathValidatorException: validity check failed"
		return &failure{message: text, exception: handshake, trace: append(at, "Caused by: sun.security.validator.ValidatorException: "+text, "Caused by: java.security.cert.CertificateExpiredException: NotAfter: "+invalid.Cert.NotAfter.UTC().Format("Mon Jan 02 15:04:05 UTC 2006"))}
	case errors.As(err, &unknown):
		text := "PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"
		return &failure{message: text, exception: handshake, trace: append(at, "Caused by: sun.security.validator.ValidatorException: "+text)}
	case errors.As(err, &record):
		return &failure{message: "Unsupported or unrecognized SSL message", exception: "javax.net.ssl.SSLException", trace: at}
	case errors.Is(err, syscall.ECONNRESET):
		return &failure{message: "Connection reset", exception: "java.net.SocketException", trace: at}
	case errors.As(err, &timeout) && timeout.Timeout():
		host, _, _ := net.SplitHostPort(to)
		return &failure{message: "Connect to " + to + " [/" + host + "] failed: Read timed out", exception: "org.apache.http.conn.ConnectTimeoutException", trace: append(at, "Caused by: java.net.SocketTimeoutException: Read timed out")}
	}
	return &failure{message: "Remote host terminated the handshake", exception: handshake, trace: at}
}

// unanswered is a request's failure.
func unanswered(err error, to string) *failure {
	at := frames("org.apache.http.impl.DefaultBHttpClientConnection.receiveResponseHeader(DefaultBHttpClientConnection.java:157)")
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return &failure{message: "Read timed out", exception: "java.net.SocketTimeoutException", trace: at}
	case errors.Is(err, syscall.ECONNRESET):
		return &failure{message: "Connection reset", exception: "java.net.SocketException", trace: at}
	}
	return &failure{message: to + " failed to respond", exception: "org.apache.http.NoHttpResponseException", trace: at}
}
