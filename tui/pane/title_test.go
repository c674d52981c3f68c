package pane

import (
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/view"
)

// Quiet and dead look different, and a link's age is told.
func TestQuietIsNotDead(t *testing.T) {
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	ago := func(d time.Duration) time.Time { return now.Add(-d) }
	for _, tt := range []struct {
		s                 view.SourceStatus
		age, silent, held string
	}{
		{view.SourceStatus{State: event.Following, LastByte: ago(2 * time.Minute), Alive: ago(9 * time.Second), LinkSince: ago(72 * time.Minute)}, "quiet 2 min  ", "", "  up 1 h"},
		{view.SourceStatus{State: event.Following, LastByte: ago(32 * time.Second), Alive: ago(32 * time.Second), LinkSince: ago(3 * time.Minute)}, "quiet 30 s  ", "no sign of life for 30 s", "  up 3 min"},
		{view.SourceStatus{State: event.Lost, LastByte: ago(time.Second), LinkSince: ago(12 * time.Second), Tries: 2}, "", "for 10 s, tried 2 times", ""},
		{view.SourceStatus{State: event.Refused, NeedsYou: true}, "", "the login needs you", ""},
	} {
		if a, s, h := age(now, tt.s), silent(now, tt.s), held(now, tt.s); a != tt.age || s != tt.silent || h != tt.held {
			t.Errorf("%q %q %q, not %q %q %q", a, s, h, tt.age, tt.silent, tt.held)
		}
	}
}
