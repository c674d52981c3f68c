package tui

import (
	"net/netip"
	"slices"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/pane"
)

// names is how users, hosts and addresses are shown. The screen keeps them and
// hides them in what it draws and copies, so that they can be shown again.
type names struct {
	pseudonyms *pane.Pseudonyms // nil: as they are
	met        int              // how many names the gate knew when the pseudonyms were made
}

// apply hides the names in an update. Where the gate has come to know more of
// them, the pseudonyms are new ones: all rows are drawn anew.
func (n *names) apply(g *redact.Session, u *view.Update) {
	switch {
	case g == nil || !g.HidesNames() && g.Blank():
		n.pseudonyms = nil
	case n.pseudonyms == nil || n.met != g.Met() || n.pseudonyms.Names != g.HidesNames():
		n.pseudonyms, n.met = &pane.Pseudonyms{Shown: g.Shown, Names: g.HidesNames()}, g.Met()
	}
	if n.pseudonyms != nil {
		*u = redact.Hide(g, sparse(*u))
		u.End = func(a netip.AddrPort) string { return g.Shown(a.String()) }
	}
}

// sparse is an update without what is said of attempts that are not shown: it
// is not drawn, and of hundreds it takes long to hide.
func sparse(u view.Update) view.Update {
	u.Each = nil
	u.Attempts = slices.Clone(u.Attempts)
	for i := range u.Attempts {
		if i != u.Shown {
			u.Attempts[i].Stages, u.Attempts[i].Quoted = nil, nil
		}
	}
	return u
}

// toggle hides users, hosts and addresses, or shows them again: on the screen,
// and in what the run writes from then on.
func (n *names) toggle(g *redact.Session) string {
	if g == nil {
		return "names cannot be hidden here (start with --privacy)"
	}
	g.HideNames(!g.HidesNames())
	if g.HidesNames() {
		return "users, hosts and addresses are pseudonyms, also in what is copied"
	}
	return "users, hosts and addresses are shown"
}
