package session_test

import (
	"slices"
	"time"
)

// slack is how far an attempt's start may move where lines of it are missing.
const slack = 3 * time.Second

// pairing says which attempt of the changed input stands for which of the
// untouched one's: of[i] is -1 where none does; rest are what stands for none.
type pairing struct {
	of   []int
	rest []int
}

// distance is between an attempt's start and another attempt: 0 inside of it.
// Stamps of two clocks are compared without their zones, which are multiples
// of a quarter of an hour.
func distance(of, to claim) time.Duration {
	d := of.start.Sub(to.start)
	if of.clock != to.clock {
		const quarter = 15 * time.Minute
		d = (d%quarter + quarter) % quarter
		return min(d, quarter-d)
	}
	if inside := to.end.Sub(to.start); d > 0 && d <= inside {
		return min(d, time.Millisecond) // the start itself is nearer
	}
	return d.Abs()
}

// pairUp finds the attempts again, each by its start. Where several stand in
// one place, the nearest is it, and of equals the one that says the same.
func pairUp(want, got []claim, t terms) pairing {
	m := pairing{of: make([]int, len(want))}
	used := make([]bool, len(got))
	for i := range want {
		m.of[i] = -1
		if t.moving && i < len(got) {
			m.of[i] = i
		} else if !t.moving {
			m.of[i] = nearest(want, i, got, used, t)
		}
		if m.of[i] >= 0 {
			used[m.of[i]] = true
		}
	}
	for j := range got {
		if !used[j] {
			m.rest = append(m.rest, j)
		}
	}
	return m
}

// nearest is the attempt of got that stands for want[i], -1 if none does. What
// starts nearer to another of want stands for that one.
func nearest(want []claim, i int, got []claim, used []bool, t terms) int {
	at, least, rank := -1, slack, gradeWrong+1
	for j, c := range got {
		d := distance(c, want[i])
		nearer := func(other claim) bool { return distance(c, other) < d }
		if used[j] || d > least || slices.ContainsFunc(want, nearer) {
			continue
		}
		if g, _ := versus(want[i], c, t); d < least || g < rank {
			at, least, rank = j, d, g
		}
	}
	return at
}
