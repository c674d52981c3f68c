package capture_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/binary"
	"io"
	"math/big"
	"net"
	"sync"
	"testing"
	"time"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// wire records what both ends of a connection write, as frames of at most mss bytes.
type wire struct {
	mu   sync.Mutex
	list []shot
	seq  [2]uint32
}

// frame adds a segment from one end: 0 is the client.
func (w *wire) frame(from int, flags byte, payload []byte) {
	b := make([]byte, 54, 54+len(payload))
	binary.BigEndian.PutUint16(b[12:], 0x0800)
	ends := [2][6]byte{{10, 0, 0, 1, 0x9c, 0x40}, {10, 0, 0, 2, 0x20, 0xfb}}
	b[14], b[22], b[23], b[46], b[47] = 0x45, 64, 6, 0x50, flags
	binary.BigEndian.PutUint16(b[16:], uint16(40+len(payload)))
	copy(b[26:30], ends[from][:4])
	copy(b[30:34], ends[1-from][:4])
	copy(b[34:36], ends[from][4:])
	copy(b[36:38], ends[1-from][4:])
	binary.BigEndian.PutUint32(b[38:], w.seq[from])
	if flags&0x10 != 0 {
		binary.BigEndian.PutUint32(b[42:], w.seq[1-from])
	}
	binary.BigEndian.PutUint16(b[48:], 64240)
	b = append(b, payload...)
	w.seq[from] += uint32(len(payload))
	if flags&3 != 0 {
		w.seq[from]++
	}
	w.list = append(w.list, shot{at: len(w.list), link: packet.Ethernet, data: b, wire: len(b), sec: 1_700_000_000, nano: len(w.list) * 1_000_000})
}

// end is a connection whose writes are recorded.
type end struct {
	net.Conn
	w    *wire
	from int
}

func (e end) Write(b []byte) (int, error) {
	const mss = 1448
	e.w.mu.Lock()
	for rest := b; len(rest) > 0; rest = rest[min(mss, len(rest)):] {
		e.w.frame(e.from, 0x18, rest[:min(mss, len(rest))])
	}
	e.w.mu.Unlock()
	return e.Conn.Write(b)
}

// mlkemSession is a TLS session of Go's, with X25519MLKEM768: what went over the wire.
func mlkemSession(t *testing.T) []shot {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	form := x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "ssm.example"}, DNSNames: []string{"ssm.example"}, NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, &form, &form, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	w := &wire{seq: [2]uint32{1000, 9000}}
	w.frame(0, 2, nil)
	w.frame(1, 0x12, nil)
	w.frame(0, 0x10, nil)
	a, b := net.Pipe()
	curves := []tls.CurveID{tls.X25519MLKEM768}
	client := tls.Client(end{a, w, 0}, &tls.Config{ServerName: "ssm.example", RootCAs: roots, CurvePreferences: append(curves, tls.X25519)})
	server := tls.Server(end{b, w, 1}, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, CurvePreferences: curves, SessionTicketsDisabled: true})
	done := make(chan error, 1)
	go func() {
		buf := make([]byte, 64)
		if _, err := server.Read(buf); err != nil {
			done <- err
			return
		}
		_, err := server.Write([]byte("answer of the server"))
		done <- err
	}()
	_ = a.SetDeadline(time.Now().Add(20 * time.Second)) // a pipe has deadlines
	if _, err := client.Write([]byte("request of the client")); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(client, make([]byte, 20)); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	return w.list
}

// A ClientHello with X25519MLKEM768's key share does not fit one segment: of all bytes
// it is read whole, and of 128 a packet or as text its two segments are one flight.
func TestHelloOverTwoSegments(t *testing.T) {
	list := mlkemSession(t)
	if len(list[3].data) != 54+1448 {
		t.Fatalf("the hello's first segment has %d bytes", len(list[3].data)-54)
	}
	whole := ends(asPcap(list, 1<<20))[0].TLS
	if h := whole.Client; h == nil || h.Partial || h.SNI.String() != "ssm.example" || h.JA4 == "" || whole.Hello <= 1448 || !whole.Done() {
		t.Fatalf("the whole hello: %+v, %d bytes, %s", h, whole.Hello, whole.Stage.Is())
	}
	for name, part := range map[string]handshake.TLS{
		"128 bytes": ends(asPcap(list, 128))[0].TLS, "54 bytes": ends(asPcap(list, 54))[0].TLS, "text": ends(asText(list))[0].TLS,
		"the second segment missing": ends(asPcap(append(list[:4:4], list[5:]...), 1<<20))[0].TLS, "and as text": ends(asText(append(list[:4:4], list[5:]...)))[0].TLS,
	} {
		if part.Hello != whole.Hello || part.Answer != whole.Answer {
			t.Errorf("%s: a hello of %d bytes and an answer of %d; they are %d and %d", name, part.Hello, part.Answer, whole.Hello, whole.Answer)
		}
		if v := part.Version.Is(); v != 0x0304 || !part.Done() {
			t.Errorf("%s: %x, %v %v", name, v, part.Stage.Is(), part.Stage.Basis())
		}
	}
}

// What a proxy is asked and answers, and the header of the PROXY protocol, stand before
// the handshake: it is told as it is without them, of all bytes, of 128 and as text.
func TestBehindAProxy(t *testing.T) {
	list := mlkemSession(t)
	want := ends(asPcap(list, 1<<20))[0].TLS
	front := func(client, server string) []shot {
		w := &wire{seq: [2]uint32{1000, 9000}}
		w.frame(0, 2, nil)
		w.frame(1, 0x12, nil)
		w.frame(0, 0x10, nil)
		if client != "" {
			w.frame(0, 0x18, []byte(client))
		}
		if server != "" {
			w.frame(1, 0x18, []byte(server))
		}
		for _, s := range list[3:] {
			from := 0
			if s.data[29] == 2 {
				from = 1
			}
			w.frame(from, 0x18, s.data[54:])
		}
		return w.list
	}
	first := list[3].data[54:]
	glued := front("", "")
	header := "PROXY TCP4 10.0.0.9 10.0.0.2 40000 8443\r\n"
	w := &wire{seq: [2]uint32{1000, 9000}}
	w.frame(0, 2, nil)
	w.frame(1, 0x12, nil)
	w.frame(0, 0x10, nil)
	w.frame(0, 0x18, append([]byte(header), first...))
	for _, s := range glued[4:] {
		from := 0
		if s.data[29] == 2 {
			from = 1
		}
		w.frame(from, 0x18, s.data[54:])
	}
	for name, capture := range map[string][]shot{
		"CONNECT":               front("CONNECT ssm.example:8443 HTTP/1.1\r\nHost: ssm.example:8443\r\n\r\n", "HTTP/1.1 200 Connection established\r\n\r\n"),
		"PROXY, in its segment": front(header, ""),
		"PROXY, in the hello's": w.list,
		"PROXY of version 2":    front("\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\x0a\x00\x00\x09\x0a\x00\x00\x02\x9c\x40\x20\xfb", ""),
		"nothing stands before": glued,
	} {
		whole := ends(asPcap(capture, 1<<20))[0].TLS
		if whole.Client == nil || whole.Client.JA4 != want.Client.JA4 || whole.Version != want.Version || whole.Stage != want.Stage {
			t.Errorf("%s: %v %v %+v", name, whole.Stage, whole.Version, whole.Client)
		}
		for form, tls := range map[string]handshake.TLS{"128 bytes": ends(asPcap(capture, 128))[0].TLS, "text": ends(asText(capture))[0].TLS} {
			if tls.Version.Is() != 0x0304 || !tls.Done() {
				t.Errorf("%s, %s: %x %v", name, form, tls.Version.Is(), tls.Stage)
			}
		}
	}
}
