package tui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture"
	"syncscope/checks"
	"syncscope/tui/theme"
)

// names of the panes, by their number.
var names = [panes]string{"Handshake", "Manager log", "SSM messages", "Diagnosis"}

// tabLine names all panes, the focused one bright.
func (m *Model) tabLine() string {
	var parts []string
	for id, name := range names {
		role := theme.Dim
		if id == m.focus {
			role = theme.Number
		}
		parts = append(parts, m.paint(role, " "+name+" "))
	}
	return m.join(" "+strings.Join(parts, " "), m.paint(theme.Dim, "tab "))
}

// bodyLines draws the panes, or what covers them.
func (m *Model) bodyLines(f frame) []string {
	height := m.h - 1 - f.body
	if m.overlay != noOverlay {
		return m.boxed(box{w: m.w, h: height}, m.overlayTitle(), "", true, m.overlayLines(m.w-4, height-2))
	}
	if m.zoomed {
		return m.content(f.boxes[0].pane, m.w, height, 12)
	}
	rows := map[int][][]string{} // by y: the boxes that begin there, left to right
	var ys []int
	for _, b := range f.boxes {
		if rows[b.y] == nil {
			ys = append(ys, b.y)
		}
		title, right := m.title(b.pane)
		rows[b.y] = append(rows[b.y], m.boxed(b, title, right, b.pane == m.focus, m.content(b.pane, b.w-2, b.h-2, 2)))
	}
	var out []string
	for _, y := range ys {
		for i := range rows[y][0] {
			line := ""
			for _, b := range rows[y] {
				line += b[i]
			}
			out = append(out, line)
		}
	}
	return out
}

// content is a pane's inside.
func (m *Model) content(id, w, h, wrap int) []string {
	if l := m.list(id); l != nil {
		return l.View(m.th, w, h, wrap, m.numbers())
	}
	return m.diagnosis.View(w, h)
}

// title is a pane's name, and what stands at the right of its border.
func (m *Model) title(id int) (left, right string) {
	if id == diagnosisPane {
		left = m.paint(theme.Title, m.diagnosis.Title())
		if n := len(m.update.Attempts); n > 0 {
			right = m.paint(theme.Dim, fmt.Sprintf("%d evidence  attempt %d of %d", len(m.update.Evidence), m.update.Shown+1, n))
		}
		return left, right
	}
	l := m.list(id)
	left = m.paint(theme.Title, names[id])
	state := m.paint(theme.Pass, "FOLLOW")
	if !l.Following() {
		state = m.paint(theme.Warn, "PAUSED")
	}
	if s := m.source(id); s != nil {
		if s.State != capture.Following && s.State != capture.Connecting {
			state = m.paint(theme.Warn, strings.ToUpper(states[s.State]))
		}
		right = m.paint(theme.Dim, strings.TrimRight("  "+age(m.update.Now, s)+rtt(s.RTT), " "))
	}
	if d := l.Dropped(); d > 0 {
		right += m.paint(theme.Warn, fmt.Sprintf("  %d rows gone", d))
	}
	return left, state + right
}

// source is the stream that a pane shows.
func (m *Model) source(id int) *checks.SourceStatus {
	for i := range m.update.Sources {
		if paneOf(m.update.Sources[i].Source.Kind) == id {
			return &m.update.Sources[i]
		}
	}
	return nil
}

// age is how long ago the last byte came, in steps: quiet and dead look
// different, and a still screen stays still.
func age(now time.Time, s *checks.SourceStatus) string {
	if s.LastByte.IsZero() {
		return ""
	}
	switch d := now.Sub(s.LastByte); {
	case d < 5*time.Second:
		return ""
	case d < time.Minute:
		return fmt.Sprintf("quiet %d s  ", int(d.Seconds())/5*5)
	default:
		return fmt.Sprintf("quiet %d min  ", int(d.Minutes()))
	}
}

func rtt(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("rtt %d ms", max(1, d.Round(time.Millisecond).Milliseconds()))
}

// boxed draws a border with titles around content.
func (m *Model) boxed(b box, left, right string, focused bool, content []string) []string {
	g, role := m.th.Glyphs, theme.Border
	if focused {
		role = theme.Focus
	}
	room := b.w - 4 - ansi.StringWidth(left) - 2
	if ansi.StringWidth(right)+2 > room {
		right = ansi.Truncate(right, max(0, room-2), "")
	}
	if right != "" {
		right = " " + right + " "
	}
	left = ansi.Truncate(left, b.w-6, g.Ellipsis)
	fill := max(0, b.w-4-ansi.StringWidth(left)-2-ansi.StringWidth(right))
	out := []string{m.paint(role, g.TopLeft+g.Dash) + " " + left + " " + m.paint(role, strings.Repeat(g.Dash, fill)) + right + m.paint(role, g.Dash+g.TopRight)}
	side := m.paint(role, g.Vertical)
	for i := 0; i < b.h-2; i++ {
		line := strings.Repeat(" ", b.w-2)
		if i < len(content) {
			line = ansi.Truncate(content[i], b.w-2, g.Ellipsis)
			if w := ansi.StringWidth(line); w < b.w-2 {
				line += strings.Repeat(" ", b.w-2-w)
			}
		}
		out = append(out, side+line+side)
	}
	return append(out, m.paint(role, g.BottomLeft+strings.Repeat(g.Dash, b.w-2)+g.BottomRight))
}

// footer is the keys that are of use now, or the search line.
func (m *Model) footer() string {
	switch {
	case m.typing:
		return m.join(" "+m.paint(theme.Bright, "/"+m.query)+m.paint(theme.Match, " "), m.paint(theme.Dim, "enter: find  esc: leave "))
	case m.flash != "":
		return m.join(" "+m.paint(theme.Warn, m.flash), "")
	}
	var parts []string
	if m.update.Header.CanFix && m.update.RootCause != nil {
		parts = append(parts, m.paint(theme.BadgePass, " f ")+" "+m.paint(theme.Bright, "play the fix"))
	}
	for _, k := range footerKeys() {
		parts = append(parts, m.paint(theme.Text, k[0])+" "+m.paint(theme.Dim, k[1]))
	}
	right := ""
	switch {
	case m.paused:
		right = m.paint(theme.BadgeWarn, " PAUSED ") + " "
	case m.ended:
		right = m.paint(theme.Dim, "all streams ended ")
	}
	return m.join(" "+strings.Join(parts, "  "), right)
}
