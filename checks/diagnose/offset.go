package diagnose

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/logline"
	"syncscope/checks"
	"syncscope/checks/attempt"
	"syncscope/checks/evidence"
)

// pair is one thing that both logs show.
type pair struct {
	manager, ssm *evidence.Line
}

// pairs are the answers that the Manager logged beside the requests that the
// SSM logged, joined by their content.
func pairs(traces []*attempt.Trace) []pair {
	var out []pair
	add := func(m *evidence.Line, r *attempt.Request) {
		if m != nil && r != nil && r.Access != nil {
			out = append(out, pair{m, r.Access})
		}
	}
	for _, t := range traces {
		if t.Failed != nil && t.Failed.Status != 0 && !t.OnAPI() {
			add(t.Failed, t.Token)
		}
		add(t.Find(logline.TopicAuthenticated), t.Token)
		if n := len(t.API); n > 0 && t.Token != nil {
			add(t.Find(logline.TopicLicences), t.API[n-1])
		}
	}
	return out
}

// newestPairs bounds the attempts of which the offset is worked out.
const newestPairs = 64

// step is the resolution of nginx's access log.
const step = time.Second

// clock works the offset out of two matched events or more. One alone does not
// tell an offset from a coincidence, and letters that mean several zones tell
// none at all.
func (s samples) clock(matched []pair) checks.Clock {
	var offsets []time.Duration
	for _, p := range matched {
		zone := p.manager.Stamp.Zone
		if len(evidence.Meanings(zone)) > 1 {
			if c := s.measured(); c.Basis != "unknown" {
				return c
			}
			return checks.Clock{Basis: fmt.Sprintf("unknown: the Manager's zone %s has several meanings", zone)}
		}
		if d, ok := evidence.Offset(p.manager, p.ssm); ok && len(evidence.Meanings(zone)) == 1 {
			offsets = append(offsets, d)
		}
	}
	if len(offsets) < 2 {
		return s.measured()
	}
	slices.SortFunc(offsets, func(a, b time.Duration) int { return cmp.Compare(a, b) })
	low, high := offsets[0], offsets[len(offsets)-1]
	if high-low > 2*attempt.Agreement { // they do not agree: not one clock, or not the same events
		return checks.Clock{Basis: "unknown: the matched events do not agree"}
	}
	return checks.Clock{Offset: (low + high) / 2, Uncertainty: (high-low)/2 + step, Basis: fmt.Sprintf("%d events that both logs show", len(offsets))}
}

// by is what shows the offset: both hosts' dates, or one answer in both logs.
func (s samples) by(matched []pair, v *attempt.View) []checks.Evidence {
	if m, there := s.asked(event.ManagerLog), s.asked(event.SSMMessages); m != nil && there != nil {
		return []checks.Evidence{v.Cite(there.Meta, ""), v.Cite(m.Meta, "the Manager's date")}
	}
	if len(matched) == 0 {
		return nil
	}
	p := matched[0]
	return []checks.Evidence{v.CiteLine(p.ssm, ""), v.CiteLine(p.manager, "the same answer in the Manager's log")}
}

// samples are the hosts' own dates, as they were asked, and what was asked.
type samples struct {
	of      map[event.SourceID]*event.ClockSample
	sources map[event.SourceID]event.Source
}

// asked is the date of the host that a kind of log comes from. Of a cluster,
// the first node that was asked stands for the others.
func (s samples) asked(k event.Kind) *event.ClockSample {
	var first *event.ClockSample
	for id, c := range s.of {
		if s.sources[id].Kind == k && (first == nil || id < first.From.Source) {
			first = c
		}
	}
	return first
}

// measured is the offset by both hosts' own date, if both were asked.
func (s samples) measured() checks.Clock {
	m, there := s.asked(event.ManagerLog), s.asked(event.SSMMessages)
	if m == nil || there == nil {
		return checks.Clock{Basis: "unknown"}
	}
	return checks.Clock{Offset: there.Offset - m.Offset, Uncertainty: m.Uncertainty + there.Uncertainty, Basis: "both hosts' date, asked over SSH"}
}

// offset is the SSM's clock minus the Manager's, where both hosts were asked or
// both logs were followed.
func (s samples) offset(lines *attempt.Case) (time.Duration, evidence.Basis) {
	if c := s.measured(); c.Basis != "unknown" {
		return c.Offset, evidence.Measured
	}
	manager, ok := lines.Manager.Behind()
	ssm, ok2 := lines.SSM.Behind()
	if ok && ok2 {
		return (manager - ssm).Round(step), evidence.Arrived // finer than a second it changes with every line
	}
	return 0, evidence.Assumed
}
