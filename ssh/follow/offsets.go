package follow

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"syncscope/ssh/command"
)

// Saved is where in a log a run was, kept for the next one: a place and a print
// of the bytes before it, never the bytes.
type Saved struct {
	Path   string    `json:"path"`
	Offset int64     `json:"offset"`
	Length int       `json:"length"`
	SHA256 string    `json:"sha256"`
	Boot   string    `json:"boot_id,omitempty"`
	At     time.Time `json:"at"`
}

// Saved is the place behind the last line that was handed over.
func (l *Log) Saved() Saved {
	at := l.place.at
	sum := sha256.Sum256(at.Tail)
	return Saved{l.path.String(), at.Offset, len(at.Tail), hex.EncodeToString(sum[:]), l.boot, time.Now()}
}

// Missed is how many bytes were written to the log since s was saved and before
// it was opened; found is false where the log has not the place any more.
func (l *Log) Missed(ctx context.Context, s Saved) (n int64, found bool, err error) {
	if s.Path != l.path.String() || s.Offset > l.mark || s.Length > command.TailMax || int64(s.Length) > s.Offset {
		return 0, false, nil
	}
	res, err := l.run(ctx, command.LogRange(l.path, s.Offset-int64(s.Length), int64(s.Length)))
	if err != nil {
		return 0, false, err
	}
	b, err := io.ReadAll(res.Reader())
	if sum := sha256.Sum256(b); err != nil || len(b) != s.Length || hex.EncodeToString(sum[:]) != s.SHA256 {
		return 0, false, err
	}
	return l.mark - s.Offset, true, nil
}

// savedFile is a log's file in dir.
func (l *Log) savedFile(dir string) string {
	t := l.target()
	sum := sha256.Sum256([]byte(t.String() + " " + l.path.String()))
	return filepath.Join(dir, hex.EncodeToString(sum[:8])+".json")
}

// Save keeps the place in dir: whole or not at all.
func (l *Log) Save(dir string) error {
	if l.journal != nil { // it is read back by its own time
		return nil
	}
	b, err := json.Marshal(l.Saved())
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, ".place-*") // 0600
	if err != nil {
		return err
	}
	_, err = f.Write(append(b, '\n'))
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), l.savedFile(dir))
	}
	if err != nil {
		_ = os.Remove(f.Name()) // what matters is err
	}
	return err
}

// Load is what an earlier run kept in dir; ok is false if there is nothing that
// can be read.
func (l *Log) Load(dir string) (s Saved, ok bool) {
	f, err := os.Open(l.savedFile(dir))
	if err != nil {
		return s, false
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, 4096))
	return s, err == nil && json.Unmarshal(bytes.TrimSpace(b), &s) == nil && s.Offset >= 0 && s.Length >= 0
}

// String is for people.
func (s Saved) String() string { return fmt.Sprintf("byte %d of %s", s.Offset, s.Path) }
