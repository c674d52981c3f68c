package session

import (
	"bytes"
	"context"
	"io"
	"sync"
	"testing"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/probe"
	"syncscope/checks/session/feed"
	"syncscope/checks/session/offline"
)

// repeatedLog is a log of one line, many times.
type repeatedLog []byte

func longLog(n int, line []byte) repeatedLog { return bytes.Repeat(line, n) }

// Backlog implements backlog.
func (l repeatedLog) Backlog(context.Context, int64) (io.Reader, bool, error) {
	return bytes.NewReader(l), true, nil
}

// soon fails if f does not return.
func soon(t *testing.T, what string, f func()) {
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

// A history longer than the queue does not keep a run that is left.
func TestCloseWhileHistoryIsRead(t *testing.T) {
	l := Open(Config{Options: offline.Options{Gate: redact.New()}})
	s := l.add(event.ManagerLog, event.LevelNone, "log", nil)
	line := []byte("24-Nov-2026 11:00:00,000 UTC INFO  [h] [x] (t) |default| nothing\n")
	log := longLog(3*feed.MaxQueue, line)
	done := make(chan struct{})
	go func() { // nobody runs the feed: the queue fills
		s.past(t.Context(), log)
		close(done)
	}()
	for full := false; !full; time.Sleep(time.Millisecond) {
		full = l.feed.Len() == feed.MaxQueue
	}
	soon(t, "Close", l.Close)
	soon(t, "the reader of the history", func() { <-done })
}

// The tasks of a run end once: what begins later is refused.
func TestTasksEndOnce(t *testing.T) {
	for range 200 {
		ts := newTasks()
		var racing sync.WaitGroup
		for range 8 {
			racing.Go(func() {
				if ts.begin() {
					ts.done()
				}
			})
		}
		ts.done()
		racing.Wait()
		soon(t, "idle", func() { <-ts.idle })
		if ts.begin() {
			t.Fatal("a task begins after the end")
		}
	}
}

// Checks need a run: before it begins and after it has ended they are refused,
// and a run that is left while they begin ends all the same.
func TestChecksNeedARun(t *testing.T) {
	l := Open(Config{Options: offline.Options{Gate: redact.New()}})
	if l.RunChecks() == nil {
		t.Error("they run before the run")
	}
	soon(t, "Close of a run that never began", l.Close)
	for range 50 {
		l := Open(Config{Options: offline.Options{Gate: redact.New()}, PeerName: "192.0.2.1"})
		l.Start(t.Context())
		var keys sync.WaitGroup
		keys.Go(func() { _ = l.RunChecks() })
		keys.Go(func() { _ = l.Retry() })
		soon(t, "Close", l.Close)
		soon(t, "keys", keys.Wait)
		soon(t, "updates", func() {
			for range l.Updates() {
			}
		})
		if l.RunChecks() == nil {
			t.Fatal("they run after the run")
		}
	}
}

// A check does not wait for its turn longer than its run.
func TestATurnEndsWithTheRun(t *testing.T) {
	l := Open(Config{Options: offline.Options{Gate: redact.New()}})
	l.turns <- struct{}{}
	l.turns <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	soon(t, "walk", func() {
		out := l.walk(ctx, lane{probes: []probe.Probe{{Name: "x"}}, close: func() {}})
		if len(out) != 1 || out[0].Status != probe.CouldNot {
			t.Errorf("%+v", out)
		}
	})
}
