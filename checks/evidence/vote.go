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

// Ballot is what a vote on the offset between two clocks came to.
type Ballot struct {
	Offset time.Duration // the second clock minus the first
	Pairs  int           // how many things have a partner then; 0: there is nothing to go by
	// Tied: another offset, as likely, gives as many things another partner, so
	// that none of them proves how the clocks stand.
	Tied bool
}

// Vote finds the offset under which most things have a partner. Of offsets with
// as many, the one of least cost counts, then the one that is nearest to zero.
//
// Each sighting permits an interval of offsets. Between two ends of intervals
// the number of partners does not change, so that one offset of each stretch is
// tried: zero where it lies in it, else its middle.
func Vote(all []Sighting, cost func(time.Duration) int64) Ballot {
	c := count{all: all, open: map[int]bool{}, a: tally{}, b: tally{}}
	ends := c.ends()
	for i, e := range ends {
		if !e.open {
			c.shut(e.of)
			continue
		}
		c.see(e.of)
		d, to := e.at, ends[i+1].at
		if d += (to - d) / 2; e.at <= 0 && to >= 0 {
			d = 0
		}
		c.try(time.Duration(d), cost)
	}
	return c.best
}

// end is where the interval of offsets that a sighting permits begins or ends.
type end struct {
	at   int64
	open bool
	of   int
}

// count is a vote while it is counted.
type count struct {
	all  []Sighting
	open map[int]bool // the sightings that the offset permits
	a, b tally
	best Ballot
	with map[[2]int]bool // the partners under the best offset
}

func (c *count) ends() []end {
	out := make([]end, 0, 2*len(c.all))
	for i, s := range c.all {
		out = append(out, end{s.At.lo - s.Window.to, true, i}, end{s.At.hi - s.Window.from, false, i})
	}
	slices.SortFunc(out, func(x, y end) int { return cmp.Or(cmp.Compare(x.at, y.at), boolean(y.open)-boolean(x.open)) })
	return out
}

func (c *count) see(i int) {
	c.open[i] = true
	c.a[c.all[i].A]++
	c.b[c.all[i].B]++
}

func (c *count) shut(i int) {
	delete(c.open, i)
	c.a.drop(c.all[i].A)
	c.b.drop(c.all[i].B)
}

// try compares an offset with the best one before it.
func (c *count) try(d time.Duration, cost func(time.Duration) int64) {
	n := min(len(c.a), len(c.b))
	if n < c.best.Pairs {
		return
	}
	better := cmp.Compare(c.best.Pairs, n)
	if better == 0 {
		better = cmp.Compare(cost(d), cost(c.best.Offset))
	}
	tied := better == 0 && (c.best.Tied || c.others())
	if better < 0 || better == 0 && d.Abs() < c.best.Offset.Abs() {
		c.best = Ballot{d, n, tied}
		c.with = c.partners()
	}
	c.best.Tied = tied || better > 0 && c.best.Tied
}

// others reports whether the offset gives a thing another partner in place of the
// one that it has under the best offset.
func (c *count) others() bool {
	now := c.partners()
	return !within(now, c.with) && !within(c.with, now)
}

func within(some, all map[[2]int]bool) bool {
	for p := range some {
		if !all[p] {
			return false
		}
	}
	return true
}

func (c *count) partners() map[[2]int]bool {
	out := make(map[[2]int]bool, len(c.open))
	for i := range c.open {
		out[[2]int{c.all[i].A, c.all[i].B}] = true
	}
	return out
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
