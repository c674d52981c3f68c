package attempt

import (
	"slices"
	"time"

	"syncscope/checks/evidence"
)

// newestPairs bounds what the offset is voted from: the newest attempts and
// requests. Older ones tell nothing else.
const newestPairs = 64

// maxSightings bounds what is held for one vote.
const maxSightings = 1 << 16

// align works out how the clocks stand to each other, from sign-ins that both
// logs show with the same client ID or user and the same answer; where no answer
// is shown, from those that may still have had one.
func (m *matcher) align() {
	offset, basis := m.Offset, m.Basis
	traces, requests := m.common(evidence.NewAxis(offset, evidence.Assumed))
	newest, last := traces[max(0, len(traces)-newestPairs):], requests[max(0, len(requests)-4*newestPairs):]
	m.open = leftOpen(newest)
	v := m.vote(newest, last, true)
	if v.Pairs == 0 {
		v = m.vote(newest, last, false)
	}
	if v.Pairs == 0 && m.Partial && basis == evidence.Assumed && !m.proven { // clocks may be hours apart
		v = m.vote(traces, requests, true)
	}
	if v.Tied && m.cost(v.Offset) > 0 { // as many requests fit other attempts: nothing is proven
		v = evidence.Ballot{}
	}
	if basis == evidence.Assumed && (v.Pairs > 0 || m.proven) {
		basis = evidence.Paired
	}
	m.Axis, m.Pairs = evidence.NewAxis((offset+v.Offset).Round(time.Second), basis), v.Pairs
}

// common are the attempts and requests that the offset may be voted from. Of logs
// that are read in part, they lie in the time that both have told of, by clock: one
// log may be read further, and what is alike there is not the same.
func (m *matcher) common(clock *evidence.Axis) ([]*Trace, []*Request) {
	if !m.Partial {
		return m.Input.Traces, m.tokens
	}
	skew, _ := clock.Skew()
	both := m.Manager.Span().Shifted(skew).Until(m.SSM.Span())
	return until(m.Input.Traces, func(t *Trace) bool { return both.Before(placed{t, clock}.ended()) }),
		until(m.tokens, func(r *Request) bool { return both.Before(r.At(clock)) })
}

// until is what stands in front of everything that comes too late.
func until[T any](all []T, late func(T) bool) []T {
	n := len(all)
	for n > 0 && late(all[n-1]) {
		n--
	}
	return all[:n]
}

// vote finds what is to add to the offset that is known, by sign-ins that were
// answered, or by the others.
func (m *matcher) vote(traces []*Trace, requests []*Request, answered bool) evidence.Ballot {
	var seen []evidence.Sighting
	clock := evidence.NewAxis(m.Offset, evidence.Assumed)
	for i, t := range traces {
		if t.Failure().belowHTTP() {
			continue
		}
		for j, r := range requests {
			if _, clash := t.actor.Agree(r.actor, nil); clash > 0 || !t.actor.Names(r.actor) || !t.answers(r) {
				continue
			}
			windows := placed{t, clock}.moments(r.Status(), answered)
			for _, w := range windows[:min(len(windows), maxSightings-len(seen))] {
				seen = append(seen, evidence.Sighting{Window: w, At: r.At(clock), A: i, B: j})
			}
		}
	}
	if m.Basis != evidence.Assumed { // asked or followed: only what fits that well is the same thing
		seen = slices.DeleteFunc(seen, func(s evidence.Sighting) bool { return s.Window.Outside(s.At) > slack })
	}
	v := evidence.Vote(seen, m.cost)
	if !answered && v.Pairs == 1 && v.Offset.Abs() > slack && m.cost(v.Offset) > 1 {
		return evidence.Ballot{} // one request that may be another attempt's is no reason to doubt the clocks
	}
	return v
}

// cost prefers offsets that are none, or are what letters with several meanings
// leave open.
func (m *matcher) cost(d time.Duration) int64 {
	if d.Abs() <= slack {
		return 0
	}
	for _, open := range m.open {
		if (d-open).Abs() <= slack || (d+open).Abs() <= slack {
			return 1
		}
	}
	return 2
}

// leftOpen are the offsets that the letters of the attempts' zones leave open:
// how far each meaning is from the first.
func leftOpen(traces []*Trace) []time.Duration {
	var out []time.Duration
	seen := map[string]bool{}
	for _, t := range traces {
		letters := t.Lines[0].Stamp.Zone
		if seen[letters] {
			continue
		}
		seen[letters] = true
		all := evidence.Meanings(letters)
		for _, one := range all[min(1, len(all)):] {
			out = append(out, one-all[0])
		}
	}
	return out
}
