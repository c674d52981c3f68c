package login

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	gossh "golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"

	"syncscope/ssh"
)

// unknownKey ends a handshake with a host that is not known.
type unknownKey struct {
	route *route
	key   gossh.PublicKey
}

func (e *unknownKey) Error() string {
	return (&ssh.HostKeyError{Target: e.route.target, Got: gossh.FingerprintSHA256(e.key)}).Error()
}

// callback judges the key that a host shows. accepted are keys that a person
// has just trusted.
func (k knownHosts) callback(r *route, accepted []gossh.PublicKey) gossh.HostKeyCallback {
	return func(_ string, _ net.Addr, key gossh.PublicKey) error {
		cert, certified := key.(*gossh.Certificate)
		if certified {
			key = cert.Key
		}
		if slices.ContainsFunc(accepted, func(a gossh.PublicKey) bool { return sameKey(a, key) }) {
			return nil
		}
		err := k.judge(r, r.knownAs(), key, cert)
		var unknown *unknownKey
		if r.name() != r.knownAs() && errors.As(err, &unknown) {
			// A port of its own and no line for it: the host's line is good too,
			// as OpenSSH has it, if the key is the same.
			if plain := k.judge(r, r.name(), key, cert); plain == nil || isRevoked(plain) {
				return plain
			}
		}
		return err
	}
}

func isRevoked(err error) bool {
	var e *ssh.HostKeyError
	return errors.As(err, &e) && e.Revoked
}

func (k knownHosts) judge(r *route, name string, key gossh.PublicKey, cert *gossh.Certificate) error {
	lines := k.of(name)
	shown := []gossh.PublicKey{key}
	if cert != nil {
		shown = append(shown, cert.SignatureKey)
	}
	for _, s := range shown {
		if l, ok := lines.with(revokedKey).has(s); ok {
			return &ssh.HostKeyError{Target: r.target, Revoked: true, Got: gossh.FingerprintSHA256(s), Known: name, Want: []string{l.where()}}
		}
	}
	if cert != nil {
		if _, ok := lines.with(certAuthority).has(cert.SignatureKey); ok {
			return checkCertificate(r, cert)
		}
	}
	plain := lines.with("")
	if _, ok := plain.has(key); ok {
		return nil
	}
	if len(plain) == 0 {
		return &unknownKey{r, key}
	}
	out := &ssh.HostKeyError{Target: r.target, Changed: true, Known: name, Got: gossh.FingerprintSHA256(key)}
	for _, l := range plain {
		out.Want = append(out.Want, fmt.Sprintf("%s (%s)", gossh.FingerprintSHA256(l.key), l.where()))
		if !slices.Contains(out.Files, l.file) {
			out.Files = append(out.Files, l.file)
		}
	}
	return out
}

func (l knownLine) where() string { return fmt.Sprintf("%s:%d", l.file, l.line) }

// checkCertificate: signed by a known CA, it must be a host's, for this name,
// and valid now.
func checkCertificate(r *route, cert *gossh.Certificate) error {
	if cert.CertType != gossh.HostCert {
		return errors.New("the host's certificate is not one for hosts")
	}
	return (&gossh.CertChecker{}).CheckCert(r.name(), cert)
}

// trust asks a person and notes the host if he trusts it.
func trust(ctx context.Context, cfg Config, u *unknownKey) error {
	r := u.route
	refused := &ssh.HostKeyError{Target: r.target, Got: gossh.FingerprintSHA256(u.key)}
	if cfg.Prompter == nil {
		return refused
	}
	done, err := cfg.turn(ctx)
	if err != nil {
		return refused
	}
	ok, err := cfg.Prompter.TrustHost(ctx, ssh.UnknownHost{Target: r.target, KeyType: u.key.Type(), Fingerprint: refused.Got, For: cfg.final})
	done()
	if err != nil || !ok {
		return refused
	}
	if r.write == "" {
		return nil
	}
	if err := note(r, u.key); err != nil {
		return dialError(r.target, cfg.Gate, err)
	}
	cfg.Pool.noted(r.write)
	return nil
}

// note adds a host to the file for those that a person trusts.
func note(r *route, key gossh.PublicKey) error {
	if err := os.MkdirAll(filepath.Dir(r.write), 0o700); err != nil {
		return err
	}
	f, err := os.OpenFile(r.write, os.O_APPEND|os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	name := r.knownAs()
	if r.hash {
		name = xknownhosts.HashHostname(name)
	}
	line := name + " " + string(gossh.MarshalAuthorizedKey(key))
	last := []byte{'\n'}
	if st, err := f.Stat(); err == nil && st.Size() > 0 {
		_, _ = f.ReadAt(last, st.Size()-1) // a last line without an end is ended first
	}
	if last[0] != '\n' {
		line = "\n" + line
	}
	_, err = f.WriteString(line)
	return errors.Join(err, f.Close())
}
