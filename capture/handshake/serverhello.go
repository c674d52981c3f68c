package handshake

import (
	"golang.org/x/crypto/cryptobyte"

	"syncscope/capture/redact"
)

// ServerHello is what the server chose (RFC 8446, 4.1.3; RFC 5246, 7.4.1.3).
type ServerHello struct {
	Version uint16 // what is spoken from now on
	Cipher  uint16
	ALPN    redact.Text
	JA3S    string
	Retry   bool // a HelloRetryRequest (RFC 8446, 4.1.4)
	// Downgraded: the server knows a newer version than it chose (RFC 8446, 4.1.3).
	Downgraded bool
	Partial    bool // it was cut: what it holds came before
}

// retryRandom is the random of a HelloRetryRequest: the SHA-256 of that name
// (RFC 8446, 4.1.3).
var retryRandom = [32]byte{
	0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91,
	0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c,
}

// downgrade ends the random of a server that could have spoken TLS 1.2 or 1.3.
const downgrade = "DOWNGRD"

// answer is a ServerHello as it lies in the message.
type answer struct {
	version    uint16 // legacy_version
	chosen     uint16 // supported_versions; 0: not there
	cipher     uint16
	hasCipher  bool
	random     cryptobyte.String
	session    cryptobyte.String
	extensions cryptobyte.String
	alpn       cryptobyte.String
	ticket     bool // the ticket extension, or a pre-shared key was taken
}

func readAnswer(b []byte) (a answer, err error) {
	body, whole, err := message(b, msgServerHello)
	if err != nil {
		return a, err
	}
	short := ErrIncomplete
	if whole {
		short = ErrMalformed
	}
	var random []byte
	if !body.ReadUint16(&a.version) || !body.ReadBytes(&random, 32) {
		return a, short
	}
	a.random = random
	if draft18 := a.version > 0x7f00 && a.version < 0x7f16; draft18 { // no session ID, no compression before draft 22
		if !body.ReadUint16(&a.cipher) {
			return a, short
		}
		a.hasCipher = true
	} else if !a.choice(&body) {
		return a, short
	}
	if whole && len(body) == 0 {
		return a, nil
	}
	var size uint16
	if !body.ReadUint16(&size) {
		return a, short
	}
	if whole && int(size) != len(body) {
		return a, ErrMalformed
	}
	a.extensions = body[:min(int(size), len(body))]
	if !a.read(a.extensions) || !whole {
		return a, short
	}
	return a, nil
}

// choice reads the session ID, the suite and the compression.
func (a *answer) choice(body *cryptobyte.String) bool {
	if !body.ReadUint8LengthPrefixed(&a.session) || !body.ReadUint16(&a.cipher) {
		return false
	}
	a.hasCipher = true
	return body.Skip(1)
}

func (a *answer) read(list cryptobyte.String) bool {
	for len(list) > 0 {
		var kind uint16
		var body, names cryptobyte.String
		if !list.ReadUint16(&kind) || !list.ReadUint16LengthPrefixed(&body) {
			return false
		}
		switch kind {
		case extALPN:
			if !body.ReadUint16LengthPrefixed(&names) || !names.ReadUint8LengthPrefixed(&a.alpn) {
				return false
			}
		case extVersions:
			if !body.ReadUint16(&a.chosen) {
				return false
			}
		case extPreShared:
			a.ticket = true
		}
	}
	return true
}

// spoken is the version that the answer settles on; 0 where it was cut before
// that could be told.
func (a *answer) spoken(whole bool) uint16 {
	switch {
	case a.chosen != 0:
		return a.chosen
	case whole || a.version != 0x0303: // TLS 1.3 hides behind 1.2 and says so in an extension
		return a.version
	}
	return 0
}

// ParseServerHello reads a message from its type on. Every strict prefix of
// one is ErrIncomplete, and what it holds is a part of the whole.
func (c *Cache) ParseServerHello(b []byte) (*ServerHello, error) {
	a, err := readAnswer(b)
	if err == ErrMalformed {
		return nil, err
	}
	if err != nil {
		if len(a.random) == 0 {
			return nil, err
		}
		return c.chose(&a, err), err
	}
	c.scratch = append(c.scratch[:0], byte(a.version>>8), byte(a.version), byte(a.chosen>>8), byte(a.chosen), byte(a.cipher>>8), byte(a.cipher))
	c.key(a.alpn)
	c.key(a.marks())
	c.keyKinds(a.extensions)
	if h, ok := c.answers[string(c.scratch)]; ok {
		return h, nil
	}
	key := string(c.scratch)
	return kept(c.answers, key, c.chose(&a, nil)), nil
}

// marks is the random, if it says something.
func (a *answer) marks() []byte {
	switch {
	case string(a.random) == string(retryRandom[:]):
		return a.random
	case string(a.random[24:31]) == downgrade:
		return a.random[24:31]
	}
	return nil
}

func (c *Cache) chose(a *answer, err error) *ServerHello {
	h := &ServerHello{
		Version: a.spoken(err == nil), Cipher: a.cipher, ALPN: c.text(a.alpn), Partial: err != nil,
		Retry:      string(a.random) == string(retryRandom[:]),
		Downgraded: string(a.random[24:31]) == downgrade,
	}
	if err == nil {
		h.JA3S = c.ja3s(a)
	}
	return h
}
