// Package script knows the characters of foreign text: which draw something, which
// are read as a letter or a sign of ASCII, and which words of other scripts name a
// secret. What comes in is runes and bytes, what goes out is answers about them and
// texts that can be drawn; it keeps nothing and starts no goroutine.
package script

import (
	"encoding/binary"
	"fmt"
	"unicode"
	"unicode/utf8"
)

// marksMax is how many combining marks one character may carry: more of them
// are drawn over other lines.
const marksMax = 4

// Sanitise appends b with every byte that is no graphic rune, blank or tab as
// a visible stand-in: ^[ for C0 controls, <U+202E> for other runes, <9B> for
// bytes that are no UTF-8. Nothing is deleted, and doing it twice changes
// nothing.
func Sanitise(dst, b []byte) []byte {
	if Plain(b) {
		return append(dst, b...)
	}
	marks := marksMax // nothing to combine with yet
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		mark := n > 1 && unicode.In(r, unicode.Mn, unicode.Me)
		switch {
		case r == utf8.RuneError && n <= 1:
			dst = fmt.Appendf(dst, "<%02X>", b[0])
		case mark && marks >= marksMax:
			dst = fmt.Appendf(dst, "<U+%04X>", r)
		case r == '\t' || unicode.IsPrint(r) && !Unseen(r):
			dst = append(dst, b[:n]...)
		case r < 0x20:
			dst = append(dst, '^', byte(r)+'@')
		case r == 0x7F:
			dst = append(dst, '^', '?')
		default:
			dst = fmt.Appendf(dst, "<U+%04X>", r)
		}
		switch {
		case mark:
			marks++
		case r == '\t':
			marks = marksMax
		default:
			marks = 0
		}
		b = b[n:]
	}
	return dst
}

// Unseen reports whether a rune that counts as printable draws nothing, or
// changes how another is drawn: variation selectors, fillers, joiners.
func Unseen(r rune) bool {
	switch {
	case r < 0x034F:
		return false
	case r == 0x034F, r == 0x115F, r == 0x1160, r == 0x17B4, r == 0x17B5, r == 0x2800, r == 0x3164, r == 0xFFA0:
		return true
	}
	return r >= 0x180B && r <= 0x180F || r >= 0xFE00 && r <= 0xFE0F || r >= 0xE0000 && r <= 0xE0FFF
}

// Plain reports whether b is printable ASCII and tabs only: nearly every line.
func Plain(b []byte) bool {
	if len(b) < 8 {
		return Printable(b)
	}
	for i := 0; i+8 <= len(b); i += 8 {
		if odd(binary.LittleEndian.Uint64(b[i:])) && !Printable(b[i:i+8]) {
			return false
		}
	}
	rest := b[len(b)-8:]
	return !odd(binary.LittleEndian.Uint64(rest)) || Printable(rest)
}

// odd reports whether a byte of x is below 0x20 or above 0x7E: that sets its
// high bit.
func odd(x uint64) bool {
	const ones = 0x0101010101010101
	return (x|(x-0x20*ones)|(x+ones))&(0x80*ones) != 0
}

// Printable is Plain, byte by byte.
func Printable(b []byte) bool {
	for _, c := range b {
		if (c < 0x20 || c > 0x7E) && c != '\t' {
			return false
		}
	}
	return true
}
