package checks

import (
	"strings"

	"syncscope/capture"
)

// chain is a fact about the certificates that openssl showed.
func chain(look func(*Engine, *capture.CheckResult) []Evidence) func(*Engine, *try) []Evidence {
	return func(e *Engine, _ *try) []Evidence {
		for _, r := range e.results {
			if r.Check == capture.CheckOpenSSL && len(r.Chain) > 0 {
				return look(e, r)
			}
		}
		return nil
	}
}

func (e *Engine) selfSigned(r *capture.CheckResult) []Evidence {
	leaf := r.Chain[0]
	if leaf.Subject.String() != leaf.Issuer.String() || leaf.Subject.Empty() {
		return nil
	}
	return []Evidence{e.citeResult(r, leaf.Line, "openssl: the certificate is its own issuer")}
}

// leafOnly: one certificate came, and who issued it calls itself no root. The
// name is all there is to tell an intermediate by: at most likely.
func (e *Engine) leafOnly(r *capture.CheckResult) []Evidence {
	leaf := r.Chain[0]
	issuer := strings.ToLower(commonName(leaf.Issuer.String()))
	if len(r.Chain) != 1 || leaf.Subject.String() == leaf.Issuer.String() || strings.Contains(issuer, "root") {
		return nil
	}
	for _, word := range []string{"issuing", "intermediate", "sub ca", "subca", "subordinate"} {
		if strings.Contains(issuer, word) {
			return []Evidence{e.citeResult(r, leaf.Line, "openssl: the server sends its own certificate only, issued by "+commonName(leaf.Issuer.String()))}
		}
	}
	return nil
}

// inspectors are words by which TLS-inspecting products name their own CAs.
var inspectors = []string{"zscaler", "forti", "palo alto", "paloalto", "blue coat", "bluecoat", "symantec web", "netskope", "check point", "checkpoint", "sophos", "umbrella", "forcepoint", "websense", "mcafee web", "skyhigh", "barracuda", "watchguard", "untangle", "squid", "mitmproxy", "inspect", "intercept", "decrypt", "mitm", "web gateway", "secure gateway", "proxy ca", "ssl decrypt", "firewall", "menlo", "iboss", "cato networks"}

func (e *Engine) product(r *capture.CheckResult) []Evidence {
	for _, c := range r.Chain {
		issuer := strings.ToLower(c.Issuer.String())
		for _, word := range inspectors {
			if strings.Contains(issuer, word) {
				return []Evidence{e.citeResult(r, c.Line, "openssl: the issuer is "+commonName(c.Issuer.String())+", a device that opens TLS")}
			}
		}
	}
	return nil
}

// commonName is the CN of a name as openssl prints it, else all of it.
func commonName(name string) string {
	_, cn, ok := strings.Cut(name, "CN = ")
	if !ok {
		_, cn, ok = strings.Cut(name, "CN=")
	}
	if !ok {
		return name
	}
	cn, _, _ = strings.Cut(cn, ", ")
	return cn
}
