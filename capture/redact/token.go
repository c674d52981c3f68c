package redact

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"unicode/utf8"
)

// tokenDigits is 40 bits in hex: among a million values, two equal tokens of
// different values are unlikely.
const tokenDigits = 10

var tokenNames = [...]string{"", "client", "secret", "password", "token", "cookie", "key", "tls", "auth"}

// hintMin is the least length of a client ID whose first four characters may
// be shown: of a shorter one they would be too much.
const hintMin = 16

// token names a value. Raw and percent-encoded forms of one value give one
// token. Of a client ID it shows four characters and the length, so that an
// admin finds it in his list; of all else only blanks at its ends.
func (s *Session) token(kind Kind, value []byte) string {
	v := canonical(value)
	mac := hmac.New(sha256.New, s.key)
	mac.Write([]byte{byte(kind)})
	mac.Write(v)
	t := tokenNames[kind] + "#" + hex.EncodeToString(mac.Sum(nil))[:tokenDigits]
	switch {
	case kind == ClientID && len(v) >= hintMin:
		return fmt.Sprintf("%s (%s…, %d)", t, sanitise(nil, v[:4]), utf8.RuneCount(v))
	case len(bytes.TrimLeft(v, " \t\r\n")) < len(v):
		return t + " (blank at start)"
	case len(bytes.TrimRight(v, " \t\r\n")) < len(v):
		return t + " (blank at end)"
	}
	return t
}

// isToken reports whether b begins with a token of ours.
func isToken(b []byte) bool {
	at := bytes.IndexByte(b[:min(len(b), 12)], '#')
	if at <= 0 || len(b) < at+1+tokenDigits {
		return false
	}
	for _, name := range tokenNames[1:] {
		if string(b[:at]) == name {
			return isHex(b[at+1 : at+1+tokenDigits])
		}
	}
	return false
}

func isHex(b []byte) bool {
	for _, c := range b {
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F') {
			return false
		}
	}
	return true
}

// canonical percent-decodes up to three times.
func canonical(v []byte) []byte {
	for range 3 {
		d := percentDecode(v)
		if len(d) == len(v) {
			return d
		}
		v = d
	}
	return v
}

func percentDecode(v []byte) []byte {
	if bytes.IndexByte(v, '%') < 0 {
		return v
	}
	out := make([]byte, 0, len(v))
	for i := 0; i < len(v); i++ {
		if v[i] == '%' && i+2 < len(v) && isHex(v[i+1:i+3]) {
			var one [1]byte
			_, _ = hex.Decode(one[:], v[i+1:i+3]) // checked above
			out = append(out, one[0])
			i += 2
			continue
		}
		out = append(out, v[i])
	}
	return out
}

// sourceMasked reports whether the log's writer had masked the value: such
// values must not seem equal to each other.
func sourceMasked(v []byte) bool {
	v = bytes.Trim(canonical(v), " ")
	if len(v) == 0 {
		return true
	}
	if bytes.EqualFold(v, []byte("[FILTERED]")) || bytes.EqualFold(v, []byte("[REDACTED]")) {
		return true
	}
	return len(bytes.Trim(v, "*")) == 0 || len(v) > 3 && len(bytes.Trim(v, "xX")) == 0
}
