package redact

import (
	"bytes"
	"cmp"
	"crypto/rand"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"syncscope/capture/redact/script"
)

// Kind is the sort of a value, which names its token and its count.
type Kind uint8

// The kinds. Plain values are sanitised, and masked where they hold what was
// seen as a secret; users, hosts and addresses are masked with privacy only.
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
	User
	Host
	Address
	MAC
	kindCount
)

var kindNames = [...]string{"plain", "client_id", "client_secret", "password", "access_token", "cookie", "private_key", "tls_secret", "authorization", "user", "host", "address", "mac"}

// String is the name that counts and reports use.
func (k Kind) String() string {
	if k >= kindCount {
		return "unknown"
	}
	return kindNames[k]
}

// Session is the gate of one run: the key of its tokens and the secrets seen.
// It is safe for concurrent use.
type Session struct {
	*screen // what is shown of a text that was safe already
	*clears // which values may be shown in clear
	people  // names of users and hosts
	counts  // how many values were masked

	macs    macs
	privacy atomic.Bool

	mu    sync.RWMutex
	known dictionary

	cacheMu sync.RWMutex
	cache   map[string]string // tokens, by kind and value
}

// maxCache bounds the tokens that are kept: beyond, all are made anew.
const maxCache = 8192

// New makes a gate with a random key that only memory holds.
func New() *Session {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // never fails: it ends the program instead (crypto/rand)
	return NewWithKey(key)
}

// NewWithKey makes a gate whose tokens are repeatable: for tests.
func NewWithKey(key []byte) *Session {
	s := &Session{macs: macs{key: key}, known: newDictionary(), cache: map[string]string{}}
	s.screen, s.clears = &screen{Session: s}, &clears{s: s}
	s.people.names, s.counts.of = map[string]Kind{}, map[Kind]int{}
	return s
}

// Field makes one value safe: a token if kind is a secret's, else text in which
// what was seen as a secret is masked. A value that its source had masked
// already stays as it is.
func (s *Session) Field(kind Kind, value []byte) Text {
	if len(value) == 0 {
		return Text{}
	}
	v := canonical(value)
	switch {
	case kind >= User:
		return s.Name(kind, string(value))
	case kind == Plain:
		return s.mask(value, nil, nil, false)
	case sourceMasked(v):
		return Text{string(script.Sanitise(nil, value))}
	}
	return Text{s.named(kind, v, false)}
}

// Typed takes what a person typed as the answer to a question for a secret, in the
// words that were typed: it is known before a host can repeat it.
func (s *Session) Typed(value []byte) {
	if v := bytes.TrimRight(value, "\r\n"); len(v) > 0 {
		s.named(Password, bytes.Clone(v), false)
	}
}

// Line makes a whole line safe that is part of no stream.
func (s *Session) Line(r Raw) Text { return s.alone(r.Bytes(), true) }

// Foreign makes text of another machine safe that is not part of a stream:
// an SSH banner, a prompt, an error.
func (s *Session) Foreign(text string) Text { return s.alone([]byte(text), true) }

// Excerpt makes a part of a line safe whose whole was already counted.
func (s *Session) Excerpt(r Raw) Text { return s.alone(r.Bytes(), false) }

// Known makes a line safe that Lines knows to be clean: only values seen
// elsewhere are looked for.
func (s *Session) Known(r Raw) Text { return s.mask(r.Bytes(), nil, nil, true) }

// Learn takes the secrets of a line without making text.
func (s *Session) Learn(r Raw) {
	st := s.Stream()
	st.find(r.Bytes())
	s.learn(&st.f)
}

func (s *Session) alone(b []byte, count bool) Text {
	st := Stream{s: s}
	return st.line(b, count)
}

// Blank reports whether no secret was seen and none masked.
func (s *Session) Blank() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.known.values) == 1 && s.known.forgotten == 0 && len(s.Counts()) == 0
}

// Forgotten counts the values that were masked where they stood, but are not
// looked for elsewhere: there was no room for them.
func (s *Session) Forgotten() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.known.forgotten
}

// named is the token of a value, which is a secret everywhere from now on.
// open: a line ended behind it, so that it may be the beginning of another.
func (s *Session) named(kind Kind, v []byte, open bool) string {
	var stack [128]byte
	id := append(stack[:0], byte(kind), 0)
	if open {
		id[1] = 1
	}
	id = append(id, v...)
	s.cacheMu.RLock()
	t, ok := s.cache[string(id)]
	s.cacheMu.RUnlock()
	if !ok {
		t = s.token(kind, v)
		if kind < User {
			s.mu.Lock()
			s.known.add(kind, v, open)
			s.mu.Unlock()
		}
		s.cacheMu.Lock()
		if len(s.cache) >= maxCache {
			clear(s.cache)
		}
		s.cache[string(id)] = t
		s.cacheMu.Unlock()
	}
	if open {
		s.mu.RLock()
		longer := s.known.beginning(v)
		var kn known
		if longer > 0 {
			kn = s.known.values[longer]
		}
		s.mu.RUnlock()
		if longer > 0 {
			return s.token(kn.kind, kn.value) + cutMark
		}
	}
	return t
}

// learn takes what f found into the dictionary.
func (s *Session) learn(f *finder) {
	for i, sp := range f.spans {
		if sp.text == "" {
			f.spans[i].text = s.named(sp.kind, sp.val, sp.open)
		}
	}
	for _, p := range f.people {
		s.meet(p)
	}
}

// mask puts tokens in the place of spans and of every value known. views are
// what b's escapes say.
func (s *Session) mask(b []byte, spans []span, views []view, count bool) Text {
	spans = s.covered(b, spans, views)
	if len(spans) == 0 && script.Plain(b) {
		return Text{string(b)}
	}
	if count && len(spans) > 0 {
		s.count(spans)
	}
	return emit(b, spans, false)
}

// covered are all places to mask: spans, those of known values, and those that
// privacy hides.
func (s *Session) covered(b []byte, spans []span, views []view) []span {
	if len(spans) > 0 {
		spans = tidy(spans)
	}
	found := len(spans)
	s.mu.RLock()
	spans = merge(spans, s.known.search(b, spans, nil))
	for _, v := range views {
		for _, sp := range s.known.search(v.b, nil, nil) {
			sp.start, sp.end = v.at[sp.start], v.at[sp.end]
			spans = append(spans, sp)
		}
	}
	s.mu.RUnlock()
	if s.privacy.Load() {
		spans = s.personal(b, spans)
	}
	if len(spans) > found {
		spans = slices.DeleteFunc(tidy(spans), func(sp span) bool { return inToken(b, sp) })
	}
	for i := range spans {
		switch sp := &spans[i]; sp.text {
		case "":
			sp.text = s.named(sp.kind, sp.val, false)
		case cutMark:
			sp.text = s.named(sp.kind, sp.val, false) + cutMark
		}
	}
	return spans
}

// emit makes text of b with the spans' tokens in their place. plain: the rest is
// known to be printable ASCII, and need not be sanitised.
func emit(b []byte, spans []span, plain bool) Text {
	out := make([]byte, 0, len(b)+16*len(spans))
	clean := script.Sanitise
	if plain {
		clean = func(out, b []byte) []byte { return append(out, b...) }
	}
	at := 0
	for _, sp := range spans {
		out = append(clean(out, b[at:sp.start]), sp.text...)
		at = sp.end
	}
	return Text{string(clean(out, b[at:]))}
}

// tidy sorts spans and drops what lies inside another.
func tidy(spans []span) []span {
	if !slices.IsSortedFunc(spans, inOrder) {
		slices.SortStableFunc(spans, inOrder)
	}
	out := spans[:0]
	at := 0
	for _, sp := range spans {
		if sp.end <= at || sp.end <= sp.start {
			continue
		}
		if sp.start < at { // what sticks out is masked too, under its own token
			sp.start = at
		}
		out = append(out, sp)
		at = sp.end
	}
	return out
}

// merge puts two sorted lists together.
func merge(a, b []span) []span {
	if len(b) == 0 {
		return a
	}
	out := make([]span, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if inOrder(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

func inOrder(a, b span) int {
	if a.start != b.start {
		return a.start - b.start
	}
	return b.end - a.end
}

// taken is where the spans that begin at start or before it end at the furthest.
type taken struct{ start, end int }

// newest is how many of the newest spans may reach over what is looked at: all go from
// the line's front to its end.
const newest = 16

// masks reports whether something of b[start:end] is masked already.
func (f *finder) masks(start, end int) bool {
	for i := len(f.spans) - 1; i >= max(0, len(f.spans)-newest); i-- {
		if sp := f.spans[i]; sp.start < end && sp.end > start {
			return true
		}
	}
	if len(f.spans) <= newest {
		return false
	}
	if f.taken == nil {
		f.take()
	}
	n, _ := slices.BinarySearchFunc(f.taken, end, func(t taken, at int) int { return cmp.Compare(t.start, at) })
	return n > 0 && f.taken[n-1].end > start
}

// take notes what all spans take.
func (f *finder) take() {
	f.taken = make([]taken, 0, len(f.spans))
	for _, sp := range f.spans {
		f.taken = append(f.taken, taken{sp.start, sp.end})
	}
	slices.SortFunc(f.taken, func(a, b taken) int { return cmp.Compare(a.start, b.start) })
	for i := 1; i < len(f.taken); i++ {
		f.taken[i].end = max(f.taken[i].end, f.taken[i-1].end)
	}
}

// inToken reports whether sp lies in a token of ours: what stands there is safe.
func inToken(b []byte, sp span) bool {
	if bytes.IndexByte(b[max(0, sp.start-tokenReach):sp.end], '#') < 0 {
		return false
	}
	for i := max(0, sp.start-tokenReach); i <= sp.start; i++ {
		if n := tokenAt(b[i:]); n > 0 && i+n >= sp.end && (i == 0 || !isAlnum(b[i-1])) {
			return true
		}
	}
	return false
}

// counts are how many values of each kind were masked.
type counts struct {
	mu sync.Mutex
	of map[Kind]int
}

// Counts tells how many values of each kind were masked.
func (c *counts) Counts() map[Kind]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.of)
}

// Recount begins to count anew: what was counted is read again.
func (c *counts) Recount() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.of)
}

func (c *counts) count(spans []span) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, sp := range spans {
		c.of[sp.kind]++
	}
}
