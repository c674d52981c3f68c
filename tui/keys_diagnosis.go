package tui

import (
	"strconv"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
)

// diagnosisKeys are about the cause: its evidence, its runbook, its fix.
func diagnosisKeys() []binding {
	return []binding{
		{keys: []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, label: "1-9", does: "go to the evidence with this number", short: "evidence", do: jump, now: func(m *Model) bool { return len(m.update.Evidence) > 0 }},
		{keys: []string{"enter"}, label: "enter", does: "the row one stands on, in detail; where none is chosen: the cause's runbook; on a stage of the ladder: its evidence in all panes", short: "runbook", do: enter, rank: 2,
			now: func(m *Model) bool { return m.ladder.on || m.panes.stands(m.focus) != nil || m.update.RootCause != nil }, word: func(m *Model) string {
				switch {
				case m.ladder.on:
					return "its evidence"
				case m.panes.stands(m.focus) != nil:
					return "the row"
				}
				return "runbook"
			}},
		{keys: []string{"f"}, label: "f", does: "demo: play the fix and the next attempt", do: playFix},
		{keys: []string{"r"}, label: "r", does: "run the active checks, and show them; they send no credentials", do: openChecks, short: "checks", rank: 1, now: func(m *Model) bool { return m.update.RootCause == nil && m.update.Verdict != checks.OK }},
	}
}

// jump goes to the evidence with a number, in whichever pane it stands.
func jump(m *Model, key string) tea.Cmd {
	n, _ := strconv.Atoi(key)
	for _, e := range m.update.Evidence {
		if e.Number != n {
			continue
		}
		for id := range panes {
			if l := m.panes.rows(id); l != nil && l.Jump(e.Ref) {
				setFocus(m, id)
				return nil
			}
		}
	}
	m.flash = "no evidence with this number in sight"
	return nil
}

// enter opens what one stands on.
func enter(m *Model, key string) tea.Cmd {
	if m.covered() == nil {
		switch {
		case m.ladder.on:
			jumpToStage(m)
			return nil
		case m.panes.stands(m.focus) != nil:
			return openDetail(m, key)
		}
	}
	if m.covered() == nil && (m.update.RootCause == nil || m.update.RootCause.Runbook == "") {
		m.flash = "there is no cause yet, so no runbook"
		return nil
	}
	if c := m.update.RootCause; c != nil {
		open(m, &runbookPage{id: c.Runbook})
	}
	return nil
}

// playFix asks the run for the demo's second act.
func playFix(m *Model, _ string) tea.Cmd {
	if !m.update.Header.CanFix {
		m.flash = "nothing to fix here"
		return nil
	}
	return ask(m.opts.Control.Fix, "the fix is played; the next attempt follows")
}

// openChecks shows the active checks, and runs them unless they are shown or
// run already.
func openChecks(m *Model, _ string) tea.Cmd {
	_, shown := m.covered().(*checksPage)
	open(m, &checksPage{})
	if shown || m.update.Checking {
		return nil
	}
	return ask(m.opts.Control.RunChecks, "the checks run; rows marked ours come from them")
}

// ask lets the run do something, outside Update, and says that it does.
func ask(f func() error, done string) tea.Cmd {
	return func() tea.Msg {
		if err := f(); err != nil {
			return flashMsg(err.Error())
		}
		return flashMsg(done)
	}
}
