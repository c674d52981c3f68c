package input

import (
	"math/rand/v2"
	"testing"
	"unicode/utf8"
)

// What looks at eight bytes at once says what looking at each says.
func TestEightAtOnce(t *testing.T) {
	plain := func(b []byte) int {
		for i, c := range b {
			if c < ' ' && c != '\t' || c == 0x7f {
				return i
			}
		}
		return -1
	}
	rnd := rand.New(rand.NewPCG(1, 2))
	for n := range 20000 {
		b := []byte("12:15:02.123456 IP (tos 0x0, ttl 64)"[:rnd.IntN(37)])
		if len(b) > 0 {
			b[rnd.IntN(len(b))] = byte(n)
		}
		if got, want := controlAt(b), plain(b); got != want {
			t.Fatalf("%q: a control at %d, not %d", b, want, got)
		}
		if got, want := columns(b), utf8.RuneCount(b); got != want {
			t.Fatalf("%q: %d columns, not %d", b, want, got)
		}
		if len(b) < 8 {
			continue
		}
		all := true
		for _, c := range b[:8] {
			all = all && c >= ' ' && c < 0x7f
		}
		if printable(b) != all {
			t.Fatalf("%q: printable is %v", b[:8], !all)
		}
	}
}
