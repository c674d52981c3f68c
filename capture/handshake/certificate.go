package handshake

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"fmt"
	"time"

	"golang.org/x/crypto/cryptobyte"

	"syncscope/capture/redact"
)

// Certificate is one certificate of a chain. One that crypto/x509 cannot read
// is kept as such: it has a Hash only.
type Certificate struct {
	Subject, Issuer     redact.Text // as RFC 4514 writes names
	NotBefore, NotAfter time.Time
	SAN                 []redact.Text // DNS names, addresses, then others
	Key                 string        // "RSA 2048", "ECDSA P-256"
	CA                  bool
	SelfSigned          bool   // issuer and subject are the same, and its own key signed it
	Hash                string // SHA-256 of the DER, hex
	Unparsed            bool
}

// Chain is a Certificate message (RFC 5246, 7.4.2): the sender's own first.
type Chain struct {
	Certificates []Certificate
	// Ordered: each certificate was issued by the one after it.
	Ordered bool
	Partial bool // the message was cut: more may have followed
}

// maxChain bounds how many certificates of a message are looked at.
const maxChain = 16

// ParseCertificate reads a Certificate message of TLS up to 1.2 from its type
// on. Every strict prefix of one is ErrIncomplete, and what it holds is a part
// of the whole.
func (c *Cache) ParseCertificate(b []byte) (*Chain, error) {
	body, whole, err := message(b, msgCertificate)
	if err != nil {
		return nil, err
	}
	if !whole {
		ch, _ := c.chain(body, false)
		return ch, ErrIncomplete
	}
	if ch, ok := c.chains[string(b)]; ok {
		return ch, nil
	}
	ch, ok := c.chain(body, true)
	if !ok {
		return nil, ErrMalformed
	}
	return c.known(b, ch), nil
}

// chain reads the certificates of a message's body.
func (c *Cache) chain(body cryptobyte.String, whole bool) (*Chain, bool) {
	ch := &Chain{Partial: !whole}
	var size uint32
	if !body.ReadUint24(&size) || whole && int(size) != len(body) {
		return ch, false
	}
	list := body[:min(int(size), len(body))]
	var before *x509.Certificate
	ch.Ordered = true
	for len(list) > 0 && len(ch.Certificates) < maxChain {
		var der cryptobyte.String
		if !list.ReadUint24LengthPrefixed(&der) {
			return ch, false
		}
		cert, parsed := c.certificate(der)
		ch.Certificates = append(ch.Certificates, cert)
		if before != nil && (parsed == nil || string(before.RawIssuer) != string(parsed.RawSubject)) {
			ch.Ordered = false
		}
		before = parsed
	}
	return ch, true
}

func (c *Cache) certificate(der []byte) (Certificate, *x509.Certificate) {
	sum := sha256.Sum256(der)
	x, err := x509.ParseCertificate(der)
	if cert, ok := c.certs[sum]; ok {
		return cert, x
	}
	out := Certificate{Hash: hex.EncodeToString(sum[:]), Unparsed: err != nil}
	if err == nil {
		out.Subject, out.Issuer = c.name(x.RawSubject), c.name(x.RawIssuer)
		out.NotBefore, out.NotAfter, out.CA, out.Key = x.NotBefore, x.NotAfter, x.IsCA, keyOf(x)
		out.SelfSigned = string(x.RawIssuer) == string(x.RawSubject) && (x.CheckSignature(x.SignatureAlgorithm, x.RawTBSCertificate, x.Signature) == nil || !checkable(x))
		out.SAN = c.san(x)
	}
	return kept(c.certs, sum, out), x
}

// checkable reports whether crypto/x509 checks such a signature at all: not
// those over MD5 and SHA-1.
func checkable(x *x509.Certificate) bool {
	switch x.SignatureAlgorithm {
	case x509.MD2WithRSA, x509.MD5WithRSA, x509.SHA1WithRSA, x509.DSAWithSHA1, x509.DSAWithSHA256, x509.ECDSAWithSHA1, x509.UnknownSignatureAlgorithm:
		return false
	}
	return true
}

// maxSAN bounds how many names of a certificate are kept.
const maxSAN = 64

func (c *Cache) san(x *x509.Certificate) (out []redact.Text) {
	add := func(s string) {
		if len(out) < maxSAN {
			out = append(out, c.gate.Foreign(s))
		}
	}
	for _, s := range x.DNSNames {
		add(s)
	}
	for _, ip := range x.IPAddresses {
		add(ip.String())
	}
	for _, s := range x.EmailAddresses {
		add(s)
	}
	for _, u := range x.URIs {
		add(u.String())
	}
	return out
}

func keyOf(x *x509.Certificate) string {
	switch k := x.PublicKey.(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf("RSA %d", k.N.BitLen())
	case *ecdsa.PublicKey:
		return "ECDSA " + k.Curve.Params().Name
	case ed25519.PublicKey:
		return "Ed25519"
	}
	return x.PublicKeyAlgorithm.String()
}
