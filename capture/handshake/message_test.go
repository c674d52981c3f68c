package handshake

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/redact"
)

// whole gives messages of each kind that crypto/tls and others write.
func whole() map[string][]byte {
	ext := func(kind uint16, body ...byte) []byte {
		return append([]byte{byte(kind >> 8), byte(kind), byte(len(body) >> 8), byte(len(body))}, body...)
	}
	hello := append([]byte{3, 3}, make([]byte, 32)...)
	hello = append(hello, 2, 7, 7, 0, 6, 0x0a, 0x0a, 0x13, 0x01, 0xc0, 0x2f, 1, 0)
	exts := slices.Concat(ext(extServerName, append([]byte{0, 11, 0, 0, 8}, "ssm.test"...)...), ext(extALPN, append([]byte{0, 12, 2, 'h', '2', 8}, "http/1.1"...)...),
		ext(extVersions, 4, 3, 4, 3, 3), ext(extSignatures, 0, 4, 4, 3, 8, 4), ext(extGroups, 0, 4, 0, 29, 0, 23), ext(extPointFormats, 1, 0), ext(extTicket))
	hello = append(append(hello, byte(len(exts)>>8), byte(len(exts))), exts...)
	answer := append([]byte{3, 3}, make([]byte, 32)...)
	answer = append(answer, 0, 0x13, 0x01, 0)
	exts = slices.Concat(ext(extVersions, 3, 4), ext(extALPN, 0, 3, 2, 'h', '2'))
	answer = append(append(answer, byte(len(exts)>>8), byte(len(exts))), exts...)
	chain := []byte{0, 0, 8, 0, 0, 5, 1, 2, 3, 4, 5}
	frame := func(kind uint8, body []byte) []byte {
		return append([]byte{kind, 0, byte(len(body) >> 8), byte(len(body))}, body...)
	}
	return map[string][]byte{"ClientHello": frame(msgClientHello, hello), "ServerHello": frame(msgServerHello, answer), "Certificate": frame(msgCertificate, chain)}
}

func parse(c *Cache, kind string, b []byte) (sni string, suites int, err error) {
	switch kind {
	case "ClientHello":
		h, err := c.ParseClientHello(b)
		if h != nil {
			return h.SNI.String(), len(h.Ciphers), err
		}
		return "", 0, err
	case "ServerHello":
		h, err := c.ParseServerHello(b)
		if h != nil {
			return h.ALPN.String(), int(h.Cipher), err
		}
		return "", 0, err
	}
	ch, err := c.ParseCertificate(b)
	if ch != nil {
		return "", len(ch.Certificates), err
	}
	return "", 0, err
}

// Every strict prefix of a message is incomplete, and what it holds is a part
// of the whole.
func TestPrefixes(t *testing.T) {
	c := NewCache(redact.New())
	for kind, b := range whole() {
		name, n, err := parse(c, kind, b)
		if err != nil || n == 0 {
			t.Fatalf("%s: %v, %d", kind, err, n)
		}
		for i := range b {
			got, k, err := parse(c, kind, b[:i])
			if !errors.Is(err, ErrIncomplete) {
				t.Errorf("%s, first %d bytes: %v", kind, i, err)
			}
			if got != "" && got != name || k > n || kind == "ServerHello" && k != 0 && k != n {
				t.Errorf("%s, first %d bytes: %q %d, whole: %q %d", kind, i, got, k, name, n)
			}
		}
	}
}

func TestClientHello(t *testing.T) {
	h, err := NewCache(redact.New()).ParseClientHello(whole()["ClientHello"])
	if err != nil || h.SNI.String() != "ssm.test" || len(h.ALPN) != 2 || h.Highest() != 0x0304 || len(h.Ciphers) != 2 || !h.Session || h.Ticket {
		t.Errorf("%+v, %v", h, err)
	}
	if !strings.HasPrefix(h.JA4, "t13d0207h2_") || len(h.JA3) != 32 {
		t.Errorf("%s %s", h.JA3, h.JA4)
	}
}

// hear feeds a dialog with records of both sides in turn.
func hear(d *Dialog, dir Dir, records ...[]byte) {
	for _, r := range records {
		d.Side(dir).Data(r)
	}
}

func newDialog(c *Cache) *Dialog {
	d := &Dialog{}
	d.Begin(c)
	return d
}

func record(kind uint8, body []byte) []byte {
	return append([]byte{kind, 3, 3, byte(len(body) >> 8), byte(len(body))}, body...)
}

// Messages are read however records and segments cut them.
func TestSplitMessages(t *testing.T) {
	m := whole()
	for n := 1; n < 40; n += 3 {
		d := newDialog(NewCache(redact.New()))
		for b := m["ClientHello"]; len(b) > 0; b = b[min(n, len(b)):] {
			r := record(recordHandshake, b[:min(n, len(b))])
			hear(d, ToServer, r[:3], r[3:])
		}
		if d.tls.Client == nil || d.tls.Client.Partial || d.tls.Client.SNI.String() != "ssm.test" {
			t.Fatalf("records of %d: %+v", n, d.tls.Client)
		}
	}
}

func TestAlerts(t *testing.T) {
	m := whole()
	d := newDialog(NewCache(redact.New()))
	hear(d, ToServer, record(recordHandshake, m["ClientHello"]))
	hear(d, ToClient, record(recordAlert, []byte{2, 70}))
	if len(d.tls.Alerts) != 1 || d.tls.Alerts[0].Name() != "protocol_version" || !d.tls.Alerts[0].Fatal() || d.end.by.Is() != Server || d.end.sealed {
		t.Errorf("%+v", d.tls)
	}
}

// Behind a gap within a record, the next record is found; behind a larger one,
// the next segment that begins with one.
func TestGaps(t *testing.T) {
	m := whole()
	d := newDialog(NewCache(redact.New()))
	r := record(recordHandshake, m["ClientHello"])
	s := d.Side(ToServer)
	s.Data(r[:60])
	s.Gap(len(r) - 60)
	s.Data(record(recordAlert, []byte{2, 48}))
	if h := d.tls.Client; h == nil || !h.Partial || len(h.Ciphers) != 2 || len(d.tls.Alerts) != 1 {
		t.Errorf("%+v", d.tls)
	}
	s.Gap(5000)
	s.Data([]byte("rest of something"))
	s.Data(record(recordAlert, []byte{1, 0}))
	if len(d.tls.Alerts) != 2 || d.tls.Alerts[1].Name() != "close_notify" {
		t.Errorf("%+v", d.tls.Alerts)
	}
}

// FuzzDialog: no bytes do harm, and how they are split changes nothing.
func FuzzDialog(f *testing.F) {
	m := whole()
	f.Add(record(recordHandshake, m["ClientHello"]), record(recordHandshake, m["ServerHello"]), uint8(7))
	f.Add([]byte("CONNECT a:1 HTTP/1.1\r\n\r\n"), []byte("HTTP/1.1 200 OK\r\n\r\n"), uint8(3))
	f.Add(record(recordHandshake, m["ClientHello"]), record(recordHandshake, m["Certificate"]), uint8(1))
	f.Fuzz(func(t *testing.T, up, down []byte, n uint8) {
		if len(up)+len(down) > 1<<16 {
			return
		}
		c := NewCache(redact.New())
		one, two := newDialog(c), newDialog(c)
		hear(one, ToServer, up)
		hear(one, ToClient, down)
		feed(two, ToServer, up, int(n)+1)
		feed(two, ToClient, down, int(n)+1)
		if plausible(up) && plausible(down) && len(up) > 5 && len(down) > 5 && one.side[0].on && one.side[1].on && one.stage != two.stage {
			t.Errorf("in pieces: %v, whole: %v", two.stage, one.stage)
		}
	})
}

func feed(d *Dialog, dir Dir, b []byte, n int) {
	for len(b) > 0 {
		k := min(n, len(b))
		d.Side(dir).Data(b[:k])
		b = b[k:]
	}
}

func BenchmarkClientHello(b *testing.B) {
	c := NewCache(redact.New())
	m := whole()["ClientHello"]
	b.SetBytes(int64(len(m)))
	b.ReportAllocs()
	for b.Loop() {
		_, _ = c.ParseClientHello(m) // it is well formed
	}
}

// A ClientHello with nothing but a name has no extensions to hash: JA4 says
// twelve zeros, not the hash of nothing.
func TestJA4WithoutFurtherExtensions(t *testing.T) {
	hello := func(extensions ...byte) []byte {
		body := append([]byte{3, 3}, make([]byte, 32)...)
		body = append(body, 0, 0, 2, 0xc0, 0x2f, 1, 0, 0, byte(len(extensions)))
		body = append(body, extensions...)
		return append([]byte{msgClientHello, 0, 0, byte(len(body))}, body...)
	}
	for name, b := range map[string][]byte{"only a name": hello(0, 0, 0, 6, 0, 4, 0, 0, 1, 'a'), "none": hello()} {
		h, err := NewCache(redact.New()).ParseClientHello(b)
		if err != nil || !strings.HasSuffix(h.JA4, "_000000000000") {
			t.Errorf("%s: %v, %v", name, h, err)
		}
	}
}

// A CONNECT carries a login, or none, or its fields end outside the packet.
func TestLoginOfConnect(t *testing.T) {
	const asked = "CONNECT 10.1.1.1:8443 HTTP/1.1\r\nHost: 10.1.1.1:8443\r\n"
	for b, want := range map[string]Login{
		asked: LoginUnknown, asked + "Proxy-Connection: Keep-Alive\r\n\r\n": LoginNone,
		asked + "Proxy-Authorization: Basic eDp5\r\n\r\n": LoginGiven, asked + "proxy-authorization: Negotiate YII": LoginGiven,
		asked + "X-Proxy-Authorization: x\r\n\r\n": LoginNone, asked + "Proxy-Authoriz": LoginUnknown, asked + "\r\n": LoginNone,
		asked + "\r\nProxy-Authorization: of the tunnel\r\n": LoginNone, "HTTP/1.1 407 x\r\nProxy-Authorization: x\r\n": LoginUnknown,
	} {
		for n := range len(b) {
			if got := Clear([]byte(b[:n])).Login; got != LoginUnknown && got != want {
				t.Errorf("%q: %d", b[:n], got)
			}
		}
		if got := Clear([]byte(b)).Login; got != want {
			t.Errorf("%q: %d, want %d", b, got, want)
		}
	}
}
