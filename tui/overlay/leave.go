package overlay

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"syncscope/tui/theme"
)

// Leave asks before a run is ended whose packets would be lost.
type Leave struct{ Page }

// Title implements Overlay.
func (*Leave) Title(Scene) string { return "Leave?" }

// Size implements Sized.
func (p *Leave) Size(in Scene) (int, int) {
	return min(66, in.Width-6), len(p.Lines(in, min(66, in.Width-6)))
}

// Lines implements Overlay.
func (*Leave) Lines(in Scene, width int) []string {
	packets := 0
	for _, s := range in.Update.Sources {
		packets += s.Packets
	}
	out := []string{""}
	text := fmt.Sprintf("The capture on the Manager is running (%d packets so far). It ends, and what is on this screen is gone but for the summary.", packets)
	if in.Update.Header.Recording {
		text = fmt.Sprintf("The capture on the Manager is running (%d packets so far). It ends; the recording is kept.", packets)
	}
	for _, l := range Folded(text, width-2) {
		out = append(out, in.Theme.Paint(theme.Text, l))
	}
	return append(out, "", in.Theme.Paint(theme.BadgeWarn, " q ")+in.Theme.Paint(theme.Text, " leave")+"     "+in.Theme.Paint(theme.BadgePass, " esc ")+in.Theme.Paint(theme.Text, " stay"))
}

// Key implements Overlay.
func (*Leave) Key(_ Scene, key tea.KeyPressMsg) Action {
	switch key.String() {
	case "q", "y", "ctrl+c", "enter":
		return Action{Cmd: tea.Quit}
	}
	return Action{Close: true}
}

// Keys is what answers the question.
func (*Leave) Keys(Scene) [][2]string { return [][2]string{{"q", "leave"}, {"esc", "stay"}} }
