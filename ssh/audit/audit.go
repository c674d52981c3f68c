package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"syncscope/ssh/command"
)

// Audit is the account of what a session sends to hosts: a file of JSON lines,
// each written and synced before what it tells of is sent, each with the hash
// of the one before. A nil Audit keeps none (the demo's hosts are simulated).
type Audit struct {
	path string
	now  func() time.Time

	mu   sync.Mutex
	f    *os.File
	n    int
	last string // the hash of the last line
	err  error  // of the first line that could not be written: nothing is sent from then on
	sum  Summary
	met  map[string]bool // hosts
}

// Summary is what a session did on the hosts.
type Summary struct {
	Path     string // of the audit
	Commands int
	Received int64 // bytes
	Beats    int
	Open     int // commands whose end was not seen
	Hosts    int
	Costs    []string // what it cost them, each once, without "none"
}

// Record is one line of an audit. What is sent holds secrets by name only.
type Record struct {
	N       int       `json:"n"`
	Time    time.Time `json:"time"`
	Kind    string    `json:"kind"` // "begin", "send", "end" (of a send), "sweep", "seal" (the end of the session)
	Host    string    `json:"host,omitempty"`
	User    string    `json:"user,omitempty"`
	Jumps   []string  `json:"jumps,omitempty"` // the way there
	HostKey string    `json:"host_key,omitempty"`
	Channel int       `json:"channel,omitempty"` // one shell or one command's channel
	How     string    `json:"how,omitempty"`     // "exec", "typed", "stdin", "signal"; of an end: "exit", "closed by us", "lost"
	Command string    `json:"command,omitempty"`
	Send    string    `json:"send,omitempty"` // the exact bytes
	Reason  string    `json:"reason,omitempty"`
	Cost    string    `json:"cost,omitempty"`
	Text    string    `json:"text,omitempty"` // of a begin or a sweep
	Of      int       `json:"of,omitempty"`   // of an end: the line that told of the sending
	Exit    *int      `json:"exit,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"` // received
	Beats   int       `json:"heartbeats,omitempty"`
	Took    float64   `json:"seconds,omitempty"`
	Prev    string    `json:"prev"` // the hash of the line before; empty in the first
}

// Error: the account of what is sent cannot be kept, so nothing is sent.
type Error struct {
	Path string
	Err  error
}

// Error is one line: object, what, what to do.
func (e *Error) Error() string {
	return fmt.Sprintf("%s: cannot be written: %v (nothing is sent without it: make room, or check the folder's rights)", e.Path, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// New begins an account in dir, which only its owner may read.
func New(dir string, now func() time.Time, version string) (*Audit, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, &Error{dir, err}
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return nil, &Error{dir, err}
	}
	name := now().UTC().Format("20060102T150405Z") + "-" + command.NewNonce().String() + ".jsonl"
	a := &Audit{path: filepath.Join(dir, name), now: now, met: map[string]bool{}}
	f, err := os.OpenFile(a.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, &Error{a.path, err}
	}
	a.f = f
	_, err = a.Write(Record{Kind: "begin", Text: "syncscope " + version})
	return a, err
}

// Path is where the account is.
func (a *Audit) Path() string {
	if a == nil {
		return ""
	}
	return a.path
}

// Write adds a line and gives its number. It is on the disk when write returns.
func (a *Audit) Write(r Record) (int, error) {
	if a == nil {
		return 0, nil
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.err != nil {
		return 0, a.err
	}
	r.N, r.Time, r.Prev = a.n+1, a.now().UTC(), a.last
	line, hash, err := seal(r)
	if err == nil {
		_, err = a.f.Write(line)
	}
	if err == nil {
		err = a.f.Sync()
	}
	if err != nil {
		a.err = &Error{a.path, err}
		return 0, a.err
	}
	a.n, a.last = r.N, hash
	return r.N, nil
}

// hashKey begins the last member of a line: the hash of all that stands before it.
const hashKey = `,"hash":"`

// seal makes a record's line and hash.
func seal(r Record) (line []byte, hash string, err error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // the bytes as they are sent
	if err := enc.Encode(r); err != nil {
		return nil, "", err
	}
	body := bytes.TrimSuffix(b.Bytes(), []byte("}\n"))
	sum := sha256.Sum256(body)
	hash = hex.EncodeToString(sum[:])
	return append(body, hashKey+hash+"\"}\n"...), hash, nil
}

// Sent writes the line that goes before a sending.
func (a *Audit) Sent(r Record) (int, error) {
	r.Kind = "send"
	n, err := a.Write(r)
	if err == nil && a != nil {
		a.mu.Lock()
		defer a.mu.Unlock()
		if r.How != "stdin" && r.How != "signal" {
			a.sum.Commands++
			a.sum.Open++
			a.met[r.Host] = true
			if r.Cost != "none" && !slices.Contains(a.sum.Costs, r.Cost) {
				a.sum.Costs = append(a.sum.Costs, r.Cost)
			}
		}
	}
	return n, err
}

// Ended writes how a command ended. That it cannot be written stops what would
// be sent next.
func (a *Audit) Ended(of int, how string, exit *int, bytes int64, beats int, took time.Duration) {
	if a == nil || of == 0 {
		return
	}
	_, _ = a.Write(Record{Kind: "end", Of: of, How: how, Exit: exit, Bytes: bytes, Beats: beats, Took: took.Round(time.Millisecond).Seconds()})
	a.mu.Lock()
	defer a.mu.Unlock()
	a.sum.Open--
	a.sum.Received += bytes
	a.sum.Beats += beats
}

// Close ends the account: what is cut off it from then on is seen.
func (a *Audit) Close() error {
	if a == nil {
		return nil
	}
	_, err := a.Write(Record{Kind: "seal"})
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.f == nil {
		return nil // it is closed already
	}
	cerr := a.f.Close()
	a.f, a.err = nil, &Error{a.path, os.ErrClosed}
	if err == nil && cerr != nil {
		err = &Error{a.path, cerr}
	}
	return err
}

// Summary is what was done so far.
func (a *Audit) Summary() Summary {
	if a == nil {
		return Summary{}
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.sum
	s.Path, s.Hosts, s.Costs = a.path, len(a.met), slices.Clone(a.sum.Costs)
	return s
}
