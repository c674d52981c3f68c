package feed

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks/diagnose"
	"syncscope/checks/view"
)

// Bounds of the feed. A reader waits when MaxQueue events are not yet observed
// (SSH's own flow control then holds the host back; nothing is lost).
const (
	MaxQueue = 20_000
	tick     = 40 * time.Millisecond
)

// Feed is the one place where events of all sources meet: it owns the engine
// and sends merged updates at the pace of whoever receives them.
type Feed struct {
	engine *diagnose.Engine
	now    func() time.Time
	met    func(event.Event)  // is told of each event before the engine
	decor  func(*view.Update) // fills in what only the run knows

	mu    sync.Mutex
	room  *sync.Cond
	queue []event.Event
	wake  chan struct{}
	out   chan view.Update
	asks  chan func()
	gone  chan struct{} // closed at the end: nobody takes any more

	most    int                    // rows of a source that wait for a front end
	dropped map[event.SourceID]int // rows that no front end got
	holes   map[stream]int         // of them, those before the rows that wait
	words   *redact.Session        // makes texts of ours
	last    atomic.Int64           // when an update was last taken, in Unix nanoseconds
	settling
}

// New is a feed of an engine: now gives the time, decor fills in what only the run knows.
func New(e *diagnose.Engine, now func() time.Time, decor func(*view.Update)) *Feed {
	h := &Feed{engine: e, now: now, met: func(event.Event) {}, decor: decor, wake: make(chan struct{}, 1), out: make(chan view.Update), asks: make(chan func()), gone: make(chan struct{}), most: mostOnScreen, dropped: map[event.SourceID]int{}, holes: map[stream]int{}, words: redact.New()}
	h.room = sync.NewCond(&h.mu)
	return h
}

// Post hands an event over. It waits only while the queue is full and the feed
// runs; false: the feed has ended, and the event is lost.
func (h *Feed) Post(ev event.Event) bool {
	h.mu.Lock()
	for len(h.queue) >= MaxQueue && !h.ended() {
		h.room.Wait()
	}
	taken := !h.ended()
	if taken {
		h.queue = append(h.queue, ev)
	}
	h.mu.Unlock()
	h.Nudge()
	return taken
}

// Len is how many events wait to be observed.
func (h *Feed) Len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.queue)
}

// Meet has f told of each event before the engine is. It is called before Run.
func (h *Feed) Meet(f func(event.Event)) { h.met = f }

// AsLines keeps rows for a reader of lines, who wants them all as far as memory
// goes. It is called before Run.
func (h *Feed) AsLines() { h.most = mostAsLines }

// Out gives the updates. It is closed at the end of the run.
func (h *Feed) Out() <-chan view.Update { return h.out }

func (h *Feed) ended() bool {
	select {
	case <-h.gone:
		return true
	default:
		return false
	}
}

// Taken is when a front end last took an update.
func (h *Feed) Taken() time.Time { return time.Unix(0, h.last.Load()) }

// Nudge makes the feed look again.
func (h *Feed) Nudge() {
	select {
	case h.wake <- struct{}{}:
	default:
	}
}

func (h *Feed) take() []event.Event {
	h.mu.Lock()
	defer h.mu.Unlock()
	q := h.queue
	h.queue = nil
	h.room.Broadcast()
	return q
}

// Run observes events until ctx ends and offers an update at most every tick.
// When done is closed it sends what is left with Done set, and ends. It closes
// the channel of updates.
func (h *Feed) Run(ctx context.Context, done <-chan struct{}) {
	defer close(h.out)
	defer h.End()
	var (
		pending []event.Event
		update  view.Update
		ready   <-chan time.Time // when the next update may be built
		out     chan view.Update // nil while none waits to be taken
		ended   bool
	)
	for {
		select {
		case <-ctx.Done():
			return
		case <-done:
			done, ended, ready = nil, true, time.After(tick)
		case f := <-h.asks:
			pending = h.collect(pending)
			if f(); out != nil { // what waits to be taken is all there is
				update = h.update(pending, ended)
			}
		case <-h.wake:
			if ready == nil {
				ready = time.After(tick)
			}
		case <-ready:
			ready = nil
			pending = h.collect(pending)
			update, out = h.update(pending, ended), h.out
		case out <- update:
			h.last.Store(h.now().UnixNano())
			if update.Done {
				return
			}
			pending, out = nil, nil
			clear(h.holes)
		}
	}
}

// End lets everyone go who waits for the feed, now and later. A feed that never
// ran is ended as well.
func (h *Feed) End() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.ended() {
		close(h.gone)
	}
	h.queue = nil
	h.room.Broadcast()
}

func (h *Feed) collect(pending []event.Event) []event.Event {
	for _, ev := range h.take() {
		h.met(ev)
		h.engine.Observe(ev)
		pending = append(pending, ev)
	}
	return h.drop(pending)
}

func (h *Feed) update(events []event.Event, ended bool) view.Update {
	d := h.engine.Diagnose()
	if !ended {
		d = h.settled(d, h.Nudge)
	}
	u := view.Update{
		Now: h.now(), Events: h.told(events), Attempts: d.Attempts, Shown: d.Shown, Verdict: d.Verdict,
		RootCause: d.RootCause, Findings: d.Findings, Evidence: d.Evidence, Each: d.Each, Comparison: d.Comparison, LastGood: d.LastGood, Earlier: d.Earlier, Done: ended,
		Clock: d.Clock, Forgotten: d.Dropped, Heard: d.Heard, Callers: d.Callers,
	}
	u.Header = view.Header{Manager: d.Manager, Release: d.Release, SSM: d.SSM, Peer: d.Peer, PeerFrom: d.PeerFrom, Clock: d.Clock.String()}
	h.decor(&u)
	for _, n := range h.dropped {
		u.Dropped += n
	}
	for i := range u.Sources {
		u.Sources[i].Dropped = h.dropped[u.Sources[i].Source.ID]
	}
	return u
}

// Ask runs f on the engine in the feed's own goroutine, after all that was
// posted before. f does not run if the feed has ended.
func (h *Feed) Ask(f func(*diagnose.Engine)) {
	done := make(chan struct{})
	select {
	case h.asks <- func() { f(h.engine); close(done) }:
		<-done
	case <-h.gone:
	}
}
