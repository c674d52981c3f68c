package session

import "sync"

// tasks counts the goroutines of a run. It ends for good with the last of them:
// what would begin later is refused, so nobody waits for it in vain.
type tasks struct {
	mu    sync.Mutex
	n     int
	ended bool
	idle  chan struct{} // closed at the end
}

// newTasks counts the caller as the first.
func newTasks() *tasks { return &tasks{n: 1, idle: make(chan struct{})} }

// begin counts one more; false: it is too late.
func (t *tasks) begin() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended || t.n == 0 {
		return false
	}
	t.n++
	return true
}

func (t *tasks) done() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.n--; t.n == 0 {
		close(t.idle)
	}
}

// end refuses what comes, and waits for nobody.
func (t *tasks) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
}
