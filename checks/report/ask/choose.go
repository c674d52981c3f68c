package ask

import (
	"slices"
	"strings"

	"syncscope/checks"
)

// asked is what a message asks of its recipient.
type asked struct {
	question
	turn    bool             // the next step is the recipient's
	inPlace bool             // the question's words are asked; else its steps are
	steps   []checks.FixStep // the recipient's, in their order
	shell   checks.Command   // a command of the cause's own
}

// chooser finds what the recipient is asked.
type chooser struct {
	*facts
	may []question
}

// choose is what the recipient is asked: its own steps, by a question where one asks the
// same thing; else, as long as the cause is not certain, what is open of its part;
// false: nothing is.
func (m chooser) choose() (asked, bool) {
	a := asked{turn: m.turn(), steps: m.steps()}
	if len(a.steps) > 0 {
		m.equip(&a)
		return a, true
	}
	for _, q := range m.may {
		if q.To == m.to && m.holds(q.When, q.Unless) && m.open(q) {
			a.question, a.inPlace = q, true
			return a, true
		}
	}
	return a, false
}

// turn reports whether the next step is the recipient's; the SSM admin's where nobody is
// known to have it.
func (m *facts) turn() bool {
	who := m.d.Turn().Who
	return who != checks.OwnerNobody && For(who) == m.to
}

// steps are the recipient's own ones: the Turn, if it is theirs, then those of the fix.
func (m chooser) steps() (out []checks.FixStep) {
	if m.turn() {
		out = append(out, checks.FixStep{Who: owners[m.to], Do: m.d.Turn().Do, Asks: m.d.Turn().Asks})
	}
	if f := m.d.RootCause; f != nil {
		for _, s := range f.Fix {
			if s.Who == owners[m.to] && s.Do != m.d.Turn().Do {
				out = append(out, s)
			}
		}
	}
	return out
}

// equip finds the question that asks the same as the first step; else what helps whoever
// has the Turn with it: the command of its cause and what that tells.
func (m chooser) equip(a *asked) {
	for _, q := range m.may {
		if q.To == m.to && q.ID != "" && q.ID == a.steps[0].Asks && m.holds(q.When, q.Unless) {
			a.question, a.inPlace = q, true
			return
		}
	}
	f := m.d.RootCause
	for _, q := range m.may {
		about := f != nil && slices.Contains(q.Causes, f.ID) && !m.d.Turn().FindsSSM() // what helps with the cause does not help with that
		about = about || f == nil && slices.Contains(q.Stages, broke(m.d).String()) && m.d.Verdict != checks.NoAttempt
		if a.turn && q.To == m.to && about && m.holds(q.When, q.Unless) {
			a.question = q
			return
		}
	}
	if a.turn && f != nil && !m.d.Turn().FindsSSM() {
		a.shell = plain(f.Reproduce)
	}
}

// notLogged reports whether the SSM's log lacks a request that was answered. Where
// nothing was, it has none in any case.
func (m *tried) notLogged() bool {
	a := m.d.Attempt()
	return a != nil && a.NotLogged && broke(m.d) >= checks.HTTP
}

// plain is the one command of a cause that needs no mask, whose definition has no room
// in a message.
func plain(list []checks.Command) checks.Command {
	if len(list) == 1 && !strings.Contains(list[0].Run, "mask") {
		return list[0]
	}
	return checks.Command{}
}

// open reports whether what a question is about is open: the cause is not certain, and
// the question would settle it, or what is at its stage is not known; or no cause is
// named, and the attempt ended there.
func (m chooser) open(q question) bool {
	f, at, a := m.d.RootCause, broke(m.d), m.d.Attempt()
	if a == nil || a.Outcome != checks.OutcomeFail || f != nil && f.Confidence == checks.Confirmed {
		return false
	}
	if f != nil && (slices.Contains(q.Causes, f.ID) || slices.Contains(q.Causes, "*")) {
		return true
	}
	if f == nil && slices.Contains(q.Stages, at.String()) {
		return true
	}
	for _, s := range m.dark(at) {
		if slices.Contains(q.Stages, s.String()) && slices.Contains(reach[m.to], s) {
			return true
		}
	}
	return false
}

// dark are the stages up to the one at which it broke of which nothing is known, and
// behind which nothing passed: what passed needs those before it, and whoever connects
// has looked the name up.
func (m chooser) dark(at checks.Stage) (out []checks.Stage) {
	for _, s := range m.ladder() {
		switch {
		case s.Stage > at:
			return out
		case s.Status == checks.Pass:
			out = nil
		case s.Status == checks.Unknown && s.Stage != checks.Proxy && (s.Stage != checks.DNS || at == checks.DNS):
			out = append(out, s.Stage)
		}
	}
	return out
}

// broke is the stage of the cause, else the one at which the attempt ended. What ends
// on the way to the proxy is the proxy's matter.
func broke(d *checks.Diagnosis) checks.Stage {
	a, at := d.Attempt(), checks.Setup
	switch {
	case d.RootCause != nil:
		at = d.RootCause.Stage
	case a != nil:
		at = checks.Broke(a.Ladder())
	}
	if a != nil && checks.OnWayToProxy(a.Ladder(), at) {
		return checks.Proxy
	}
	return at
}
