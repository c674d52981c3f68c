//go:build unix

package tui

import (
	"runtime"
	"testing"
)

// What a screen holds once its panes are full does not grow with what comes.
func TestMemoryOfAFlood(t *testing.T) {
	held := func() int {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int(m.HeapAlloc >> 20)
	}
	u := recorded()
	pool := u.Events
	before := held()
	m := New(Options{})
	m.apply(u)
	flood := func(rows int) int {
		for at := 0; at < rows; {
			u.Events = nil
			for range 4_000 {
				u.Events = append(u.Events, fresh(pool[at%len(pool)]))
				at++
			}
			m.apply(u)
			m.frame = ""
			_ = m.View()
		}
		u.Events = nil
		return held() - before
	}
	full := flood(60_000)
	more := flood(120_000)
	t.Logf("%d MB once the panes are full, %d MB after twice as many rows more", full, more)
	if full > 48 || more > full+4 {
		t.Error("the panes hold more than they are to")
	}
	runtime.KeepAlive(m)
	runtime.KeepAlive(pool)
}
