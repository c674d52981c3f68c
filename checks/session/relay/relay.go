package relay

import (
	"context"
	"io"
	"sync"
	"time"
)

// Run is one run of tcpdump.
type Run struct {
	io.ReadCloser        // Close ends it; what it says last can still be read
	Packets       int    // it ends after so many
	Leave         func() // leaves the command line that it ran on
	Ended         func() // is told that it was seen to end
}

// Config is how captures follow each other.
type Config struct {
	Begin    func(ctx context.Context, packets int) (Run, error) // a run of about so many
	Watched  func() bool                                         // whether another one is to follow
	Lasts    time.Duration                                       // a run ends after so long
	Fewest   int                                                 // packets of a run
	Most     int
	TooShort time.Duration // a run of the most packets that is over sooner is not followed by another
}

// Relay is the stream.
type Relay struct {
	ctx  context.Context
	cfg  Config
	rows rows
	over error // the stream has ended

	mu     sync.Mutex
	now    Run // the one that is read
	begun  time.Time
	timer  *time.Timer // of its time
	next   chan upcome // the one behind it, once it is begun
	closed bool
}

// upcome is a run that was begun, or why it was not.
type upcome struct {
	Run
	err error
}

// Bounds of handing over. A run that lasts a minute leaves time to begin the next.
const (
	serves = time.Minute
	takes  = 5 * time.Second // to begin the next one
	both   = time.Second     // both run, where the time of the last one is over
)

// New reads first and what follows it.
func New(ctx context.Context, cfg Config, first Run) *Relay {
	y := &Relay{ctx: ctx, cfg: cfg}
	y.read(first)
	return y
}

// read goes on with a run.
func (y *Relay) read(r Run) {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.now, y.begun, y.next = r, time.Now(), nil
	y.timer = time.AfterFunc(y.cfg.Lasts, y.old)
	y.rows.other()
	if y.closed {
		_ = r.Close() // what it says last is still read
	}
}

// old ends a capture whose time is over, once the next one runs.
func (y *Relay) old() {
	next := y.prepare()
	if next == nil {
		y.stop()
		return
	}
	time.AfterFunc(both, y.stop)
}

func (y *Relay) stop() {
	y.mu.Lock()
	defer y.mu.Unlock()
	_ = y.now.Close() // what it says last is still read
}

// prepare begins the next run if there is to be one, and none is begun yet.
func (y *Relay) prepare() chan upcome {
	y.mu.Lock()
	defer y.mu.Unlock()
	ran := time.Since(y.begun)
	if y.next != nil || y.closed || !y.cfg.Watched() || y.now.Packets >= y.cfg.Most && ran < y.cfg.TooShort/2 {
		return y.next
	}
	rate := float64(y.rows.count) / max(ran, time.Millisecond).Seconds()
	packets := min(max(int(rate*serves.Seconds()), y.cfg.Fewest), y.cfg.Most)
	y.next = make(chan upcome, 1)
	go func(to chan<- upcome) {
		r, err := y.cfg.Begin(y.ctx, packets)
		to <- upcome{r, err}
	}(y.next)
	return y.next
}

// Last tells of the run that is read: for how long, how many packets came of it, and
// after how many it ends.
func (y *Relay) Last() (took time.Duration, count, packets int) {
	y.mu.Lock()
	defer y.mu.Unlock()
	return time.Since(y.begun), y.rows.count, y.now.Packets
}

// Read implements io.Reader.
func (y *Relay) Read(b []byte) (int, error) {
	for len(y.rows.out) == 0 {
		if y.over != nil {
			return 0, y.over
		}
		n, err := y.now.Read(b)
		if y.take(b[:n]) >= y.now.Packets/2 {
			y.prepare()
		}
		if err == nil {
			continue
		}
		y.rows.end()
		y.timer.Stop()
		if s, ok := y.now.ReadCloser.(interface{ Ended() bool }); ok && s.Ended() {
			y.now.Ended()
		}
		if err != io.EOF || !y.handOver() {
			y.now.Leave() // nothing follows
			if y.over = err; len(y.rows.out) == 0 {
				return 0, err
			}
		}
	}
	n := copy(b, y.rows.out)
	y.rows.out = y.rows.out[n:]
	return n, nil
}

// take takes what was read, and tells how many packets of this run it makes.
func (y *Relay) take(b []byte) int {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.rows.take(b)
	return y.rows.count
}

// handOver goes on with the next run; false: there is none.
func (y *Relay) handOver() bool {
	y.mu.Lock()
	next := y.next
	y.next = nil // whoever takes it receives from it
	y.mu.Unlock()
	if next == nil {
		return false
	}
	limit := time.NewTimer(takes)
	defer limit.Stop()
	select {
	case u := <-next:
		if u.err != nil {
			return false
		}
		y.now.Leave()
		y.read(u.Run)
		return true
	case <-limit.C:
	case <-y.ctx.Done():
	}
	go drop(next)
	return false
}

// drop ends a run that comes too late.
func drop(next <-chan upcome) {
	if u := <-next; u.err == nil {
		_ = u.Close() // its command line ends with it
		u.Leave()
	}
}

// Close ends the runs. What the one that is read says last can still be read.
func (y *Relay) Close() error {
	y.mu.Lock()
	defer y.mu.Unlock()
	y.closed = true
	y.timer.Stop()
	if y.next != nil {
		go drop(y.next)
		y.next = nil
	}
	return y.now.Close()
}
