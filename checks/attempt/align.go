package attempt

import (
	"slices"
	"time"

	"syncscope/checks/evidence"
)

// newestPairs bounds what the offset is voted from: the newest attempts and
// requests. Older ones tell nothing else.
const newestPairs = 64

// align works out how the clocks stand to each other, from sign-ins that both
// logs show with the same client ID or user and the same answer; where no answer
// is shown, from those that may still have had one.
func (m *matcher) align() {
	offset, basis := m.Offset, m.Basis
	newest := m.Input.Traces[max(0, len(m.Input.Traces)-newestPairs):]
	m.open = leftOpen(newest)
	more, pairs := m.vote(offset, basis, true)
	if pairs == 0 {
		more, pairs = m.vote(offset, basis, false)
	}
	if basis == evidence.Assumed && (pairs > 0 || m.proven) {
		basis = evidence.Paired
	}
	m.Axis, m.Pairs = evidence.NewAxis((offset+more).Round(time.Second), basis), pairs
}

// vote finds what is to add to the offset that is known, by sign-ins that were
// answered, or by the others.
func (m *matcher) vote(offset time.Duration, basis evidence.Basis, answered bool) (time.Duration, int) {
	var seen []evidence.Sighting
	clock := evidence.NewAxis(offset, evidence.Assumed)
	requests := m.tokens[max(0, len(m.tokens)-4*newestPairs):]
	for i, t := range m.Input.Traces[max(0, len(m.Input.Traces)-newestPairs):] {
		if t.Failure().belowHTTP() {
			continue
		}
		windows := placed{t, clock}.moments(answered)
		for j, r := range requests {
			if _, clash := t.actor.Agree(r.actor, nil); clash > 0 || !t.actor.Names(r.actor) || !t.answers(r) {
				continue
			}
			for _, w := range windows {
				seen = append(seen, evidence.Sighting{Window: w, At: r.At(clock), A: i, B: j})
			}
		}
	}
	if basis != evidence.Assumed { // asked or followed: only what fits that well is the same thing
		seen = slices.DeleteFunc(seen, func(s evidence.Sighting) bool { return s.Window.Outside(s.At) > slack })
	}
	more, pairs := evidence.Vote(seen, m.cost)
	if !answered && pairs == 1 && more.Abs() > slack && m.cost(more) > 1 {
		return 0, 0 // one request that may be another attempt's is no reason to doubt the clocks
	}
	return more, pairs
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
