package offline

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// Nothing is told of what takes less than a second; then at most five lines a
// second, each another one, and "" at the end.
func TestProgressIsToldInTime(t *testing.T) {
	for _, takes := range []time.Duration{0, 900 * time.Millisecond, 3100 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			var told []string
			var at []time.Duration
			begun := time.Now()
			p, stop := watch(func(line string) { told, at = append(told, line), append(at, time.Since(begun)) })
			p.begin("reading messages", 300<<20)
			for range int(takes / (10 * time.Millisecond)) {
				time.Sleep(10 * time.Millisecond)
				p.add(1 << 20)
			}
			stop()
			if takes < statusFrom {
				if len(told) > 0 {
					t.Errorf("%v: %q", takes, told)
				}
				return
			}
			if n := len(told); n < 5 || n > 15 || at[0] < statusFrom || told[n-1] != "" || len(slices.Compact(slices.Clone(told))) != n {
				t.Errorf("%v: %q at %v", takes, told, at)
			}
			if !strings.HasPrefix(told[0], "reading messages: ") || !strings.HasSuffix(told[0], " of 300 MB") {
				t.Errorf("%q", told[0])
			}
		})
	}
}

// A terminal that takes nothing does not hold the run up, and who asks for no
// status gets none.
func TestABlockedStatusHoldsNothingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		never := make(chan struct{})
		p, stop := watch(func(string) { <-never })
		p.begin("reading", 0)
		time.Sleep(2 * statusFrom)
		begun := time.Now()
		stop()
		if d := time.Since(begun); d > grace {
			t.Errorf("it took %v", d)
		}
		close(never)
	})
	p, stop := watch(nil)
	p.begin("reading", 1)
	p.add(1)
	stop()
}
