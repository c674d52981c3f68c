package overlay

import (
	"fmt"

	"syncscope/tui/theme"
)

// Checks is the active checks, each with a word. They tell how things are
// now.
type Checks struct{ Page }

// Title implements Overlay.
func (*Checks) Title(Scene) string { return "Checks" }

// checkStyles paint a check's word by its status.
var checkStyles = map[string]theme.Role{"pass": theme.Pass, "warn": theme.Warn, "fail": theme.Fail, "could-not-check": theme.Dim, "not-needed": theme.Dim}

// Lines implements Overlay.
func (*Checks) Lines(in Scene, _ int) []string {
	out := []string{in.Theme.Paint(theme.Dim, "how things are now; no evidence about an attempt"), ""}
	if in.Update.Checking {
		out[0] = in.Theme.Paint(theme.Bright, "the checks are running, at most 20 s each")
	}
	for _, c := range in.Update.Checks {
		out = append(out, in.Theme.Paint(checkStyles[c.Status], fmt.Sprintf("%-16s", c.Status))+in.Theme.Paint(theme.Bright, fmt.Sprintf("%-27s", c.Name))+in.Theme.Paint(theme.Text, c.Detail))
	}
	return out
}
