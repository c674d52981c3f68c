package evidence

import (
	"testing"
	"time"
)

// Where lines may be missing, a log says nothing of what is not in it; before and
// behind that it does.
func TestHole(t *testing.T) {
	t.Parallel()
	for name, stays := range map[string]bool{"a gap": false, "a full disk": true} {
		at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
		r := newReader()
		r.log.Near(at)
		write := func(after time.Duration) { r.line(1, ssmLine(at.Add(after), 1)) }
		covers := func(from time.Duration) bool {
			ns := at.Add(from).UnixNano()
			return r.log.Covers(Window{ns, ns, true})
		}
		for s := range 60 {
			write(time.Duration(s) * time.Second)
		}
		if !covers(30 * time.Second) {
			t.Fatalf("%s: a log with lines around does not cover", name)
		}
		r.log.Break(1, stays)
		write(70 * time.Second) // of a full disk: a rest that still had room
		if got := covers(90 * time.Second); got {
			t.Errorf("%s: covered behind the last line", name)
		}
		if stays {
			r.log.Break(1, false)
		}
		for s := 100; s < 160; s++ {
			write(time.Duration(s) * time.Second)
		}
		if covers(65*time.Second) || stays && covers(90*time.Second) {
			t.Errorf("%s: covered where lines may be missing", name)
		}
		if !covers(30*time.Second) || !covers(150*time.Second) {
			t.Errorf("%s: not covered before and behind it", name)
		}
	}
}
