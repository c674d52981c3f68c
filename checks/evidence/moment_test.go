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
		got, pairs := Vote(seen(skew, times, times), any)
		if pairs != 4 || (got-skew).Abs() > 2*time.Second {
			t.Errorf("skew %s: voted %s with %d pairs", skew, got, pairs)
		}
		got, pairs = Vote(seen(skew, times, times[1:]), any)
		if pairs != 3 || (got-skew).Abs() > 2*time.Second {
			t.Errorf("skew %s, one missing: voted %s with %d pairs", skew, got, pairs)
		}
	}
	if _, pairs := Vote(nil, any); pairs != 0 {
		t.Error("nothing votes")
	}
}
