package diagnose

import (
	"math/rand/v2"
	"strings"
	"testing"
)

// Sentences are filled as the library's Replacer fills them.
func TestFillings(t *testing.T) {
	f := fillings{"{peer}", "10.0.0.5", "{host}", "", "{says}", "a {peer} {", "{p}", "x"}
	want := strings.NewReplacer(f...)
	pieces := []string{"{peer}", "{host}", "{says}", "{p}", "{", "}", "{{", "{pee", "peer}", " and ", "ssm.example", ""}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		var s string
		for range r.IntN(8) {
			s += pieces[r.IntN(len(pieces))]
		}
		if got, want := f.Replace(s), want.Replace(s); got != want {
			t.Fatalf("%q: %q, want %q", s, got, want)
		}
	}
}
