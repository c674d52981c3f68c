package handshake

import "math"

// phase is where a connection's TLS stands, as the order and the lengths of
// the flights tell: no byte of them was captured.
type phase uint8

const (
	phaseStart  phase = iota
	phaseHello        // the client's first flight
	phaseServer       // the server's first flight
	phaseClient       // the client's second flight
	phaseDone         // the server's answer to it
	phaseData
	phaseLate // joined mid-stream, or nothing that is known: nothing is inferred
)

// flight adds up the bytes that one side sends before the other answers: Java
// sends key exchange, ChangeCipherSpec and Finished one by one, so only the sum
// tells. What was not captured the numbers of what was show: it counts, too.
type flight struct {
	phase phase
	dir   Dir
	known [2]bool // next is valid
	// retried: a HelloRetryRequest came, and the client's ChangeCipherSpec went
	// out with its second hello (RFC 8446, D.4).
	retried bool
	short   bool // the server's flight is as short as one that resumes
	changed bool // guess did since it was told
	loose   bool // the listing lacks numbers: what it has is all that is known
	guess   guess
	segment segments  // of the client's second flight
	next    [2]uint32 // the number after the last byte that counts
	hello   int32     // bytes of the client's first flight, and of the server's
	answer  int32
	bytes   int32
	count   int32
	match   *sum // what the client's second flight fits
}

// guess is what the lengths tell; none of it was seen, so that it can only
// become a claim that is inferred.
type guess struct {
	stage   TLSStage
	alertBy End
	empty   bool // the client's flight begins as one without a certificate does
	version uint16
}

// refused reports whether the client had no certificate, and the server refused that.
func (g *guess) refused() bool { return g.empty && g.alertBy == Server }

// segments are where the first segments of a flight end.
type segments struct {
	n  int
	at [8]uint16
}

func (s *segments) add(end int32) {
	if s.n < len(s.at) && end <= math.MaxUint16 {
		s.at[s.n] = uint16(end)
		s.n++
	}
}

// last is the length of the last but n segments.
func (s *segments) last(n int) int {
	at := s.n - 1 - n
	if at < 1 {
		return 0
	}
	return int(s.at[at] - s.at[at-1])
}

// lose: nothing is told from here on, and nothing of a flight that was not over.
func (f *flight) lose() {
	if f.phase == phaseLate {
		return
	}
	if f.phase != phaseData {
		f.back()
	}
	f.phase, f.changed = phaseLate, true
}

// clear: the newest packet's bytes are no TLS: a proxy is asked, or answers. Behind the
// answer it may begin.
func (f *flight) clear(dir Dir) {
	switch {
	case f.phase == phaseLate:
	case dir == ToClient:
		*f = flight{known: f.known, next: f.next, loose: f.loose, changed: true}
	default:
		f.guess, f.hello, f.changed = guess{}, 0, true
	}
}

// InClear says that the newest packet, of that direction, begins with a line of HTTP, as
// a listing prints it.
func (s *Flow) InClear(dir Dir) {
	if !s.read {
		s.flight.clear(dir)
		s.flight.tell(&s.TLS)
		s.Trouble.AlertBy, s.Trouble.EmptyCertificate = Claim[End]{}, false
	}
}

// back takes back what the client's second flight told.
func (f *flight) back() {
	if f.guess.stage > TLSServerHello {
		f.guess.stage = TLSClientHello
		if f.phase > phaseServer {
			f.guess.stage = TLSServerHello
		}
	}
	f.guess, f.match = guess{stage: f.guess.stage}, nil
}

// add takes n bytes of one side and labels them.
func (f *flight) add(dir Dir, n int, m *Move) {
	f.changed = f.changed || f.phase != phaseData
	if f.guess.stage == TLSAlert && (f.phase != phaseServer || dir == ToServer) {
		f.behind(dir, n, m)
		return
	}
	if f.count > 0 && f.dir != dir {
		if f.turn(n); f.phase == phaseLate {
			return
		}
		f.bytes, f.count, f.segment.n = 0, 0, 0
	}
	if f.phase == phaseClient && f.count > 0 && f.match != nil { // the flight is whole: what follows is data
		f.over()
		f.bytes, f.count = 0, 0
	}
	f.dir = dir
	f.bytes += int32(n)
	f.count++
	m.Flight, m.Count, m.Basis = int(f.bytes), int(f.count), BasisInferred
	f.label(n, m)
}

// behind takes what follows an alert. Where who sent it goes on, or the server
// answers it, it was none; a client may have sent more before the server's came.
func (f *flight) behind(dir Dir, n int, m *Move) {
	m.Label, m.Basis = LabelCloseNotify, BasisInferred
	switch {
	case goodbye(n):
	case dir == ToServer && f.guess.alertBy == Server:
		m.Label = LabelKeyExchange
	default:
		f.back()
		f.phase = phaseLate
	}
}

// turn is called when the other side begins to send, n bytes.
func (f *flight) turn(n int) {
	switch f.phase {
	case phaseHello:
		f.phase = phaseServer
		if f.bytes < leastHello && !f.retried { // the server answers what is no ClientHello
			f.phase, f.guess = phaseLate, guess{}
		}
	case phaseServer: // an answer that is too short for TLS is of a proxy, before a ClientHello; else only an alert tells
		switch {
		case f.bytes >= leastAnswer && f.guess.stage == TLSHelloRetry && !f.retried:
			f.phase, f.retried, f.guess.version = phaseHello, true, 0x0304
		case f.bytes >= leastAnswer || f.bytes == alertClear || n == alertClear:
			f.phase = phaseClient
		case n >= leastHello:
			f.clear(ToClient)
		default:
			f.phase = phaseLate
		}
	case phaseClient:
		f.over()
	case phaseDone:
		switch {
		case f.dir != ToClient:
		case f.match != nil && f.match.version < 0x0304 && f.bytes < leastFinished: // what it answers was no such flight
			f.lose()
		default:
			f.phase = phaseData
		}
	}
}

// over leaves the client's second flight: the handshake is then done, or waits
// for the server's Finished.
func (f *flight) over() {
	if f.phase = phaseDone; f.match != nil && f.match.ends() {
		f.phase = phaseData
	}
}

func (f *flight) label(n int, m *Move) {
	switch f.phase {
	case phaseStart, phaseHello:
		if m.Dir == ToClient { // the server speaks first: no TLS that we know
			f.phase = phaseLate
			return
		}
		f.phase = phaseHello
		m.Label = LabelClientHello
		if f.guess.stage != TLSHelloRetry { // else it is the second, with a ChangeCipherSpec before it or without
			f.guess.stage, f.hello = TLSClientHello, f.bytes
		}
	case phaseServer:
		f.server(m)
	case phaseClient:
		f.client(m)
	case phaseDone:
		f.done(n, m)
	case phaseData:
		f.data(n, m)
	}
}

func (f *flight) server(m *Move) {
	g := &f.guess
	f.answer, f.match = f.bytes, nil
	f.short = f.bytes >= leastResumed && f.bytes <= mostResumed
	if f.bytes == alertClear {
		f.alert(m, 0)
		return
	}
	if g.alertBy = Nobody; f.bytes < leastAnswer { // no ServerHello, or not all of it yet
		if g.stage = TLSClientHello; f.retried {
			g.stage = TLSHelloRetry
		}
		return
	}
	m.Label, g.stage = LabelServerHello, TLSServerHello
	if !f.retried && (f.bytes == retry || f.bytes == retry+ccs) {
		g.stage = TLSHelloRetry
	}
}

// alert: what was sent has the size of an alert.
func (f *flight) alert(m *Move, version uint16) {
	m.Label = LabelAlert
	f.guess.stage, f.guess.alertBy = TLSAlert, Client+End(m.Dir)
	f.guess.version, f.match = version, nil
}

// client reads the flight that tells whether the client took the certificate.
func (f *flight) client(m *Move) {
	g := &f.guess
	*g = guess{stage: TLSServerHello, empty: g.empty}
	if f.retried {
		g.version = 0x0304
	}
	f.segment.add(f.bytes)
	switch f.bytes {
	case alertClear: // a client of TLS 1.3 sends it in clear, too, while it has no keys
		f.alert(m, g.version)
		return
	case ccs + alertTLS13, alertTLS13, ccs + alertTLS13 + padded, alertTLS13 + padded:
		f.alert(m, 0x0304)
		return
	case emptyTLS12:
		g.empty = g.empty || f.count == 1
	}
	m.Label = LabelKeyExchange
	f.fit()
	if f.match != nil && f.match.ends() {
		g.stage, m.TLSDone = TLSFinished, true
	}
}

// fit finds what the flight can be, whose segments end where records do.
func (f *flight) fit() {
	g, skipped := &f.guess, 0
	if f.retried {
		skipped = ccs
	}
	f.match = nil
	list := sums()[int(f.bytes)+skipped]
	for i := range list {
		s := &list[i]
		if (f.short || !s.resumed) && (!f.retried || s.version == 0x0304) && s.bounds(&f.segment, skipped) {
			f.match = s
			break
		}
	}
	if f.match == nil && f.segment.last(1) == ccs {
		f.match = own()[f.segment.last(0)]
	}
	if f.match != nil {
		g.version, g.empty = f.match.told(list, &f.segment, skipped), g.empty || f.match.empty
	}
	if f.retried {
		g.version = 0x0304
	}
}

// done: the server's ChangeCipherSpec and Finished, with a ticket or without, or
// its alert.
func (f *flight) done(n int, m *Move) {
	g := &f.guess
	switch {
	case m.Dir == ToServer: // nothing came back yet: data under way already
		f.data(n, m)
		return
	case f.bytes == alertClear:
		f.alert(m, g.version)
		return
	case f.count == 1 && (n == alertTLS13 || n == alertTLS13+padded):
		f.sealed(m)
		return
	}
	m.Label = LabelFinished
	if f.match == nil || g.stage >= TLSFinished || n != ccs && f.bytes < leastFinished {
		return
	}
	g.stage, m.TLSDone = TLSFinished, true
}

// sealed: the server's answer is an alert of TLS 1.3. Of TLS 1.2 it would be in
// clear: the server has not changed its cipher yet.
func (f *flight) sealed(m *Move) {
	s := f.match
	f.back()
	if s == nil {
		f.phase = phaseLate
		return
	}
	f.alert(m, 0x0304)
	f.guess.empty = s.version == 0x0304 && s.empty
}

// closeNotify are the lengths of the alert that ends a TLS connection: GCM,
// CBC and TLS 1.3 with and without padding.
func closeNotify(n int) bool {
	switch n {
	case 23, 24, 31, 40, 53, 69, 85:
		return true
	}
	return false
}

// goodbye reports whether n bytes can be an alert.
func goodbye(n int) bool { return n == alertClear || closeNotify(n) }

func (f *flight) data(n int, m *Move) {
	switch {
	case closeNotify(n):
		m.Label = LabelCloseNotify
		return
	case m.Dir == ToServer:
		m.Label = LabelRequest
	default:
		m.Label = LabelResponse
	}
	// The server's may be tickets, in TLS 1.3 (RFC 8446, 4.6.1).
	if f.guess.stage == TLSFinished && (m.Dir == ToServer || f.guess.version != 0 && f.guess.version != 0x0304) {
		f.guess.stage, f.changed = TLSApplicationData, true
	}
}

// tell puts what the lengths tell into a connection without bytes.
func (f *flight) tell(t *TLS) {
	g := &f.guess
	t.Stage, t.Version = Inferred(g.stage), Inferred(g.version)
	t.Hello, t.Answer = int(f.hello), int(f.answer)
	f.suite(t)
	f.changed = false
}

var couldBeHello = []string{"a TLS 1.2 ServerHello of that size, sent by itself"}

// suite tells what the lengths fit, and what else they do.
func (f *flight) suite(t *TLS) {
	t.Suite, t.CouldBe = "", nil
	switch {
	case f.guess.stage == TLSHelloRetry && f.phase == phaseServer:
		t.CouldBe = couldBeHello
	case f.match != nil:
		t.Suite, t.CouldBe = f.match.suite, f.match.others
	}
}
