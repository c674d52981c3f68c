package capture

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// A listing's epoch (-tt) is UTC; its dates (-tttt) are of a zone that nobody
// prints, and a time of day has neither.
func TestWhatAListingsStampIsSureOf(t *testing.T) {
	for stamp, want := range map[string]event.When{
		"1673612106.407183":          {Dated: true, Zoned: true},
		"2023-01-13 12:15:06.407183": {Dated: true},
		"12:15:06.407183":            {},
	} {
		var got []event.When
		d := NewDecoder(event.Source{ID: 1}, redact.New(), func(ev event.Event) { got = append(got, ev.When()) })
		_, _ = d.Write([]byte(stamp + " IP 192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, length 0\n")) // it never fails
		if err := d.Close(); err != nil || len(got) == 0 {
			t.Fatalf("%s: %v, %d events", stamp, err, len(got))
		}
		if got[0].Dated != want.Dated || got[0].Zoned != want.Zoned || got[0].Time.Minute() != 15 {
			t.Errorf("%s: %+v", stamp, got[0])
		}
	}
}
