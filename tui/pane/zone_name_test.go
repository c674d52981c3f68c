package pane

import "testing"

// A zone is told by the time of day: whole days between two stamps, of which one has
// no date, are none of it.
func TestInZone(t *testing.T) {
	for _, tt := range []struct {
		hours float64
		want  string
	}{
		{0, "UTC"}, {5.5, "UTC+05:30"}, {-5, "UTC-05:00"}, {14, "UTC+14:00"},
		{24, "UTC"}, {-17758775, "UTC+01:00"}, {9 - 24*700000, "UTC+09:00"},
	} {
		if got := inZone(int64(tt.hours * 3_600_000)).String(); got != tt.want {
			t.Errorf("%v hours: %s, not %s", tt.hours, got, tt.want)
		}
	}
}
