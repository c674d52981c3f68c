package tui

import (
	"math"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/keys"
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

// paneSet is a pane for each place of the registry, and how they are looked at.
type paneSet struct {
	all          [panes]pane.Pane
	focus        paneID
	bottom       paneID // the pane shown under the others
	zoomed       bool
	paused       bool
	clocks       clocks
	presentation presentation
}

func newPanes() paneSet {
	p := paneSet{bottom: diagnosisPane}
	for id, s := range registry {
		p.all[id] = s.make()
	}
	return p
}

// set gives all panes what is shown.
func (p *paneSet) set(u *view.Update, names *pane.Pseudonyms) {
	for _, l := range p.lists() {
		l.SetPseudonyms(names)
	}
	for _, each := range p.all {
		each.Set(u)
	}
	p.clocks.apply(p.timeline(), p.lists())
}

// setFocus brings a pane into sight.
func (p *paneSet) setFocus(id paneID) {
	p.focus = id
	if id != diagnosisPane {
		p.presentation.on = false
	}
	if registry[id].place == lower {
		p.bottom = id
	}
}

// untouched shows what a reader needs while nobody has pressed a key: where one
// pane has room, the diagnosis once there is a verdict, and before that a pane to
// which something can come.
func (p *paneSet) untouched(touched bool, v checks.Verdict, one bool) {
	switch {
	case touched:
	case v != checks.NoAttempt && one:
		p.focus = diagnosisPane
	case p.absent(p.focus):
		p.focus = ssmPane
	}
}

// rows is a pane's rows; nil if it has none.
func (p *paneSet) rows(id paneID) *pane.List {
	if r, ok := p.all[id].(pane.Reader); ok {
		return r.Rows()
	}
	return nil
}

// here is the focused pane's rows; nil if it has none.
func (p *paneSet) here() *pane.List { return p.rows(p.focus) }

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

// stands is the row that one stands on in a pane; nil: none is chosen, as while
// it follows.
func (p *paneSet) stands(id paneID) *pane.Row {
	if l := p.rows(id); l != nil && l.Len() > 0 && !l.Following() {
		return l.Current()
	}
	return nil
}

// timeline knows how the streams' clocks stand to each other.
func (p *paneSet) timeline() *pane.Timeline { return p.all[timelinePane].(*pane.Timeline) }

// state is what of the keys depends on the focused pane.
func (p *paneSet) state() (s keys.State) {
	if l := p.here(); l != nil {
		if l.Len() > 0 {
			s |= keys.HasRows
		}
		if !l.Following() {
			s |= keys.Scrolled
		}
	}
	if p.stands(p.focus) != nil {
		s |= keys.OnRow
	}
	if p.focus == handshakePane {
		s |= keys.OnPackets
	}
	if p.focus != timelinePane {
		s |= keys.OffTimeline
	}
	if p.paused {
		s |= keys.Paused
	}
	if p.presentation.on {
		s |= keys.Presenting
	}
	return s
}

// pauseAll pauses all panes, or lets them follow again.
func (p *paneSet) pauseAll() {
	p.paused = !p.paused
	for _, l := range p.lists() {
		if p.paused {
			l.Pause()
		} else {
			l.Follow()
		}
	}
}

// evidence goes to the evidence with a number, in whichever pane it stands.
func (p *paneSet) evidence(list []checks.Evidence, number int) bool {
	for _, e := range list {
		if e.Number != number {
			continue
		}
		for id := range panes {
			if l := p.rows(id); l != nil && l.Jump(e.Ref) {
				p.setFocus(id)
				return true
			}
		}
	}
	return false
}

// bringTo brings each pane that shows some of the references to the first that
// it has; the first pane has the focus. It reports whether there is one.
func (p *paneSet) bringTo(refs []event.Ref) bool {
	done := map[paneID]bool{}
	for _, ref := range refs {
		for id := range panes {
			l := p.rows(id)
			if l == nil || done[id] || !l.Jump(ref) {
				continue
			}
			if len(done) == 0 {
				p.setFocus(id)
			}
			done[id] = true
			break
		}
	}
	return len(done) > 0
}

// onRows works on the focused pane's rows, and says none where that came to nothing.
func (p *paneSet) onRows(none string, f func(*pane.List) bool) reply {
	return p.saying(func(l *pane.List) string {
		if f(l) {
			return ""
		}
		return none
	})
}

// goAlong brings the other panes to the time of the focused one's row, if they
// are locked, and says which stays.
func (p *paneSet) goAlong() string { return p.clocks.goAlong(p.here(), p.lists(), p.timeline()) }

// saying works on the focused pane's rows and says what it did, or that there are none.
func (p *paneSet) saying(f func(*pane.List) string) reply {
	l := p.here()
	if l == nil {
		return noRows
	}
	return reply{flash: f(l)}
}

// toEnd goes to the first row of the focused pane or to its last, which it follows.
func (p *paneSet) toEnd(last bool) {
	switch l := p.here(); {
	case l == nil && last:
		p.all[p.focus].Scroll(math.MaxInt32)
	case l == nil:
		p.all[p.focus].Scroll(-math.MaxInt32)
	case last:
		l.Follow()
		p.paused = false
	default:
		l.Home()
	}
}

// next goes to the next pane, or to the one before.
func (p *paneSet) next(dir int) reply {
	p.setFocus((p.focus + panes + paneID(dir)) % panes)
	return reply{}
}
