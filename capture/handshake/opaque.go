package handshake

// Lengths of encrypted records of TLS 1.3 (RFC 8446, 5.2): the message, its
// type and the tag. JSSE pads 16 bytes more.
const (
	opaqueAlert    = 2 + 1 + 16
	opaqueEmpty    = 4 + 4 + 1 + 16 // a Certificate without any
	opaqueSHA256   = 4 + 32 + 1 + 16
	opaqueSHA384   = 4 + 48 + 1 + 16
	opaquePadding  = 16
	opaqueSmallest = 1 + 16
)

// opaque takes a record of the type that data has, and, in TLS 1.3, all of the
// handshake behind the ServerHello: only its length tells them apart.
func (s *Side) opaque() {
	d := s.d
	d.early = d.early || s.dir == ToServer && !d.side[ToClient].said
	switch {
	case s.hiddenAlert() && !d.ended:
		d.alert(Alert{From: Client + End(s.dir), Encrypted: true, Basis: BasisInferred})
		return
	case d.spoken() >= 0x0304 && !d.ended:
		s.hidden()
		return
	}
	d.data[s.dir] = d.data[s.dir] || d.ended || d.spoken() != 0 // else it may be the handshake of TLS 1.3
	if s.dir == ToServer {
		d.say(LabelRequest)
	} else {
		d.say(LabelResponse)
	}
	s.flows()
}

// flows tells what application data shows. Up to TLS 1.2 the server sends none
// before the handshake is over; of TLS 1.3, its first may be tickets.
func (s *Side) flows() {
	d := s.d
	switch v := d.spoken(); {
	case v >= 0x0304 && d.data[ToServer]:
		d.reach(TLSApplicationData, BasisInferred)
	case v >= 0x0304:
	case d.ended:
		d.reach(TLSApplicationData, BasisSeen)
	case v != 0:
		d.implied = d.implied || s.dir == ToClient
	default:
		s.answers()
	}
}

// answers: the server goes on behind the client's encrypted flight, which it does
// in no version before the handshake is over.
func (s *Side) answers() {
	d := s.d
	alert := s.size <= opaqueAlert || s.size == opaqueAlert+opaquePadding
	if s.dir == ToServer {
		d.flown = d.flown || d.side[ToClient].said && !d.early && !alert
	} else if d.flown && !alert {
		d.implied = true
		if d.spoken() >= 0x0304 { // its Finished has another size
			d.reach(TLSApplicationData, BasisInferred)
		}
	}
}

// hidden takes an encrypted record of a TLS 1.3 handshake.
func (s *Side) hidden() {
	d := s.d
	if s.dir == ToClient {
		d.say(LabelServerHello)
		if d.waits {
			d.complete(BasisInferred)
		}
		s.answers()
		return
	}
	d.say(LabelKeyExchange)
	switch s.size {
	case opaqueSHA256, opaqueSHA384, opaqueSHA384 + opaquePadding: // one with padding is as long as the other without
		if d.bare {
			d.empty, d.tls.Asked = true, true
		}
		if d.waits = d.unsure; !d.waits {
			d.complete(BasisInferred)
		}
	case opaqueEmpty, opaqueEmpty + opaquePadding:
		d.bare, d.unsure = true, true
	default: // its own certificate, or early data
		d.unsure = d.unsure || !d.early
	}
	s.answers()
}
