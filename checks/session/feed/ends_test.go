package feed

import (
	"context"
	"net/netip"
	"sync"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

func quietHub() *Feed {
	return New(diagnose.NewEngine(nil, netip.Addr{}), time.Now, func(*view.Update) {})
}

// Nobody waits for a feed that has ended or never ran, however much is posted.
func TestAnEndedHubHoldsNobody(t *testing.T) {
	ran := quietHub()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	ran.Run(ctx, nil)
	never := quietHub()
	never.End()
	for name, h := range map[string]*Feed{"ran": ran, "never ran": never} {
		inTime(t, name, func() {
			for range MaxQueue + 2 {
				if h.Post(event.Mark{}) {
					t.Errorf("%s: it takes an event", name)
					return
				}
			}
			h.Ask(func(*diagnose.Engine) { t.Errorf("%s: it answers", name) })
			h.End()
		})
		if len(h.queue) != 0 {
			t.Errorf("%s: %d events are kept", name, len(h.queue))
		}
	}
}

// Whoever waits for room when the feed ends is let go.
func TestTheEndOfTheHubLetsWaitersGo(t *testing.T) {
	h := quietHub()
	for range MaxQueue {
		h.Post(event.Mark{})
	}
	var waiting sync.WaitGroup
	for range 8 {
		waiting.Go(func() { h.Post(event.Mark{}) })
		waiting.Go(func() { h.Ask(func(*diagnose.Engine) {}) })
	}
	time.Sleep(50 * time.Millisecond)
	h.End()
	inTime(t, "waiters", waiting.Wait)
}

// inTime fails if f does not return.
func inTime(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		f()
		close(done)
	}()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		t.Fatalf("%s: it waits for ever", what)
	}
}
