package handshake

// News tells which facts a packet brought.
type News uint8

// The facts, as bits.
const (
	NewClientHello News = 1 << iota
	NewServerHello
	NewCertificate
	NewAlert
)

// Dialog is what both ends of one connection say in TLS, as far as it is in
// clear. Its sides take the bytes; Apply puts what they told into a Flow.
type Dialog struct {
	cache  *Cache
	side   [2]Side
	tls    TLS
	clear  bool    // the client began with something that is no TLS
	holes  bool    // bytes are missing somewhere
	alien  bool    // bytes came where a record had to begin, and are none: lengths deceive
	missed [2]bool // the other end has what the capture lacks

	touched  bool    // bytes came, or were found missing, since Apply
	begun    bool    // some record was seen
	news     News    // of the packet at hand
	label    Label   // of the packet at hand
	done     bool    // the packet at hand completes the handshake
	ended    bool    // it is complete
	ccs      [2]bool // ChangeCipherSpec was sent
	finished [2]bool
	data     [2]bool         // application data was sent, as far as records tell
	empty    bool            // the client's Certificate holds none
	bare     bool            // of TLS 1.3: it may, if a Finished follows
	notTLS   bool            // the server answers the ClientHello in plain HTTP
	stage    Claim[TLSStage] // reached, whatever alert ended it
	early    bool            // the client sent data before the server said anything
	implied  bool            // what came shows that the handshake is over, though its end was not seen
	flown    bool            // it sent an encrypted record that is no alert since
	unsure   bool            // of TLS 1.3: its flight was more than its Finished, which the server may refuse
	waits    bool            // of TLS 1.3: so the server has to go on before the handshake is over
	end      ending
}

// ending is the alert that ended the handshake, if one did.
type ending struct {
	by     Claim[End]
	sealed bool // it is encrypted: what follows it may show that it was none
}

// Begin begins a connection's dialog.
func (d *Dialog) Begin(c *Cache) {
	d.cache = c
	for dir := range d.side {
		d.side[dir].d, d.side[dir].dir = d, Dir(dir)
	}
}

// Missed says that the connection moved on by a packet whose bytes were not given.
func (d *Dialog) Missed() { d.touched = true }

// Side gives what takes one direction's bytes.
func (d *Dialog) Side(dir Dir) *Side { return &d.side[dir] }

// Settled reports whether application data went both ways: nothing in clear
// is to come but alerts.
func (d *Dialog) Settled() bool { return d.data[0] && d.data[1] || d.implied }

func (d *Dialog) reach(s TLSStage, b Basis) {
	if s > d.stage.Is() || s == d.stage.Is() && b > d.stage.Basis() {
		d.stage = claim(s, b)
	}
}

// plain takes bytes that are no TLS.
func (d *Dialog) plain(dir Dir, b []byte) {
	d.clear = d.clear || dir == ToServer && !d.begun && len(b) >= len(d.side[dir].head)
	if dir == ToClient && d.tls.Client != nil && d.tls.Server == nil && Clear(b).Status > 0 {
		d.notTLS = true
	}
}

// mostFinished is the longest Finished up to TLS 1.2, encrypted: SSL 3.0's under an IV, a
// MAC and padding (RFC 6101, 5.6.9; RFC 5246, 6.2.3.2). What is longer behind the first
// ChangeCipherSpec is a hello behind a HelloRetryRequest: those of TLS 1.3 that send a
// ChangeCipherSpec have a session ID and a key share (RFC 8446, 4.1.3 and D.4).
const mostFinished = 16 + 96

// record takes a record's header.
func (s *Side) record() {
	d := s.d
	d.begun, s.spoke = true, true
	if s.kind != recordAlert && !s.hiddenAlert() {
		s.goesOn()
	}
	switch s.kind {
	case recordCCS:
		d.ccs[s.dir] = true
		s.keys()
	case recordHandshake:
		if s.ciphered && s.size > mostFinished && d.spoken() == 0 && !d.finished[s.dir] {
			d.side[0].ciphered, d.side[1].ciphered = false, false
		}
		if s.ciphered {
			s.finish(BasisSeen)
		} else {
			d.say(s.flight())
		}
	case recordAlert:
		if s.ciphered {
			d.alert(Alert{From: Client + End(s.dir), Encrypted: true, Basis: BasisSeen})
		}
	case recordData:
		s.opaque()
	}
}

// flight labels a handshake record by who says it.
func (s *Side) flight() Label {
	d := s.d
	switch {
	case s.dir == ToClient && d.ccs[ToClient] && d.spoken() < 0x0304:
		return LabelFinished
	case s.dir == ToClient:
		return LabelServerHello
	case d.tls.Server == nil || d.tls.Server.Retry:
		return LabelClientHello
	}
	return LabelKeyExchange
}

func (d *Dialog) say(l Label) {
	if d.label != LabelAlert {
		d.label = l
	}
}

// keys: behind ChangeCipherSpec all is encrypted, up to TLS 1.2; in TLS 1.3 it
// means nothing (RFC 8446, 5).
func (s *Side) keys() {
	d := s.d
	switch v := d.spoken(); {
	case v >= 0x0304 || d.tls.Server != nil && d.tls.Server.Retry:
		if s.dir == ToClient {
			d.say(LabelServerHello)
		} else {
			d.say(s.flight())
		}
		return
	case s.dir == ToClient:
		d.say(LabelFinished)
	default:
		d.say(LabelKeyExchange)
	}
	s.ciphered = true
}

// goesOn: what is behind an encrypted alert shows that it did not end the
// handshake. A client whose certificate is refused may have sent more by then.
func (s *Side) goesOn() {
	d := s.d
	if d.end.sealed && !(d.unsure && s.dir == ToServer) {
		d.end = ending{}
	}
}

// hiddenAlert reports whether a record of TLS 1.3 has the size of an alert.
func (s *Side) hiddenAlert() bool {
	d := s.d
	return s.kind == recordData && d.spoken() >= 0x0304 && (s.size == opaqueAlert || s.size == opaqueAlert+opaquePadding)
}

func (d *Dialog) spoken() uint16 {
	if d.tls.Server == nil {
		return 0
	}
	return d.tls.Server.Version
}

// finish: a side's Finished was sent.
func (s *Side) finish(b Basis) {
	d := s.d
	if d.finished[s.dir] {
		return
	}
	d.finished[s.dir] = true
	if s.dir == ToClient {
		d.say(LabelFinished)
	} else {
		d.say(LabelKeyExchange)
	}
	if d.finished[0] && d.finished[1] {
		d.complete(b)
	}
}

func (d *Dialog) complete(b Basis) {
	if !d.ended {
		d.ended, d.done = true, true
		d.reach(TLSFinished, b)
	}
}

// message takes a handshake message; whole is false where it was cut.
func (s *Side) message(b []byte, whole bool) {
	d := s.d
	switch b[0] {
	case msgClientHello:
		if s.dir == ToServer {
			d.clientHello(b)
		}
	case msgServerHello:
		if s.dir == ToClient {
			d.serverHello(b)
		}
	case msgCertificate:
		d.certificate(s.dir, b)
	case msgCertificateRequest:
		d.tls.Asked = d.tls.Asked || s.dir == ToClient
	}
	if whole {
		d.say(s.flight())
	}
}

func (d *Dialog) clientHello(b []byte) {
	h, err := d.cache.ParseClientHello(b)
	if h == nil || err == ErrMalformed {
		return
	}
	if first := d.tls.Client; first == nil || first.Partial {
		d.tls.Client = h
		d.news |= NewClientHello
	}
	d.reach(TLSClientHello, BasisSeen)
}

func (d *Dialog) serverHello(b []byte) {
	h, err := d.cache.ParseServerHello(b)
	if h == nil || err == ErrMalformed {
		return
	}
	d.tls.Server = h
	d.news |= NewServerHello
	if h.Version != 0 {
		d.tls.Version = Seen(h.Version)
	}
	if h.Cipher != 0 {
		d.tls.Cipher = h.Cipher
	}
	if h.Retry {
		d.reach(TLSHelloRetry, BasisSeen)
		return
	}
	d.reach(TLSServerHello, BasisSeen)
}

func (d *Dialog) certificate(dir Dir, b []byte) {
	ch, err := d.cache.ParseCertificate(b)
	if ch == nil || err == ErrMalformed {
		return
	}
	if dir == ToServer {
		d.empty = len(ch.Certificates) == 0 && !ch.Partial
		d.tls.ClientChain = ch
		return
	}
	if len(ch.Certificates) > 0 {
		d.tls.Chain = ch
		d.news |= NewCertificate
		d.reach(TLSCertificate, BasisSeen)
	}
}

// alerted takes an alert in clear.
func (d *Dialog) alerted(dir Dir, level, description uint8) {
	d.alert(Alert{From: Client + End(dir), Level: level, Description: description, Basis: BasisSeen})
}

// maxAlerts bounds what is kept of a side that sends nothing else.
const maxAlerts = 8

// alert keeps an alert. One inside the encryption that follows the handshake
// is nearly always close_notify.
func (d *Dialog) alert(a Alert) {
	if len(d.tls.Alerts) < maxAlerts {
		d.tls.Alerts = append(d.tls.Alerts[:len(d.tls.Alerts):len(d.tls.Alerts)], a)
		d.news |= NewAlert
	}
	switch {
	case a.Encrypted && d.over():
		d.label = LabelCloseNotify
		return
	case !a.Encrypted && !a.Fatal() && !a.Leaves():
		d.say(LabelAlert)
		return
	}
	d.label = LabelAlert
	if d.end.by.Is() == Nobody || d.end.sealed && !a.Encrypted {
		d.end = ending{claim(a.From, a.Basis), a.Encrypted}
	}
}

// over reports whether an encrypted alert follows the handshake: data was
// sent, or both Finished were.
func (d *Dialog) over() bool {
	return d.ended || d.data[0] || d.data[1] || d.implied
}
