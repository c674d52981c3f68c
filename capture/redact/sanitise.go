package redact

import (
	"fmt"
	"unicode"
	"unicode/utf8"
)

// sanitise appends b with every byte that is no graphic rune, blank or tab as
// a visible stand-in: ^[ for C0 controls, <U+202E> for other runes, <9B> for
// bytes that are no UTF-8. Nothing is deleted, and doing it twice changes
// nothing.
func sanitise(dst, b []byte) []byte {
	if plain(b) {
		return append(dst, b...)
	}
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		switch {
		case r == utf8.RuneError && n <= 1:
			dst = fmt.Appendf(dst, "<%02X>", b[0])
		case r == '\t' || unicode.IsPrint(r):
			dst = append(dst, b[:n]...)
		case r < 0x20:
			dst = append(dst, '^', byte(r)+'@')
		case r == 0x7F:
			dst = append(dst, '^', '?')
		default:
			dst = fmt.Appendf(dst, "<U+%04X>", r)
		}
		b = b[n:]
	}
	return dst
}

// plain reports whether b is printable ASCII and tabs only: nearly every line.
func plain(b []byte) bool {
	for _, c := range b {
		if (c < 0x20 || c > 0x7E) && c != '\t' {
			return false
		}
	}
	return true
}
