package tui

import (
	"unicode/utf8"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture"
	"syncscope/tui/pane"
)

// do carries an action out.
func (m *Model) do(a action, key string) tea.Cmd {
	switch a {
	case quit:
		return tea.Quit
	case redraw:
		return tea.ClearScreen
	case help:
		m.cover(helpOverlay)
	case check:
		return m.openChecks()
	case runbook:
		m.openRunbook()
	case escape:
		m.overlay, m.query = noOverlay, ""
	case fix:
		if m.update.Header.CanFix {
			return m.playFix
		}
		m.flash = "nothing to fix here"
	case nextPane:
		m.focus = (m.focus + 1) % panes
	case prevPane:
		m.focus = (m.focus + panes - 1) % panes
	case zoom:
		m.zoomed = !m.zoomed
	case pause:
		m.pauseAll()
	case evidence:
		m.jump(int(key[0] - '0'))
	default:
		m.move(a)
	}
	return nil
}

// cover opens an overlay, or closes it if it is open.
func (m *Model) cover(o overlay) {
	if m.overlay == o {
		o = noOverlay
	}
	m.overlay, m.scroll = o, 0
}

// openChecks shows the active checks, and runs them unless they are shown or
// run already.
func (m *Model) openChecks() tea.Cmd {
	m.cover(checksOverlay)
	if m.overlay != checksOverlay || m.update.Checking {
		return nil
	}
	return m.runChecks
}

func (m *Model) openRunbook() {
	if m.overlay == noOverlay && (m.update.RootCause == nil || m.update.RootCause.Runbook == "") {
		m.flash = "there is no cause yet, so no runbook"
		return
	}
	m.cover(runbookOverlay)
}

func (m *Model) pauseAll() {
	m.paused = !m.paused
	for id := range panes {
		if l := m.list(id); l != nil && m.paused {
			l.Pause()
		} else if l != nil {
			l.Follow()
		}
	}
}

// page is how far a page key scrolls.
const page = 15

// move carries out what concerns the focused pane or the overlay.
func (m *Model) move(a action) {
	step := map[action]int{up: -1, down: 1, pageUp: -page, pageDown: page}[a]
	if m.overlay != noOverlay {
		m.scroll = max(0, m.scroll+step)
		return
	}
	l := m.list(m.focus)
	switch {
	case l == nil:
		m.diagnosis.Scroll(step)
	case step != 0:
		l.Scroll(step)
	case a == home:
		l.Home()
	case a == follow:
		l.Follow()
		m.paused = false
	case a == raw:
		l.ToggleRaw()
	case a == nextError && !l.SeekError(1), a == prevError && !l.SeekError(-1):
		m.flash = "no error in this pane"
	case a == search:
		m.typing, m.query = true, ""
	case a == nextMatch:
		m.find(l, 1)
	case a == prevMatch:
		m.find(l, -1)
	}
}

// find goes to the next match of the query.
func (m *Model) find(l *pane.List, dir int) {
	match, ok := pane.Matcher(m.query)
	switch {
	case m.query == "":
		m.flash = "search first: /"
	case !ok:
		m.flash = "not a regular expression: " + m.query
	case !l.Seek(dir, match):
		m.flash = "no match for " + m.query
	}
}

// edit takes a key of the search line.
func (m *Model) edit(key tea.KeyPressMsg) {
	switch key.String() {
	case "esc", "ctrl+c":
		m.typing, m.query = false, ""
	case "enter":
		m.typing = false
		if l := m.list(m.focus); l != nil {
			m.find(l, 1)
		}
	case "backspace":
		if m.query != "" {
			_, n := utf8.DecodeLastRuneInString(m.query)
			m.query = m.query[:len(m.query)-n]
		}
	default:
		m.query += key.Text
	}
}

// jump goes to the evidence with a number, in whichever pane it stands.
func (m *Model) jump(n int) {
	for _, e := range m.update.Evidence {
		if e.Number != n {
			continue
		}
		for id := range panes {
			if l := m.list(id); l != nil && l.Jump(e.Ref) {
				m.focus = id
				return
			}
		}
	}
	m.flash = "no evidence with this number in sight"
}

// numbers are the evidence numbers by reference.
func (m *Model) numbers() map[capture.Ref]int {
	out := map[capture.Ref]int{}
	for _, e := range m.update.Evidence {
		out[e.Ref] = e.Number
	}
	return out
}
