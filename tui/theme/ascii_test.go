package theme

import (
	"strings"
	"testing"
)

// Signs are replaced wherever the calls part a text, and what is not ours stays.
func TestASCIIWhereverTheCallsPartIt(t *testing.T) {
	const text, want = "✗ FAIL dns ✓ → tcp ✗ · 3 more… 동기화 – é›", "x FAIL dns + > tcp x . 3 more~ 동기화 - é>"
	for first := range len(text) {
		for second := first; second <= len(text); second++ {
			var b strings.Builder
			w := ASCII(&b)
			for _, part := range []string{text[:first], text[first:second], text[second:]} {
				if n, err := w.Write([]byte(part)); n != len(part) || err != nil {
					t.Fatalf("%d bytes of %d, %v", n, len(part), err)
				}
			}
			if got := b.String(); got != want {
				t.Fatalf("parted at %d and %d: %q, want %q", first, second, got, want)
			}
		}
	}
}
