package terminal

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// link is a terminal that takes bytes a second, for frames of a size drawn as
// often as the pacer says.
func link(p *Pacer, bps, frame float64, limit time.Duration) {
	now := time.Unix(1000, 0)
	var bytes int64
	var busy time.Duration
	p.meter = func(time.Time) (int64, time.Duration) { return bytes, busy }
	for end := now.Add(limit); now.Before(end); {
		took := time.Duration(frame / bps * float64(time.Second))
		bytes, busy = bytes+int64(frame), busy+took
		now = now.Add(took + p.Next(now))
	}
}

func TestPaceFollowsTheLink(t *testing.T) {
	for _, tt := range []struct {
		name        string
		bps, frame  float64
		budget      int64
		least, most time.Duration
	}{
		{"local", 100e6, 12_000, 0, everyLeast, everyLeast},
		{"slow", 16e3, 8_000, 0, 800 * time.Millisecond, everyMost},
		{"dead slow", 1e3, 8_000, 0, everyMost, everyMost},
		{"SSH that takes all at once", 100e6, 12_000, 60 << 10, 150 * time.Millisecond, 500 * time.Millisecond},
		{"small frames within the budget", 100e6, 1_000, 60 << 10, everyLeast, everyLeast},
	} {
		p := NewPacer(nil, tt.budget)
		link(p, tt.bps, tt.frame, 2*time.Minute)
		if p.every < tt.least || p.every > tt.most {
			t.Errorf("%s: every %v, want %v to %v", tt.name, p.every, tt.least, tt.most)
		}
	}
}

// A storm of sizes is two: its first, and its last once it is over.
func TestResizeStorm(t *testing.T) {
	late := make(chan tea.Msg, 9)
	r := &Resizer{Send: func(m tea.Msg) { late <- m }}
	passed := 0
	for i := range 200 {
		if r.Filter(nil, tea.WindowSizeMsg{Width: 80 + i, Height: 24}) != nil {
			passed++
		}
	}
	last := r.Filter(nil, <-late)
	if passed > 3 || last != (tea.WindowSizeMsg{Width: 279, Height: 24}) {
		t.Errorf("%d sizes passed, the last is %v", passed, last)
	}
}

func TestSizesThatNoTerminalHas(t *testing.T) {
	r := &Resizer{Send: func(tea.Msg) {}}
	if got := r.Filter(nil, tea.WindowSizeMsg{Width: 60_000, Height: 60_000}); got != nil {
		t.Errorf("%v passed", got)
	}
	if got := r.Filter(nil, tea.WindowSizeMsg{}); got != (tea.WindowSizeMsg{Width: 80, Height: 24}) {
		t.Errorf("a size of nothing is %v", got)
	}
}
