package pane

import (
	"fmt"
	"strings"
	"time"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/redact"
	"syncscope/tui/theme"
)

// Handshake tells the story of the connections: one row for each flight.
type Handshake struct {
	*List
	flight flightKey // of the newest row; further segments of it join
	conn   uint32    // of the newest row
	newest uint32    // the last one that was headed
	last   time.Time // of the newest row's first packet
	noted  map[string]bool
}

// maxJoined is how many packets of one flight a row cites one by one.
const maxJoined = 32

type flightKey struct {
	conn  uint32
	dir   uint8
	label uint8
}

// NewHandshake makes the pane.
func NewHandshake() *Handshake {
	h := &Handshake{List: NewList("Handshake", event.TcpdumpText, event.TcpdumpHex, event.Pcap), noted: map[string]bool{}}
	h.build = packetRow
	return h
}

// Observe takes an event of a capture, and marks.
func (h *Handshake) Observe(kind event.Kind, ev event.Event) {
	if !h.mine(kind, ev) {
		return
	}
	if text, role, ok := tlsWords(ev); ok {
		h.note(ev.Origin(), text, role)
		h.amend(func(r *Row) { r.Event = ev })
		return
	}
	kept := ev // what is taken out of it is a copy
	switch ev := ev.(type) {
	case event.Segment:
		h.segment(ev, kept)
	case event.CaptureStarted:
		if ev.SnapLen > 0 && !h.noted["start"] {
			h.noted["start"] = true
			h.note(ev.Meta, fmt.Sprintf("capturing on %s, %d bytes a packet", ev.Interface, ev.SnapLen), theme.Dim)
		}
	case event.CaptureFooter:
		h.note(ev.Meta, fmt.Sprintf("capture ended: %d packets, %d dropped by the kernel", ev.Captured, ev.Dropped), theme.Dim)
	case event.Unreachable:
		h.flight = flightKey{}
		h.Add(Row{Ref: ev.From, Event: kept, Columns: []Seg{{clock(ev.Meta) + " ", theme.Dim}}, Message: "ICMP " + tail(ev.Excerpt), Role: theme.Fail, Bar: true, Weight: Error, Raw: ev.Excerpt.String()})
	case event.DNSAnswer:
		h.flight = flightKey{}
		r := Row{Ref: ev.From, Event: kept, Columns: []Seg{{clock(ev.Meta) + " ", theme.Dim}}, Message: "DNS " + tail(ev.Excerpt), Role: theme.Dim, Raw: ev.Excerpt.String()}
		if ev.RCode != "" {
			r.Weight = Error
		}
		h.Add(r)
	case event.Mark:
		h.flight = flightKey{}
		h.note(ev.Meta, ev.Text.String(), theme.Warn)
	}
}

// tail is an excerpt behind its stamp.
func tail(t redact.Text) string {
	_, rest, _ := strings.Cut(t.String(), " > ")
	return rest
}

func (h *Handshake) note(m event.Meta, text string, role theme.Role) {
	h.flight = flightKey{}
	h.Add(Row{Ref: m.From, Columns: []Seg{{strings.Repeat(" ", 13), theme.Dim}}, Message: text, Role: role, Raw: m.Excerpt.String()})
}

// segment adds a packet to its flight's row, or begins one. Bare
// acknowledgements are no rows of their own. kept is the event as it came.
func (h *Handshake) segment(ev event.Segment, kept event.Event) {
	said, ok := labels[ev.Label]
	if !ok {
		return
	}
	h.newConnection(ev)
	key := flightKey{uint32(ev.Conn.ID), uint8(ev.Dir), uint8(ev.Label)}
	if key == h.flight && ev.Flight > 0 && h.amend(func(last *Row) {
		packetRow(last)
		last.Message = message(ev, said, last.port)
		if len(last.More) < maxJoined {
			last.More = append(last.More, ev.From)
			last.Raw += " / " + ev.Excerpt.String()
		}
	}) {
		h.after(ev)
		return
	}
	h.flight = key
	h.Add(Row{Ref: ev.From, Event: kept, Weight: said.weight(), Bar: said.bad, after: h.since(ev), port: h.conn < h.newest})
	h.after(ev)
}

// packetRow makes the parts of a packet's row; one that has them keeps them,
// with what joined it.
func packetRow(r *Row) {
	ev, ok := r.Event.(event.Segment)
	if !ok || r.Columns != nil {
		return
	}
	said := labels[ev.Label]
	r.Columns = []Seg{{clock(ev.Meta) + " ", theme.Dim}, arrow(ev), {fmt.Sprintf("%-9s ", span(r.after)), theme.Dim}}
	r.Message, r.Role, r.Raw = message(ev, said, r.port), said.role, ev.Excerpt.String()
}

func arrow(ev event.Segment) Seg {
	if ev.Dir == 0 {
		return Seg{"→ ", theme.Out}
	}
	return Seg{"← ", theme.In}
}

// since is the time after the row before of the same connection.
func (h *Handshake) since(ev event.Segment) time.Duration {
	d := ev.Packet.Time.Sub(h.last)
	if h.last.IsZero() {
		d = 0
	}
	h.last = ev.Packet.Time
	return d
}

// newConnection heads each connection with who talks to whom.
func (h *Handshake) newConnection(ev event.Segment) {
	if uint32(ev.Conn.ID) == h.conn {
		return
	}
	h.conn, h.last = uint32(ev.Conn.ID), time.Time{}
	if h.conn <= h.newest { // an older one goes on: its rows name its port
		return
	}
	h.newest = h.conn
	h.note(event.Meta{}, fmt.Sprintf("%s → Manager   ← SSM %s", ev.Conn.Client, ev.Conn.Server), theme.Text)
}

// after adds what a packet concludes.
func (h *Handshake) after(ev event.Segment) {
	if ev.TLSDone {
		c := ev.Conn.TLS
		text := "TLS done, inferred from lengths"
		if c.Suite != "" {
			text = fmt.Sprintf("%s %s, inferred from lengths", tlsVersion(c.Version.Is()), c.Suite)
		}
		if c.Stage.Basis() == handshake.BasisSeen {
			h.note(event.Meta{}, "TLS done: "+tlsVersion(c.Version.Is()), theme.Pass)
		} else {
			h.note(event.Meta{}, text, theme.Warn)
		}
	}
	if ev.Closed && ev.Conn.TLS.Client == nil && !h.noted["closed"] {
		h.noted["closed"] = true
		h.note(event.Meta{}, "SNI, certificate, HTTP: not captured at 128 B", theme.Dim)
		if ev.Conn.Offload > 0 {
			h.note(event.Meta{}, "cksum \"incorrect\" on → lines: offload, harmless", theme.Dim)
		}
	}
}

// message says what a packet is; port, which connection's.
func message(ev event.Segment, s labelWords, port bool) string {
	out := s.words
	if port {
		out += fmt.Sprintf("  (port %d)", ev.Conn.Client.Port())
	}
	if ev.Flight > 0 {
		out += fmt.Sprintf("  %d B", ev.Flight)
		if ev.Count > 1 {
			out += fmt.Sprintf(" in %d packets", ev.Count)
		}
	}
	if ev.Packet.MSS > 0 {
		out += fmt.Sprintf("  mss %d", ev.Packet.MSS)
		if ev.Packet.MSS < 1460 && ev.Dir == 1 {
			out += " (tunnel on the path?)"
		}
	}
	return out
}

func span(d time.Duration) string {
	switch {
	case d <= 0:
		return ""
	case d < 10*time.Millisecond:
		return fmt.Sprintf("+%.1f ms", float64(d)/float64(time.Millisecond))
	case d < 10*time.Second:
		return fmt.Sprintf("+%.0f ms", float64(d)/float64(time.Millisecond))
	}
	return fmt.Sprintf("+%.0f s", d.Seconds())
}

// clock is the time of day to the millisecond.
func clock(m event.Meta) string {
	if m.At.Time.IsZero() {
		return strings.Repeat(" ", 12)
	}
	return m.At.Time.Format("15:04:05.000")
}
