package login

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1" // what OpenSSH hashes host names with
	"encoding/base64"
	"errors"
	"os"
	"slices"
	"strings"

	gossh "golang.org/x/crypto/ssh"
)

// knownHosts are the lines of the known_hosts files (sshd(8), SSH_KNOWN_HOSTS
// FILE FORMAT). They are matched here, as OpenSSH does: x/crypto's own package
// fails a whole file for one line, knows no patterns for ports and does not
// look for a host without its port.
type knownHosts []knownLine

type knownLine struct {
	file   string
	line   int
	marker string // "cert-authority", "revoked" or none
	hosts  []string
	key    gossh.PublicKey
}

// Markers of a line.
const (
	certAuthority = "cert-authority"
	revokedKey    = "revoked"
)

// knownHosts reads the files that exist. A line that cannot be read is left
// out, as OpenSSH does; of a file that cannot, a person is told.
func (c Config) knownHosts(files []string) knownHosts {
	var out knownHosts
	for _, name := range files {
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			c.warn(c.Gate.Foreign("known_hosts is left out: " + err.Error()))
			continue
		}
		for i, line := range bytes.Split(data, []byte("\n")) {
			line = bytes.TrimSpace(line)
			if len(line) == 0 || line[0] == '#' {
				continue
			}
			marker, hosts, key, _, _, err := gossh.ParseKnownHosts(line)
			if err != nil || marker != "" && marker != certAuthority && marker != revokedKey {
				continue
			}
			out = append(out, knownLine{name, i + 1, marker, hosts, key})
		}
	}
	return out
}

// of are the lines for a name, which is a host or "[host]:port".
func (k knownHosts) of(name string) knownHosts {
	var out knownHosts
	for _, l := range k {
		if l.matches(strings.ToLower(name)) {
			out = append(out, l)
		}
	}
	return out
}

func (l knownLine) matches(name string) bool {
	found := false
	for _, pattern := range l.hosts {
		negated := strings.HasPrefix(pattern, "!")
		if !matchHost(strings.TrimPrefix(pattern, "!"), name) {
			continue
		}
		if negated {
			return false
		}
		found = true
	}
	return found
}

func matchHost(pattern, name string) bool {
	if hashed, ok := strings.CutPrefix(pattern, "|1|"); ok {
		return matchHash(hashed, name)
	}
	return glob(strings.ToLower(pattern), name)
}

// matchHash: base64(salt)|base64(HMAC-SHA1(salt, name)).
func matchHash(hashed, name string) bool {
	s, h, ok := strings.Cut(hashed, "|")
	salt, err1 := base64.StdEncoding.DecodeString(s)
	want, err2 := base64.StdEncoding.DecodeString(h)
	if !ok || err1 != nil || err2 != nil {
		return false
	}
	mac := hmac.New(sha1.New, salt)
	mac.Write([]byte(name))
	return hmac.Equal(mac.Sum(nil), want)
}

// glob matches * and ?. A star that matched too little takes one byte more, so
// that no pattern takes long.
func glob(pattern, name string) bool {
	p, n, star, from := 0, 0, -1, 0
	for n < len(name) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, from = p, n
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == name[n]):
			p++
			n++
		case star >= 0:
			from++
			p, n = star+1, from
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// with are the lines with a marker; "" those without.
func (k knownHosts) with(marker string) knownHosts {
	var out knownHosts
	for _, l := range k {
		if l.marker == marker {
			out = append(out, l)
		}
	}
	return out
}

// has is the line with a key.
func (k knownHosts) has(key gossh.PublicKey) (knownLine, bool) {
	i := slices.IndexFunc(k, func(l knownLine) bool { return sameKey(l.key, key) })
	if i < 0 {
		return knownLine{}, false
	}
	return k[i], true
}

// algorithms asks for the kind of key that is known, then for any: a host that
// shows another kind only must be seen to differ, not fail without a reason.
// nil: the host is not known, in the library's own order.
func (k knownHosts) algorithms(r *route) []string {
	all := gossh.SupportedAlgorithms().HostKeys
	if r.legacy {
		all = append(all, gossh.InsecureAlgorithms().HostKeys...)
	}
	lines := append(k.of(r.knownAs()), k.of(r.name())...)
	if len(lines) == 0 && !r.legacy {
		return nil
	}
	first := func(a string) bool {
		if strings.Contains(a, "-cert-v01@") {
			return len(lines.with(certAuthority)) > 0
		}
		return slices.ContainsFunc(lines.with(""), func(l knownLine) bool { return keyType(a) == l.key.Type() })
	}
	var out, rest []string
	for _, a := range all {
		if first(a) {
			out = append(out, a)
		} else {
			rest = append(rest, a)
		}
	}
	return append(out, rest...)
}

// keyType is the type of the keys that sign with an algorithm (RFC 8332).
func keyType(algorithm string) string {
	if strings.HasPrefix(algorithm, "rsa-sha2-") {
		return gossh.KeyAlgoRSA
	}
	return algorithm
}
