package evidence

import (
	"testing"
	"time"
)

func TestMomentsOfUnknownTimeTellNothing(t *testing.T) {
	a, b := Moment{10, 20, true}, Moment{}
	if a.Cmp(b) != Unknown || b.Cmp(a) != Unknown || b.Cmp(b) != Unknown {
		t.Error("a moment that is none is compared")
	}
	if _, ok := a.Until(b); ok {
		t.Error("a moment that is none has a distance")
	}
	if Between(a, b, time.Hour, time.Hour).Known() || (Window{}).Has(a) || (Window{0, 100, true}).Has(b) {
		t.Error("a window of what is not known holds something")
	}
}

func TestOrderOfIntervals(t *testing.T) {
	for _, tt := range []struct {
		a, b Moment
		want Order
	}{
		{Moment{1, 2, true}, Moment{3, 4, true}, Before}, {Moment{3, 4, true}, Moment{1, 2, true}, After},
		{Moment{1, 3, true}, Moment{3, 4, true}, Overlaps}, {Moment{1, 9, true}, Moment{3, 4, true}, Overlaps},
	} {
		if got := tt.a.Cmp(tt.b); got != tt.want {
			t.Errorf("%v %v: %d", tt.a, tt.b, got)
		}
		if d, _ := tt.a.Until(tt.b); (d > 0) != (tt.want == Before) || (d < 0) != (tt.want == After) {
			t.Errorf("%v to %v: %d", tt.a, tt.b, d)
		}
	}
}

// The offset of most pairs wins, however the others lie; with none to go by,
// there are no pairs.
func TestVote(t *testing.T) {
	second := int64(time.Second)
	any := func(time.Duration) int64 { return 0 }
	seen := func(skew time.Duration, ours, theirs []int64) (out []Sighting) {
		for i, a := range ours {
			for j, b := range theirs {
				at := b*second + int64(skew)
				out = append(out, Sighting{Window{a*second - second, a*second + second, true}, Moment{at, at + second - 1, true}, i, j})
			}
		}
		return out
	}
	times := []int64{0, 300, 610, 925}
	for _, skew := range []time.Duration{0, time.Minute, -3 * time.Hour, 26 * time.Hour} {
		got := Vote(seen(skew, times, times), any)
		if got.Pairs != 4 || (got.Offset-skew).Abs() > 2*time.Second || got.Tied {
			t.Errorf("skew %s: %+v", skew, got)
		}
		got = Vote(seen(skew, times, times[1:]), any)
		if got.Pairs != 3 || (got.Offset-skew).Abs() > 2*time.Second || got.Tied {
			t.Errorf("skew %s, one missing: %+v", skew, got)
		}
	}
	if got := Vote(nil, any); got.Pairs != 0 {
		t.Error("nothing votes")
	}
	far := func(d time.Duration) int64 { return boolean64(d.Abs() > time.Minute) }
	for name, tt := range map[string]struct {
		theirs []int64
		skew   time.Duration
		tied   bool
	}{
		"one of two, far off":              {[]int64{300}, time.Hour, true},
		"one of two, and the clocks agree": {[]int64{300}, 0, false},
		"two requests a second apart":      {[]int64{0, 1, 300}, time.Hour, false},
		"both":                             {[]int64{0, 300}, time.Hour, false},
	} {
		if got := Vote(seen(tt.skew, []int64{0, 300}, tt.theirs), far); got.Tied != tt.tied {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

func boolean64(b bool) int64 { return int64(boolean(b)) }
