package tui

import (
	tea "charm.land/bubbletea/v2"

	"syncscope/capture/event"
	"syncscope/checks"
)

// lookingKeys look closer: at a row, a connection, a stage.
func lookingKeys() []binding {
	return []binding{
		{keys: []string{"v"}, label: "v", does: "the row in detail: parsed fields, the whole line", do: openDetail},
		{keys: []string{"y"}, label: "y", does: "copy the row, the marked rows, the diagnosis, the runbook's chosen command or what covers the panes, masked: to the clipboard (OSC 52) and to a file", rank: 3, do: copyText},
		{keys: []string{"Y"}, label: "Y", does: "the message to the one whose turn it is, written and copied, masked: what was seen, one question, the command that answers it", do: writeMessage, rank: 4, now: func(m *Model) bool { return len(m.update.Attempts) > 0 }},
		{keys: []string{"#"}, label: "#", does: "show one masked value of the row in clear for 10 s, after a question; it cannot be copied; off with --shared", do: reveal},
		{keys: []string{"s"}, label: "s", does: "the packet's connection as a sequence of arrows", short: "sequence", do: openSequence, now: onPackets},
		{keys: []string{"t"}, label: "t", does: "the timeline: all streams on one clock", short: "timeline", rank: 6, now: func(m *Model) bool { return m.focus != timelinePane }, do: func(m *Model, _ string) tea.Cmd { setFocus(m, timelinePane); return nil }},
		{keys: []string{"]"}, label: "]", does: "next stage on the ladder; enter goes to its evidence in all panes, esc leaves the ladder", short: "[ ] stage", do: func(m *Model, _ string) tea.Cmd { return m.ladder.move(1) }},
		{keys: []string{"["}, label: "[", does: "previous stage on the ladder", do: func(m *Model, _ string) tea.Cmd { return m.ladder.move(-1) }},
		{keys: []string{"b"}, label: "b", does: "take the attempt shown as before: later ones are compared with it, stage by stage; again: no more", do: markBefore},
		{keys: []string{"("}, label: "(", does: "show the attempt before", do: func(m *Model, _ string) tea.Cmd { return browse(m, -1) }},
		{keys: []string{")"}, label: ")", does: "show the attempt after", do: func(m *Model, _ string) tea.Cmd { return browse(m, 1) }},
	}
}

func onPackets(m *Model) bool { return m.focus == handshakePane }

func openDetail(m *Model, _ string) tea.Cmd {
	l := rows(m)
	if l == nil || l.Current() == nil {
		m.flash = "no row to look at in this pane"
		return nil
	}
	open(m, &detailPage{detail: l.Current().Detail()})
	return nil
}

// openSequence shows the connection of the row one stands on; of a row that
// has none, the newest.
func openSequence(m *Model, _ string) tea.Cmd {
	l := m.panes.rows(handshakePane)
	r := l.Current()
	for r != nil && r.Seq > 0 {
		if c, ok := connectionOf(r); ok {
			open(m, &sequencePage{conn: c, lanes: lanes(&m.update, c)})
			return nil
		}
		r = l.Before(r)
	}
	m.flash = "no connection was captured yet"
	return nil
}

// ladder is the cursor on the stages; the zero value is on none.
type ladder struct {
	on    bool
	stage checks.Stage
}

func (l *ladder) move(dir int) tea.Cmd {
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
	return nil
}

// jumpToStage brings all panes to the evidence of the stage under the cursor.
func jumpToStage(m *Model) {
	s := m.update.Ladder()[m.ladder.stage]
	found := 0
	done := map[paneID]bool{}
	for _, e := range s.Evidence {
		found += jumpTo(m, e.Ref, done)
	}
	if f := m.update.RootCause; f != nil && f.Stage == s.Stage {
		for _, e := range f.Evidence {
			found += jumpTo(m, e.Ref, done)
		}
	}
	if found == 0 {
		m.flash = s.Stage.Label() + ": no evidence in the panes"
	}
}

// jumpTo brings the pane that shows a reference to it, once for each pane; the
// first one has the focus.
func jumpTo(m *Model, ref event.Ref, done map[paneID]bool) int {
	for id := range panes {
		l := m.panes.rows(id)
		if l == nil || done[id] || !l.Jump(ref) {
			continue
		}
		if len(done) == 0 {
			setFocus(m, id)
		}
		done[id] = true
		return 1
	}
	return 0
}
