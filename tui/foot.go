package tui

import (
	"slices"
	"strings"

	"syncscope/tui/theme"
)

// foot is the last line: what is typed, a word to the user, or the keys that
// are of use now.
func foot(m *Model) string {
	switch {
	case m.entry != nil:
		return entryLine(m)
	case m.flash != "":
		return join(m.th, m.w, " "+m.th.Paint(theme.Warn, m.names.shown(m.flash)), "")
	}
	right := badge(m)
	room := m.w - width(right)
	if c := m.covered(); c != nil {
		return join(m.th, m.w, " "+strings.Join(fitting(m, c.now(m), room), "  "), right)
	}
	return join(m.th, m.w, " "+strings.Join(footKeys(m, room-2), "  "), right)
}

// badge is what at the foot's right tells how the screen is.
func badge(m *Model) string {
	switch {
	case m.paused:
		return m.th.Paint(theme.BadgeWarn, " PAUSED ") + " "
	case m.mouse:
		return m.th.Paint(theme.Dim, "mouse on ")
	case m.ended:
		return m.th.Paint(theme.Dim, "all streams ended ")
	}
	return ""
}

// footKeys are as many keys as there is room for; how to get help and how to
// quit are always among them.
func footKeys(m *Model, room int) []string {
	var parts []string
	if m.update.Header.CanFix && m.update.RootCause != nil {
		parts = append(parts, m.th.Paint(theme.BadgePass, " f ")+" "+m.th.Paint(theme.Bright, "play the fix"))
		room -= width(parts[0]) + 2
	}
	keys := footerKeys(m)
	switch {
	case m.ladder.on:
		keys = append([][2]string{{"esc", "leave the ladder"}}, keys...)
	case !m.presentation.on:
		keys = append(m.panes.amidst(m.focus, m.names.shown(m.query), m.found), keys...)
	}
	if m.presentation.on { // those who look on press none
		keys = slices.DeleteFunc(keys, func(k [2]string) bool { return !always(k) && k[1] != "back" && k[1] != "runbook" })
	}
	for _, k := range keys {
		if always(k) {
			room -= width(k[0]+k[1]) + 3
		}
	}
	for _, k := range keys {
		w := width(k[0]+k[1]) + 3
		if !always(k) {
			if w > room {
				continue
			}
			room -= w
		}
		parts = append(parts, m.th.Paint(theme.Text, k[0])+" "+m.th.Paint(theme.Dim, k[1]))
	}
	return parts
}

// amidst is what one is in the middle of in a pane, and how to leave it: a
// search, where it is, or a filter.
func (p *paneSet) amidst(id paneID, query, found string) [][2]string {
	l := p.rows(id)
	switch {
	case l == nil:
		return nil
	case found != "":
		return [][2]string{{"/" + query, found}, {"n, N", "next, previous"}, {"esc", "leave"}}
	}
	if text, fields := l.Filters(); text+fields != "" {
		return [][2]string{{"esc", "lift the filter of " + l.Name()}}
	}
	return nil
}

// fitting are as many of the keys as there is room for; the last is always
// among them.
func fitting(m *Model, keys [][2]string, room int) []string {
	var out []string
	last := len(keys) - 1
	room -= 4 + width(keys[last][0]+keys[last][1])
	for i, k := range keys {
		w := width(k[0]+k[1]) + 3
		if i < last && w > room {
			continue
		}
		room -= w
		out = append(out, strings.TrimLeft(m.th.Paint(theme.Text, k[0])+" "+m.th.Paint(theme.Dim, k[1]), " "))
	}
	return out
}

func always(key [2]string) bool { return key[1] == "help" || key[1] == "quit" }

// entryLine is what is typed, with what it comes to.
func entryLine(m *Model) string {
	e, role := m.entry, theme.Bright
	switch {
	case e.wrong:
		role = theme.Fail
	case e.right:
		role = theme.Pass
	}
	said := ""
	if e.said != "" {
		said = "  " + m.th.Paint(theme.Dim, e.said)
	}
	left := " " + m.th.Paint(theme.Bright, e.label)
	left += typedLine(m.th, &e.in, role, max(m.w-width(left)-width(said)-2, m.w/3)) + said
	right := m.th.Paint(theme.Dim, e.hint+" ")
	if width(left)+width(right) >= m.w { // what is typed, and what it comes to, goes first
		right = ""
	}
	return join(m.th, m.w, left, right)
}
