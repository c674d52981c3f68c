package lab

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// exchangeLimit bounds one exchange in memory, which takes milliseconds.
const exchangeLimit = 10 * time.Second

// flight is what one side wrote at once.
type flight struct {
	client bool
	data   []byte
}

// recorder keeps the flights of both sides in their order. TLS and HTTP take
// turns, so the order is the one on the wire.
type recorder struct {
	mu      sync.Mutex
	flights []flight
}

// recorded is one end of the wire.
type recorded struct {
	net.Conn
	client bool
	rec    *recorder
}

func (c recorded) Write(b []byte) (int, error) {
	c.rec.mu.Lock()
	c.rec.flights = append(c.rec.flights, flight{c.client, append([]byte(nil), b...)})
	c.rec.mu.Unlock()
	return c.Conn.Write(b)
}

// wire holds both sides' TLS settings.
type wire struct {
	client, server *tls.Config
}

// newWire makes the SSM's certificate, from a made-up authority that the
// Manager trusts.
func newWire(host string, names []string, now func() time.Time, expired bool) (*wire, error) {
	root, rootKey, err := authority(now())
	if err != nil {
		return nil, err
	}
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	leaf := &x509.Certificate{
		SerialNumber: serial(),
		Subject:      pkix.Name{CommonName: names[0], Organization: []string{"Simulated SSM On-Prem"}, OrganizationalUnit: []string{"Licensing"}},
		NotBefore:    now().AddDate(0, -3, 0), NotAfter: now().AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageKeyEncipherment, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		DNSNames: names,
	}
	if expired {
		leaf.NotBefore, leaf.NotAfter = now().AddDate(-1, 0, -9), now().AddDate(0, 0, -9)
	}
	if ip := net.ParseIP(host); ip != nil {
		leaf.IPAddresses = []net.IP{ip}
	}
	der, err := x509.CreateCertificate(rand.Reader, leaf, root, &key.PublicKey, rootKey)
	if err != nil {
		return nil, err
	}
	pool := x509.NewCertPool()
	pool.AddCert(root)
	return &wire{
		client: &tls.Config{
			RootCAs: pool, ServerName: host, Time: now, MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12,
			CurvePreferences: []tls.CurveID{tls.CurveP521}, SessionTicketsDisabled: true,
		},
		server: &tls.Config{
			Certificates: []tls.Certificate{{Certificate: [][]byte{der, root.Raw}, PrivateKey: key}}, Time: now,
			MinVersion: tls.VersionTLS12, MaxVersion: tls.VersionTLS12, SessionTicketsDisabled: true,
		},
	}, nil
}

// authority makes the certificate authority.
func authority(now time.Time) (*x509.Certificate, *ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, err
	}
	template := &x509.Certificate{
		SerialNumber: serial(), Subject: pkix.Name{CommonName: "Simulated Licensing Root CA"},
		NotBefore: now.AddDate(-2, 0, 0), NotAfter: now.AddDate(8, 0, 0),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return nil, nil, err
	}
	root, err := x509.ParseCertificate(der)
	return root, key, err
}

func serial() *big.Int { return big.NewInt(int64(roll(1<<31)) + 1) }

// exchange runs one HTTPS request on a connection of its own and gives every
// flight of both sides, and the answer.
func (w *wire) exchange(request string, serve func(*http.Request) answer) ([]flight, answer, error) {
	rec := &recorder{}
	near, far := net.Pipe()
	defer near.Close()
	deadline := time.Now().Add(exchangeLimit)
	if err := errors.Join(near.SetDeadline(deadline), far.SetDeadline(deadline)); err != nil {
		return nil, answer{}, err
	}
	type served struct {
		a   answer
		err error
	}
	done := make(chan served, 1)
	go func() {
		defer far.Close()
		a, err := answerOne(tls.Server(recorded{far, false, rec}, w.server), serve)
		done <- served{a, err}
	}()
	err := ask(tls.Client(recorded{near, true, rec}, w.client), request)
	near.Close()
	s := <-done
	if err := errors.Join(err, s.err); err != nil {
		return nil, answer{}, fmt.Errorf("the simulated TLS connection: %w", err)
	}
	return rec.flights, s.a, nil
}

// handshake runs a TLS handshake that the settings of one side may break, and
// gives the flights of both.
func handshake(client, server *tls.Config) []flight {
	rec := &recorder{}
	near, far := net.Pipe()
	deadline := time.Now().Add(exchangeLimit)
	_ = errors.Join(near.SetDeadline(deadline), far.SetDeadline(deadline)) // a pipe takes deadlines
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer far.Close()
		s := tls.Server(recorded{far, false, rec}, server)
		if s.Handshake() == nil {
			_, _ = io.Copy(io.Discard, s) // until the client closes
		}
	}()
	c := tls.Client(recorded{near, true, rec}, client)
	_ = c.Handshake() // how it ends is what is played
	c.Close()
	near.Close()
	<-done
	return rec.flights
}

// ask is the client: it sends the request, reads the answer and closes.
func ask(c *tls.Conn, request string) error {
	if _, err := io.WriteString(c, request); err != nil {
		return err
	}
	r, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, r.Body)
	return errors.Join(err, r.Body.Close(), c.Close())
}

// answerOne is the server: one request, one answer, then whatever the client
// sends until it closes.
func answerOne(c *tls.Conn, serve func(*http.Request) answer) (answer, error) {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return answer{}, err
	}
	a := serve(r)
	if _, err := c.Write(a.wire()); err != nil {
		return a, err
	}
	_, err = io.Copy(io.Discard, c)
	return a, err
}

// answer is an HTTP answer of the SSM's backend.
type answer struct {
	status int
	body   string
	at     time.Time
	page   bool // nginx's own: HTML of known length
}

// sent is the body as it travels; its length is what the access log says.
func (a answer) sent() string {
	if a.page {
		return a.body
	}
	return a.chunked()
}

// chunked is a body whose length the server does not know beforehand.
func (a answer) chunked() string {
	return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(a.body), a.body)
}

// wire is the whole answer, with the headers nginx and Rails send.
func (a answer) wire() []byte {
	if a.page {
		return []byte(fmt.Sprintf("HTTP/1.1 %d %s\r\nServer: nginx\r\nDate: %s\r\nContent-Type: text/html\r\nContent-Length: %d\r\nConnection: keep-alive\r\n\r\n%s",
			a.status, http.StatusText(a.status), a.at.UTC().Format(http.TimeFormat), len(a.body), a.body))
	}
	head := []string{
		fmt.Sprintf("HTTP/1.1 %d %s", a.status, http.StatusText(a.status)),
		"Server: nginx", "Date: " + a.at.UTC().Format(http.TimeFormat), "Content-Type: application/json; charset=utf-8",
		"Transfer-Encoding: chunked", "Connection: keep-alive", "Cache-Control: no-store", "Pragma: no-cache",
		"X-Frame-Options: SAMEORIGIN", "X-XSS-Protection: 1; mode=block", "X-Content-Type-Options: nosniff",
		"X-Request-Id: " + hexID(32), "Strict-Transport-Security: max-age=31536000",
	}
	return []byte(strings.Join(head, "\r\n") + "\r\n\r\n" + a.chunked())
}

// hexID is n random hexadecimal digits.
func hexID(n int) string {
	b := make([]byte, (n+1)/2)
	rand.Read(b)
	return fmt.Sprintf("%x", b)[:n]
}
