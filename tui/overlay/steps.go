package overlay

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/keys"
	"syncscope/tui/theme"
)

// Steps is how far the way to each host is.
type Steps struct{ Page }

// Title implements Overlay.
func (*Steps) Title(Scene) string { return "Connecting" }

// sideWidth is how wide a host's steps are where they stand beside others.
const sideWidth = 52

// Lines implements Overlay.
func (*Steps) Lines(in Scene, width int) []string {
	out := []string{in.Theme.Paint(theme.Dim, "Only reading commands are sent; syncscope rules --commands lists them."), ""}
	out = append(out, waysTo(in, in.Update.Hosts, width)...)
	return out
}

// Keys is what can be done while we connect.
func (*Steps) Keys(in Scene) [][2]string {
	out := [][2]string{{"q, esc", "look at the panes meanwhile"}, {"?", "help"}}
	if in.State&keys.Failed != 0 {
		out = append([][2]string{{"R", "try again"}}, out...)
	}
	return append(out, [2]string{"ctrl+c", "quit"})
}

// waysTo is how far the way to each host is.
func waysTo(in Scene, hosts []view.Host, width int) []string {
	var out []string
	if across := max(1, width/sideWidth); len(hosts) > 1 && across > 1 {
		for len(hosts) > 0 {
			n := min(across, len(hosts))
			out = append(out, beside(in, hosts[:n], width/n)...)
			hosts = hosts[n:]
		}
	} else {
		for i := range hosts {
			out = append(out, inRow(in, &hosts[i], width)...)
		}
	}
	return out
}

// beside sets the hosts' steps in columns.
func beside(in Scene, hosts []view.Host, width int) []string {
	var columns [][]string
	tallest := 0
	for i := range hosts {
		c := column(in, &hosts[i], width-2)
		columns, tallest = append(columns, c), max(tallest, len(c))
	}
	out := make([]string, tallest)
	for i := range out {
		var b strings.Builder
		for _, c := range columns {
			line := ""
			if i < len(c) {
				line = in.Theme.Glyphs.Cut(c[i], width-2)
			}
			b.WriteString(line + strings.Repeat(" ", max(0, width-ansi.StringWidth(line))))
		}
		out[i] = b.String()
	}
	return append(out, "")
}

// RoleOf is what a host is in the run.
func RoleOf(h *view.Host) string {
	if h.Manager {
		return "Manager"
	}
	return "SSM"
}

func heading(in Scene, h *view.Host) string {
	return in.Theme.Paint(theme.Title, fmt.Sprintf("%-9s", RoleOf(h))) + in.Theme.Paint(theme.Bright, h.Name)
}

// column is one host, a line for each step.
func column(in Scene, h *view.Host, width int) []string {
	out := []string{heading(in, h)}
	for i := range h.Steps {
		s := &h.Steps[i]
		mark, paint := progress(in, s)
		line := " " + in.Theme.Paint(paint, mark) + " " + in.Theme.Paint(paint, fmt.Sprintf("%-10s", s.Step)) + " "
		out = append(out, line+in.Theme.Paint(theme.Dim, strings.TrimSpace(s.Detail+"  "+lasted(in, s))))
		if s.Progress == view.Stopped {
			out[len(out)-1] = line
			for _, l := range Folded(s.Detail, width-4) {
				out = append(out, "   "+in.Theme.Paint(theme.Fail, l))
			}
			out = append(out, todo(in, s, width)...)
		}
	}
	return out
}

// inRow is one host where there is little room: its steps in a row, and the
// words of the one that matters.
func inRow(in Scene, h *view.Host, width int) []string {
	out := []string{heading(in, h)}
	line := ""
	var at *view.StepState
	for i := range h.Steps {
		s := &h.Steps[i]
		mark, paint := progress(in, s)
		part := in.Theme.Paint(paint, mark+" "+s.Step.String()) + "  "
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
		for _, l := range Folded(at.Detail, width-2) {
			out = append(out, " "+in.Theme.Paint(theme.Fail, l))
		}
		out = append(out, todo(in, at, width)...)
	default:
		out = append(out, " "+in.Theme.Paint(theme.Dim, strings.TrimSpace(at.Step.String()+": "+at.Detail+"  "+lasted(in, at))))
	}
	return append(out, "")
}

// todo is what to do about a step that failed.
func todo(in Scene, s *view.StepState, width int) []string {
	var out []string
	for _, l := range Folded(s.Hint, width-9) {
		out = append(out, "   "+in.Theme.Paint(theme.Bright, l))
	}
	return append(out, "   "+in.Theme.Paint(theme.BadgeWarn, " R ")+" "+in.Theme.Paint(theme.Text, "try again"))
}

// progress is the sign and the role of a step.
func progress(in Scene, s *view.StepState) (string, theme.Role) {
	g := in.Theme.Glyphs
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
func lasted(in Scene, s *view.StepState) string {
	switch {
	case s.Progress == view.Asking:
		return "waits for you"
	case s.Progress == view.Done && s.Took >= 50*time.Millisecond:
		return fmt.Sprintf("%.1f s", s.Took.Seconds())
	case s.Progress == view.Running && in.Update.Now.Sub(s.Began) >= time.Second:
		return fmt.Sprintf("%.0f s", in.Update.Now.Sub(s.Began).Truncate(time.Second).Seconds())
	}
	return ""
}
