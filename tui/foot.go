package tui

import (
	"slices"
	"strings"

	"syncscope/tui/keys"
	"syncscope/tui/theme"
)

// foot is the last line: what is typed, a word to the user, or the keys that
// are of use now.
func (p picture) foot() string {
	switch {
	case p.input.entry != nil:
		return p.entryLine()
	case p.flash != "":
		return join(p.Theme, p.Width, " "+p.Theme.Paint(theme.Warn, p.Shown(p.flash)), "")
	}
	right := p.badge()
	room := p.Width - width(right)
	if c := p.covers.top(); c != nil {
		return join(p.Theme, p.Width, " "+strings.Join(p.fitting(c.Keys(p.Scene), room), "  "), right)
	}
	return join(p.Theme, p.Width, " "+strings.Join(p.footKeys(room-2), "  "), right)
}

// badge is what at the foot's right tells how the screen is.
func (p picture) badge() string {
	switch {
	case p.panes.paused:
		return p.Theme.Paint(theme.BadgeWarn, " PAUSED ") + " "
	case p.mouse:
		return p.Theme.Paint(theme.Dim, "mouse on ")
	case p.ended:
		return p.Theme.Paint(theme.Dim, "all streams ended ")
	}
	return ""
}

// footKeys are as many keys as there is room for; how to get help and how to
// quit are always among them.
func (p picture) footKeys(room int) []string {
	var parts []string
	if p.Update.Header.CanFix && p.Update.RootCause != nil {
		parts = append(parts, p.Theme.Paint(theme.BadgePass, " f ")+" "+p.Theme.Paint(theme.Bright, "play the fix"))
		room -= width(parts[0]) + 2
	}
	all := keys.Footer(p.State)
	switch {
	case p.ladder.on:
		all = append([][2]string{{"esc", "leave the ladder"}}, all...)
	case !p.panes.presentation.on:
		all = append(p.amidst(), all...)
	}
	if p.panes.presentation.on { // those who look on press none
		all = slices.DeleteFunc(all, func(k [2]string) bool { return !always(k) && k[1] != "back" && k[1] != "runbook" })
	}
	for _, k := range all {
		if always(k) {
			room -= width(k[0]+k[1]) + 3
		}
	}
	for _, k := range all {
		w := width(k[0]+k[1]) + 3
		if !always(k) {
			if w > room {
				continue
			}
			room -= w
		}
		parts = append(parts, p.Theme.Paint(theme.Text, k[0])+" "+p.Theme.Paint(theme.Dim, k[1]))
	}
	return parts
}

// amidst is what one is in the middle of in a pane, and how to leave it: a
// search, where it is, or a filter.
func (p picture) amidst() [][2]string {
	l := p.panes.here()
	switch {
	case l == nil:
		return nil
	case p.input.found != "":
		return [][2]string{{"/" + p.Shown(p.input.query), p.input.found}, {"n, N", "next, previous"}, {"esc", "leave"}}
	}
	if text, fields := l.Filters(); text+fields != "" {
		return [][2]string{{"esc", "lift the filter of " + l.Name()}}
	}
	return nil
}

// fitting are as many of the keys as there is room for; the last is always
// among them.
func (p picture) fitting(keys [][2]string, room int) []string {
	var out []string
	last := len(keys) - 1
	room -= 4 + width(keys[last][0]+keys[last][1])
	for i, k := range keys {
		w := width(k[0]+k[1]) + 3
		if i < last && w > room {
			continue
		}
		room -= w
		out = append(out, strings.TrimLeft(p.Theme.Paint(theme.Text, k[0])+" "+p.Theme.Paint(theme.Dim, k[1]), " "))
	}
	return out
}

func always(key [2]string) bool { return key[1] == "help" || key[1] == "quit" }

// entryLine is what is typed, with what it comes to.
func (p picture) entryLine() string {
	e, role := p.input.entry, theme.Bright
	switch {
	case e.wrong:
		role = theme.Fail
	case e.right:
		role = theme.Pass
	}
	said := ""
	if e.said != "" {
		said = "  " + p.Theme.Paint(theme.Dim, e.said)
	}
	left := " " + p.Theme.Paint(theme.Bright, e.label)
	left += e.in.Line(p.Theme, role, max(p.Width-width(left)-width(said)-2, p.Width/3)) + said
	// What is typed, and what it comes to, goes first.
	return join(p.Theme, p.Width, left, p.Theme.Paint(theme.Dim, e.hinted(p.Width-width(left)-3)))
}
