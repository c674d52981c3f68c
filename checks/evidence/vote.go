package evidence

import (
	"cmp"
	"slices"
	"time"
)

// Sighting is one thing that may have been seen twice: on one clock within a
// window, and at a moment on another.
type Sighting struct {
	Window Window
	At     Moment
	A, B   int // which of each side's things they are
}

// Vote gives the offset, the second clock minus the first, under which most
// things have a partner. Of offsets with as many, the one of least cost counts,
// then the one that is nearest to zero. pairs is how many have one; 0: there is
// nothing to go by.
//
// Each sighting permits an interval of offsets. Between two ends of intervals
// the number of partners does not change, so that one offset of each stretch is
// tried: zero where it lies in it, else its middle.
func Vote(all []Sighting, cost func(time.Duration) int64) (offset time.Duration, pairs int) {
	type end struct {
		at   int64
		open bool
		of   int
	}
	ends := make([]end, 0, 2*len(all))
	for i, s := range all {
		ends = append(ends, end{s.At.lo - s.Window.to, true, i}, end{s.At.hi - s.Window.from, false, i})
	}
	slices.SortFunc(ends, func(x, y end) int { return cmp.Or(cmp.Compare(x.at, y.at), boolean(y.open)-boolean(x.open)) })
	a, b := tally{}, tally{}
	for i, e := range ends {
		if s := all[e.of]; !e.open {
			a.drop(s.A)
			b.drop(s.B)
			continue
		}
		s := all[e.of]
		a[s.A]++
		b[s.B]++
		n, to := min(len(a), len(b)), ends[i+1].at
		d := e.at + (to-e.at)/2
		if e.at <= 0 && to >= 0 {
			d = 0
		}
		if n > pairs || n == pairs && cmp.Or(cmp.Compare(cost(time.Duration(d)), cost(offset)), cmp.Compare(abs(d), abs(int64(offset)))) < 0 {
			offset, pairs = time.Duration(d), n
		}
	}
	return offset, pairs
}

// tally counts how often each thing may have a partner now.
type tally map[int]int

func (t tally) drop(i int) {
	if t[i]--; t[i] == 0 {
		delete(t, i)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}
