package feed

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

// Rows that nobody takes in time are dropped from the display, and each update
// says how many; the diagnosis had them.
func TestDroppedRowsAreTold(t *testing.T) {
	seen := 0
	h := New(diagnose.NewEngine(nil, netip.Addr{}), time.Now, func(*view.Update) {})
	h.met = func(event.Event) { seen++ }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go h.Run(ctx, nil)
	const sent = 6 * mostOnScreen
	for range sent {
		h.Post(event.Plain{Meta: event.Meta{Excerpt: redact.Literal("a line")}})
	}
	h.Ask(func(*diagnose.Engine) {}) // all of them are observed
	got := 0
	for end := time.After(30 * time.Second); ; {
		select {
		case u := <-h.out:
			for _, ev := range u.Events {
				if _, mark := ev.(event.Mark); !mark { // of a hole
					got++
				}
			}
			if got+u.Dropped < sent {
				h.Nudge()
				continue
			}
			if u.Dropped == 0 || got+u.Dropped != sent || seen != sent {
				t.Errorf("%d rows came, %d were told as dropped, %d observed, of %d", got, u.Dropped, seen, sent)
			}
			return
		case <-end:
			t.Fatalf("%d rows came of %d", got, sent)
		}
	}
}
