package fact

import (
	"fmt"
	"slices"
	"time"

	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// worthWaiting is how long a wait is worth a word: answers that come take less.
const worthWaiting = 3 * time.Second

// waited: so long lies between the Manager's line before its failure and that.
func waited(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	asked, d := wait(t)
	if d < worthWaiting {
		return nil
	}
	return []checks.Evidence{v.CiteLine(asked, "Manager: its last line before"), v.CiteLine(t.Failed, fmt.Sprintf("Manager: failed %.1f s later", d.Seconds()))}
}

// wait is the Manager's line before its failure, and the time between both.
func wait(t *attempt.Trace) (asked *evidence.Line, d time.Duration) {
	i := slices.Index(t.Lines, t.Failed)
	if i < 1 || t.Lines[i-1].From.Source != t.Failed.From.Source {
		return nil, 0
	}
	return t.Lines[i-1], t.Lines[i-1].Apart(t.Failed)
}

// Waited says how long the Manager waited, and what shows it.
func Waited(v *attempt.View, t *attempt.Trace) string {
	ev := waited(v, t)
	if ev == nil {
		return ""
	}
	_, d := wait(t)
	return fmt.Sprintf("%.1f s (from %s to %s)", d.Seconds(), ev[0].Place(), ev[1].Place())
}

// servedMeanwhile: the SSM's web server answered somebody else while the Manager waited.
func servedMeanwhile(v *attempt.View, t *attempt.Trace) []checks.Evidence {
	asked, d := wait(t)
	if d < worthWaiting {
		return nil
	}
	// nginx prints whole seconds: what may have been before is not meanwhile.
	w := evidence.Between(v.Axis.Manager(asked), v.Axis.Manager(t.Failed), -time.Second, -time.Second)
	for _, l := range evidence.Within(v.Lines.Served, w, v.Axis.SSM) {
		if l.Status > 0 && l.Status < 500 {
			return []checks.Evidence{v.CiteLine(l, "SSM, nginx: served another client meanwhile")}
		}
	}
	return nil
}
