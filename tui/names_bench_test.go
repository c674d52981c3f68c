package tui

import (
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// What a frame costs while names are hidden: rows are covered once, each frame
// hides what the run says of itself anew.
func BenchmarkFrameWithHiddenNames(b *testing.B) {
	g := redact.New()
	u := lines(3_000, "10.10.3.18 said # to host-7.example")
	m := New(Options{Control: run{gate: g}})
	m.w, m.h = 200, 60
	g.HideNames(true)
	for i := range 64 {
		g.Meet(redact.Host, g.Foreign("host-"+string(rune('a'+i%26))+".example"))
	}
	m.Update(updateMsg{u: u, ok: true})
	u.Events = []event.Event{u.Events[0], u.Events[1]}
	b.ReportAllocs()
	for b.Loop() {
		m.Update(updateMsg{u: u, ok: true})
		_ = m.View()
	}
}

// What an update of a hundred attempts costs to hide.
func BenchmarkHideAttempts(b *testing.B) {
	g := redact.New()
	u := replayedBy(b, g, false)
	u.Events = nil
	for range 99 {
		u.Attempts, u.Each = append(u.Attempts, u.Attempts[0]), append(u.Each, u.Each[0])
	}
	m := New(Options{Control: run{gate: g}})
	g.HideNames(true)
	b.ReportAllocs()
	for b.Loop() {
		m.Update(updateMsg{u: u, ok: true})
	}
}
