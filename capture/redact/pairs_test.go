package redact

import (
	"testing"

	"syncscope/capture/redact/script"
)

// The table tells of each two bytes what its functions do.
func TestPairs(t *testing.T) {
	for x := range pairs {
		a, b := byte(x), byte(x>>8)
		var want uint8
		if k := class[a]; k != other && !idleBefore(b, k) {
			want |= first
		}
		if k := class[b]; k != other && !idleBehind(a, k) {
			want |= second
		}
		if proseChar[a] && proseChar[b] {
			want |= inWord
			if isLetter(a) || isLetter(b) {
				want |= lettered
			}
			if a-'0' <= 9 || b-'0' <= 9 {
				want |= digited
			}
		}
		if valueChar[a] && valueChar[b] {
			want |= valued
		}
		if ofNumber[a]&ofNumber[b] != 0 {
			want |= numeric
		}
		if !script.Printable([]byte{a, b}) {
			want |= control
		}
		if pairs[x] != want {
			t.Fatalf("%q %q: %08b, want %08b", a, b, pairs[x], want)
		}
	}
}
