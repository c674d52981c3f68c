package redact_test

import (
	"math/rand/v2"
	"testing"
)

// A value of any length is known whole: what stands of it behind the part by which it
// is found is masked too.
func TestLongValuesAreKnown(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for _, n := range []int{4095, 4096, 4097, 20_000, 65_536} {
		s := secretOf(r, n)
		c := shape{leakCase{"long", "a client_secret=" + s + "&x=1\nlater " + s + " here\n", []string{s}}, true}
		if at := c.leaks(t); at != "" {
			t.Errorf("of %d characters: %.100s", n, at)
		}
	}
}
