package session_test

import (
	"math"
	"testing"
)

// lowerTail is the chance that n draws, each good with probability p, give at most
// k good ones. Drawing without replacement, as a sample of variants is drawn,
// strays less than that.
func lowerTail(k, n int, p float64) float64 {
	if p >= 1 {
		if k >= n {
			return 1
		}
		return 0
	}
	if p <= 0 {
		return 1
	}
	sum := 0.0
	for i := range k + 1 {
		sum += math.Exp(logChoose(n, i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return min(sum, 1)
}

func logChoose(n, k int) float64 {
	a, _ := math.Lgamma(float64(n + 1))
	b, _ := math.Lgamma(float64(k + 1))
	c, _ := math.Lgamma(float64(n - k + 1))
	return a - b - c
}

func TestTail(t *testing.T) {
	for _, tt := range []struct {
		k, n int
		p    float64
		want float64
	}{
		{0, 3, 0.5, 0.125}, {1, 3, 0.5, 0.5}, {3, 3, 0.5, 1}, {9, 10, 1, 0}, {10, 10, 1, 1}, {0, 10, 0, 1},
		{80, 100, 0.97, 1.8507e-11}, {95, 100, 0.97, 0.1821},
	} {
		if got := lowerTail(tt.k, tt.n, tt.p); math.Abs(got-tt.want) > 0.02*tt.want+1e-15 {
			t.Errorf("at most %d of %d at %g: %g, want %g", tt.k, tt.n, tt.p, got, tt.want)
		}
	}
}
