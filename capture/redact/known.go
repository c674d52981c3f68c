package redact

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"sort"
)

const (
	gramLen    = 6    // the shortest value that is searched for everywhere
	knownMin   = 8    // ... if it is no password: shorter ones are words
	cutMin     = 8    // the shortest cut end of a value that is masked
	maxKnown   = 4096 // values kept; more are counted as forgotten
	maxValue   = 4096 // bytes of a value kept
	maxEncoded = 16   // forms of one value
)

// known is one form of a secret value.
type known struct {
	form  []byte
	kind  Kind
	value []byte // canonical
}

// remember takes a secret's value into the dictionary, in the forms in which
// it may stand elsewhere.
func (s *Session) remember(kind Kind, value []byte) {
	v := canonical(value)
	if len(v) > maxValue || len(v) < gramLen || kind != Password && len(v) < knownMin || isToken(v) || sourceMasked(v) {
		return
	}
	id := string(rune(kind)) + string(v)
	s.mu.RLock()
	seen := s.index[id]
	s.mu.RUnlock()
	if seen {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.index[id] {
		return
	}
	if len(s.known) >= maxKnown*maxEncoded {
		s.forgotten++
		return
	}
	s.index[id] = true
	v = bytes.Clone(v)
	for _, form := range forms(v) {
		var g [gramLen]byte
		copy(g[:], form)
		s.grams[g] = append(s.grams[g], len(s.known))
		s.starts.set(g[:])
		s.known = append(s.known, known{form, kind, v})
	}
}

// forms are a value's spellings: raw, percent-encoded in both cases, form,
// JSON, base64 and hex.
func forms(v []byte) [][]byte {
	quoted, _ := json.Marshal(string(v)) // a string always marshals
	path := url.PathEscape(string(v))
	all := []string{
		string(v), url.QueryEscape(string(v)), path, lowerEscapes(url.QueryEscape(string(v))), lowerEscapes(path), strict(v),
		string(quoted[1 : len(quoted)-1]), base64.StdEncoding.EncodeToString(v), hex.EncodeToString(v),
	}
	var out [][]byte
	seen := map[string]bool{}
	for _, f := range all {
		if len(f) >= gramLen && !seen[f] {
			seen[f] = true
			out = append(out, []byte(f))
		}
	}
	return out
}

// strict percent-encodes all but letters, digits, - . _ ~ (RFC 3986, 2.3), as
// Java's URI builders do: a blank is %20.
func strict(v []byte) string {
	var b bytes.Buffer
	for _, c := range v {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || bytes.IndexByte([]byte("-._~"), c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteString("%" + string(bytes.ToUpper([]byte(hex.EncodeToString([]byte{c})))))
	}
	return b.String()
}

func lowerEscapes(s string) string {
	b := []byte(s)
	for i := 0; i+2 < len(b); i++ {
		if b[i] == '%' {
			copy(b[i+1:], bytes.ToLower(b[i+1:i+3]))
		}
	}
	return string(b)
}

// bitset is a filter over the first four bytes of values: most places of a line
// begin none.
type bitset [1 << 16 / 64]uint64

func hash4(b []byte) uint32 {
	return (uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24) * 2654435761 >> 16 // Knuth's multiplicative hashing
}

func (f *bitset) set(b []byte)      { h := hash4(b); f[h/64] |= 1 << (h % 64) }
func (f *bitset) has(b []byte) bool { h := hash4(b); return f[h/64]&(1<<(h%64)) != 0 }

// mergeKnown adds the places where known values stand to the spans found, in
// order and without overlap: the longer one of two that begin together wins.
func (s *Session) mergeKnown(b []byte, spans []span) []span {
	s.mu.RLock()
	defer s.mu.RUnlock()
	if len(s.known) == 0 {
		return spans
	}
	var g [gramLen]byte
	for i := 0; i+gramLen <= len(b); i++ {
		if !s.starts.has(b[i:]) {
			continue
		}
		copy(g[:], b[i:])
		best := -1
		for _, k := range s.grams[g] {
			if f := s.known[k].form; bytes.HasPrefix(b[i:], f) && (best < 0 || len(f) > len(s.known[best].form)) {
				best = k
			}
		}
		if best >= 0 {
			spans = append(spans, span{start: i, end: i + len(s.known[best].form), kind: s.known[best].kind})
			i += len(s.known[best].form) - 1
			continue
		}
		if sp, ok := s.cutAt(b, i, s.grams[g]); ok {
			spans = append(spans, sp)
			i = sp.end - 1
		}
	}
	return tidy(spans)
}

// cutAt: the line ends inside a known value, or dots stand for the value's end.
func (s *Session) cutAt(b []byte, i int, candidates []int) (span, bool) {
	rest := b[i:]
	if len(candidates) == 0 {
		return span{}, false
	}
	if dots := bytes.Index(rest, []byte("...")); dots >= cutMin {
		rest = rest[:dots]
	}
	if len(rest) < cutMin {
		return span{}, false
	}
	for _, k := range candidates {
		if kn := s.known[k]; bytes.HasPrefix(kn.form, rest) {
			return span{start: i, end: i + len(rest), kind: kn.kind, cutOf: s.token(kn.kind, kn.value) + "~"}, true
		}
	}
	return span{}, false
}

// tidy sorts spans and drops what lies inside another.
func tidy(spans []span) []span {
	sort.SliceStable(spans, func(i, j int) bool {
		if spans[i].start != spans[j].start {
			return spans[i].start < spans[j].start
		}
		return spans[i].end > spans[j].end
	})
	out := spans[:0]
	at := 0
	for _, sp := range spans {
		if sp.end <= at {
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
