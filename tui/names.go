package tui

import (
	"net/netip"
	"slices"

	tea "charm.land/bubbletea/v2"

	"syncscope/capture/redact"
	"syncscope/checks/view"
	"syncscope/tui/pane"
)

// Gated is a Control whose run has a gate: it masks what is copied, hides names
// and gives one value in clear. What a run without one shows has passed a gate
// before.
type Gated interface{ Gate() *redact.Session }

// gate is the run's, nil if it has none.
func gate(m *Model) *redact.Session {
	if g, ok := m.opts.Control.(Gated); ok {
		return g.Gate()
	}
	return nil
}

// names is how users, hosts and addresses are shown. The screen keeps them and
// hides them in what it draws and copies, so that they can be shown again.
type names struct {
	pseudonyms *pane.Pseudonyms // nil: as they are
	met        int              // how many names the gate knew when the pseudonyms were made
}

// shown is a text as it may stand on the screen.
func (n *names) shown(text string) string {
	if n.pseudonyms == nil {
		return text
	}
	return n.pseudonyms.Shown(text)
}

// apply hides the names in an update, and all rows where the gate has come to
// know more of them.
func (n *names) apply(m *Model, u *view.Update) {
	g := gate(m)
	switch {
	case g == nil || !g.HidesNames() && g.Blank():
		n.pseudonyms = nil
	case n.pseudonyms == nil || n.met != g.Met() || n.pseudonyms.Names != g.HidesNames():
		n.pseudonyms, n.met = &pane.Pseudonyms{Shown: g.Shown, Names: g.HidesNames()}, g.Met()
	}
	for _, l := range m.panes.lists() {
		l.SetPseudonyms(n.pseudonyms)
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

// toggleNames hides users, hosts and addresses, or shows them again: on the
// screen, and in what the run writes from then on.
func toggleNames(m *Model, _ string) tea.Cmd {
	g := gate(m)
	if g == nil {
		m.flash = "names cannot be hidden here (start with --privacy)"
		return nil
	}
	g.HideNames(!g.HidesNames())
	m.refresh()
	m.flash = "users, hosts and addresses are shown"
	if g.HidesNames() {
		m.flash = "users, hosts and addresses are pseudonyms, also in what is copied"
	}
	return nil
}
