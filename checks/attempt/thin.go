package attempt

import (
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks/evidence"
)

// How often a line is kept that is said again and again: often enough to tell
// when it was so.
const (
	oftenSick   = time.Minute
	oftenServed = 5 * time.Second
)

// saying is what a part of the SSM says.
type saying struct {
	source event.SourceID
	text   string
}

// maxSayings bounds how many different things are remembered to have been said.
const maxSayings = 1_024

// Sick keeps what a part of the SSM says is wrong, and when. It reports whether
// the line is kept.
func (c *Case) Sick(ev *event.LogEntry) bool {
	l, what := evidence.NewLine(ev), saying{ev.From.Source, ev.Message.String()}
	if ev.Form == logline.Kernel && ev.Client.IsValid() { // of a packet, numbers that nobody asks for differ each time
		what.text = ev.Client.String() + " " + ev.Value.String()
	}
	if s := c.repeated[what]; s != nil && s.PrintedWithin(oftenSick, l) {
		return false
	}
	if len(c.repeated) >= maxSayings {
		clear(c.repeated)
	}
	c.repeated[what] = l
	c.AddSSM(l)
	return true
}
