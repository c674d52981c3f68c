package tui

import (
	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

// noRun stands for a run that has not begun, so that the screen can always ask:
// whatever is asked of it is refused.
type noRun struct{}

var errNoRun = errors.New("the run has not begun (wait for it, or press R where it failed)")

// Fix implements view.Control.
func (noRun) Fix() error { return errNoRun }

// RunChecks implements view.Control.
func (noRun) RunChecks() error { return errNoRun }

// Answer implements view.Login.
func (noRun) Answer(_ int, value []byte, _ bool) error {
	clear(value)
	return errNoRun
}

// Retry implements view.Login.
func (noRun) Retry() error { return errors.New("nothing failed that could be tried again") }

// attached is the run that the screen asks and answers, and how far its login is.
type attached struct {
	control  view.Control
	login    view.Login
	begin    func() (view.Run, error) // starts it behind the first frame; nil: it runs already
	failure  error                    // it could not begin
	passed   bool                     // the steps were shown, or closed by the user
	deaf     time.Time                // until then keys are no commands: a question has closed
	answered int                      // the last question that was answered
	ended    bool                     // no update comes any more
}

// to directs what the screen asks to a run. A part that the run does not have is
// noRun's: no key needs to look whether it is there.
func (a *attached) to(control view.Control, login view.Login) {
	a.control, a.login, a.answered = noRun{}, noRun{}, 0
	if control != nil {
		a.control = control
	}
	if login != nil {
		a.login = login
	}
}

// gate is the run's, nil if it has none.
func (a *attached) gate() *redact.Session {
	if g, ok := a.control.(view.Gated); ok {
		return g.Gate()
	}
	return nil
}

// startedMsg says that a run has begun, or why not. form is the one that began it:
// where it could not, the form comes back.
type startedMsg struct {
	run  view.Run
	err  error
	form *overlay.Form
}

// start starts the run behind the frame in sight.
func (a *attached) start(form *overlay.Form) tea.Cmd {
	begin := a.begin
	return func() tea.Msg {
		run, err := begin()
		return startedMsg{run, err, form}
	}
}

// retry tries again what failed.
func (a *attached) retry() tea.Cmd {
	if a.failure != nil && a.begin != nil {
		a.failure = nil
		return a.start(nil)
	}
	a.passed = false
	return ask(a.login.Retry, "trying again")
}

// writtenMsg is a message that was written, or why not.
type writtenMsg struct {
	to    string
	lines []string
	err   error
}

// write has the message to the one whose turn it is written.
func (a *attached) write(u view.Update, lang string) reply {
	run, ok := a.control.(view.Messages)
	if !ok || len(u.Attempts) == 0 {
		return reply{flash: "there is no attempt yet to write about"}
	}
	return reply{cmd: func() tea.Msg {
		to, lines, err := run.Message(u, lang)
		return writtenMsg{to, lines, err}
	}}
}

// deafTime is how long keys are no commands after a question has closed by itself:
// who still types a password must not start anything with it, nor leave.
const deafTime = time.Second

// deafTo reports whether a key is not taken because a question has just closed.
// Enter, esc and ctrl+c end the wait.
func (a *attached) deafTo(key string) bool {
	over := !time.Now().Before(a.deaf)
	if over || key == "enter" || key == "esc" || key == "ctrl+c" {
		a.deaf = time.Time{}
	}
	return !over && key != "esc" && key != "ctrl+c"
}

// ask lets the run do something, outside Update, and says that it does.
func ask(f func() error, done string) tea.Cmd {
	return func() tea.Msg {
		if err := f(); err != nil {
			return overlay.Flash(err.Error())
		}
		return overlay.Flash(done)
	}
}

func ready(hosts []view.Host) bool {
	for i := range hosts {
		if !hosts[i].Ready() {
			return false
		}
	}
	return true
}

func underWay(hosts []view.Host) bool { return len(hosts) > 0 && !ready(hosts) }
