package overlay

import (
	"fmt"

	"syncscope/checks"
	"syncscope/tui/keys"
	"syncscope/tui/theme"
)

// Help is the key map, by task.
type Help struct{ Page }

// Title implements Overlay.
func (*Help) Title(Scene) string { return "Help" }

// Lines implements Overlay.
func (*Help) Lines(in Scene, width int) []string {
	var out []string
	for _, g := range keys.Map {
		out = append(out, "", in.Theme.Paint(theme.Title, g.Name))
		for _, b := range g.Keys {
			label := b.Label
			for _, l := range Folded(b.Does, width-14) {
				out = append(out, in.Theme.Paint(theme.Bright, fmt.Sprintf("%-12s", label))+in.Theme.Paint(theme.Text, l))
				label = ""
			}
		}
	}
	s := in.Theme.Glyphs.Status
	return append(out, "", in.Theme.Paint(theme.Dim, fmt.Sprintf("stages: %s pass  %s warning  %s fail  %s unknown  %s not reached  %s not needed",
		s[checks.Pass], s[checks.Warn], s[checks.Fail], s[checks.Unknown], s[checks.NotReached], s[checks.NotNeeded])),
		in.Theme.Paint(theme.Dim, "\"inferred\": concluded from lengths and order; no byte of it was seen"))
}
