package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// tryPage is a test of the hosts on the form: each step of the way to them,
// without a run.
type tryPage struct {
	page
	run  Begun
	over bool
}

func (*tryPage) title(*Model) string { return "Test" }

// tryMsg says that a test has begun, or why not.
type tryMsg struct {
	page *tryPage
	run  Begun
	err  error
}

// triedMsg is an update of a test; ok is false at its end.
type triedMsg struct {
	page *tryPage
	u    view.Update
	ok   bool
}

// try tests what the form has taken.
func try(m *Model) tea.Cmd {
	p := &tryPage{}
	m.overlays = append(m.overlays, p)
	form := m.opts.Form
	return func() tea.Msg {
		run, err := form.Try()
		return tryMsg{p, run, err}
	}
}

func (p *tryPage) open(m *Model) bool {
	for _, o := range m.overlays {
		if o == p {
			return true
		}
	}
	return false
}

func (msg tryMsg) take(m *Model) tea.Cmd {
	switch {
	case msg.err != nil:
		drop(m, msg.page)
		m.login.failure = msg.err
		return nil
	case !msg.page.open(m): // it was left before
		return stop(msg.run)
	}
	msg.page.run = msg.run
	m.opts.attach(msg.run.Control, msg.run.Login)
	return msg.page.next()
}

func (p *tryPage) next() tea.Cmd {
	updates := p.run.Updates
	return func() tea.Msg {
		u, ok := <-updates
		return triedMsg{p, u, ok}
	}
}

func (msg triedMsg) take(m *Model) tea.Cmd {
	p := msg.page
	switch {
	case !p.open(m):
		return nil
	case !msg.ok:
		p.over = true
		return stop(p.run)
	}
	m.came = msg.u
	m.refresh()
	prompted(m)
	return p.next()
}

// stop ends a test's logins beside the screen.
func stop(run Begun) tea.Cmd {
	return func() tea.Msg {
		if run.Stop != nil {
			run.Stop()
		}
		return nil
	}
}

// leave goes back to the form.
func (p *tryPage) leave(m *Model) tea.Cmd {
	if q := questionOf(m); q != nil {
		q.forget()
		drop(m, q)
	}
	drop(m, p)
	m.came = view.Update{Shown: -1}
	m.login.answered = 0
	m.opts.attach(nil, nil) // the run that follows is another one
	m.refresh()
	if p.over {
		return nil
	}
	return stop(p.run)
}

func (p *tryPage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch key.String() {
	case "esc", "q":
		return p.leave(m), true
	case "R", "ctrl+t":
		if p.over {
			form := formOf(m)
			return tea.Batch(p.leave(m), form.take(m, true)), true
		}
	case "enter":
		if p.over {
			form := formOf(m)
			return tea.Batch(p.leave(m), form.take(m, false)), true
		}
	case "ctrl+c", "ctrl+l", "ctrl+z", "up", "down", "pgup", "pgdown":
		return nil, false
	}
	return nil, true
}

func (p *tryPage) lines(m *Model, width int) []string {
	out := []string{m.th.Paint(theme.Dim, "Logs in and looks whether the logs may be read. Nothing is started there."), ""}
	out = append(out, waysTo(m, m.update.Hosts, width)...)
	if !p.over {
		return out
	}
	failed := 0
	for i := range m.update.Hosts {
		if m.update.Hosts[i].Failed() != nil {
			failed++
		}
	}
	g := m.th.Glyphs.Status
	if failed > 0 {
		return append(out, m.th.Paint(theme.BadgeFail, " "+g[checks.Fail]+" FAIL ")+" "+m.th.Paint(theme.Bright, fmt.Sprintf("%d of %d hosts cannot be read yet.", failed, len(m.update.Hosts))))
	}
	return append(out, m.th.Paint(theme.BadgePass, " "+g[checks.Pass]+" OK ")+" "+m.th.Paint(theme.Bright, "All of it may be read; what you answered serves the run."))
}

// now is what can be done on a test.
func (p *tryPage) now(*Model) [][2]string {
	if !p.over {
		return [][2]string{{"q, esc", "stop the test"}, {"ctrl+c", "leave"}}
	}
	return [][2]string{{"enter", "connect"}, {"R", "test again"}, {"q, esc", "back to the form"}, {"ctrl+c", "leave"}}
}
