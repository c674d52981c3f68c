package tui

import (
	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
)

// ladder is the cursor on the stages; the zero value is on none.
type ladder struct {
	on    bool
	stage checks.Stage
}

// move goes to the next stage, or to the one before, around the ends.
func (l *ladder) move(dir int) {
	last := int(checks.Licences)
	switch {
	case l.on:
		l.stage = checks.Stage((int(l.stage) + dir + last + 1) % (last + 1))
	case dir < 0:
		l.stage = checks.Licences
	default:
		l.stage = checks.Setup
	}
	l.on = true
}

// evidence is what tells of the stage under the cursor: its own, then the
// cause's where it is of that stage.
func (l ladder) evidence(u *view.Update) []event.Ref {
	s := u.Ladder()[l.stage]
	var out []event.Ref
	for _, e := range s.Evidence {
		out = append(out, e.Ref)
	}
	if f := u.RootCause; f != nil && f.Stage == s.Stage {
		for _, e := range f.Evidence {
			out = append(out, e.Ref)
		}
	}
	return out
}
