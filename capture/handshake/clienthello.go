package handshake

import (
	"errors"

	"golang.org/x/crypto/cryptobyte"

	"syncscope/capture/redact"
)

// Why a handshake message cannot be read.
var (
	// ErrIncomplete: it is the beginning of one. It is never read as a whole one.
	ErrIncomplete = errors.New("incomplete")
	// ErrMalformed: its lengths contradict each other.
	ErrMalformed = errors.New("malformed")
)

// Handshake types (RFC 8446, 4; RFC 5246, 7.4; RFC 6066, 8).
const (
	msgHelloRequest       = 0
	msgClientHello        = 1
	msgServerHello        = 2
	msgNewSessionTicket   = 4
	msgCertificate        = 11
	msgServerKeyExchange  = 12
	msgCertificateRequest = 13
	msgServerHelloDone    = 14
	msgCertificateVerify  = 15
	msgClientKeyExchange  = 16
	msgFinished           = 20
	msgCertificateStatus  = 22
)

// Extensions that we read (IANA).
const (
	extServerName   = 0
	extGroups       = 10
	extPointFormats = 11
	extSignatures   = 13
	extALPN         = 16
	extTicket       = 35
	extPreShared    = 41
	extVersions     = 43
)

// ClientHello is what the client offers (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2).
// Of a message that the snap length cut, or that has a gap, it holds what came
// before, Partial is set, and there are no fingerprints.
type ClientHello struct {
	Version  uint16   // legacy_version
	Versions []uint16 // supported_versions, without GREASE; nil: the extension is not there
	Ciphers  []uint16 // without GREASE
	SNI      redact.Text
	ALPN     []redact.Text
	JA3      string // MD5 of the offer in its order
	JA4      string // the TLS client fingerprint of JA4.md
	Ticket   bool   // it offers to resume by a ticket or a pre-shared key
	Session  bool   // it sends a session ID
	Partial  bool
}

// Highest is the newest version that is offered.
func (h *ClientHello) Highest() uint16 {
	best := h.Version
	if len(h.Versions) > 0 {
		best = 0
	}
	for _, v := range h.Versions {
		best = max(best, v)
	}
	return best
}

// offer is a ClientHello as it lies in the message.
type offer struct {
	version                    uint16
	session                    cryptobyte.String
	ciphers                    cryptobyte.String
	extensions                 cryptobyte.String // all of them
	sni                        cryptobyte.String
	alpn, versions, signatures cryptobyte.String // the lists
	groups, points             cryptobyte.String
	named                      bool // there is a server name extension
	ticket                     bool
}

// message cuts a handshake message's body out: b begins with its type and its
// length (RFC 8446, 4). whole is false where b ends before the message does.
func message(b []byte, kind uint8) (body cryptobyte.String, whole bool, err error) {
	if len(b) < 4 {
		return nil, false, nil
	}
	if b[0] != kind {
		return nil, false, ErrMalformed
	}
	n := int(b[1])<<16 | int(b[2])<<8 | int(b[3])
	if len(b) < 4+n {
		return b[4:], false, nil
	}
	if len(b) > 4+n {
		return nil, false, ErrMalformed
	}
	return b[4:], true, nil
}

// readOffer reads a ClientHello. Where it is incomplete, o holds the fields
// that are there in full.
func readOffer(b []byte) (o offer, err error) {
	body, whole, err := message(b, msgClientHello)
	if err != nil {
		return o, err
	}
	short := ErrIncomplete
	if whole {
		short = ErrMalformed
	}
	var compression cryptobyte.String
	if !body.ReadUint16(&o.version) || !body.Skip(32) || !body.ReadUint8LengthPrefixed(&o.session) {
		return o, short
	}
	if !suites(&body, &o.ciphers) || !body.ReadUint8LengthPrefixed(&compression) {
		return o, short
	}
	if whole && len(body) == 0 { // RFC 5246, 7.4.1.2: extensions may be left out
		return o, nil
	}
	var size uint16
	if !body.ReadUint16(&size) {
		return o, short
	}
	if whole && int(size) != len(body) {
		return o, ErrMalformed
	}
	o.extensions = body[:min(int(size), len(body))]
	if !o.read(o.extensions) || !whole {
		return o, short
	}
	return o, nil
}

// suites reads the cipher suites, or as many whole ones as are left of them.
func suites(body, out *cryptobyte.String) bool {
	if body.ReadUint16LengthPrefixed(out) {
		return len(*out)%2 == 0
	}
	var n uint16
	if rest := *body; rest.ReadUint16(&n) {
		*out = rest[:len(rest)&^1]
	}
	return false
}

// read goes through the extensions; false: they end within one.
func (o *offer) read(list cryptobyte.String) bool {
	for len(list) > 0 {
		if len(list) < 4 {
			return false
		}
		end := 4 + int(list[2])<<8 + int(list[3])
		if len(list) < end || !o.extension(uint16(list[0])<<8|uint16(list[1]), list[4:end]) {
			return false
		}
		list = list[end:]
	}
	return true
}

func (o *offer) extension(kind uint16, body cryptobyte.String) bool {
	switch kind {
	case extServerName: // RFC 6066, 3
		o.named = true
		var list, name cryptobyte.String
		var kind uint8
		if body.ReadUint16LengthPrefixed(&list) && list.ReadUint8(&kind) && list.ReadUint16LengthPrefixed(&name) && kind == 0 {
			o.sni = name
		}
	case extALPN: // RFC 7301, 3.1
		return body.ReadUint16LengthPrefixed(&o.alpn)
	case extVersions: // RFC 8446, 4.2.1
		return body.ReadUint8LengthPrefixed(&o.versions)
	case extSignatures: // RFC 8446, 4.2.3
		return body.ReadUint16LengthPrefixed(&o.signatures)
	case extGroups: // RFC 8446, 4.2.7
		return body.ReadUint16LengthPrefixed(&o.groups)
	case extPointFormats: // RFC 8422, 5.1.2
		return body.ReadUint8LengthPrefixed(&o.points)
	case extTicket: // RFC 5077, 3.2: an empty one asks for a ticket only
		o.ticket = o.ticket || len(body) > 0
	case extPreShared:
		o.ticket = true
	}
	return true
}

// ParseClientHello reads a message from its type on. Every strict prefix of
// one is ErrIncomplete, and what it holds is a part of the whole.
func (c *Cache) ParseClientHello(b []byte) (*ClientHello, error) {
	o, err := readOffer(b)
	if err == ErrMalformed {
		return nil, err
	}
	if err != nil && o.version == 0 {
		return nil, err
	}
	if err != nil {
		return c.offered(&o, err), err
	}
	c.offerKey(&o)
	if h, ok := c.offers[string(c.scratch)]; ok {
		return h, nil
	}
	key := string(c.scratch)
	return kept(c.offers, key, c.offered(&o, nil)), nil
}

// offerKey writes all of a whole offer that a ClientHello is made of.
func (c *Cache) offerKey(o *offer) {
	var is byte
	for i, b := range [...]bool{o.named, o.ticket, len(o.session) > 0} {
		if b {
			is |= 1 << i
		}
	}
	c.scratch = append(c.scratch[:0], is, byte(o.version>>8), byte(o.version))
	c.key(o.sni)
	c.key(o.alpn)
	c.key(o.points)
	c.keyNumbers(o.versions)
	c.keyNumbers(o.ciphers)
	c.keyNumbers(o.groups)
	c.keyNumbers(o.signatures)
	c.keyKinds(o.extensions)
}

func (c *Cache) offered(o *offer, err error) *ClientHello {
	h := &ClientHello{
		Version: o.version, Versions: c.numbers(o.versions), Ciphers: c.numbers(o.ciphers), SNI: c.text(o.sni), ALPN: c.names(o.alpn),
		Ticket: o.ticket, Session: len(o.session) > 0, Partial: err != nil,
	}
	if err == nil {
		h.JA3, h.JA4 = c.ja3(o), c.ja4(o)
	}
	return h
}

// grease reports whether n is one of the values that clients sprinkle in so
// that servers learn to ignore what they do not know (RFC 8701).
func grease(n uint16) bool { return n&0x0f0f == 0x0a0a && n>>8 == n&0xff }
