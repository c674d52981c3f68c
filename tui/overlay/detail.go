package overlay

import (
	"fmt"
	"strings"

	"syncscope/capture/event"
	"syncscope/checks"
	"syncscope/checks/view"
	"syncscope/tui/pane"
	"syncscope/tui/theme"
)

// Detail is all that is known of one row.
type Detail struct {
	Page
	Of pane.Detail
}

// Title implements Overlay.
func (p *Detail) Title(Scene) string { return "Detail: " + p.Of.What }

// Lines implements Overlay.
func (p *Detail) Lines(in Scene, width int) []string {
	out := []string{""}
	for _, f := range p.Of.Fields {
		for i, l := range Folded(in.Shown(f.Value), width-16) {
			name := ""
			if i == 0 {
				name = f.Name
			}
			out = append(out, in.Theme.Paint(theme.Dim, fmt.Sprintf("%-14s", name))+painted(in.Theme, pane.Segments(l, theme.Bright)))
		}
	}
	out = append(out, "", in.Theme.Paint(theme.Title, "As it came"))
	for _, l := range Folded(in.Shown(p.Of.Text), width-2) {
		out = append(out, painted(in.Theme, pane.Segments(l, theme.Text)))
	}
	return out
}

// painted paints segments one behind the other.
func painted(th *theme.Theme, list []pane.Seg) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(th.Paint(s.Role, s.Text))
	}
	return b.String()
}

// Sequence is one connection as arrows.
type Sequence struct {
	Page
	packets *pane.List
	conn    event.Connection
	lanes   pane.Lanes
}

// NewSequence is the connection of a row of packets; of a row that has none, the
// newest before it. nil: there is none.
func NewSequence(in Scene, packets *pane.List) *Sequence {
	for r := packets.Current(); r != nil && r.Seq > 0; r = packets.Before(r) {
		if c, ok := connectionOf(r); ok {
			return &Sequence{packets: packets, conn: c, lanes: lanes(in.Update, c)}
		}
	}
	return nil
}

// Title implements Overlay.
func (p *Sequence) Title(in Scene) string {
	client, server := in.Update.Ends(p.conn)
	return "Sequence: " + client + " → " + server
}

// Lines implements Overlay.
func (p *Sequence) Lines(in Scene, width int) []string {
	out := p.packets.Sequence(uint32(p.conn.ID), p.lanes, pane.Canvas{Width: width, Theme: in.Theme, Numbers: Numbers(in.Update), Ends: in.Update.Ends, Pseudonyms: in.Pseudonyms, Whole: true})
	if c := p.conn; c.MidStream {
		out = append(out, "", in.Theme.Paint(theme.Warn, "Its beginning was not captured."))
	}
	return append(out, "", in.Theme.Paint(theme.Dim, "labels without bytes of their own are inferred from lengths and order"))
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
