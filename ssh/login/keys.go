package login

import (
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"os"
	"slices"
	"time"

	gossh "golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"syncscope/ssh"
)

// maxKeys is how many keys are offered: each counts as a try, and OpenSSH ends
// a login at the sixth.
const maxKeys = 5

// phraseTries is how often a passphrase may be mistyped: that costs no try on
// the host.
const phraseTries = 3

// signers are the keys that are offered: those of the agent that are also
// named as files, the other files, then the rest of the agent.
func (a *auth) signers() ([]gossh.Signer, error) {
	var files, named, rest []gossh.Signer
	for _, path := range a.r.identities {
		if s := a.keyFile(path); s != nil {
			files = append(files, s)
		}
	}
	for _, s := range a.agentKeys() {
		i := slices.IndexFunc(files, func(f gossh.Signer) bool { return sameKey(f.PublicKey(), s.PublicKey()) })
		switch {
		case i >= 0:
			files = slices.Delete(files, i, i+1) // the agent needs no passphrase
			named = append(named, s)
		case !a.r.only || a.isNamed(s.PublicKey()):
			rest = append(rest, s)
		}
	}
	all := a.withCertificates(slices.Concat(named, files, rest))
	if len(all) > maxKeys {
		a.note("only the first %d of %d keys were offered: name the right one with -i, or set IdentitiesOnly", maxKeys, len(all))
		all = all[:maxKeys]
	}
	return all, nil
}

// agentKeys are none if there is no agent.
func (a *auth) agentKeys() []gossh.Signer {
	if a.r.agent == "" {
		return nil
	}
	conn, err := dialAgent(a.ctx, a.r.agent)
	if err != nil {
		a.note("the agent at %s cannot be reached", a.r.agent)
		return nil
	}
	a.agent = conn
	_ = conn.SetDeadline(time.Now().Add(afterAnswer)) // it may ask for a touch
	keys, err := agent.NewClient(conn).Signers()
	if err != nil {
		a.note("the agent gives no keys")
	}
	return keys
}

// isNamed: the key's public half stands beside one of the identities.
func (a *auth) isNamed(key gossh.PublicKey) bool {
	for _, path := range a.r.identities {
		for _, name := range []string{path, path + ".pub", path + "-cert.pub"} {
			if k := readPublic(name); k != nil && sameKey(k, key) {
				return true
			}
		}
	}
	return false
}

func sameKey(a, b gossh.PublicKey) bool { return bytes.Equal(a.Marshal(), b.Marshal()) }

func readPublic(name string) gossh.PublicKey {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	key, _, _, _, err := gossh.ParseAuthorizedKey(data)
	if err != nil {
		return nil
	}
	return key
}

// withCertificates puts the certificate of a key before it.
func (a *auth) withCertificates(keys []gossh.Signer) []gossh.Signer {
	var certs []*gossh.Certificate
	names := slices.Clone(a.r.certificates)
	for _, id := range a.r.identities {
		names = append(names, id+"-cert.pub")
	}
	for _, name := range names {
		if cert, ok := readPublic(name).(*gossh.Certificate); ok {
			certs = append(certs, cert)
		}
	}
	var out []gossh.Signer
	for _, s := range keys {
		for _, cert := range certs {
			if sameKey(cert.Key, s.PublicKey()) {
				if with, err := gossh.NewCertSigner(cert, s); err == nil {
					out = append(out, with)
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// keyFile reads a private key. One with a passphrase is offered by its public
// half: the passphrase is asked for when the host takes it.
func (a *auth) keyFile(path string) gossh.Signer {
	data, err := os.ReadFile(path)
	if err != nil {
		if !errors.Is(err, os.ErrNotExist) || slices.Contains(a.c.cfg.Explicit, path) {
			a.note("%s: the key cannot be read (check the path)", path)
		}
		return nil
	}
	s, err := gossh.ParsePrivateKey(data)
	var locked *gossh.PassphraseMissingError
	switch {
	case err == nil:
		clear(data)
		return s
	case bytes.HasPrefix(data, []byte("PuTTY-User-Key-File")):
		a.note("%s is a PuTTY key: convert it with puttygen %s -O private-openssh -o NEWFILE, then -i NEWFILE", path, path)
		return nil
	case isSecurityKey(data):
		a.note("%s is a security key: add it to the ssh-agent (ssh-add), or log in with ssh -M and ControlPath", path)
		return nil
	case errors.As(err, &locked):
		public := locked.PublicKey // the old PEM format does not say it
		if public == nil {
			public = readPublic(path + ".pub")
		}
		l := &lockedKey{a: a, path: path, data: data, public: public}
		a.locked = append(a.locked, l)
		if public == nil && l.open() != nil {
			return nil
		}
		return l
	}
	a.note("%s is no private key that can be read", path)
	return nil
}

// isSecurityKey looks for the names of FIDO keys (OpenSSH's PROTOCOL.u2f).
func isSecurityKey(data []byte) bool {
	block, _ := pem.Decode(data)
	return block != nil && (bytes.Contains(block.Bytes, []byte("sk-ssh-ed25519@openssh.com")) || bytes.Contains(block.Bytes, []byte("sk-ecdsa-sha2-nistp256@openssh.com")))
}

// lockedKey is a key whose passphrase is asked for when it has to sign.
type lockedKey struct {
	a      *auth
	path   string
	data   []byte
	public gossh.PublicKey
	signer gossh.AlgorithmSigner
}

// PublicKey implements gossh.Signer.
func (l *lockedKey) PublicKey() gossh.PublicKey { return l.public }

// Sign implements gossh.Signer.
func (l *lockedKey) Sign(rand io.Reader, data []byte) (*gossh.Signature, error) {
	return l.SignWithAlgorithm(rand, data, "")
}

// SignWithAlgorithm implements gossh.AlgorithmSigner.
func (l *lockedKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*gossh.Signature, error) {
	if err := l.open(); err != nil {
		return nil, err
	}
	return l.signer.SignWithAlgorithm(rand, data, algorithm)
}

func (l *lockedKey) open() error {
	if l.signer != nil {
		return nil
	}
	text := "Passphrase for " + l.path + ": "
	if l.public != nil {
		text = "Passphrase for " + l.path + " (" + gossh.FingerprintSHA256(l.public) + "): "
	}
	for try := range phraseTries {
		phrase, err := l.a.ask(ssh.Question{Text: l.a.c.cfg.Gate.Foreign(text), Method: publicKey, Try: try + 1})
		if err != nil {
			return err
		}
		if len(phrase) == 0 { // the person goes on without this key
			break
		}
		s, err := gossh.ParsePrivateKeyWithPassphrase(l.data, phrase)
		clear(phrase)
		if signer, ok := s.(gossh.AlgorithmSigner); err == nil && ok {
			l.signer, l.public = signer, s.PublicKey()
			clear(l.data)
			return nil
		}
	}
	l.a.note("%s was not unlocked", l.path)
	return errors.New("the key was not unlocked")
}
