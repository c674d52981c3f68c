package capture

import (
	"testing"
	"time"

	"syncscope/capture/event"
)

// A packet that takes another's place in a Cite takes all of it, whichever of
// the two was read ahead.
func TestCiteKeepsTheNewest(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 11, 24, 0, 0, s, 0, time.UTC) }
	ahead := &Passing{from: &frames{}, Conn: &event.Connection{}, numbers: &numbers{second: at(1).Unix(), marks: markHistory}}
	line := &Passing{Conn: &event.Connection{}, meta: &event.Meta{At: event.When{Time: at(2), Dated: true}}}
	var c *Cite
	if !c.Empty() || c.History() || !c.When().Time.IsZero() {
		t.Error("nothing was kept")
	}
	c = &Cite{}
	for range 2 {
		if c.Keep(ahead); !c.When().Time.Equal(at(1)) || !c.History() {
			t.Errorf("read ahead: %v, history %v", c.When().Time, c.History())
		}
		if c.Keep(line); !c.When().Time.Equal(at(2)) || c.History() || !c.Meta().At.Time.Equal(at(2)) {
			t.Errorf("line by line: %v, history %v", c.When().Time, c.History())
		}
	}
}
