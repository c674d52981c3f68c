package redact

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// The steps of two at once find what single steps find.
func TestSampleAsSingleSteps(t *testing.T) {
	d := newDictionary()
	r := rand.New(rand.NewPCG(21, 22))
	for i := range 40 {
		d.add(ClientSecret, fmt.Appendf(nil, "k9X%d_mVb-7RtQp%d", i, i*i), false)
	}
	for _, stride := range []int{longStride, shortStride} {
		d.stride = stride
		for range 5000 {
			b := make([]byte, r.IntN(60))
			for i := range b {
				b[i] = "k9X_mVb-7RtQp0123 x="[r.IntN(20)]
			}
			from := r.IntN(len(b) + 2)
			want := from
			for want+4 <= len(b) && !d.has(b[want:]) {
				want += stride
			}
			if want+4 > len(b) {
				want = len(b)
			}
			if got := d.sample(b, from); got != want {
				t.Fatalf("%q from %d: %d, not %d", b, from, got, want)
			}
		}
	}
}

// What the characters of a value rule out is the same where the look ends early.
func TestCharsOfAsAllCharacters(t *testing.T) {
	r := rand.New(rand.NewPCG(23, 24))
	for range 20_000 {
		v := make([]byte, r.IntN(12))
		var want uint8
		for i := range v {
			v[i] = "aZ09 .:-_[]/=f"[r.IntN(14)]
			want |= evidenceChar[v[i]]
		}
		if got := charsOf(v); got != want {
			t.Fatalf("%q: %b, not %b", v, got, want)
		}
	}
}

// A run of a value's characters is as long where eight are looked at at once.
func TestValueRunAsSingleSteps(t *testing.T) {
	r := rand.New(rand.NewPCG(25, 26))
	for range 20_000 {
		b := make([]byte, r.IntN(40))
		want := -1
		for i := range b {
			if b[i] = "aZ09.-_%+*!~"[r.IntN(12)]; r.IntN(24) == 0 {
				b[i] = " &=\"\x00\xe9"[r.IntN(6)]
			}
			if want < 0 && !valueChar[b[i]] {
				want = i
			}
		}
		if want < 0 {
			want = len(b)
		}
		if got := valueRun(b); got != want {
			t.Fatalf("%q: %d, not %d", b, got, want)
		}
	}
}

// The key that a name ends with is the longest that it ends with.
func TestLookupTakesTheLongest(t *testing.T) {
	for name := range keys {
		for longer := range keys {
			if k := len(longer) - len(name); k > 0 && longer[k:] == name && !keys[longer].whole {
				if _, found := lookup([]byte("x"+longer), 1); string(found) != longer {
					t.Errorf("x%s: %q", longer, found)
				}
			}
		}
	}
}
