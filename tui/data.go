package tui

import (
	"fmt"
	"slices"

	"syncscope/capture/event"
	"syncscope/capture/redact"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/keys"
)

// data is what the run has told: as it came, and as it is shown.
type data struct {
	came     view.Update
	update   view.Update // what of it is shown
	kinds    map[event.SourceID]event.Kind
	browsing browsing
	changes  changes
	names    names
}

// nothing is before a run has told anything.
func nothing() data {
	d := data{kinds: map[event.SourceID]event.Kind{}}
	d.came.Shown, d.update.Shown = -1, -1
	return d
}

// refresh is what came as it is to be shown: the attempt that the user looks at,
// names as he wants them.
func (d *data) refresh(gate *redact.Session) {
	u := d.came
	d.browsing.apply(&u)
	d.names.apply(gate, &u)
	d.update = u
}

// state is what of the keys depends on the update.
func (d *data) state() (s keys.State) {
	u := &d.update
	if u.RootCause != nil {
		s |= keys.HasCause
	} else if u.Verdict != checks.OK {
		s |= keys.Undecided
	}
	if len(u.Evidence) > 0 {
		s |= keys.HasEvidence
	}
	if len(u.Attempts) > 0 {
		s |= keys.HasAttempts
	}
	for i := range u.Hosts {
		if u.Hosts[i].Failed() != nil {
			s |= keys.Failed
		}
	}
	return s
}

// losing reports whether something runs that cannot be had again.
func (d *data) losing() bool {
	if d.update.Header.Simulated {
		return false
	}
	for _, s := range d.update.Sources {
		if s.Source.Kind.HasPackets() && s.State == event.Following {
			return true
		}
	}
	return false
}

// markBefore takes the attempt shown as the one that later ones are compared
// with, or none any more.
func (d *data) markBefore() string {
	b := &d.browsing
	switch s := d.update.Shown; {
	case b.before != 0:
		b.before = 0
		return "no attempt is compared with"
	case s < 0 || s >= len(d.update.Attempts):
		return "there is no attempt yet"
	default:
		b.before = d.update.Attempts[s].Number
		return fmt.Sprintf("attempt %d is before; ) shows a later one, a new one is compared when it comes", b.before)
	}
}

// browse shows another attempt.
func (d *data) browse(dir int) string {
	to := d.update.Shown + dir
	if to < 0 || to >= len(d.update.Attempts) {
		return "there is no other attempt this way"
	}
	number := d.update.Attempts[to].Number
	d.browsing.shown = number
	if to == d.came.Shown {
		d.browsing.shown = 0 // a new one is shown when it comes
	}
	return fmt.Sprintf("attempt %d of %d", number, d.update.Earlier.Attempts+len(d.update.Attempts))
}

// browsing is which attempt the user looks at and which he compares with.
type browsing struct {
	shown  int // number of the attempt, from 1; 0: the run's choice
	before int // number of the attempt to compare with; 0: none
}

// apply applies the user's choices to an update.
func (b *browsing) apply(u *view.Update) {
	if i := b.index(u, b.shown); i >= 0 && i != u.Shown {
		u.Shown, u.Comparison = i, nil
		b.judge(u)
	}
	shown := u.Attempt()
	if b.before == 0 || shown == nil {
		return
	}
	if i := b.index(u, b.before); i >= 0 && i != u.Shown {
		u.Comparison = checks.Compare(u.Attempts[i], *shown)
	}
}

// judge gives the verdict of the attempt that the user looks at, its cause and
// its evidence; what was found besides is the run's.
func (b *browsing) judge(u *view.Update) {
	u.RootCause, u.Evidence, u.Verdict = nil, nil, checks.Inconclusive
	if u.Shown < len(u.Each) {
		u.RootCause, u.Evidence = u.Each[u.Shown].Cause, u.Each[u.Shown].Evidence
	}
	switch {
	case u.Attempts[u.Shown].Outcome == checks.OutcomeOK:
		u.Verdict = checks.OK
	case u.RootCause != nil:
		u.Verdict = checks.Failed
	}
	u.Findings = slices.DeleteFunc(slices.Clone(u.Findings), func(f checks.Finding) bool {
		return f.Severity == checks.Critical && f.Attempt != b.shown
	})
}

func (b *browsing) index(u *view.Update, number int) int {
	for i := range u.Attempts {
		if number > 0 && u.Attempts[i].Number == number {
			return i
		}
	}
	return -1
}
