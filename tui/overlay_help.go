package tui

import (
	"fmt"

	"syncscope/checks"
	"syncscope/tui/theme"
)

// helpPage is the key map, by task.
type helpPage struct{ page }

func (*helpPage) title(*Model) string { return "Help" }

func (*helpPage) lines(m *Model, width int) []string {
	var out []string
	for _, g := range keyMap {
		out = append(out, "", m.th.Paint(theme.Title, g.task))
		for _, b := range g.keys {
			label := b.label
			for _, l := range folded(b.does, width-14) {
				out = append(out, m.th.Paint(theme.Bright, fmt.Sprintf("%-12s", label))+m.th.Paint(theme.Text, l))
				label = ""
			}
		}
	}
	s := m.th.Glyphs.Status
	return append(out, "", m.th.Paint(theme.Dim, fmt.Sprintf("stages: %s pass  %s warning  %s fail  %s unknown  %s not reached  %s not needed",
		s[checks.Pass], s[checks.Warn], s[checks.Fail], s[checks.Unknown], s[checks.NotReached], s[checks.NotNeeded])),
		m.th.Paint(theme.Dim, "\"inferred\": concluded from lengths and order; no byte of it was seen"))
}
