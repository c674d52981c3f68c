package overlay

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// Try is a test of the hosts on the form: each step of the way to them,
// without a run.
type Try struct {
	Page
	form *Form
	run  view.Run
	over bool
}

// Title implements Overlay.
func (*Try) Title(Scene) string { return "Test" }

// began says that a test has begun, or why not.
type began struct {
	run view.Run
	err error
}

// step is an update of a test; ok is false at its end.
type step struct {
	u  view.Update
	ok bool
}

// newTry tests what the form has taken.
func newTry(in Scene, of *Form) Action {
	p, form := &Try{form: of}, in.Form
	return Action{Open: p, Cmd: func() tea.Msg {
		run, err := form.Try()
		return Answer{p, began{run, err}}
	}}
}

// Receive implements Receiver.
func (p *Try) Receive(in Scene, answer any) Action {
	switch answer := answer.(type) {
	case began:
		switch {
		case answer.err != nil:
			return Action{Close: true, Failed: answer.err}
		case in.Place == Gone: // it was left before
			return Action{Cmd: stop(answer.run)}
		}
		p.run = answer.run
		return Action{Attach: &p.run, Cmd: p.next()}
	case step:
		switch {
		case in.Place == Gone:
			return Action{}
		case !answer.ok:
			p.over = true
			return Action{Cmd: stop(p.run)}
		}
		return Action{Shown: &answer.u, Cmd: p.next()}
	}
	return Action{}
}

func (p *Try) next() tea.Cmd {
	updates := p.run.Updates
	return func() tea.Msg {
		u, ok := <-updates
		return Answer{p, step{u, ok}}
	}
}

// stop ends a test's logins beside the screen.
func stop(run view.Run) tea.Cmd {
	return func() tea.Msg {
		if run.Stop != nil {
			run.Stop()
		}
		return nil
	}
}

// leave goes back to the form, and does what is next there. The run that follows
// is another one.
func (p *Try) leave(next Action) Action {
	next.Close, next.Attach, next.Shown = true, &view.Run{}, &view.Update{Shown: -1}
	if !p.over {
		next.Cmd = tea.Batch(stop(p.run), next.Cmd)
	}
	return next
}

// Key implements Overlay.
func (p *Try) Key(in Scene, key tea.KeyPressMsg) Action {
	switch key.String() {
	case "esc", "q":
		return p.leave(Action{})
	case "R", "ctrl+t":
		if p.over {
			return p.leave(p.form.submit(in, true))
		}
	case "enter":
		if p.over {
			return p.leave(p.form.submit(in, false))
		}
	case "ctrl+c", "ctrl+l", "ctrl+z", "up", "down", "pgup", "pgdown":
		return pass
	}
	return Action{}
}

// Lines implements Overlay.
func (p *Try) Lines(in Scene, width int) []string {
	out := []string{in.Theme.Paint(theme.Dim, "Logs in and looks whether the logs may be read. Nothing is started there."), ""}
	out = append(out, waysTo(in, in.Update.Hosts, width)...)
	if !p.over {
		return out
	}
	failed := 0
	for i := range in.Update.Hosts {
		if in.Update.Hosts[i].Failed() != nil {
			failed++
		}
	}
	g := in.Theme.Glyphs.Status
	if failed > 0 {
		return append(out, in.Theme.Paint(theme.BadgeFail, " "+g[checks.Fail]+" FAIL ")+" "+in.Theme.Paint(theme.Bright, fmt.Sprintf("%d of %d hosts cannot be read yet.", failed, len(in.Update.Hosts))))
	}
	return append(out, in.Theme.Paint(theme.BadgePass, " "+g[checks.Pass]+" OK ")+" "+in.Theme.Paint(theme.Bright, "All of it may be read; what you answered serves the run."))
}

// Keys is what can be done on a test.
func (p *Try) Keys(Scene) [][2]string {
	if !p.over {
		return [][2]string{{"q, esc", "stop the test"}, {"ctrl+c", "leave"}}
	}
	return [][2]string{{"enter", "connect"}, {"R", "test again"}, {"q, esc", "back to the form"}, {"ctrl+c", "leave"}}
}
