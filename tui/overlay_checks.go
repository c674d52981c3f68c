package tui

import (
	"fmt"

	"syncscope/tui/theme"
)

// checksPage is the active checks, each with a word. They tell how things are
// now.
type checksPage struct{ page }

func (*checksPage) title(*Model) string { return "Checks" }

// checkStyles paint a check's word by its status.
var checkStyles = map[string]theme.Role{"pass": theme.Pass, "warn": theme.Warn, "fail": theme.Fail, "could-not-check": theme.Dim, "not-needed": theme.Dim}

func (*checksPage) lines(m *Model, _ int) []string {
	out := []string{m.th.Paint(theme.Dim, "how things are now; no evidence about an attempt"), ""}
	if m.update.Checking {
		out[0] = m.th.Paint(theme.Bright, "the checks are running, at most 20 s each")
	}
	for _, c := range m.update.Checks {
		out = append(out, m.th.Paint(checkStyles[c.Status], fmt.Sprintf("%-16s", c.Status))+m.th.Paint(theme.Bright, fmt.Sprintf("%-27s", c.Name))+m.th.Paint(theme.Text, c.Detail))
	}
	return out
}
