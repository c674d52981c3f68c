package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
)

// pair is one thing that both logs show.
type pair struct {
	manager, ssm *event.LogEntry
}

// pairs are the answers that the Manager logged beside the requests that the
// SSM logged, joined by their content.
func (e *Engine) pairs(tries []*try) []pair {
	var out []pair
	add := func(m *event.LogEntry, r *request) {
		if m != nil && r != nil && r.access != nil {
			out = append(out, pair{m, r.access})
		}
	}
	for _, t := range tries {
		if t.failed != nil && t.failed.Status != 0 && !t.onAPI() {
			add(t.failed, t.token)
		}
		add(t.find(logline.TopicAuthenticated), t.token)
		if n := len(t.api); n > 0 && t.token != nil {
			add(t.find(logline.TopicLicences), t.api[n-1])
		}
	}
	return out
}

// step is the resolution of nginx's access log.
const step = time.Second

// clock works the offset out of two matched events or more. One alone does not
// tell an offset from a coincidence, and letters that mean several zones tell
// none at all.
func (e *Engine) clock(tries []*try) checks.Clock {
	var offsets []time.Duration
	for _, p := range e.pairs(tries) {
		zone := p.manager.Stamp.Zone
		if len(zones[zone]) > 1 {
			if c := e.measured(); c.Basis != "unknown" {
				return c
			}
			return checks.Clock{Basis: fmt.Sprintf("unknown: the Manager's zone %s has several meanings", zone)}
		}
		if d, ok := apart(p.manager.At, zone, p.ssm.At, e.coverage.east); ok {
			offsets = append(offsets, d)
		}
	}
	if len(offsets) < 2 {
		return e.measured()
	}
	slices.SortFunc(offsets, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	low, high := offsets[0], offsets[len(offsets)-1]
	if high-low > 2*slack { // they do not agree: not one clock, or not the same events
		return checks.Clock{Basis: "unknown: the matched events do not agree"}
	}
	return checks.Clock{Offset: (low + high) / 2, Uncertainty: (high-low)/2 + step, Basis: fmt.Sprintf("%d events that both logs show", len(offsets))}
}

// asked is the date of the host that a kind of log comes from. Of a cluster,
// the first node that was asked stands for the others.
func (e *Engine) asked(k event.Kind) *event.ClockSample {
	var first *event.ClockSample
	for id, c := range e.clocks {
		if e.sources[id].Kind == k && (first == nil || id < first.From.Source) {
			first = c
		}
	}
	return first
}

// measured is the offset by both hosts' own date, if both were asked.
func (e *Engine) measured() checks.Clock {
	m, s := e.asked(event.ManagerLog), e.asked(event.SSMMessages)
	if m == nil || s == nil {
		return checks.Clock{Basis: "unknown"}
	}
	return checks.Clock{Offset: s.Offset - m.Offset, Uncertainty: m.Uncertainty + s.Uncertainty, Basis: "both hosts' date, asked over SSH"}
}

// skewed is the difference of clocks from which it is worth saying: grants and
// certificates go by them.
const skewed = time.Minute

func (e *Engine) clockSkew(*try) []checks.Evidence {
	c := e.last.Clock
	if c.Offset.Abs() < skewed {
		return nil
	}
	says := fmt.Sprintf("the SSM's clock is %s ahead of the Manager's", c.Offset.Round(time.Second))
	if c.Offset < 0 {
		says = fmt.Sprintf("the SSM's clock is %s behind the Manager's", -c.Offset.Round(time.Second))
	}
	if m, s := e.asked(event.ManagerLog), e.asked(event.SSMMessages); m != nil && s != nil {
		return []checks.Evidence{e.cite(s.Meta, says), e.cite(m.Meta, "the Manager's date")}
	}
	p := e.matched[0]
	return []checks.Evidence{e.citeLine(p.ssm, says), e.citeLine(p.manager, "the same answer in the Manager's log")}
}
