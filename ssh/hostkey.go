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
	defer k.remove() // they are read once
	var copies []string
	for _, name := range files {
		data, err := os.ReadFile(name)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("known hosts: %w", err)
		}
		copied, err := writeCopy(readable(data))
		if copied != "" {
			k.names[copied] = name
		}
		if err != nil {
			return nil, err
		}
		copies = append(copies, copied)
	}
	db, err := knownhosts.NewDB(copies...)
	if err != nil {
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
func (k *knownHosts) algorithms(addr string, legacy bool) []string {
	known := k.db.HostKeyAlgorithms(addr)
	if len(known) == 0 && !legacy {
		return nil // the library's own order
	}
	all := gossh.SupportedAlgorithms().HostKeys
	if legacy {
		all = append(all, gossh.InsecureAlgorithms().HostKeys...)
	}
	for _, a := range all {
		if !slices.Contains(known, a) {
			known = append(known, a)
		}
	}
	return known
}

// unknownKey ends a handshake with a host that is not known.
type unknownKey struct {
	route  *route
	key    gossh.PublicKey
	remote net.Addr
}

func (e *unknownKey) Error() string {
	return (&HostKeyError{Target: e.route.target, Got: gossh.FingerprintSHA256(e.key)}).Error()
}

func (k *knownHosts) callback(r *route, accepted []gossh.PublicKey) gossh.HostKeyCallback {
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
			return k.changed(r, key, err)
		case knownhosts.IsHostUnknown(err):
			return &unknownKey{r, key, remote}
		}
		var revoked *xknownhosts.RevokedError
		if errors.As(err, &revoked) {
			return &HostKeyError{Target: r.target, Revoked: true, Got: gossh.FingerprintSHA256(key), Known: r.knownAs(),
				Want: []string{fmt.Sprintf("%s:%d", k.names[revoked.Revoked.Filename], revoked.Revoked.Line)}}
		}
		return err // a bad certificate
	}
}

func (k *knownHosts) changed(r *route, key gossh.PublicKey, err error) error {
	out := &HostKeyError{Target: r.target, Changed: true, Known: r.knownAs(), Got: gossh.FingerprintSHA256(key)}
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
func trust(ctx context.Context, cfg Config, u *unknownKey) error {
	r := u.route
	refused := &HostKeyError{Target: r.target, Got: gossh.FingerprintSHA256(u.key)}
	if cfg.Prompter == nil {
		return refused
	}
	done, err := cfg.Pool.ask(ctx)
	if err != nil {
		return refused
	}
	ok, err := cfg.Prompter.TrustHost(ctx, UnknownHost{Target: r.target, KeyType: u.key.Type(), Fingerprint: refused.Got, For: cfg.final})
	done()
	if err != nil || !ok {
		return refused
	}
	if r.write == "" {
		return nil
	}
	if err := os.MkdirAll(filepath.Dir(r.write), 0o700); err != nil {
		return dialError(r.target, cfg.Gate, err)
	}
	f, err := os.OpenFile(r.write, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return dialError(r.target, cfg.Gate, err)
	}
	remote := u.remote
	if r.alias != "" { // the address is not the name that it is known by
		remote = noAddr
	}
	err = knownhosts.WriteKnownHost(f, r.keyAddr(), remote, u.key)
	if err = errors.Join(err, f.Close()); err != nil {
		return dialError(r.target, cfg.Gate, err)
	}
	return nil
}
