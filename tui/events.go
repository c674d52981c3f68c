package tui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/overlay"
)

// apply takes an update into the panes, and reports whether the verdict or a
// stage has changed.
func (m *Model) apply(u view.Update) (changed bool) {
	for _, s := range u.Sources {
		m.data.kinds[s.Source.ID] = s.Source.Kind
	}
	for _, ev := range u.Events {
		kind := m.data.kinds[ev.Ref().Source]
		for _, p := range m.panes.all {
			p.Observe(kind, ev)
		}
	}
	u.Events = nil
	m.data.came = u
	changed = m.data.changes.note(&m.data.came, m.opts.Now())
	m.refresh()
	m.arrived()
	return changed
}

// refresh shows what came.
func (m *Model) refresh() {
	m.data.refresh(m.run.gate())
	m.panes.set(&m.data.update, m.data.names.pseudonyms)
	m.panes.untouched(m.touched, m.data.update.Verdict, shaped(m.w, m.h).one)
}

// started takes a run over, or shows why there is none.
func (m *Model) started(msg startedMsg) tea.Cmd {
	if msg.err != nil {
		if msg.form != nil {
			m.covers.push(msg.form)
		}
		m.run.failure = msg.err
		return nil
	}
	m.opts.Updates = msg.run.Updates
	m.run.to(msg.run.Control, msg.run.Login)
	return listen(m.opts.Updates, 0)
}

// arrived opens what an update asks for, and closes what it has no more use
// for: the steps of the login, a question.
func (m *Model) arrived() {
	u := &m.data.update
	steps := among[*overlay.Steps](m.covers)
	switch {
	case steps != nil && (ready(u.Hosts) || !m.touched && u.Verdict != checks.NoAttempt):
		m.covers.drop(steps)
	case steps == nil && !m.run.passed && underWay(u.Hosts):
		m.run.passed = true
		m.covers = append(stack{&overlay.Steps{}}, m.covers...)
	}
	m.prompted()
}

// prompted opens the question of an update, and closes one that is no longer
// asked.
func (m *Model) prompted() {
	asked := m.data.update.Prompt
	q := among[*overlay.Question](m.covers)
	if q != nil && (asked == nil || asked.ID != q.ID()) {
		q.Forget()
		m.covers.drop(q)
		m.run.deaf = time.Now().Add(deafTime)
		q = nil
	}
	switch {
	case q != nil:
		q.Renew(*asked) // its host's name may be shown in another way now
	case asked != nil && m.run.answered != asked.ID:
		m.covers.push(overlay.NewQuestion(*asked))
	}
}

// written shows a message that was written, and copies it.
func (m *Model) written(msg writtenMsg) tea.Cmd {
	if msg.err != nil {
		m.flash = msg.err.Error()
		return nil
	}
	m.open(overlay.NewMessage(msg.to, msg.lines))
	return m.replied(m.picture().copyText(m.run.gate()))
}

// paste gives pasted text to what is typed.
func (m *Model) paste(text string) {
	if p, ok := m.covers.top().(overlay.Paster); ok {
		p.Paste(text)
	} else if m.input.entry != nil {
		m.input.entry.paste(text)
	}
}

// open puts an overlay over what is in sight.
func (m *Model) open(o overlay.Overlay) reply {
	m.covers.open(m.scene(), o)
	return reply{}
}

// enter opens what one stands on.
func (m *Model) enter() reply {
	cause := m.data.update.RootCause
	if m.covers.top() == nil {
		switch {
		case m.ladder.on:
			if !m.panes.bringTo(m.ladder.evidence(&m.data.update)) {
				return reply{flash: m.ladder.stage.Label() + ": no evidence in the panes"}
			}
			return reply{}
		case m.panes.stands(m.panes.focus) != nil:
			return m.open(&overlay.Detail{Of: m.panes.here().Current().Detail()})
		case cause == nil || cause.Runbook == "":
			return reply{flash: "there is no cause yet, so no runbook"}
		}
	}
	if cause != nil {
		return m.open(&overlay.Runbook{ID: cause.Runbook})
	}
	return reply{}
}
