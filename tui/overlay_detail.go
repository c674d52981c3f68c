package tui

import (
	"fmt"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// detailPage is all that is known of one row.
type detailPage struct {
	page
	detail pane.Detail
}

func (p *detailPage) title(*Model) string { return "Detail: " + p.detail.What }

func (p *detailPage) lines(m *Model, width int) []string {
	out := []string{""}
	for _, f := range p.detail.Fields {
		for i, l := range folded(m.names.shown(f.Value), width-16) {
			name := ""
			if i == 0 {
				name = f.Name
			}
			out = append(out, m.th.Paint(theme.Dim, fmt.Sprintf("%-14s", name))+tokensPainted(m, l, theme.Bright))
		}
	}
	out = append(out, "", m.th.Paint(theme.Title, "As it came"))
	for _, l := range folded(m.names.shown(p.detail.Text), width-2) {
		out = append(out, tokensPainted(m, l, theme.Text))
	}
	return out
}

// tokensPainted paints masked values in their own role.
func tokensPainted(m *Model, text string, role theme.Role) string {
	return segs(m.th, pane.Segments(text, role))
}

// sequencePage is one connection as arrows.
type sequencePage struct {
	page
	conn  event.Connection
	lanes pane.Lanes
}

func (p *sequencePage) title(m *Model) string {
	client, server := m.update.Ends(p.conn)
	return "Sequence: " + client + " → " + server
}

func (p *sequencePage) lines(m *Model, width int) []string {
	l := m.panes.rows(handshakePane)
	out := l.Sequence(uint32(p.conn.ID), p.lanes, pane.Canvas{Width: width, Theme: m.th, Numbers: numbers(&m.update), Ends: m.update.Ends, Pseudonyms: m.names.pseudonyms, Whole: true})
	if c := p.conn; c.MidStream {
		out = append(out, "", m.th.Paint(theme.Warn, "Its beginning was not captured."))
	}
	return append(out, "", m.th.Paint(theme.Dim, "labels without bytes of their own are inferred from lengths and order"))
}

// lanes tells who the server of a connection is: behind a proxy, the connection
// goes to the proxy.
func lanes(u *view.Update, c event.Connection) pane.Lanes {
	for _, s := range u.Ladder() {
		if s.Stage == checks.Proxy && s.Status != checks.NotNeeded && s.Object != "" && strings.Contains(s.Object, c.Server.Addr().String()) {
			return pane.Lanes{Near: "proxy", Far: "SSM"}
		}
	}
	return pane.Lanes{Near: "SSM"}
}

// connectionOf is the connection that a row tells of.
func connectionOf(r *pane.Row) (event.Connection, bool) {
	switch ev := r.Event.(type) {
	case event.Segment:
		return ev.Conn, true
	case event.ClientHello:
		return ev.Conn, true
	case event.ServerHello:
		return ev.Conn, true
	case event.Certificate:
		return ev.Conn, true
	case event.Alert:
		return ev.Conn, true
	}
	return event.Connection{}, false
}
