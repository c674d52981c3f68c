package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks/view"
)

// freshFor is how long what has changed is marked for those who look on.
const freshFor = 3 * time.Second

// changes is when the verdict and the stages that the run tells of became what
// they are. What is there at first has not changed.
type changes struct {
	begun   bool
	verdict string
	stages  []string
	at      map[string]time.Time // by stage's name; "" is the verdict
}

// note takes what the run tells now, and reports whether something has changed.
func (c *changes) note(u *view.Update, now time.Time) (changed bool) {
	verdict := u.Verdict.String()
	if f := u.RootCause; f != nil {
		verdict += f.ID + f.Confidence.String()
	}
	ladder := u.Ladder()
	stages := make([]string, len(ladder))
	for i, s := range ladder {
		stages[i] = s.Status.String() + s.Short
	}
	was := *c
	c.verdict, c.stages, c.begun = verdict, stages, true
	if !was.begun {
		c.at = map[string]time.Time{}
		return false
	}
	if was.verdict != verdict {
		c.at[""], changed = now, true
	}
	for i, s := range ladder {
		if was.stages[i] != stages[i] {
			c.at[s.Stage.Label()], changed = now, true
		}
	}
	return changed
}

// fresh are the parts that have changed just now.
func (c *changes) fresh(now time.Time) func(what string) bool {
	return func(what string) bool {
		at, ok := c.at[what]
		return ok && now.Sub(at) < freshFor
	}
}

// agedMsg: a mark is over.
type agedMsg struct{}

// aged comes back when what has changed now is no longer marked.
func aged() tea.Cmd {
	return tea.Tick(freshFor, func(time.Time) tea.Msg { return agedMsg{} })
}
