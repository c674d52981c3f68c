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
	cache *Cache
	side  [2]Side
	tls   TLS
	clear bool // the client began with something that is no TLS
	holes bool // bytes are missing somewhere

	touched  bool    // bytes came, or were found missing, since Apply
	begun    bool    // some record was seen
	news     News    // of the packet at hand
	label    Label   // of the packet at hand
	done     bool    // the packet at hand completes the handshake
	ended    bool    // it is complete
	ccs      [2]bool // ChangeCipherSpec was sent
	finished [2]bool
	data     [2]bool // application data was sent, as far as records tell
	alertBy  End     // of the first alert in clear
	empty    bool    // the client's Certificate holds none
	notTLS   bool    // the server answers the ClientHello in plain HTTP
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
func (d *Dialog) Settled() bool { return d.data[0] && d.data[1] }

func (d *Dialog) reach(s TLSStage, b Basis) {
	if d.tls.Stage != TLSAlert && s >= d.tls.Stage {
		d.tls.Stage, d.tls.Basis = s, b
	}
}

// plain takes bytes that are no TLS.
func (d *Dialog) plain(dir Dir, b []byte) {
	d.clear = d.clear || dir == ToServer && !d.begun && len(b) >= len(d.side[dir].head)
	if dir == ToClient && d.tls.Client != nil && d.tls.Server == nil && Clear(b).Status > 0 {
		d.notTLS = true
	}
}

// record takes a record's header.
func (d *Dialog) record(s *Side) {
	d.begun = true
	switch s.kind {
	case recordCCS:
		d.ccs[s.dir] = true
		d.keys(s)
	case recordHandshake:
		if s.ciphered {
			d.finish(s, BasisSeen)
		} else {
			d.say(d.flight(s))
		}
	case recordAlert:
		if s.ciphered {
			d.alert(Alert{From: Client + End(s.dir), Encrypted: true, Basis: BasisSeen})
		}
	case recordData:
		d.opaque(s)
	}
}

// flight labels a handshake record by who says it.
func (d *Dialog) flight(s *Side) Label {
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
func (d *Dialog) keys(s *Side) {
	switch v := d.spoken(); {
	case v >= 0x0304 || d.tls.Server != nil && d.tls.Server.Retry:
		if s.dir == ToClient {
			d.say(LabelServerHello)
		} else {
			d.say(d.flight(s))
		}
		return
	case s.dir == ToClient:
		d.say(LabelFinished)
	default:
		d.say(LabelKeyExchange)
	}
	s.ciphered = true
}

func (d *Dialog) spoken() uint16 {
	if d.tls.Server == nil {
		return 0
	}
	return d.tls.Server.Version
}

// finish: a side's Finished was sent.
func (d *Dialog) finish(s *Side, b Basis) {
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

// Lengths of encrypted records of TLS 1.3 (RFC 8446, 5.2): the message, its
// type and the tag. JSSE pads 16 bytes more.
const (
	opaqueAlert    = 2 + 1 + 16
	opaqueSHA256   = 4 + 32 + 1 + 16
	opaqueSHA384   = 4 + 48 + 1 + 16
	opaquePadding  = 16
	opaqueSmallest = 1 + 16
)

// opaque takes a record of the type that data has, and, in TLS 1.3, all of the
// handshake behind the ServerHello: only its length tells them apart.
func (d *Dialog) opaque(s *Side) {
	if d.spoken() >= 0x0304 && !d.ended {
		d.hidden(s)
		return
	}
	d.data[s.dir] = true
	if s.dir == ToServer {
		d.say(LabelRequest)
	} else {
		d.say(LabelResponse)
	}
	b := BasisSeen
	if d.spoken() >= 0x0304 {
		b = BasisInferred
	}
	if d.ended || d.spoken() == 0 && d.data[0] && d.data[1] {
		d.reach(TLSApplicationData, b)
	}
}

// hidden takes an encrypted record of a TLS 1.3 handshake.
func (d *Dialog) hidden(s *Side) {
	if s.dir == ToClient {
		d.say(LabelServerHello)
		if s.size == opaqueAlert || s.size == opaqueAlert+opaquePadding {
			d.alert(Alert{From: Server, Encrypted: true, Basis: BasisInferred})
		}
		return
	}
	switch s.size {
	case opaqueAlert, opaqueAlert + opaquePadding:
		d.alert(Alert{From: Client, Encrypted: true, Basis: BasisInferred})
	case opaqueSHA256, opaqueSHA384, opaqueSHA384 + opaquePadding: // one with padding is as long as the other without
		d.say(LabelKeyExchange)
		d.complete(BasisInferred)
	default: // its own certificate, or early data
		d.say(LabelKeyExchange)
	}
}

// message takes a handshake message; whole is false where it was cut.
func (d *Dialog) message(s *Side, b []byte, whole bool) {
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
		d.say(d.flight(s))
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
		d.tls.Version = h.Version
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
	case a.Encrypted && d.ended, !a.Encrypted && a.Description == alertCloseNotify:
		d.label = LabelCloseNotify
		return
	case !a.Encrypted && !a.Fatal():
		d.say(LabelAlert)
		return
	}
	d.label = LabelAlert
	if d.alertBy == Nobody {
		d.alertBy = a.From
	}
	if !d.ended {
		d.tls.Stage, d.tls.Basis = TLSAlert, a.Basis
	}
}
