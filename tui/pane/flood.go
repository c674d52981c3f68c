package pane

import (
	"fmt"
	"time"

	"syncscope/tui/theme"
)

// Rates, in rows a second: from the first on nobody can read along, and the
// pane shows counters and the last errors instead; below the second it shows
// rows again.
const (
	floodFrom  = 1000
	floodUntil = 500
	lastErrors = 40
)

// flood counts a pane's rows.
type flood struct {
	counts [3]uint64 // by Weight
	total  uint64
	since  uint64 // rows since the last sample
	rate   int
	at     time.Time // of the last sample
	on     bool
	lines  bool // the user wants the rows even so
	errors []uint64
}

func (f *flood) count(r *Row) {
	f.total++
	f.since++
	f.counts[r.Weight]++
	if r.Weight == Error {
		if len(f.errors) == lastErrors {
			copy(f.errors, f.errors[1:])
			f.errors = f.errors[:lastErrors-1]
		}
		f.errors = append(f.errors, r.Seq)
	}
}

// sample works the rate out, once a second.
func (f *flood) sample(now time.Time) {
	d := now.Sub(f.at)
	switch {
	case f.at.IsZero():
		f.at, f.since = now, 0
		return
	case d < time.Second:
		return
	}
	f.rate = int(float64(f.since) / d.Seconds())
	f.at, f.since = now, 0
	if f.rate >= floodFrom {
		f.on = true
	} else if f.rate < floodUntil {
		f.on = false
	}
}

// Flooding reports whether the pane shows counters instead of rows.
func (l *List) Flooding() bool { return l.flood.on && l.follow && !l.flood.lines }

// ToggleFlood shows the rows of a flood, or the counters again, and says which.
func (f *flood) ToggleFlood() string {
	if f.lines = !f.lines; f.lines {
		return "a flood: shown as rows"
	}
	return "a flood: shown as counters and the last errors"
}

// counters is what stands in for rows that nobody can read.
func (l *List) counters(c Canvas) []string {
	f := &l.flood
	say := func(segs ...Seg) string { return paint(c.Theme, theme.PlainRow, segs, c.Width) }
	out := []string{
		say(Seg{"  ", theme.Dim}, Seg{" FLOOD ", theme.BadgeWarn}, Seg{fmt.Sprintf("  %s rows a second", thousands(uint64(f.rate))), theme.Bright}),
		"",
		say(Seg{"  rows      ", theme.Dim}, Seg{thousands(f.total + l.unshown), theme.Text}, Seg{missed(l.unshown), theme.Warn}),
		say(Seg{"  errors    ", theme.Dim}, Seg{thousands(f.counts[Error]), theme.Fail}),
		say(Seg{"  warnings  ", theme.Dim}, Seg{thousands(f.counts[Warning]), theme.Warn}),
		"",
		say(Seg{fmt.Sprintf("  rows are not shown while they come this fast; the last %s are kept", thousands(uint64(l.Len()))), theme.Dim}),
		say(Seg{"  O shows them, scrolling up pauses and reads them; the diagnosis sees every one", theme.Dim}),
		"",
		say(Seg{"  last errors", theme.Dim}),
	}
	for i, l := range out {
		if l == "" {
			out[i] = say()
		}
	}
	for i := len(f.errors) - 1; i >= 0 && len(out) < c.Height; i-- {
		if f.errors[i] < l.first {
			break
		}
		out = append(out, l.draw(c, f.errors[i])...)
	}
	return pad(out[:min(len(out), c.Height)], c.Theme, c.Width, c.Height)
}

// missed says how many of the rows came too fast for the screen.
func missed(unshown uint64) string {
	if unshown == 0 {
		return ""
	}
	return "  " + thousands(unshown) + " of them came too fast to be kept here"
}

// thousands is n with commas.
func thousands(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
