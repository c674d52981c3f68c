package tui

import (
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/tui/pane"
)

// paneID is a pane's place in the registry.
type paneID int

// The panes, in the order of the tab key.
const (
	handshakePane paneID = iota
	managerPane
	ssmPane
	diagnosisPane
	timelinePane
	panes
)

// slot is a pane and where it may stand.
type slot struct {
	tab   string // its name in the line of tabs
	place place
	make  func() pane.Pane
}

// place is where a pane stands if there is room for more than one.
type place uint8

// The places. The upper panes stand side by side; of the lower ones, the one
// that had the focus last is in sight.
const (
	upper place = iota
	lower
)

// registry is all panes.
var registry = [panes]slot{
	handshakePane: {"Handshake", upper, func() pane.Pane { return pane.NewHandshake() }},
	managerPane:   {"Manager log", upper, func() pane.Pane { return pane.NewLog("Manager log", event.ManagerLog) }},
	ssmPane:       {"SSM messages", upper, func() pane.Pane { return pane.NewLog("SSM messages", event.SSMMessages) }},
	diagnosisPane: {"Diagnosis", lower, func() pane.Pane { return pane.NewDiagnosis() }},
	timelinePane:  {"Timeline", lower, func() pane.Pane { return pane.NewTimeline() }},
}

// setFocus brings a pane into sight.
func setFocus(m *Model, id paneID) {
	m.focus = id
	if id != diagnosisPane {
		m.presentation.on = false
	}
	if registry[id].place == lower {
		m.bottom = id
	}
}

// untouched shows what a reader needs while nobody has pressed a key: where one
// pane has room, the diagnosis once there is a verdict, and before that a pane to
// which something can come.
func (m *Model) untouched() {
	switch {
	case m.touched:
	case m.update.Verdict != checks.NoAttempt && shaped(m.w, m.h).one:
		m.focus = diagnosisPane
	case m.panes.absent(m.focus):
		m.focus = ssmPane
	}
}

// rows is the focused pane's rows; nil if it has none.
func rows(m *Model) *pane.List { return m.panes.rows(m.focus) }

// paneSet is a pane for each place of the registry.
type paneSet [panes]pane.Pane

// rows is a pane's rows; nil if it has none.
func (p *paneSet) rows(id paneID) *pane.List {
	if r, ok := p[id].(pane.Reader); ok {
		return r.Rows()
	}
	return nil
}

// lists are the rows of all panes that have some.
func (p *paneSet) lists() []*pane.List {
	var out []*pane.List
	for id := range panes {
		if l := p.rows(id); l != nil {
			out = append(out, l)
		}
	}
	return out
}

// absent reports whether nothing can come to a pane: its host was not given.
func (p *paneSet) absent(id paneID) bool {
	l := p.rows(id)
	return l != nil && l.Absent()
}

// has reports whether a pane has rows.
func (p *paneSet) has(id paneID) bool {
	l := p.rows(id)
	return l != nil && l.Len() > 0
}

// stands is the row that one stands on in a pane; nil: none is chosen, as while
// it follows.
func (p *paneSet) stands(id paneID) *pane.Row {
	if l := p.rows(id); p.has(id) && !l.Following() {
		return l.Current()
	}
	return nil
}
