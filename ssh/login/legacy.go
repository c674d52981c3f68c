package login

import (
	"slices"
	"strings"

	gossh "golang.org/x/crypto/ssh"

	"syncscope/capture/redact"
)

// algorithms are those that are offered to a host: the library's own, and the
// old ones if that was asked for.
func algorithms(legacy bool) gossh.Config {
	if !legacy {
		return gossh.Config{}
	}
	good, old := gossh.SupportedAlgorithms(), gossh.InsecureAlgorithms()
	return gossh.Config{
		KeyExchanges: append(good.KeyExchanges, old.KeyExchanges...),
		Ciphers:      append(good.Ciphers, old.Ciphers...),
		MACs:         append(good.MACs, old.MACs...),
	}
}

// oldOnes names the insecure algorithms that a connection uses.
func oldOnes(meta gossh.ConnMetadata) string {
	m, ok := meta.(gossh.AlgorithmsConnMetadata)
	if !ok {
		return ""
	}
	got, old := m.Algorithms(), gossh.InsecureAlgorithms()
	all := slices.Concat(old.KeyExchanges, old.Ciphers, old.MACs, old.HostKeys)
	var out []string
	for _, name := range []string{got.KeyExchange, got.HostKey, got.Read.Cipher, got.Write.Cipher, got.Read.MAC, got.Write.MAC} {
		if name != "" && slices.Contains(all, name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return strings.Join(out, ", ")
}

// Legacy names the old algorithms that protect this connection badly, "" if
// there are none: the screen marks it.
func (c *Client) Legacy() string { return c.legacy }

// whatOf is what could not be agreed on, without a direction.
func whatOf(e *gossh.AlgorithmNegotiationError) string {
	what := strings.ToLower(e.What)
	for _, name := range []string{"key exchange", "host key", "cipher", "mac"} {
		if strings.Contains(what, name) {
			return name
		}
	}
	return "algorithm"
}

// offered is the host's list, in its own words.
func offered(gate *redact.Session, names []string) redact.Text {
	if len(names) == 0 {
		return redact.Literal("nothing")
	}
	return gate.Foreign(capped(strings.Join(names, ", "), maxError))
}
