package terminal

import "time"

// Bounds of the data tick, and of the link's share that frames may take.
const (
	everyLeast  = 100 * time.Millisecond
	everyMost   = 2 * time.Second
	window      = 500 * time.Millisecond
	busyHigh    = 0.30
	busyLow     = 0.10
	SSHBudget   = 60 << 10 // bytes a second where SSH_TTY is set
	budgetSlack = 0.7      // below this part of the budget the tick may quicken
)

// meter tells what the terminal took so far: bytes, and the time of writes.
type meter func(now time.Time) (bytes int64, busy time.Duration)

// Pacer sets how often data are drawn: ten times a second where the terminal
// takes it, rarer where writes are slow or the budget of bytes is spent. Keys
// are answered at once whatever it says: then only they change the frame.
//
// The time of writes alone reacts late on a real SSH link, whose buffers take
// seconds of frames; so there the budget bounds what is sent.
type Pacer struct {
	meter  meter
	budget int64 // bytes a second; 0 none
	every  time.Duration
	at     time.Time
	bytes  int64
	busy   time.Duration
}

// NewPacer measures what meter counts and keeps it within budget.
func NewPacer(m meter, budget int64) *Pacer {
	return &Pacer{meter: m, budget: budget, every: everyLeast}
}

// Next is how long to wait before data are drawn again.
func (p *Pacer) Next(now time.Time) time.Duration {
	if p.meter == nil {
		return everyLeast
	}
	wall := now.Sub(p.at)
	if !p.at.IsZero() && wall < window {
		return p.every
	}
	bytes, busy := p.meter(now)
	if !p.at.IsZero() {
		p.adapt(float64(busy-p.busy)/float64(wall), float64(bytes-p.bytes)/wall.Seconds())
	}
	p.at, p.bytes, p.busy = now, bytes, busy
	return p.every
}

// adapt takes what the last window cost: the share of its time that writes
// took, and bytes a second.
func (p *Pacer) adapt(share, rate float64) {
	over := 0.0
	if p.budget > 0 {
		over = rate / float64(p.budget)
	}
	switch {
	case share > busyHigh:
		p.every *= 2
	case over > 1:
		p.every = time.Duration(float64(p.every) * min(over, 2))
	case share < busyLow && over < budgetSlack:
		p.every = p.every * 4 / 5
	}
	p.every = min(max(p.every, everyLeast), everyMost)
}
