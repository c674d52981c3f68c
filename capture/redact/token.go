package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"sync"
	"unicode/utf8"

	"syncscope/capture/redact/script"
)

// tokenDigits is 40 bits in hex: among a million values, two equal tokens of
// different values are unlikely. The gate itself compares values, not tokens.
const tokenDigits = 10

var tokenNames = [...]string{"", "client", "secret", "password", "token", "cookie", "key", "tls", "auth", "user", "host", "addr", "mac"}

// hintMin is the least length of a client ID whose first four characters may
// be shown: of a shorter one they would be too much.
const (
	hintMin = 16
	hintLen = 4
)

// macs keeps HMACs that are keyed already.
type macs struct {
	key  []byte
	pool sync.Pool
}

func (m *macs) sum(kind Kind, v []byte) [8]byte {
	h, _ := m.pool.Get().(hash.Hash)
	if h == nil {
		h = hmac.New(sha256.New, m.key)
	}
	h.Reset()
	h.Write([]byte{byte(kind)})
	h.Write(v)
	var full [sha256.Size]byte
	h.Sum(full[:0])
	m.pool.Put(h)
	return [8]byte(full[:8])
}

// token names a value. Of a client ID it shows four characters and the length,
// so that an admin finds it in his list; of all else only blanks at its ends.
func (s *Session) token(kind Kind, v []byte) string {
	sum := s.macs.sum(kind, v)
	t := tokenNames[kind] + "#" + hex.EncodeToString(sum[:])[:tokenDigits]
	switch {
	case kind == ClientID && len(v) >= hintMin && script.Plain(v[:hintLen]) && !s.privacy.Load():
		return fmt.Sprintf("%s (%s…, %d)", t, v[:hintLen], utf8.RuneCount(v))
	case kind > Authorization:
	case len(bytes.TrimLeft(v, " \t\r\n")) < len(v):
		return t + blankStart
	case len(bytes.TrimRight(v, " \t\r\n")) < len(v):
		return t + blankEnd
	}
	return t
}

const (
	blankStart = " (blank at start)"
	blankEnd   = " (blank at end)"
	cutMark    = "~"
	tokenReach = 40 // how far before a place in a token its beginning may be
)

// tokenAt is the length of the token of ours that b begins with, with all that
// we write behind it; 0 if none is there.
func tokenAt(b []byte) int {
	at := bytes.IndexByte(b[:min(len(b), 12)], '#')
	if at <= 0 || !isTokenName(b[:at]) {
		return 0
	}
	if bytes.HasPrefix(b[at+1:], []byte(cutMark)) {
		return at + 1 + len(cutMark)
	}
	n := at + 1 + tokenDigits
	if len(b) < n || !isHex(b[at+1:n]) {
		return 0
	}
	rest := b[n:]
	for _, suffix := range []string{blankStart, blankEnd} {
		if bytes.HasPrefix(rest, []byte(suffix)) {
			n += len(suffix)
		}
	}
	n += hintAt(rest)
	if bytes.HasPrefix(b[n:], []byte(cutMark)) {
		n += len(cutMark)
	}
	return n
}

// IsToken reports whether t is one token and nothing else.
func IsToken(t Text) bool { return t.s != "" && tokenAt([]byte(t.s)) == len(t.s) }

// hintAt is the length of " (jF6q…, 64)" at b's front, or 0.
func hintAt(b []byte) int {
	const dots = "…, "
	if len(b) < 2+hintLen+len(dots)+2 || b[0] != ' ' || b[1] != '(' || string(b[2+hintLen:2+hintLen+len(dots)]) != dots {
		return 0
	}
	i := 2 + hintLen + len(dots)
	for j := i; j < len(b) && j < i+6; j++ {
		if b[j] == ')' && j > i {
			return j + 1
		}
		if b[j] < '0' || b[j] > '9' {
			return 0
		}
	}
	return 0
}

func isTokenName(b []byte) bool {
	for _, name := range tokenNames[1:] {
		if string(b) == name {
			return true
		}
	}
	return false
}

func isHex(b []byte) bool {
	for _, c := range b {
		if !hexDigit[c] {
			return false
		}
	}
	return true
}

var hexDigit = func() (t [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		t[c] = true
	}
	return t
}()

// said is what a value says that is written in form f.
func said(v []byte, f form) []byte {
	switch f {
	case query: // what was encoded twice has its blanks as + within
		for n := 0; n < 3 && (n == 0 || encoded(v)); n++ {
			if bytes.IndexByte(v, '+') >= 0 {
				v = bytes.ReplaceAll(v, []byte("+"), []byte(" "))
			}
			v = percentDecode(v)
		}
	case quoted:
		for range levels {
			if bytes.IndexByte(v, '\\') < 0 {
				break
			}
			d, changed := unescape(view{b: v})
			if !changed {
				break
			}
			v = d.b
		}
	}
	return canonical(v)
}

// canonical percent-decodes up to three times, and drops what draws nothing.
func canonical(v []byte) []byte {
	for range 3 {
		d := percentDecode(v)
		if len(d) == len(v) {
			break
		}
		v = d
	}
	if script.Plain(v) {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); {
		if r, n := utf8.DecodeRune(v[i:]); v[i] < 0x80 || !hidden(r) {
			out = append(out, v[i:i+n]...)
		}
		_, n := utf8.DecodeRune(v[i:])
		i += n
	}
	return out
}

// encoded reports whether v has percent escapes.
func encoded(v []byte) bool {
	for i := 0; i+2 < len(v); i++ {
		if v[i] == '%' && isHex(v[i+1:i+3]) {
			return true
		}
	}
	return false
}

func percentDecode(v []byte) []byte {
	if bytes.IndexByte(v, '%') < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && i+2 < len(v) && isHex(v[i+1:i+3]) {
			out = append(out, unhex(v[i+1])<<4|unhex(v[i+2]))
			i += 2
			continue
		}
		out = append(out, v[i])
	}
	return out
}

// sourceMasked reports whether the log's writer had masked the value, or there
// is none: such values must not seem equal to each other.
func sourceMasked(v []byte) bool {
	v = bytes.Trim(v, " ")
	switch len(v) {
	case 0:
		return true
	case 2, 3, 4, 5, 8, 9, 10:
		for _, w := range []string{"[FILTERED]", "[REDACTED]", "<redacted>", "(redacted)", "FILTERED", "none", "null", "nil", "true", "false", "yes", "no", "undefined"} {
			if len(v) == len(w) && v[0]|0x20 == w[0]|0x20 && bytes.EqualFold(v, []byte(w)) {
				return true
			}
		}
	}
	if c := v[0]; c != '*' && c != 'x' && c != 'X' && c < 0x80 {
		return false
	}
	return len(bytes.Trim(v, "*")) == 0 || len(v) > 3 && len(bytes.Trim(v, "xX")) == 0 || len(bytes.Trim(v, "•●")) == 0
}
