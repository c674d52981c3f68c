package tui

import (
	"strings"

	"errors"
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
)

// Login is what the screen answers while the run logs in.
type Login interface {
	// Answer answers a question of the updates. The run owns value from then on
	// and clears it. ok is false if the person does not want to answer.
	Answer(id int, value []byte, ok bool) error
	// Retry tries again what failed.
	Retry() error
}

// Begun is a run that the screen shows.
type Begun struct {
	Updates <-chan view.Update
	Control Control
	Login   Login
	Stop    func() // ends it; nil: its program does
}

// noRun stands for a run that has not begun, so that the screen can always ask:
// whatever is asked of it is refused.
type noRun struct{}

var errNoRun = errors.New("the run has not begun (wait for it, or press R where it failed)")

// Fix implements Control.
func (noRun) Fix() error { return errNoRun }

// RunChecks implements Control.
func (noRun) RunChecks() error { return errNoRun }

// Answer implements Login.
func (noRun) Answer(_ int, value []byte, _ bool) error {
	clear(value)
	return errNoRun
}

// Retry implements Login.
func (noRun) Retry() error { return errors.New("nothing failed that could be tried again") }

// attach directs what the screen asks to a run. A part that the run does not have
// is noRun's: no key needs to look whether it is there.
func (o *Options) attach(control Control, login Login) {
	o.Control, o.Login = noRun{}, noRun{}
	if control != nil {
		o.Control = control
	}
	if login != nil {
		o.Login = login
	}
}

// loginState is how far the screen is with the login.
type loginState struct {
	failure  error     // the run could not begin
	passed   bool      // the steps were shown, or closed by the user
	deaf     time.Time // until then keys are no commands: a question has closed
	answered int       // the last question that was answered
}

// startedMsg says that a run has begun, or why not.
type startedMsg struct {
	run Begun
	err error
}

// begin starts the run behind the first frame.
func (o Options) begin() tea.Msg {
	run, err := o.Begin()
	return startedMsg{run, err}
}

// started takes a run over, or shows why there is none.
func started(m *Model, msg startedMsg) tea.Cmd {
	if msg.err != nil {
		m.login.failure = msg.err
		return nil
	}
	m.opts.Updates = msg.run.Updates
	m.opts.attach(msg.run.Control, msg.run.Login)
	return listen(m.opts.Updates, 0)
}

// arrived opens what an update asks for, and closes what it has no more use
// for: the steps of the login, a question.
func arrived(m *Model) {
	u := &m.update
	steps := stepsOf(m)
	switch {
	case steps != nil && (ready(u.Hosts) || !m.touched && u.Verdict != checks.NoAttempt):
		drop(m, steps)
	case steps == nil && !m.login.passed && underWay(u.Hosts):
		m.login.passed = true
		m.overlays = append([]overlay{&stepsPage{}}, m.overlays...)
	}
	prompted(m)
}

// deafTime is how long keys are no commands after a question has closed by itself:
// who still types a password must not start anything with it, nor leave.
const deafTime = time.Second

// deafTo reports whether a key is not taken because a question has just closed.
// Enter, esc and ctrl+c end the wait.
func (l *loginState) deafTo(key string) bool {
	over := !time.Now().Before(l.deaf)
	if over || key == "enter" || key == "esc" || key == "ctrl+c" {
		l.deaf = time.Time{}
	}
	return !over && key != "esc" && key != "ctrl+c"
}

// prompted opens the question of an update, and closes one that is no longer
// asked.
func prompted(m *Model) {
	u := &m.update
	if q := questionOf(m); q != nil && (u.Prompt == nil || u.Prompt.ID != q.prompt.ID) {
		q.forget()
		drop(m, q)
		m.login.deaf = time.Now().Add(deafTime)
	}
	if q := questionOf(m); q != nil {
		q.prompt = *u.Prompt // its host's name may be shown in another way now
	}
	if u.Prompt != nil && questionOf(m) == nil && m.login.answered != u.Prompt.ID {
		m.overlays = append(m.overlays, newQuestion(*u.Prompt))
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

// drop closes an overlay wherever it lies.
func drop(m *Model, o overlay) {
	for i := range m.overlays {
		if m.overlays[i] == o {
			m.overlays = append(m.overlays[:i:i], m.overlays[i+1:]...)
			return
		}
	}
}

// retry tries again what failed.
func retry(m *Model, _ string) tea.Cmd {
	if m.login.failure != nil && m.opts.Begin != nil {
		m.login.failure = nil
		return m.opts.begin
	}
	m.login.passed = false
	return ask(m.opts.Login.Retry, "trying again")
}

// paste gives pasted text to what is typed.
func paste(m *Model, text string) {
	if p, ok := m.covered().(interface{ paste(*Model, string) }); ok {
		p.paste(m, text)
		return
	}
	if m.entry != nil {
		first, _, _ := strings.Cut(text, "\n")
		m.entry.press(m, tea.PasteMsg{Content: first})
	}
}
