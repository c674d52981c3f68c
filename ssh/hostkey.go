package ssh

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/skeema/knownhosts"
	gossh "golang.org/x/crypto/ssh"
	xknownhosts "golang.org/x/crypto/ssh/knownhosts"
)

// knownHosts is what the known_hosts files say.
type knownHosts struct {
	db    *knownhosts.HostKeyDB
	names map[string]string // our copy of a file → the file
}

// readKnownHosts reads the files that exist. A line that cannot be read is
// left out, as OpenSSH does, instead of failing its whole file: the library
// reads copies in which such lines are blank, so that line numbers stay.
func readKnownHosts(files []string) (*knownHosts, error) {
	k := &knownHosts{names: map[string]string{}}
	var copies []string
	for _, name := range files {
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			k.remove()
			return nil, fmt.Errorf("known hosts: %w", err)
		}
		copied, err := writeCopy(readable(data))
		if err != nil {
			k.remove()
			return nil, err
		}
		k.names[copied] = name
		copies = append(copies, copied)
	}
	db, err := knownhosts.NewDB(copies...)
	if err != nil {
		k.remove()
		return nil, err
	}
	k.db = db
	return k, nil
}

// readable blanks the lines that cannot be parsed.
func readable(data []byte) []byte {
	lines := bytes.Split(data, []byte("\n"))
	for i, line := range lines {
		t := bytes.TrimSpace(line)
		if len(t) == 0 || t[0] == '#' {
			continue
		}
		if _, _, _, _, _, err := gossh.ParseKnownHosts(t); err != nil {
			lines[i] = nil
		}
	}
	return bytes.Join(lines, []byte("\n"))
}

func writeCopy(data []byte) (string, error) {
	f, err := os.CreateTemp("", "syncscope-known-*") // 0600
	if err != nil {
		return "", err
	}
	_, err = f.Write(data)
	return f.Name(), errors.Join(err, f.Close())
}

// remove deletes the copies.
func (k *knownHosts) remove() {
	for name := range k.names {
		_ = os.Remove(name) // a temporary file
	}
}

// algorithms asks for the kind of key that is known, then for any: a host that
// shows another kind only must be seen to differ, not fail without a reason.
func (k *knownHosts) algorithms(t Target) []string {
	known := k.db.HostKeyAlgorithms(t.Addr())
	if len(known) == 0 {
		return nil // the library's own order
	}
	for _, a := range gossh.SupportedAlgorithms().HostKeys {
		if !slices.Contains(known, a) {
			known = append(known, a)
		}
	}
	return known
}

// unknownKey ends a handshake with a host that is not known.
type unknownKey struct {
	target Target
	key    gossh.PublicKey
	remote net.Addr
}

func (e *unknownKey) Error() string {
	return (&HostKeyError{Target: e.target, Got: gossh.FingerprintSHA256(e.key)}).Error()
}

func (k *knownHosts) callback(t Target, accepted []gossh.PublicKey) gossh.HostKeyCallback {
	check := k.db.HostKeyCallback()
	return func(host string, remote net.Addr, key gossh.PublicKey) error {
		for _, a := range accepted {
			if bytes.Equal(a.Marshal(), key.Marshal()) {
				return nil
			}
		}
		err := check(host, remote, key)
		switch {
		case err == nil:
			return nil
		case knownhosts.IsHostKeyChanged(err):
			return k.changed(t, key, err)
		case knownhosts.IsHostUnknown(err):
			return &unknownKey{t, key, remote}
		}
		return err // revoked, or a bad certificate
	}
}

func (k *knownHosts) changed(t Target, key gossh.PublicKey, err error) error {
	out := &HostKeyError{Target: t, Changed: true, Got: gossh.FingerprintSHA256(key)}
	var ke *xknownhosts.KeyError
	if errors.As(err, &ke) {
		for _, w := range ke.Want {
			name := k.names[w.Filename]
			out.Want = append(out.Want, fmt.Sprintf("%s (%s:%d)", gossh.FingerprintSHA256(w.Key), name, w.Line))
		}
	}
	return out
}

// trust asks a person and notes the host if he trusts it.
func trust(ctx context.Context, t Target, cfg Config, u *unknownKey) error {
	refused := &HostKeyError{Target: t, Got: gossh.FingerprintSHA256(u.key)}
	if cfg.Prompter == nil {
		return refused
	}
	ok, err := cfg.Prompter.TrustHost(ctx, UnknownHost{t, u.key.Type(), gossh.FingerprintSHA256(u.key)})
	if err != nil || !ok {
		return refused
	}
	if cfg.WriteKnownHosts == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(cfg.WriteKnownHosts), 0o700); err != nil {
		return dialError(t, cfg.Gate, err)
	}
	f, err := os.OpenFile(cfg.WriteKnownHosts, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return dialError(t, cfg.Gate, err)
	}
	err = knownhosts.WriteKnownHost(f, t.Addr(), u.remote, u.key)
	if err = errors.Join(err, f.Close()); err != nil {
		return dialError(t, cfg.Gate, err)
	}
	return nil
}
