package relay

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// card is a network card on which a packet comes every millisecond.
type card struct {
	t      *testing.T
	begun  time.Time
	fails  error         // why the next run does not begin
	slow   time.Duration // that a run takes to begin
	mu     sync.Mutex
	counts []int // of the runs, in their order
	open   int
}

// ending is a run whose Close ends it; what it says last can still be read.
type ending struct {
	io.Reader
	once sync.Once
	stop chan struct{}
}

func (e *ending) Close() error {
	e.once.Do(func() { close(e.stop) })
	return nil
}

// begin begins a run of so many packets.
func (c *card) begin(ctx context.Context, packets int) (Run, error) {
	time.Sleep(c.slow)
	if c.fails != nil {
		return Run{}, c.fails
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.counts = append(c.counts, packets)
	c.open++
	r, w := io.Pipe()
	ends := &ending{Reader: r, stop: make(chan struct{})}
	go func() {
		_, err := io.WriteString(w, "tcpdump: listening\n")
		from := int(time.Since(c.begun).Milliseconds()) + 1
		for n := from; n < from+packets && err == nil; n++ {
			select {
			case <-ends.stop:
				_ = w.Close()
				return
			case <-time.After(time.Until(c.begun.Add(time.Duration(n) * time.Millisecond))):
			}
			_, err = fmt.Fprintf(w, "%s IP packet %d\n", time.Unix(0, 0).UTC().Add(time.Duration(n)*time.Millisecond).Format(stampForm), n)
		}
		_ = w.Close()
	}()
	left := sync.OnceFunc(func() { _ = r.Close(); c.mu.Lock(); c.open--; c.mu.Unlock() })
	return Run{ReadCloser: ends, Packets: packets, Leave: left, Ended: func() {}}, nil
}

// read reads some packets, which are to follow each other without a gap.
func read(t *testing.T, y *Relay, packets int) (gaps []string) {
	t.Helper()
	buf, text, last := make([]byte, 4096), "", 0
	for last < packets {
		n, err := y.Read(buf)
		text += string(buf[:n])
		for {
			line, rest, whole := strings.Cut(text, "\n")
			if !whole {
				break
			}
			text = rest
			var p int
			if _, number, is := strings.Cut(line, "packet "); is {
				if _, err := fmt.Sscan(number, &p); err != nil {
					t.Fatal(err)
				}
				if last > 0 && p != last+1 {
					gaps = append(gaps, fmt.Sprintf("%d to %d", last, p))
				}
				last = p
			}
		}
		if err != nil {
			return append(gaps, fmt.Sprintf("%v after %d", err, last))
		}
	}
	return gaps
}

// Captures follow each other without a gap or a packet that comes twice, whether a run
// ends by its packets or by its time; their packets grow with the rate. Where the next
// one does not come about or nobody watches, the stream ends.
func TestRelay(t *testing.T) {
	for _, tt := range []struct {
		name    string
		cfg     Config
		change  func(*card)
		packets int
		gaps    string
	}{
		{"by packets", Config{Fewest: 1000, Most: 120_000, Lasts: time.Hour}, func(*card) {}, 200_000, ""},
		{"by time", Config{Fewest: 90_000, Most: 90_000, Lasts: 20 * time.Second}, func(*card) {}, 100_000, ""},
		{"the next one fails", Config{Fewest: 1000, Most: 120_000, Lasts: time.Hour}, func(c *card) { c.fails = errors.New("refused") }, 2000, "EOF after 1000"},
		{"the next one is late", Config{Fewest: 1000, Most: 120_000, Lasts: time.Hour}, func(c *card) { c.slow = 20 * time.Second }, 2000, "EOF after 1000"},
		{"nobody watches", Config{Fewest: 1000, Most: 120_000, Lasts: time.Hour, Watched: func() bool { return false }}, func(*card) {}, 2000, "EOF after 1000"},
		{"it is full at once", Config{Fewest: 1000, Most: 1000, Lasts: time.Hour, TooShort: 30 * time.Second}, func(*card) {}, 2000, "EOF after 1000"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := &card{t: t, begun: time.Now()}
				first, err := c.begin(t.Context(), tt.cfg.Fewest)
				if err != nil {
					t.Fatal(err)
				}
				tt.change(c)
				tt.cfg.Begin = c.begin
				if tt.cfg.Watched == nil {
					tt.cfg.Watched = func() bool { return true }
				}
				y := New(t.Context(), tt.cfg, first)
				if got := strings.Join(read(t, y, tt.packets), ", "); got != tt.gaps {
					t.Errorf("%s, not %q; runs of %v", got, tt.gaps, c.counts)
				}
				if took, count, packets := y.Last(); took <= 0 || count > packets {
					t.Errorf("the last run: %v, %d of %d", took, count, packets)
				}
				_ = y.Close()
				_, _ = io.Copy(io.Discard, y)
				time.Sleep(time.Minute)
				synctest.Wait()
				if c.mu.Lock(); c.open > 0 {
					t.Errorf("%d command lines are left", c.open)
				}
				c.mu.Unlock()
			})
		})
	}
}
