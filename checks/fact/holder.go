package fact

import (
	"cmp"
	"fmt"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

const itsHolder = "the certificate is for "

// Holder is the name of whom the certificate that was shown is for, and what shows it.
func Holder(v *attempt.View, t *attempt.Trace) (name string, by checks.Evidence) {
	return stated(holder, itsHolder, v, t)
}

func holder(chain []shown) (name string, by shown) {
	if chain[0].away || chain[0].subject == "" {
		return "", by
	}
	return commonName(chain[0].subject), chain[0]
}

// otherName: the certificate has not the name, or without a name the address,
// that the Manager called, and the Manager broke off.
func otherName(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	leaf := leaf(t)
	if leaf == nil || t.Conn.TLS.Client == nil || t.Conn.TLS.Client.Partial || t.Conn.Asked != "" {
		return nil
	}
	called := calledAs(t)
	if covers(leaf, called) {
		return nil
	}
	_, quit := t.Conn.Quit()
	if !quit && alert(t, handshake.Client, "certificate_unknown", "bad_certificate") == "" {
		return nil
	}
	return []checks.Evidence{v.CitePacket(t.Conn.Cert, fmt.Sprintf("capture: the certificate is for %s, %s was called", certificateNames(leaf), called))}
}

// calledAs is the name that the ClientHello asks for, else the address. Java names hosts with
// a dot only; what was called without is an address, or short.
func calledAs(t *attempt.Trace) string {
	if c := t.Conn.TLS.Client; c != nil && !c.SNI.Empty() {
		return c.SNI.String()
	}
	return t.Conn.Server.Addr().String()
}

// strangerNamed: the certificate that was shown has not the name or address that was called,
// whoever minded.
func strangerNamed(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	peer, _ := t.Lines.Peer()
	if leaf := leaf(t); leaf != nil && t.Conn.Asked == "" {
		called := cmp.Or(peer.Host, calledAs(t))
		if covers(leaf, called) {
			return nil
		}
		return []checks.Evidence{v.CitePacket(t.Conn.Cert, fmt.Sprintf("capture: the certificate is for %s, %s was called", certificateNames(leaf), called))}
	}
	for _, r := range v.Outputs(t) {
		if r.Check != cliout.OpenSSL || !r.Leaf.Printed || len(r.Chain) == 0 || peer.Host == "" || v.Names.Away(r) || r.Leaf.Covers(peer.Host) {
			continue
		}
		return []checks.Evidence{v.CiteResult(r, r.Chain[0].Line, fmt.Sprintf("openssl: the certificate is for %s, %s is called", commonName(r.Chain[0].Subject.String()), peer.Host))}
	}
	return nil
}

// FirstName is the first name of the server's own certificate, and whether it has more;
// "" where the certificate was not captured or has none.
func FirstName(t *attempt.Trace) (name string, more bool) {
	if c := leaf(t); c != nil && len(c.SAN) > 0 {
		return c.SAN[0].String(), len(c.SAN) > 1
	}
	return "", false
}

func certificateNames(c *handshake.Certificate) string {
	var out []string
	for _, s := range c.SAN {
		out = append(out, s.String())
	}
	if len(out) == 0 {
		return commonName(c.Subject.String())
	}
	return strings.Join(out[:min(len(out), 3)], ", ")
}

// covers reports whether a certificate is for a host (RFC 6125, 6.4).
func covers(c *handshake.Certificate, host string) bool {
	for _, s := range c.SAN {
		name := s.String()
		if strings.EqualFold(name, host) {
			return true
		}
		if rest, ok := strings.CutPrefix(name, "*."); ok {
			if _, parent, ok := strings.Cut(host, "."); ok && strings.EqualFold(parent, rest) {
				return true
			}
		}
	}
	return len(c.SAN) == 0 && strings.EqualFold(commonName(c.Subject.String()), host)
}
