package tui

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/event"
	"syncscope/tui/theme"
)

// leavePage asks before a run is ended whose packets would be lost.
type leavePage struct{ page }

func (*leavePage) title(*Model) string { return "Leave?" }

func (p *leavePage) size(m *Model) (int, int) { return min(66, m.w-6), len(p.lines(m, min(66, m.w-6))) }

func (*leavePage) lines(m *Model, width int) []string {
	packets := 0
	for _, s := range m.update.Sources {
		packets += s.Packets
	}
	out := []string{""}
	text := fmt.Sprintf("The capture on the Manager is running (%d packets so far). It ends, and what is on this screen is gone but for the summary.", packets)
	if m.update.Header.Recording {
		text = fmt.Sprintf("The capture on the Manager is running (%d packets so far). It ends; the recording is kept.", packets)
	}
	for _, l := range folded(text, width-2) {
		out = append(out, m.th.Paint(theme.Text, l))
	}
	return append(out, "", m.th.Paint(theme.BadgeWarn, " q ")+m.th.Paint(theme.Text, " leave")+"     "+m.th.Paint(theme.BadgePass, " esc ")+m.th.Paint(theme.Text, " stay"))
}

func (*leavePage) key(m *Model, key tea.KeyPressMsg) (tea.Cmd, bool) {
	switch key.String() {
	case "q", "y", "ctrl+c", "enter":
		return tea.Quit, true
	}
	shut(m)
	return nil, true
}

// closeOrQuit closes the overlay in sight: whoever reads a page wants to leave
// the page. Over the panes it quits.
func closeOrQuit(m *Model, key string) tea.Cmd {
	if m.covered() != nil {
		shut(m)
		return nil
	}
	return quit(m, key)
}

// now is what answers the question.
func (*leavePage) now(*Model) [][2]string { return [][2]string{{"q", "leave"}, {"esc", "stay"}} }

// quit leaves, but asks first where a live capture would be lost.
func quit(m *Model, _ string) tea.Cmd {
	if !losing(m) {
		return tea.Quit
	}
	open(m, &leavePage{})
	return nil
}

// losing reports whether something runs that cannot be had again.
func losing(m *Model) bool {
	if m.update.Header.Simulated || m.ended {
		return false
	}
	for _, s := range m.update.Sources {
		if s.Source.Kind.HasPackets() && s.State == event.Following {
			return true
		}
	}
	return false
}
