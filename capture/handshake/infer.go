package handshake

import "fmt"

// phase is where a connection's TLS stands, as the order and the lengths of
// the flights tell: no byte of them was captured.
type phase uint8

const (
	phaseStart  phase = iota
	phaseHello        // the client's first flight
	phaseServer       // the server's first flight
	phaseClient       // the client's second flight
	phaseDone         // the server's answer to it (TLS 1.2)
	phaseData
	phaseLate // joined mid-stream: nothing is inferred
)

// flight adds up the segments that one side sends before the other answers:
// Java sends key exchange, ChangeCipherSpec and Finished one by one, so only
// the sum tells.
type flight struct {
	phase phase
	dir   Dir
	bytes int
	count int
	match *sum // the sum that the client's second flight fits
	// retried: a HelloRetryRequest came, and the client's ChangeCipherSpec went
	// out with its second hello (RFC 8446, D.4).
	retried bool
}

// Lengths on the wire, record headers included. An alert in clear is a record
// of 2 bytes (RFC 5246, 7.2); ChangeCipherSpec one of 1.
const (
	alertClear = 7
	alertTLS13 = 24 // header, 2 bytes, content type, tag (RFC 8446, 5.2)
	ccs        = 6
	// A HelloRetryRequest with a session ID of 32 bytes, the version and the group
	// it wants (RFC 8446, 4.1.4); most servers send a ChangeCipherSpec behind it.
	retry = 93
)

// sum is what a client's second flight adds up to.
type sum struct {
	bytes   int
	version uint16
	suite   string
}

// sums are all flights that a client without a certificate can send. Key
// exchange: public value and its length under a handshake and a record header.
// Finished: 12 bytes of verify data under the cipher (RFC 5246, 7.4.9), or the
// hash's length in TLS 1.3 (RFC 8446, 4.4.4), where JSSE pads 16 bytes more.
var sums = allSums()

func allSums() []sum {
	keys := []struct {
		bytes int
		name  string
	}{{42, "ECDHE x25519"}, {75, "ECDHE P-256"}, {107, "ECDHE P-384"}, {143, "ECDHE P-521"}, {267, "RSA 2048"}}
	finished := []struct {
		bytes int
		name  string
	}{{45, "AES-GCM"}, {37, "ChaCha20-Poly1305"}, {69, "AES-CBC-SHA1"}, {85, "AES-CBC-SHA256"}, {101, "AES-CBC-SHA384"}}
	var out []sum
	for _, k := range keys {
		for _, f := range finished {
			out = append(out, sum{k.bytes + ccs + f.bytes, 0x0303, k.name + ", " + f.name})
		}
	}
	for _, pad := range []int{0, 16} {
		out = append(out, sum{ccs + 58 + pad, 0x0304, "a SHA-256 suite"}, sum{ccs + 74 + pad, 0x0304, "a SHA-384 suite"})
	}
	return out
}

// fits gives the sum a flight adds up to, and the others of the same size.
func fits(bytes int) (match *sum, others []string) {
	for i := range sums {
		switch s := &sums[i]; {
		case s.bytes != bytes:
		case match == nil:
			match = s
		default:
			others = append(others, fmt.Sprintf("TLS 1.%d %s", s.version-0x0301, s.suite))
		}
	}
	return match, others
}

// add takes a segment with n new bytes and labels it.
func (f *flight) add(n int, m *Move, tls *TLS) {
	if f.count > 0 && f.dir != m.Dir {
		f.turn(tls)
		f.bytes, f.count = 0, 0
	}
	if f.count > 0 && f.phase == phaseClient && f.match != nil { // the flight is whole: what follows is data
		f.after(tls)
		f.bytes, f.count = 0, 0
	}
	f.dir = m.Dir
	f.bytes += n
	f.count++
	m.Flight, m.Count, m.Basis = f.bytes, f.count, BasisInferred
	f.label(n, m, tls)
}

// turn is called when the other side begins to send.
func (f *flight) turn(tls *TLS) {
	switch f.phase {
	case phaseHello:
		f.phase = phaseServer
	case phaseServer:
		if f.phase = phaseClient; tls.Stage == TLSHelloRetry && tls.Basis == BasisInferred {
			f.phase, f.retried, tls.Version = phaseHello, true, 0x0304
		}
	case phaseClient:
		f.after(tls)
	case phaseDone:
		f.phase = phaseData
	}
}

// after leaves the client's second flight: TLS 1.3 is then done, TLS 1.2 waits
// for the server's Finished.
func (f *flight) after(tls *TLS) {
	if tls.Version == 0x0304 {
		f.phase = phaseData
		return
	}
	f.phase = phaseDone
}

func (f *flight) label(n int, m *Move, tls *TLS) {
	switch f.phase {
	case phaseStart, phaseHello:
		if m.Dir == ToClient { // the server speaks first: no TLS that we know
			f.phase = phaseLate
			return
		}
		f.phase = phaseHello
		m.Label = LabelClientHello
		if tls.Stage == TLSHelloRetry { // the second, with a ChangeCipherSpec before it or without
			return
		}
		tls.Hello = f.bytes
		tls.reach(TLSClientHello)
	case phaseServer:
		f.server(m, tls)
	case phaseClient:
		f.client(m, tls)
	case phaseDone:
		f.done(n, m, tls)
	case phaseData:
		f.data(n, m, tls)
	}
}

func (t *TLS) reach(s TLSStage) { t.Stage, t.Basis = s, BasisInferred }

func (f *flight) server(m *Move, tls *TLS) {
	tls.Answer = f.bytes
	if f.bytes == alertClear {
		m.Label = LabelAlert
		tls.reach(TLSAlert)
		return
	}
	m.Label = LabelServerHello
	if f.bytes == retry || f.bytes == retry+ccs {
		tls.reach(TLSHelloRetry)
		tls.CouldBe = []string{"a TLS 1.2 ServerHello of that size, sent by itself"}
		return
	}
	tls.CouldBe = nil
	tls.reach(TLSServerHello)
}

// client reads the flight that tells whether the client took the certificate.
func (f *flight) client(m *Move, tls *TLS) {
	switch f.bytes {
	case alertClear:
		m.Label = LabelAlert
		tls.reach(TLSAlert)
		tls.Version = 0x0303
		return
	case ccs + alertTLS13, alertTLS13, ccs + alertTLS13 + 16, alertTLS13 + 16:
		m.Label = LabelAlert
		tls.reach(TLSAlert)
		tls.Version = 0x0304
		return
	}
	m.Label = LabelKeyExchange
	bytes := f.bytes
	if f.retried {
		bytes += ccs
	}
	match, others := fits(bytes)
	f.match = match
	if match == nil {
		return
	}
	tls.Version, tls.Suite, tls.CouldBe = match.version, match.suite, others
	if match.version == 0x0304 {
		tls.reach(TLSFinished)
		m.TLSDone = true
	}
}

// done: the server's ChangeCipherSpec and Finished, with a ticket or without.
func (f *flight) done(n int, m *Move, tls *TLS) {
	if m.Dir == ToServer { // nothing came back yet: data under way already
		f.data(n, m, tls)
		return
	}
	if f.bytes == alertClear {
		m.Label = LabelAlert
		tls.reach(TLSAlert)
		return
	}
	m.Label = LabelFinished
	if f.match != nil && tls.Stage < TLSFinished {
		tls.reach(TLSFinished)
		m.TLSDone = true
	}
}

// closeNotify are the lengths of the alert that ends a TLS connection: GCM,
// CBC and TLS 1.3 with and without padding.
var closeNotify = map[int]bool{31: true, 23: true, 24: true, 40: true, 53: true, 69: true, 85: true}

func (f *flight) data(n int, m *Move, tls *TLS) {
	switch {
	case closeNotify[n]:
		m.Label = LabelCloseNotify
		return
	case m.Dir == ToServer:
		m.Label = LabelRequest
	default:
		m.Label = LabelResponse
	}
	if tls.Stage == TLSFinished {
		tls.reach(TLSApplicationData)
	}
	// A flight of no known size was an exchange of keys if data goes both ways.
	if tls.Stage == TLSServerHello && m.Dir == ToClient && n > alertClear {
		tls.reach(TLSApplicationData)
		m.TLSDone = true
		tls.CouldBe = append(tls.CouldBe, "another key exchange or a client certificate: the flight has no size that is known")
	}
}
