package tui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture"
	"syncscope/checks"
	"syncscope/tui/theme"
)

// draw makes the frame: exactly h lines of w columns.
func (m *Model) draw() string {
	f := layout(m.w, m.h, m.focus, m.zoomed)
	if f.tooSmall {
		return m.small()
	}
	lines := []string{m.headerLine()}
	blank := func() {
		if f.airy {
			lines = append(lines, strings.Repeat(" ", m.w))
		}
	}
	blank()
	lines = append(lines, m.verdictLines()...)
	blank()
	lines = append(lines, m.ladderLine())
	blank()
	if f.tabs {
		lines = append(lines, m.tabLine())
	}
	lines = append(lines, m.bodyLines(f)...)
	return strings.Join(append(lines, m.footer()), "\n")
}

func (m *Model) small() string {
	text := fmt.Sprintf("%dx%d is too small: 60x15 at least", m.w, m.h)
	lines := []string{ansi.Truncate(text, m.w, "")}
	for len(lines) < m.h {
		lines = append(lines, "")
	}
	return strings.Join(lines, "\n")
}

// join sets left and right on one line; the left side gives way.
func (m *Model) join(left, right string) string {
	room := m.w - ansi.StringWidth(right)
	left = ansi.Truncate(left, max(room-1, 0), m.th.Glyphs.Ellipsis)
	return left + strings.Repeat(" ", max(0, room-ansi.StringWidth(left))) + ansi.Truncate(right, m.w, "")
}

func (m *Model) paint(r theme.Role, s string) string { return m.th.Paint(r, s) }

// headerLine says what is connected.
func (m *Model) headerLine() string {
	h := m.update.Header
	dot := "  " + m.paint(theme.Dim, m.th.Glyphs.Dot) + "  "
	parts := []string{" " + m.paint(theme.Bright, "syncscope")}
	named := func(label, value string) {
		if value != "" {
			parts = append(parts, m.paint(theme.Dim, label+" ")+m.paint(theme.Text, value))
		}
	}
	if m.w < medium { // no room for words
		parts = append(parts, m.paint(theme.Text, strings.TrimSpace(h.Manager+" "+h.Release)), m.paint(theme.Text, h.SSM))
	} else {
		named("Manager", strings.TrimSpace(h.Manager+" "+h.Release))
		named("SSM", h.SSM)
	}
	named("masked", fmt.Sprint(h.Masked))
	if h.Peer != "" && m.w >= medium {
		where := ""
		if h.Interface != "" {
			where = fmt.Sprintf(" vpn %s %s, %s", h.VPN, h.Interface, h.Level)
		}
		parts = append(parts, m.paint(theme.Dim, "capturing ")+m.paint(theme.Text, h.Peer)+m.paint(theme.Dim, where))
	}
	right := ""
	if h.Simulated {
		right = m.paint(theme.BadgeWarn, " SIMULATED ") + " "
	}
	return m.join(strings.Join(parts, dot), right)
}

// verdictLines are the sentence, and whose turn it is.
func (m *Model) verdictLines() []string {
	u := &m.update
	g := m.th.Glyphs.Status
	switch {
	case u.RootCause != nil:
		f := u.RootCause
		first := " " + m.paint(theme.BadgeFail, " "+g[checks.Fail]+" FAIL ") + " " + m.paint(theme.Bright, f.Title) + " " + m.paint(theme.Text, f.Short)
		turn := m.paint(theme.Dim, " Turn  ") + m.paint(theme.Warn, f.Owner.Label()) + "  " + m.paint(theme.Text, f.Next)
		return []string{m.join(first, m.confidence(f)), m.join(turn, m.paint(theme.Dim, "enter: runbook "))}
	case u.Verdict == checks.OK:
		next := "Nothing to do."
		if u.Comparison != nil {
			next = u.Comparison.Summary
		}
		return []string{m.join(" "+m.paint(theme.BadgePass, " "+g[checks.Pass]+" OK ")+" "+m.paint(theme.Bright, "The last sync attempt succeeded."), ""), m.join(m.paint(theme.Text, " "+next), "")}
	case u.Verdict == checks.Inconclusive:
		return []string{m.join(" "+m.paint(theme.BadgeWarn, " ? OPEN ")+" "+m.paint(theme.Bright, m.open()), ""), m.join(m.paint(theme.Dim, " What was seen so far does not name one cause."), "")}
	}
	return []string{m.join(" "+m.paint(theme.BadgeWarn, " "+m.th.Glyphs.Ellipsis+" WAITING ")+" "+m.paint(theme.Bright, "No sync attempt was seen yet."), ""), m.join(m.paint(theme.Text, " "+u.Hint), "")}
}

// confidence says how sure the cause is; without room, in one word.
func (m *Model) confidence(f *checks.Finding) string {
	out := m.paint(theme.Pass, f.Confidence.String()) + " "
	if m.w >= medium {
		out += m.paint(theme.Dim, agreement(f)) + " "
	}
	return out
}

// open says of an attempt without a cause whether it still runs.
func (m *Model) open() string {
	if s := m.update.Shown; s >= 0 && s < len(m.update.Attempts) && !m.update.Attempts[s].Ended {
		return "An attempt is running."
	}
	return "The attempt failed; the cause is not clear."
}

func agreement(f *checks.Finding) string {
	seen := map[capture.SourceID]bool{}
	for _, e := range f.Evidence {
		seen[e.Ref.Source] = true
	}
	if len(seen) > 1 {
		return fmt.Sprintf("by %d logs", len(seen))
	}
	return "from one log"
}

// ladderLine is the stages; where it does not fit, without details, then with
// short names.
func (m *Model) ladderLine() string {
	stages := m.update.Ladder()
	for _, style := range []struct{ details, names bool }{{true, true}, {false, true}, {false, false}} {
		line := m.ladder(stages, style.details, style.names)
		if ansi.StringWidth(line) <= m.w || !style.names {
			return m.join(line, "")
		}
	}
	return ""
}

// shortNames are the stages' names where there is little room.
var shortNames = [...]string{"setup", "dns", "path", "tcp", "proxy", "tls", "http", "back", "auth", "lic"}

func (m *Model) ladder(stages []checks.StageState, details, long bool) string {
	sep := " " + m.paint(theme.Dim, strings.Repeat(m.th.Glyphs.Separator, 2)) + " "
	if !details {
		sep = " "
	}
	var parts []string
	for _, s := range stages {
		name, short := s.Stage.Label(), ""
		if !long {
			name = shortNames[s.Stage]
		}
		if details || s.Status == checks.Fail {
			short = s.Short
		}
		if details && short == "" && s.Basis == checks.Inferred {
			short = "inferred"
		}
		parts = append(parts, m.stage(s, name, short))
	}
	return " " + strings.Join(parts, sep)
}

func (m *Model) stage(s checks.StageState, name, short string) string {
	glyph := m.th.Glyphs.Status[s.Status]
	if s.Status == checks.Fail {
		return m.paint(theme.BadgeFail, strings.TrimRight(" "+name+" "+glyph+" "+short, " ")+" ")
	}
	role := map[checks.Status]theme.Role{checks.Pass: theme.Pass, checks.Warn: theme.Warn}[s.Status]
	if role == theme.Text {
		role = theme.Dim
	}
	if s.Basis == checks.Inferred && s.Status == checks.Pass {
		role = theme.Warn
	}
	text := theme.Text
	if s.Status != checks.Pass && s.Status != checks.Warn {
		text = theme.Dim
	}
	out := m.paint(text, name) + " " + m.paint(role, glyph)
	if short != "" {
		out += " " + m.paint(theme.Dim, short)
	}
	return out
}
