package evidence

import "time"

// lag is how far a log's clock is behind ours, by the lines of it that came in
// while it was followed. The line that came the soonest tells most.
type lag struct {
	behind  time.Duration
	arrived bool // behind is known
}

// Behind is how far the log's clock is behind ours; ok is false where no line came
// in while it was followed.
func (g *lag) Behind() (d time.Duration, ok bool) { return g.behind, g.arrived }

func (g *lag) arrive(l *Line) {
	if l.At.Arrival.IsZero() || !l.has {
		return
	}
	if d := time.Duration(l.At.Arrival.UnixNano() - l.wall); !g.arrived || d < g.behind {
		g.behind, g.arrived = d, true
	}
}
