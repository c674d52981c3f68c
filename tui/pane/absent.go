package pane

import (
	"slices"

	"syncscope/capture/event"
	"syncscope/checks/view"
	"syncscope/tui/theme"
)

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
		for _, line := range Wrap(segs, c.Width-gutter-1, limit, c.Theme.Glyphs.Ellipsis) {
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
