package profile

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"syncscope/ssh"
	"syncscope/ssh/login"
)

// Recent is hosts that were looked at lately and the way to them: what is kept
// to be offered again. It never holds a secret.
type Recent struct {
	Managers []string `json:"managers,omitempty"`
	SSM      string   `json:"ssm,omitempty"`
	Peer     string   `json:"peer,omitempty"`
	Jumps    []string `json:"jump,omitempty"`
	Profile  string   `json:"profile,omitempty"`
}

// Bounds of what is kept.
const (
	maxRecent     = 10
	maxRecentFile = 64 << 10
)

const recentFile = "recent.json"

// Recent is what of a profile is kept under the name of a named one.
func (p Profile) Recent(name string) Recent {
	return Recent{p.Managers, p.SSM, p.Peer, p.Jumps, name}
}

func (r Recent) equal(o Recent) bool {
	return r.SSM == o.SSM && r.Peer == o.Peer && r.Profile == o.Profile && slices.Equal(r.Managers, o.Managers) && slices.Equal(r.Jumps, o.Jumps)
}

// keeps reports whether r may be kept and shown: what is no login may not, since
// it may hold a password, nor a user with an @, which may be one too, nor what
// no terminal should see.
func (r Recent) keeps() bool {
	if _, _, err := ssh.ParsePeer(r.Peer); err != nil || !plain(r.Profile) {
		return false
	}
	for _, list := range append(append([]string{r.SSM}, r.Managers...), r.Jumps...) {
		if list == "" {
			continue
		}
		hops, err := login.ParseJumps(list)
		if err != nil || slices.ContainsFunc(hops, func(t ssh.Target) bool { return strings.Contains(t.User, "@") }) {
			return false
		}
	}
	return len(r.Managers) > 0 || r.SSM != "" || r.Profile != ""
}

// plain reports whether a name is letters, digits and signs, without controls
// and marks that turn text around.
func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsGraphic(r) })
}

// LoadRecent is what a folder has, the last one first. A file that cannot be
// read has none.
func LoadRecent(dir string) []Recent {
	f, err := os.Open(filepath.Join(dir, recentFile))
	if err != nil {
		return nil
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxRecentFile))
	if err != nil {
		return nil
	}
	var out []Recent
	if json.Unmarshal(data, &out) != nil {
		return nil
	}
	out = slices.DeleteFunc(out, func(r Recent) bool { return !r.keeps() })
	return out[:min(len(out), maxRecent)]
}

// Remember puts r first. What may not be kept is left out.
func Remember(dir string, r Recent) error {
	if !r.keeps() {
		return nil
	}
	return saveRecent(dir, append([]Recent{r}, without(LoadRecent(dir), r)...))
}

// ForgetRecent takes r out.
func ForgetRecent(dir string, r Recent) error { return saveRecent(dir, without(LoadRecent(dir), r)) }

func without(list []Recent, r Recent) []Recent {
	return slices.DeleteFunc(list, func(o Recent) bool { return o.equal(r) })
}

// saveRecent writes the file anew, for its user alone.
func saveRecent(dir string, list []Recent) error {
	data, err := json.MarshalIndent(list[:min(len(list), maxRecent)], "", "  ")
	if err != nil {
		return err
	}
	path := filepath.Join(dir, recentFile)
	if len(list) == 0 {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return nil
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(dir, recentFile+"-*") // 0600
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // where it was not renamed
	_, err = tmp.Write(append(data, '\n'))
	if err = errors.Join(err, tmp.Close()); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
