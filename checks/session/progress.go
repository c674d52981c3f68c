package session

import (
	"strings"
	"sync"
	"time"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/ssh"
	"syncscope/ssh/login"
)

// progress keeps how far the way to a host is, for the screen.
type progress struct {
	gate    *redact.Session
	now     func() time.Time
	changed func()

	mu   sync.Mutex
	host view.Host
}

func newProgress(name string, manager bool, gate *redact.Session, now func() time.Time, changed func()) *progress {
	w := &progress{gate: gate, now: now, changed: changed, host: view.Host{Name: name, Manager: manager}}
	for _, s := range view.Steps(manager) {
		w.host.Steps = append(w.host.Steps, view.StepState{Step: s})
	}
	return w
}

// only leaves the steps up to s.
func (w *progress) only(s view.Step) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.host.Steps {
		if w.host.Steps[i].Step == s {
			w.host.Steps = w.host.Steps[:i+1]
			return
		}
	}
}

// state is a copy of what is known.
func (w *progress) state() view.Host {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := w.host
	h.Steps = append([]view.StepState(nil), h.Steps...)
	return h
}

// on changes a step, if the host has it.
func (w *progress) on(s view.Step, change func(*view.StepState)) {
	w.mu.Lock()
	for i := range w.host.Steps {
		if w.host.Steps[i].Step == s {
			change(&w.host.Steps[i])
		}
	}
	w.mu.Unlock()
	w.changed()
}

func (w *progress) begin(s view.Step) {
	w.on(s, func(st *view.StepState) { *st = view.StepState{Step: s, Progress: view.Running, Began: w.now()} })
}

// end says that a step is done, and what it gave.
func (w *progress) end(s view.Step, detail string) {
	detail = w.gate.Foreign(detail).String()
	w.on(s, func(st *view.StepState) {
		if st.Began.IsZero() {
			st.Began = w.now()
		}
		st.Progress, st.Detail, st.Took = view.Done, detail, w.now().Sub(st.Began)
	})
}

// searching says in the step under way what is waited for, and how long at most.
func (w *progress) searching() {
	w.on(view.StepHistory, func(st *view.StepState) { st.Detail = "its host looks for the last attempt, 9 s at most" })
}

// asking says that a step waits for a person. answered says that it no longer
// does: it goes on, or is done as it was before it was asked about again.
func (w *progress) asking(s view.Step) (answered func()) {
	was := view.Running
	w.on(s, func(st *view.StepState) {
		if st.Progress == view.Done {
			was = view.Done
		}
		st.Progress = view.Asking
	})
	return func() { w.on(s, func(st *view.StepState) { st.Progress = was }) }
}

// fail says that err stopped the way, at the step of among that was under way.
func (w *progress) fail(err error, among ...view.Step) {
	what, hint := view.Hinted(err.Error())
	what = strings.TrimPrefix(what, w.state().Name+": ")
	for _, s := range among {
		stopped := false
		w.on(s, func(st *view.StepState) {
			if st.Progress != view.Done {
				st.Progress, st.Detail, st.Hint, stopped = view.Stopped, what, hint, true
			}
		})
		if stopped {
			return
		}
	}
}

// login follows the steps of ssh's login to t; those of hosts between here and
// there are told as such.
func (w *progress) login(t ssh.Target) func(ssh.Target, login.LoginStep, string) {
	return func(at ssh.Target, step login.LoginStep, detail string) {
		if at != t {
			w.on(view.StepResolve, func(st *view.StepState) {
				st.Progress, st.Detail = view.Running, "through "+w.gate.Foreign(at.String()).String()
			})
			return
		}
		switch step {
		case login.Resolving:
			w.begin(view.StepResolve)
		case login.Reaching:
			w.end(view.StepResolve, detail)
			w.begin(view.StepTCP)
		case login.CheckingKey:
			w.end(view.StepResolve, detail)
			w.end(view.StepTCP, "")
			w.begin(view.StepHostKey)
		case login.LoggingIn:
			w.end(view.StepHostKey, "known, "+detail)
			w.begin(view.StepLogin)
		case login.LoggedIn:
			how := "as " + t.User
			if detail != "" {
				how += ", OLD ALGORITHMS: " + detail
			}
			w.end(view.StepLogin, how)
		}
	}
}
