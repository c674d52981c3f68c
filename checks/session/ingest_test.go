package session

import (
	"bufio"
	"fmt"
	"io"
	"net/netip"
	"testing"
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/session/feed"
	"syncscope/checks/session/offline"
	"syncscope/checks/view"
)

// BenchmarkIngest is the whole way of one stream's lines: bytes from a pipe
// through the sink and the decoder into the feed, with updates taken.
func BenchmarkIngest(b *testing.B) {
	for _, kind := range []event.Kind{event.SSMMessages, event.ManagerLog} {
		b.Run(kind.String(), func(b *testing.B) {
			rules, err := diagnose.LoadRules()
			if err != nil {
				b.Fatal(err)
			}
			l := &Live{cfg: Config{Options: offline.Options{Gate: redact.New(), Rules: rules}, Now: time.Now}}
			l.feed = feed.New(diagnose.NewEngine(rules, l.cfg.Peer), time.Now, func(*view.Update) {})
			s := l.add(kind, event.LevelNone, "log", nil)
			s.dec = capture.NewDecoder(s.src, l.cfg.Gate, func(ev event.Event) { l.feed.Post(ev) })
			s.dec.SetArrival(time.Now)
			done := make(chan struct{})
			go l.feed.Run(b.Context(), done)
			go func() {
				for range l.feed.Out() {
				}
			}()
			r, w := io.Pipe()
			const lines = 200_000
			go func() {
				buf := bufio.NewWriterSize(w, 32<<10)
				for i := range b.N * lines {
					if kind == event.SSMMessages {
						fmt.Fprintf(buf, "Nov 24 11:17:%02d SSM-On-Prem systemd[1]: Started Session %d of user root.\n", i%60, i)
					} else {
						fmt.Fprintf(buf, "24-Nov-2026 17:29:%02d,%03d IST INFO  [um8_vManage] [StatsCollector] (default task-%d) |default| Collected %d records\n", i%60, i%1000, i%40, i)
					}
				}
				buf.Flush()
				w.Close()
			}()
			k := &logSink{l: l, s: s}
			b.ResetTimer()
			buf := make([]byte, 32<<10)
			for {
				n, err := r.Read(buf)
				_ = k.Lines(buf[:n])
				if err != nil {
					break
				}
			}
			b.ReportMetric(float64(b.N*lines)/b.Elapsed().Seconds(), "lines/s")
			if got := s.dec.Lines(); got != b.N*lines {
				b.Fatal(got)
			}
			close(done)
		})
	}
}

// A screen that takes nothing never stops a reader: rows are dropped and
// counted, no event is lost to the engine.
func TestAStillScreenStopsNoReader(t *testing.T) {
	rules, err := diagnose.LoadRules()
	if err != nil {
		t.Fatal(err)
	}
	h := feed.New(diagnose.NewEngine(rules, netip.Addr{}), time.Now, func(*view.Update) {})
	done := make(chan struct{})
	go h.Run(t.Context(), done)
	const n = 60_000
	posted := make(chan struct{})
	go func() {
		defer close(posted)
		for range n {
			h.Post(event.Plain{})
		}
	}()
	select {
	case <-posted:
	case <-time.After(30 * time.Second):
		t.Fatal("the reader waits for the screen")
	}
	close(done)
	rows, dropped := 0, 0
	for u := range h.Out() {
		for _, ev := range u.Events {
			if _, row := ev.(event.Plain); row {
				rows++
			}
		}
		dropped = u.Dropped
	}
	if rows == 0 || rows+dropped != n {
		t.Errorf("%d rows and %d dropped of %d", rows, dropped, n)
	}
}
