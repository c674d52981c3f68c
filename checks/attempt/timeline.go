package attempt

import (
	"slices"
	"sort"
	"time"

	"syncscope/checks/evidence"
)

// timeline finds the attempts of a time without looking at all of them.
type timeline struct {
	traces  []*Trace
	begins  []evidence.Moment // of each, in order
	longest time.Duration     // of them
}

// newTimeline orders attempts by their begin. One that has no place on the axis
// is of no time.
func newTimeline(traces []*Trace, axis *evidence.Axis) *timeline {
	var t timeline
	for _, one := range traces {
		if (placed{one, axis}).begun().Known() {
			t.traces = append(t.traces, one)
		}
	}
	slices.SortStableFunc(t.traces, byStart(axis))
	for _, one := range t.traces {
		p := placed{one, axis}
		t.begins = append(t.begins, p.begun())
		if d, ok := p.begun().Until(p.ended()); ok {
			t.longest = max(t.longest, d)
		}
	}
	return &t
}

// during are the attempts that may have had something to do with a stretch of
// time: those that began before its end and cannot have ended long before it.
func (t *timeline) during(from, to evidence.Moment) []*Trace {
	w := evidence.Between(from, to, t.longest+patience, slack)
	if !w.Known() {
		return nil
	}
	i := sort.Search(len(t.begins), func(i int) bool { return !w.Past(t.begins[i]) })
	n := sort.Search(len(t.begins)-i, func(n int) bool { return !w.Has(t.begins[i+n]) })
	return t.traces[i : i+n]
}
