package main

import (
	"cmp"
	"fmt"
	"io"
	"math"
	"slices"
	"time"
)

// table prints rows as they come.
type table struct{ out io.Writer }

func (t table) head() { t.row("line", "figure", "ratio", "asked") }

func (t table) row(line, figure, ratio, asked string) {
	fmt.Fprintf(t.out, "%-66s | %-54s | %-24s | %s\n", line, figure, cmp.Or(ratio, "–"), cmp.Or(asked, "–"))
}

// median is the middle one, or the lower one of the two in the middle.
func median[T cmp.Ordered](list []T) T {
	list = slices.Sorted(slices.Values(list))
	return list[(len(list)-1)/2]
}

// point is a size and the time that it took.
type point struct {
	n    int
	took time.Duration
}

// exponent is the slope of log(time) over log(size), by least squares: 1 is
// linear, 2 quadratic. Of less than two sizes there is none: NaN.
func exponent(points []point) float64 {
	var x, y, xx, xy float64
	for _, p := range points {
		lx, ly := math.Log(float64(p.n)), math.Log(p.took.Seconds())
		x, y, xx, xy = x+lx, y+ly, xx+lx*lx, xy+lx*ly
	}
	n := float64(len(points))
	return (n*xy - x*y) / (n*xx - x*x)
}

// short is a time with three digits.
func short(d time.Duration) string {
	if d >= 10*time.Second {
		return fmt.Sprintf("%.1f s", d.Seconds())
	}
	if d >= time.Second {
		return fmt.Sprintf("%.2f s", d.Seconds())
	}
	return fmt.Sprintf("%.3g ms", float64(d.Microseconds())/1000)
}

// thousands is a whole number as people read it.
func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%s,%03d", thousands(n/1000), n%1000)
}
