package redact

import (
	"testing"

	"syncscope/capture/redact/script"
)

// firstOf reports whether the first of two may be of interest, secondOf the second: within
// the name of a protocol's command or a program by its letter, else by its class.
func firstOf(a, b byte) bool {
	if class[a] == login {
		return isLogin(a, b, 1)
	}
	return class[a] != other && !idleBefore(b, class[a])
}

func secondOf(a, b byte) bool {
	if class[b] == login {
		return isLogin(a, b, 0)
	}
	return class[b] != other && !idleBehind(a, class[b])
}

// The table tells of each two bytes what its functions do.
func TestPairs(t *testing.T) {
	for x := range pairs {
		a, b := byte(x), byte(x>>8)
		var want uint8
		if firstOf(a, b) {
			want |= first
		}
		if secondOf(a, b) {
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
