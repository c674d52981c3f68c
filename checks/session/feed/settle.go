package feed

import (
	"time"

	"syncscope/checks"
)

// settleTime is how long the cause of an attempt that has just failed waits for
// what the other hosts say of it: a log's line is here at once, the packet or the
// SSM's line that tells more comes a moment later.
const settleTime = 600 * time.Millisecond

// runningTime is the same while an attempt still runs: a router asks for a host
// that is off for three seconds (RFC 4861, 7.3.3) before it says that nobody is
// there, and until then its silence is like a firewall's.
const runningTime = 4 * time.Second

// settling is the newest attempt that failed, and what was known before it did.
type settling struct {
	number int // of the attempt
	ended  bool
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
	wait := settleTime
	if !a.Ended {
		wait = runningTime
	}
	if s.number != a.Number || s.ended != a.Ended {
		s.number, s.ended, s.since = a.Number, a.Ended, time.Now()
		time.AfterFunc(wait, again)
	}
	if time.Since(s.since) < wait {
		if len(s.before.Attempts) == 0 {
			s.before.Shown = -1
		}
		return s.before
	}
	s.before = d
	return d
}
