package checks

import (
	"fmt"
	"strings"

	"syncscope/capture/event"
)

// LastGood is when it worked last before the attempt that is shown failed, and
// what is different now, as far as the logs show both.
type LastGood struct {
	Number   int // of the attempt that went well
	Time     event.When
	Evidence Evidence // the line that says so
	Changed  []Change
	Other    string // the cause of the last failure that had another one; "" none
	OtherAt  event.When
}

// Change is one thing that differs between then and now.
type Change struct {
	What string // "the client ID"
	Evidence
}

// Sentence is one line, without its full stop.
func (g *LastGood) Sentence() string {
	out := "It worked last at " + strings.TrimSpace(g.Time.Text.String()) + fmt.Sprintf(" (attempt %d)", g.Number)
	var changed []string
	for _, c := range g.Changed {
		changed = append(changed, c.What)
	}
	switch {
	case len(changed) > 0:
		out += "; since then " + strings.Join(changed, ", ") + " changed"
	default:
		out += "; of what the logs show of both, nothing changed since then"
	}
	if g.Other != "" {
		out += fmt.Sprintf("; at %s it failed by %s", strings.TrimSpace(g.OtherAt.Text.String()), g.Other)
	}
	return out
}
