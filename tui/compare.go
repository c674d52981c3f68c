package tui

import (
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
)

// browsing is which attempt the user looks at and which he compares with.
type browsing struct {
	shown  int // number of the attempt, from 1; 0: the run's choice
	before int // number of the attempt to compare with; 0: none
}

// take applies the user's choices to an update.
func (b *browsing) take(u *view.Update) {
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

// markBefore takes the attempt shown as the one that later ones are compared
// with.
func markBefore(m *Model, _ string) tea.Cmd {
	b := &m.browsing
	switch s := m.update.Shown; {
	case b.before != 0:
		b.before = 0
		m.flash = "no attempt is compared with"
	case s < 0 || s >= len(m.update.Attempts):
		m.flash = "there is no attempt yet"
	default:
		b.before = m.update.Attempts[s].Number
		m.flash = fmt.Sprintf("attempt %d is before; ) shows a later one, a new one is compared when it comes", b.before)
	}
	m.refresh()
	return nil
}

// browse shows another attempt.
func browse(m *Model, dir int) tea.Cmd {
	to := m.update.Shown + dir
	if to < 0 || to >= len(m.update.Attempts) {
		m.flash = "there is no other attempt this way"
		return nil
	}
	m.browsing.shown = m.update.Attempts[to].Number
	if to == m.came.Shown {
		m.browsing.shown = 0 // a new one is shown when it comes
	}
	m.refresh()
	m.flash = fmt.Sprintf("attempt %d of %d", m.update.Attempts[to].Number, m.update.Earlier.Attempts+len(m.update.Attempts))
	return nil
}
