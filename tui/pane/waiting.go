package pane

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

// View draws the pane. Where it stands alone and no attempt was seen, what to
// do stands under its rows: nobody sees the diagnosis then.
func (h *Handshake) View(c Canvas) []string {
	lines := h.List.View(c)
	if !c.Alone || h.Absent() || !h.follow || len(h.u.Attempts) > 0 || h.u.Hint == "" {
		return lines
	}
	at := len(h.inSight)
	if at == 0 { // what stands in place of rows may take several lines
		at = len(notice(c, h.state))
	}
	at++
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
		for i, line := range Wrap([]Seg{{text, role}}, c.Width-gutter-2, 6, &c.Theme.Glyphs) {
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

// Absent reports whether nothing can come to the list: the host that its
// streams are of was not given.
func (l *List) Absent() bool {
	return slices.ContainsFunc(l.kinds, func(k event.Kind) bool { return !l.u.Given(k) })
}

// would is what a kind of stream tells that no other does.
func would(k event.Kind) string {
	switch k {
	case event.ManagerLog:
		return "The Manager's log tells which client ID and user were sent, and what the Manager made of the answer; its packets, how far TCP and TLS got."
	case event.SSMMessages:
		return "The SSM's log tells whether the request came there, and which of its services refused it and why."
	}
	return "The Manager's packets tell how far DNS, TCP and TLS got, and which side ended it."
}

// lacking is what stands where a kind of stream is absent: what it would add, and
// how to have it.
func lacking(u *view.Update, k event.Kind, c Canvas) []string {
	var out []string
	say := func(limit int, segs ...Seg) {
		for _, line := range Wrap(segs, c.Width-gutter-1, limit, &c.Theme.Glyphs) {
			out = append(out, paint(c.Theme, theme.PlainRow, append([]Seg{{"  ", theme.Dim}}, line...), c.Width))
		}
	}
	say(3, Seg{would(k), theme.Text})
	say(3, Seg{c.Theme.Glyphs.Next + " ", theme.Dim}, Seg{withBoth(u), theme.Bright})
	return out
}

// withBoth is the command line that has both hosts: those of the run, and a
// place for the one that is missing.
func withBoth(u *view.Update) string {
	manager, ssm := "", ""
	for _, h := range u.Hosts {
		if h.Manager {
			manager += " --manager " + h.Name
		} else {
			ssm += " --ssm " + h.Name
		}
	}
	if manager == "" {
		manager = " --manager USER@HOST"
	}
	if ssm == "" {
		ssm = " --ssm USER@HOST"
	}
	return "syncscope live" + manager + ssm
}
