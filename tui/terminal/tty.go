package terminal

import (
	"os"
	"sync/atomic"
	"time"
)

// TTY is the terminal, with what was written to it counted and timed:
// what a slow link shows itself by. It has no more methods than the renderer
// needs to find the terminal in it; every write passes the guard.
type TTY struct {
	File   *os.File
	NoSync bool // the terminal is not asked whether it can hold frames back
	guard  Guard
	bytes  atomic.Int64
	nanos  atomic.Int64 // spent in writes that have ended
	since  atomic.Int64 // when the write in flight began, 0 none
}

func (t *TTY) Read(p []byte) (int, error) { return t.File.Read(p) }
func (t *TTY) Close() error               { return t.File.Close() }
func (t *TTY) Fd() uintptr                { return t.File.Fd() }

// Write writes what the guard lets through. It answers for all of p.
func (t *TTY) Write(p []byte) (int, error) {
	t.guard.noSync = t.NoSync
	out := t.guard.Pass(p)
	start := time.Now()
	t.since.Store(start.UnixNano())
	n, err := t.File.Write(out)
	t.since.Store(0)
	t.nanos.Add(int64(time.Since(start)))
	t.bytes.Add(int64(n))
	if err != nil {
		return min(n, len(p)), err
	}
	return len(p), nil
}

// Spent is the bytes and the time of all writes so far, the one in flight
// included.
func (t *TTY) Spent(now time.Time) (bytes int64, busy time.Duration) {
	busy = time.Duration(t.nanos.Load())
	if s := t.since.Load(); s > 0 {
		busy += now.Sub(time.Unix(0, s))
	}
	return t.bytes.Load(), busy
}
