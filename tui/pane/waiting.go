package pane

import "syncscope/tui/theme"

// View draws the pane. Where it stands alone and no attempt was seen, what to
// do stands under its rows: nobody sees the diagnosis then.
func (h *Handshake) View(c Canvas) []string {
	lines := h.List.View(c)
	if !c.Alone || h.Absent() || !h.follow || len(h.u.Attempts) > 0 || h.u.Hint == "" {
		return lines
	}
	at := max(len(h.inSight), 1) + 1
	for _, l := range h.todo(c) {
		if at >= len(lines) {
			break
		}
		lines[at] = l
		at++
	}
	return lines
}

// todo is where to start a sync and, after a while, what may be wrong.
func (h *Handshake) todo(c Canvas) []string {
	var out []string
	say := func(lead Seg, text string, role theme.Role) {
		for i, line := range Wrap([]Seg{{text, role}}, c.Width-gutter-2, 6, c.Theme.Glyphs.Ellipsis) {
			if i > 0 {
				lead.Text = "  "
			}
			out = append(out, paint(c.Theme, theme.PlainRow, append([]Seg{{"  ", theme.Dim}, lead}, line...), c.Width))
		}
	}
	say(Seg{c.Theme.Glyphs.Next + " ", theme.Warn}, h.u.Hint, theme.Text)
	if len(h.u.Doubts) > 0 {
		say(Seg{"  ", theme.Dim}, "", theme.Dim)
		say(Seg{"  ", theme.Dim}, "What may be wrong:", theme.Warn)
	}
	for _, d := range h.u.Doubts {
		say(Seg{c.Theme.Glyphs.Dot + " ", theme.Dim}, d, theme.Text)
	}
	return out
}
