package fact

import (
	"slices"
	"strings"

	"syncscope/capture/cliout"
	"syncscope/capture/handshake"
	"syncscope/capture/logline/words"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// shown is a certificate that the server showed: to openssl, or in the capture.
type shown struct {
	subject, issuer string
	away            bool // it was shown to another host than the Manager
	cite            func(says string) checks.Evidence
}

// chains gives the chains that were seen: what openssl printed first, then
// what the try's connection carried in clear.
func chains(v *attempt.View, t *attempt.Trace) (out [][]shown) {
	for _, r := range v.Outputs(t) {
		if r.Check != cliout.OpenSSL || len(r.Chain) == 0 {
			continue
		}
		var chain []shown
		for _, c := range r.Chain {
			chain = append(chain, shown{c.Subject.String(), c.Issuer.String(), v.Names.Away(r), func(says string) checks.Evidence { return v.CiteResult(r, c.Line, "openssl: "+says) }})
		}
		out = append(out, chain)
		break
	}
	if chain := capturedChain(v, t); chain != nil {
		out = append(out, chain)
	}
	return out
}

// capturedChain is what the try's connection carried in clear; nil where it did not come
// whole.
func capturedChain(v *attempt.View, t *attempt.Trace) (chain []shown) {
	if t.Conn == nil || t.Conn.TLS.Chain == nil || t.Conn.TLS.Chain.Partial {
		return nil
	}
	for _, c := range t.Conn.TLS.Chain.Certificates {
		if c.Unparsed {
			return nil
		}
		chain = append(chain, shown{c.Subject.String(), c.Issuer.String(), false, func(says string) checks.Evidence { return v.CitePacket(t.Conn.Cert, "capture: "+says) }})
	}
	return chain
}

// chain is a fact about the certificates that the server showed.
func chain(look func([]shown) []checks.Evidence) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		for _, c := range chains(v, t) {
			if found := look(c); found != nil {
				return found
			}
		}
		return nil
	}
}

func selfSigned(chain []shown) []checks.Evidence {
	leaf := chain[0]
	if leaf.subject != leaf.issuer || leaf.subject == "" {
		return nil
	}
	return []checks.Evidence{leaf.cite("the certificate is its own issuer")}
}

// leafOnly: one certificate came, and who issued it calls itself no root. The
// name is all there is to tell an intermediate by: at most likely.
func leafOnly(chain []shown) []checks.Evidence {
	leaf := chain[0]
	issuer := strings.ToLower(commonName(leaf.issuer))
	if len(chain) != 1 || leaf.subject == leaf.issuer || strings.Contains(issuer, "root") {
		return nil
	}
	for _, word := range []string{"issuing", "intermediate", "sub ca", "subca", "subordinate"} {
		if strings.Contains(issuer, word) {
			return []checks.Evidence{leaf.cite("the server sends its own certificate only, issued by " + commonName(leaf.issuer))}
		}
	}
	return nil
}

// naming finds a name that a chain has, and the certificate that has it; "" it has none.
type naming func(chain []shown) (name string, by shown)

// states is the fact that a chain that was shown has a name; says stands before it.
func states(of naming, says string) Fact {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		name, by := stated(of, says, v, t)
		if name == "" {
			return nil
		}
		return []checks.Evidence{by}
	}
}

// stated is the name that the first chain with one has, and the evidence of it.
func stated(of naming, says string, v *attempt.View, t *attempt.Trace) (name string, by checks.Evidence) {
	for _, c := range chains(v, t) {
		if name, cert := of(c); name != "" {
			return name, cert.cite(says + name)
		}
	}
	return "", by
}

// authority is the last issuer of a chain that was shown to the Manager itself: the CA that
// has to be trusted. Of a certificate that is its own issuer there is none.
func authority(chain []shown) (name string, by shown) {
	if len(chain) == 0 || chain[0].subject == chain[0].issuer {
		return "", by
	}
	last := chain[len(chain)-1]
	if last.away || last.issuer == "" {
		return "", by
	}
	return commonName(last.issuer), last
}

const itsAuthority = "the certificate's CA is "

// Authority is the name of the CA that stands last in the chain that was shown, and what
// shows it; "" where no certificate could be read.
func Authority(v *attempt.View, t *attempt.Trace) (name string, by checks.Evidence) {
	return stated(authority, itsAuthority, v, t)
}

// encrypted: the capture has the handshake, and its version sends the certificate where no
// capture can read it.
func encrypted(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || t.Conn.TLS.Version.Is() != tls13 || t.Conn.TLS.Chain != nil {
		return nil
	}
	return []checks.Evidence{v.CitePacket(t.Conn.FirstAnswer(), "capture: TLS 1.3, which encrypts the certificate")}
}

// tls13 is the version from which on certificates are encrypted (RFC 8446).
const tls13 = 0x0304

// inspectors are words by which TLS-inspecting products name their own CAs.
var inspectors = []string{"zscaler", "forti", "palo alto", "paloalto", "blue coat", "bluecoat", "symantec web", "netskope", "check point", "checkpoint", "sophos", "umbrella", "forcepoint", "websense", "mcafee web", "skyhigh", "barracuda", "watchguard", "untangle", "squid", "mitmproxy", "inspect", "intercept", "decrypt", "mitm", "web gateway", "secure gateway", "proxy ca", "ssl decrypt", "firewall", "menlo", "iboss", "cato networks"}

func product(chain []shown) []checks.Evidence {
	for _, c := range chain {
		if c.away { // it is on that host's way
			return nil
		}
		issuer := strings.ToLower(c.issuer)
		for _, word := range inspectors {
			if strings.Contains(issuer, word) {
				return []checks.Evidence{c.cite("the issuer is " + commonName(c.issuer) + ", a device that opens TLS")}
			}
		}
	}
	return nil
}

// commonName is the CN of a name as openssl prints it or RFC 4514 writes it,
// else all of it.
func commonName(name string) string {
	_, cn, ok := strings.Cut(name, "CN = ")
	if !ok {
		_, cn, ok = strings.Cut(name, "CN=")
	}
	if !ok {
		return name
	}
	for i := range len(cn) {
		if cn[i] == ',' && (i == 0 || cn[i-1] != '\\') {
			return cn[:i]
		}
	}
	return cn
}

// noPath is how the JDK says that no CA vouches for a certificate.
var noPath = words.SayAll("PKIX path building failed", "unable to find valid certification path")

// distrusted: the Manager found no way from the certificate to a CA that it
// trusts: its log says so, or the alert that it sent.
func distrusted(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	var out []checks.Evidence
	for _, l := range t.Lines {
		if slices.ContainsFunc(noPath, func(p words.Phrase) bool { return p.In(l.Words) }) {
			out = append(out, v.CiteLine(l, "Manager: no path to a trusted CA"))
		}
	}
	if a := alert(t, handshake.Client, "unknown_ca", "certificate_unknown", "bad_certificate"); a != "" && expired(v, t) == nil && early(v, t) == nil {
		out = append(out, v.CitePacket(t.Conn.Alert, "capture: the Manager refused the certificate ("+a+")"))
	}
	return out
}

// unknownCA: the Manager's alert says unknown_ca, or certificate_unknown about
// a certificate with which nothing else is wrong that the capture could show.
func unknownCA(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	a := alert(t, handshake.Client, "unknown_ca")
	if a == "" && chains(v, t) != nil && expired(v, t) == nil && early(v, t) == nil && otherName(v, t) == nil {
		a = alert(t, handshake.Client, "certificate_unknown")
	}
	if a == "" {
		return nil
	}
	ev := []checks.Evidence{v.CitePacket(t.Conn.Alert, "capture: the Manager's alert is "+a)}
	if name, by := authority(capturedChain(v, t)); name != "" {
		ev = append(ev, by.cite(itsAuthority+name))
	}
	return ev
}

// expired: the Manager refused a certificate whose last day had passed.
func expired(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	leaf, a := leaf(t), alert(t, handshake.Client, "certificate_expired", "certificate_unknown", "bad_certificate")
	if leaf == nil || a == "" || !t.Conn.Last.When().Dated || !leaf.NotAfter.Before(t.Conn.Last.When().Time) {
		return nil
	}
	return []checks.Evidence{
		v.CitePacket(t.Conn.Cert, "capture: the certificate's last day is "+leaf.NotAfter.UTC().Format("2006-01-02")),
		v.CitePacket(t.Conn.Alert, "capture: the Manager's alert is "+a),
	}
}

// early: the Manager refused a certificate whose first day is to come.
func early(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	leaf, a := leaf(t), alert(t, handshake.Client, "certificate_expired", "certificate_unknown", "bad_certificate")
	if leaf == nil || a == "" || !t.Conn.Last.When().Dated || !leaf.NotBefore.After(t.Conn.Last.When().Time) {
		return nil
	}
	return []checks.Evidence{
		v.CitePacket(t.Conn.Cert, "capture: the certificate's first day is "+leaf.NotBefore.UTC().Format("2006-01-02")),
		v.CitePacket(t.Conn.Alert, "capture: the Manager's alert is "+a),
	}
}

// leaf is the server's own certificate, if the capture has it.
func leaf(t *attempt.Trace) *handshake.Certificate {
	if t.Conn == nil || t.Conn.TLS.Chain == nil || len(t.Conn.TLS.Chain.Certificates) == 0 || t.Conn.TLS.Chain.Certificates[0].Unparsed {
		return nil
	}
	return &t.Conn.TLS.Chain.Certificates[0]
}

// alert is the name of the try's first fatal alert in clear, if that end sent
// it and it is one of names; empty: it is not.
func alert(t *attempt.Trace, from handshake.End, names ...string) string {
	if t.Conn == nil {
		return ""
	}
	for _, a := range t.Conn.TLS.Alerts {
		if a.Encrypted || !a.Fatal() {
			continue
		}
		for _, n := range names {
			if a.From == from && a.Name() == n {
				return n
			}
		}
		return ""
	}
	return ""
}

// alerted is the fact that one end's first fatal alert is one of names.
func alerted(from handshake.End, names ...string) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	who := map[handshake.End]string{handshake.Client: "Manager", handshake.Server: "server"}[from]
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		a := alert(t, from, names...)
		if a == "" {
			return nil
		}
		return []checks.Evidence{v.CitePacket(t.Conn.Alert, "capture: the "+who+"'s alert is "+a)}
	}
}

// toHello narrows a fact to an alert that is all that answers the ClientHello.
func toHello(fact func(*attempt.View, *attempt.Trace) []checks.Evidence) func(*attempt.View, *attempt.Trace) []checks.Evidence {
	return func(v *attempt.View, t *attempt.Trace) []checks.Evidence {
		if t.Conn == nil || t.Conn.TLS.Server != nil || t.Conn.TLS.Client == nil {
			return nil
		}
		return fact(v, t)
	}
}

// plainHTTP: an HTTP answer to a ClientHello.
func plainHTTP(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || !t.Conn.TLS.Plain {
		return nil
	}
	return []checks.Evidence{v.CitePacket(t.Conn.FirstAnswer(), "capture: plain HTTP answers the ClientHello")}
}

// clientCertAsked: the server asked for a certificate, got none, and ended it.
func clientCertAsked(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	if t.Conn == nil || !t.Conn.TLS.Asked || !t.Conn.Trouble.EmptyCertificate || t.Conn.Trouble.AlertBy.Is() != handshake.Server {
		return nil
	}
	return []checks.Evidence{v.CitePacket(t.Conn.Alert, "capture: the server asked for a certificate, got none and sent an alert")}
}
