package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// stepsPage is how far the way to each host is.
type stepsPage struct{ page }

func stepsOf(m *Model) *stepsPage {
	for _, o := range m.overlays {
		if p, ok := o.(*stepsPage); ok {
			return p
		}
	}
	return nil
}

func (*stepsPage) title(*Model) string { return "Connecting" }

// sideWidth is how wide a host's steps are where they stand beside others.
const sideWidth = 52

func (*stepsPage) lines(m *Model, width int) []string {
	out := []string{m.th.Paint(theme.Dim, "Only reading commands are sent; syncscope rules --commands lists them."), ""}
	out = append(out, waysTo(m, m.update.Hosts, width)...)
	return out
}

// now is what can be done while we connect.
func (*stepsPage) now(m *Model) [][2]string {
	keys := [][2]string{{"q, esc", "look at the panes meanwhile"}, {"?", "help"}}
	if failed(m) {
		keys = append([][2]string{{"R", "try again"}}, keys...)
	}
	return append(keys, [2]string{"ctrl+c", "quit"})
}

// waysTo is how far the way to each host is.
func waysTo(m *Model, hosts []view.Host, width int) []string {
	var out []string
	if across := max(1, width/sideWidth); len(hosts) > 1 && across > 1 {
		for len(hosts) > 0 {
			n := min(across, len(hosts))
			out = append(out, beside(m, hosts[:n], width/n)...)
			hosts = hosts[n:]
		}
	} else {
		for i := range hosts {
			out = append(out, inRow(m, &hosts[i], width)...)
		}
	}
	return out
}

// beside sets the hosts' steps in columns.
func beside(m *Model, hosts []view.Host, width int) []string {
	var columns [][]string
	tallest := 0
	for i := range hosts {
		c := column(m, &hosts[i], width-2)
		columns, tallest = append(columns, c), max(tallest, len(c))
	}
	out := make([]string, tallest)
	for i := range out {
		var b strings.Builder
		for _, c := range columns {
			line := ""
			if i < len(c) {
				line = ansi.Truncate(c[i], width-2, m.th.Glyphs.Ellipsis)
			}
			b.WriteString(line + strings.Repeat(" ", max(0, width-ansi.StringWidth(line))))
		}
		out[i] = b.String()
	}
	return append(out, "")
}

func role(h *view.Host) string {
	if h.Manager {
		return "Manager"
	}
	return "SSM"
}

func heading(m *Model, h *view.Host) string {
	return m.th.Paint(theme.Title, fmt.Sprintf("%-9s", role(h))) + m.th.Paint(theme.Bright, h.Name)
}

// column is one host, a line for each step.
func column(m *Model, h *view.Host, width int) []string {
	out := []string{heading(m, h)}
	for i := range h.Steps {
		s := &h.Steps[i]
		mark, paint := progress(m, s)
		line := " " + m.th.Paint(paint, mark) + " " + m.th.Paint(paint, fmt.Sprintf("%-10s", s.Step)) + " "
		out = append(out, line+m.th.Paint(theme.Dim, strings.TrimSpace(s.Detail+"  "+lasted(m, s))))
		if s.Progress == view.Stopped {
			out[len(out)-1] = line
			for _, l := range folded(s.Detail, width-4) {
				out = append(out, "   "+m.th.Paint(theme.Fail, l))
			}
			out = append(out, todo(m, s, width)...)
		}
	}
	return out
}

// inRow is one host where there is little room: its steps in a row, and the
// words of the one that matters.
func inRow(m *Model, h *view.Host, width int) []string {
	out := []string{heading(m, h)}
	line := ""
	var at *view.StepState
	for i := range h.Steps {
		s := &h.Steps[i]
		mark, paint := progress(m, s)
		part := m.th.Paint(paint, mark+" "+s.Step.String()) + "  "
		if ansi.StringWidth(line)+ansi.StringWidth(part) > width-1 {
			out, line = append(out, " "+line), ""
		}
		line += part
		if s.Progress != view.NotBegun && (at == nil || at.Progress != view.Stopped) {
			at = s
		}
	}
	out = append(out, " "+line)
	switch {
	case at == nil:
	case at.Progress == view.Stopped:
		for _, l := range folded(at.Detail, width-2) {
			out = append(out, " "+m.th.Paint(theme.Fail, l))
		}
		out = append(out, todo(m, at, width)...)
	default:
		out = append(out, " "+m.th.Paint(theme.Dim, strings.TrimSpace(at.Step.String()+": "+at.Detail+"  "+lasted(m, at))))
	}
	return append(out, "")
}

// todo is what to do about a step that failed.
func todo(m *Model, s *view.StepState, width int) []string {
	var out []string
	for _, l := range folded(s.Hint, width-9) {
		out = append(out, "   "+m.th.Paint(theme.Bright, l))
	}
	return append(out, "   "+m.th.Paint(theme.BadgeWarn, " R ")+" "+m.th.Paint(theme.Text, "try again"))
}

// progress is the sign and the role of a step.
func progress(m *Model, s *view.StepState) (string, theme.Role) {
	g := m.th.Glyphs
	switch s.Progress {
	case view.Running:
		return g.Next, theme.Bright
	case view.Asking:
		return "?", theme.Warn
	case view.Done:
		return g.Status[checks.Pass], theme.Pass
	case view.Stopped:
		return g.Status[checks.Fail], theme.Fail
	}
	return g.Dot, theme.Dim
}

// lasted is how long a step took, or takes by now, in whole seconds: a still
// screen stays still.
func lasted(m *Model, s *view.StepState) string {
	switch {
	case s.Progress == view.Asking:
		return "waits for you"
	case s.Progress == view.Done && s.Took >= 50*time.Millisecond:
		return fmt.Sprintf("%.1f s", s.Took.Seconds())
	case s.Progress == view.Running && m.update.Now.Sub(s.Began) >= time.Second:
		return fmt.Sprintf("%.0f s", m.update.Now.Sub(s.Began).Truncate(time.Second).Seconds())
	}
	return ""
}

// folded breaks plain text into lines.
func folded(text string, width int) []string {
	if text == "" {
		return nil
	}
	return strings.Split(ansi.Wrap(text, max(width, 10), ""), "\n")
}
