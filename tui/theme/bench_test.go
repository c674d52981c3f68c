package theme

import "testing"

// The first frame waits for it.
func BenchmarkNamed(b *testing.B) {
	for b.Loop() {
		if _, err := Named("auto", TrueColour, Unknown); err != nil {
			b.Fatal(err)
		}
	}
}
