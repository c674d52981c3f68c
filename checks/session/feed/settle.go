package feed

import (
	"time"

	"syncscope/checks"
)

// settleTime is how long the cause of an attempt that has just failed waits for
// what the other hosts say of it: a log's line is here at once, the packet or the
// SSM's line that tells more comes a moment later.
const settleTime = 600 * time.Millisecond

// settling is the newest attempt that failed, and what was known before it did.
type settling struct {
	number int // of the attempt
	since  time.Time
	before checks.Diagnosis
}

// settled is the diagnosis to show: d, or the one before while an attempt's cause
// is not confirmed and has not had its time; again is called when that is over.
func (s *settling) settled(d checks.Diagnosis, again func()) checks.Diagnosis {
	a := d.Attempt()
	sure := d.RootCause != nil && d.RootCause.Confidence == checks.Confirmed
	if a == nil || a.History || a.Outcome != checks.OutcomeFail || sure {
		s.before = d
		return d
	}
	if s.number != a.Number {
		s.number, s.since = a.Number, time.Now()
		time.AfterFunc(settleTime, again)
	}
	if time.Since(s.since) < settleTime && len(s.before.Attempts) > 0 {
		return s.before
	}
	s.before = d
	return d
}
