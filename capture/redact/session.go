package redact

import (
	"bytes"
	"crypto/rand"
	"sync"
)

// Kind is the sort of a value, which names its token and its count.
type Kind uint8

// The kinds. Plain values are sanitised but not masked.
const (
	Plain Kind = iota
	ClientID
	ClientSecret
	Password
	AccessToken
	Cookie
	PrivateKey
	TLSSecret
	Authorization
)

var kindNames = [...]string{"plain", "client_id", "client_secret", "password", "access_token", "cookie", "private_key", "tls_secret", "authorization"}

// String is the name that counts and reports use.
func (k Kind) String() string { return kindNames[k] }

// Session is the gate of one run: the key of its tokens and the secrets seen.
// It is safe for concurrent use.
type Session struct {
	key []byte

	mu     sync.RWMutex
	known  []known
	index  map[string]bool // canonical values in known, by kind
	grams  map[[gramLen]byte][]int
	starts bitset // the hashes of the first bytes of grams
	counts map[Kind]int
	// Forgotten counts values that the dictionary had no room for.
	forgotten int
}

// New makes a gate with a random key that only memory holds.
func New() *Session {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the program instead (crypto/rand)
	return NewWithKey(key)
}

// NewWithKey makes a gate whose tokens are repeatable: for tests.
func NewWithKey(key []byte) *Session {
	return &Session{key: key, index: map[string]bool{}, grams: map[[gramLen]byte][]int{}, counts: map[Kind]int{}}
}

// Field makes one value safe: a token if kind is a secret's, else sanitised
// text. A value that its source had masked already stays as it is.
func (s *Session) Field(kind Kind, value []byte) Text {
	if len(value) == 0 {
		return Text{}
	}
	if kind == Plain || sourceMasked(value) {
		return Text{string(sanitise(nil, value))}
	}
	s.remember(kind, value)
	return Text{s.token(kind, value)}
}

// Line makes a whole line safe.
func (s *Session) Line(r Raw) Text { return s.line(r.b, nil) }

// Part is a part of a line as a Text. whole is the line's own Text: where that
// is the line byte for byte, what was looked through once is not looked
// through again, and nothing is copied. ok is false where it is not: then the
// part must pass the gate by itself.
func Part(whole Text, line, part Raw) (t Text, ok bool) {
	at := cap(line.b) - cap(part.b)
	if len(whole.s) != len(line.b) || at < 0 || at+len(part.b) > len(whole.s) || whole.s[at:at+len(part.b)] != string(part.b) {
		return Text{}, false
	}
	return Text{whole.s[at : at+len(part.b)]}, true
}

// Foreign makes text of another machine safe that is not part of a stream:
// an SSH banner, a prompt, an error.
func (s *Session) Foreign(text string) Text { return s.Line(Wrap([]byte(text))) }

// Learn takes the secrets of a line without making text: the first of the two
// readings of a file.
func (s *Session) Learn(r Raw) {
	for _, sp := range find(r.b, nil) {
		s.remember(sp.kind, r.b[sp.start:sp.end])
	}
}

// Mask masks again what was safe when it was made, with the values seen since.
func (s *Session) Mask(t Text) Text { return s.line([]byte(t.s), nil) }

// Counts tells how many values of each kind were masked.
func (s *Session) Counts() map[Kind]int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make(map[Kind]int, len(s.counts))
	for k, n := range s.counts {
		out[k] = n
	}
	return out
}

// Lines tells which lines of a file have nothing in them that keys or shapes
// give away, so that the second reading need not look for it again. The zero
// value, and nil, know of none.
type Lines struct {
	clean []uint64
}

// mark notes line n, from 1.
func (l *Lines) mark(n int) {
	for len(l.clean) <= n/64 {
		l.clean = append(l.clean, 0)
	}
	l.clean[n/64] |= 1 << (n % 64)
}

// Clean reports whether line n is known to be clean.
func (l *Lines) Clean(n int) bool {
	return l != nil && n/64 < len(l.clean) && l.clean[n/64]&(1<<(n%64)) != 0
}

// Known makes a line safe that Lines knows to be clean: only values seen
// elsewhere are looked for.
func (s *Session) Known(r Raw) Text { return s.mask(r.b, nil, true) }

// Stream is one stream's side of the gate: it remembers what goes on over
// several lines (a PEM block). It is not safe for concurrent use.
type Stream struct {
	s     *Session
	block *block
}

// Stream begins a stream.
func (s *Session) Stream() *Stream { return &Stream{s, &block{}} }

// Line makes the stream's next line safe.
func (st *Stream) Line(r Raw) Text { return st.s.line(r.b, st.block) }

// Learn takes the secrets of the stream's next line, which is its line n, and
// notes in lines if there are none. A line with a PEM mark begins or ends
// something: it is never clean.
func (st *Stream) Learn(r Raw, n int, lines *Lines) {
	spans := find(r.b, st.block)
	for _, sp := range spans {
		st.s.remember(sp.kind, r.b[sp.start:sp.end])
	}
	if len(spans) == 0 && !st.block.pem && !bytes.Contains(r.b, []byte("-----")) {
		lines.mark(n)
	}
}

// line masks b's secrets and sanitises the rest.
func (s *Session) line(b []byte, bl *block) Text { return s.mask(b, find(b, bl), true) }

// mask puts tokens in the place of spans and of every value known.
func (s *Session) mask(b []byte, spans []span, count bool) Text {
	for _, sp := range spans {
		s.remember(sp.kind, b[sp.start:sp.end])
	}
	spans = s.mergeKnown(b, spans)
	if len(spans) == 0 && plain(b) {
		return Text{string(b)}
	}
	out := make([]byte, 0, len(b)+16*len(spans))
	at := 0
	for _, sp := range spans {
		out = sanitise(out, b[at:sp.start])
		if sp.cutOf != "" {
			out = append(out, sp.cutOf...)
		} else {
			out = append(out, s.token(sp.kind, b[sp.start:sp.end])...)
		}
		at = sp.end
	}
	out = sanitise(out, b[at:])
	if count && len(spans) > 0 {
		s.mu.Lock()
		for _, sp := range spans {
			s.counts[sp.kind]++
		}
		s.mu.Unlock()
	}
	return Text{string(out)}
}

// Excerpt makes a part of a line safe whose whole was already counted.
func (s *Session) Excerpt(r Raw) Text { return s.mask(r.b, find(r.b, nil), false) }
