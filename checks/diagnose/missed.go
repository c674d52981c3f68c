package diagnose

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/attempt"
)

// stretch is lines of a source of which nothing was read though they would tell.
type stretch struct {
	source   event.SourceID
	from, to int
}

// missed are the stretches that the engine was told of.
type missed struct{ list []stretch }

// Missed tells, before a report, of lines of a source that were not read though they
// hold what a log of a sync would.
func (m *missed) Missed(source event.SourceID, from, to int) {
	m.list = append(m.list, stretch{source, from, to})
}

// bound takes back what is too sure where the last attempt may be one that could not be
// read: no success is the last one's then, and a cause is the attempt's that was read.
func bound(d *checks.Diagnosis, tries []*attempt.Trace, missed []stretch) {
	if d.Shown < 0 || !slices.ContainsFunc(missed, func(s stretch) bool { return s.newer(d, tries[d.Shown]) }) {
		return
	}
	if d.Missed = true; d.Verdict == checks.OK {
		d.Verdict = checks.Inconclusive
	}
	if d.RootCause != nil && d.RootCause.Confidence > checks.Likely {
		likely := *d.RootCause
		likely.Confidence = checks.Likely
		d.RootCause = &likely
	}
	if c := d.Each[d.Shown].Cause; c != nil && c.Confidence > checks.Likely {
		likely := *c
		likely.Confidence = checks.Likely
		d.Each[d.Shown].Cause = &likely
	}
}

// newer reports whether a stretch may be newer than an attempt: no line of that stands
// behind it in the same file, or before it in one whose newest line comes first.
func (s stretch) newer(d *checks.Diagnosis, t *attempt.Trace) bool {
	turned := slices.Contains(d.Turned, s.source)
	older := func(r event.Ref) bool {
		return r.Source == s.source && r.Line > 0 && (!turned && r.Line > s.to || turned && r.Line < s.from)
	}
	for _, l := range t.Entries() {
		if older(l.From) {
			return false
		}
	}
	for _, st := range d.Attempts[d.Shown].Stages {
		if slices.ContainsFunc(st.Evidence, func(ev checks.Evidence) bool { return older(ev.Ref) }) {
			return false
		}
	}
	return true
}
