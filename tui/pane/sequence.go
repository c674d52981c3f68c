package pane

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"syncscope/capture/event"
	"syncscope/tui/theme"
)

// Lanes are the parties of a connection, as the sequence view names them. Far
// is who stands behind a proxy; "" nobody.
type Lanes struct{ Near, Far string }

// stampWidth is the width of time and delta in front of the arrows.
const stampWidth = 2 + 13 + 10

// Sequence draws a connection's packets as arrows between its ends. id is the
// connection's; the lines are of c.Width columns, as many as it takes.
func (l *List) Sequence(id uint32, lanes Lanes, c Canvas) []string {
	room := c.Width - stampWidth - 2
	far := 0
	if lanes.Far != "" {
		far = max(room/4, 12)
	}
	note := min(26, room/3)
	s := sequence{c: c, arrow: room - far - note, far: far, note: note}
	var out []string
	for seq := l.first; seq < l.next; seq++ {
		r := l.whole(seq)
		if seg, ok := r.Event.(event.Segment); ok && uint32(seg.Conn.ID) == id {
			if out == nil {
				out = s.heading(seg, lanes)
			}
			out = append(out, s.segment(r, seg))
		} else if text, role, ok := ofConnection(r, id); ok && out != nil {
			out = append(out, s.words(r, text, role))
		}
	}
	return out
}

// ofConnection is what else a row tells of a connection.
func ofConnection(r *Row, id uint32) (string, theme.Role, bool) {
	var conn event.Connection
	switch ev := r.Event.(type) {
	case event.ClientHello:
		conn = ev.Conn
	case event.ServerHello:
		conn = ev.Conn
	case event.Certificate:
		conn = ev.Conn
	case event.Alert:
		conn = ev.Conn
	default:
		return "", 0, false
	}
	text, role, ok := tlsWords(r.Event)
	return text, role, ok && uint32(conn.ID) == id
}

type sequence struct {
	c                Canvas
	arrow, far, note int // widths
}

func (s *sequence) heading(ev event.Segment, lanes Lanes) []string {
	th := s.c.Theme
	ends := func(left, right, far string, role theme.Role) string {
		gap := max(1, s.arrow+2-ansi.StringWidth(left)-ansi.StringWidth(right))
		segs := []Seg{{strings.Repeat(" ", stampWidth), theme.Dim}, {left + strings.Repeat(" ", gap) + right, role}}
		if s.far > 0 {
			segs = append(segs, Seg{strings.Repeat(" ", max(1, s.far-ansi.StringWidth(far))) + far, theme.Dim})
		}
		return paint(th, theme.PlainRow, segs, s.c.Width)
	}
	client, server := s.c.Ends(ev.Conn)
	return []string{
		ends("Manager", lanes.Near, lanes.Far, theme.Title),
		ends(client, server, map[bool]string{true: "not captured"}[s.far > 0], theme.Dim),
	}
}

// segment is one arrow: its label stands in it.
func (s *sequence) segment(r *Row, ev event.Segment) string {
	told := labels[ev.Label]
	word := ansi.Truncate(" "+told.words+" ", max(s.arrow-6, 0), "")
	if told.words == "" {
		word = ""
	}
	line := max(0, s.arrow-2-ansi.StringWidth(word))
	left, right := strings.Repeat("─", line/2), strings.Repeat("─", line-line/2)
	role := theme.Out
	body := []Seg{{"│", theme.Border}, {left, role}, {word, told.role}, {right + "─→", role}, {"│", theme.Border}}
	if ev.Dir != 0 {
		role = theme.In
		body = []Seg{{"│", theme.Border}, {"←─" + left, role}, {word, told.role}, {right, role}, {"│", theme.Border}}
	}
	return s.row(r, body, s.size(ev), theme.Dim)
}

// size is what stands beside the arrow: flags and bytes, as tcpdump letters.
func (s *sequence) size(ev event.Segment) string {
	out := "[" + letters(ev.Packet.Flags.String()) + "]"
	if n := max(ev.Flight, ev.Packet.Length); n > 0 {
		out += fmt.Sprintf(" %d B", n)
		if ev.Count > 1 {
			out += fmt.Sprintf(" in %d packets", ev.Count)
		}
	}
	if ev.Packet.MSS > 0 {
		out += fmt.Sprintf(" mss %d", ev.Packet.MSS)
	}
	return out
}

// letters are flags as tcpdump prints them.
func letters(flags string) string {
	var b strings.Builder
	ack := false
	for _, f := range strings.FieldsFunc(flags, func(r rune) bool { return r < 'A' || r > 'Z' }) {
		if f == "ACK" {
			ack = true
			continue
		}
		b.WriteString(map[string]string{"FIN": "F", "SYN": "S", "RST": "R", "PSH": "P", "URG": "U", "ECE": "E", "CWR": "W"}[f])
	}
	if ack {
		b.WriteString(".")
	}
	return b.String()
}

// words is a line between the lanes.
func (s *sequence) words(r *Row, text string, role theme.Role) string {
	text = ansi.Truncate(s.c.Pseudonyms.of(text), s.arrow-2, "…")
	pad := max(0, s.arrow-ansi.StringWidth(text))
	return s.row(r, []Seg{{"│", theme.Border}, {strings.Repeat(" ", pad/2), theme.Dim}, {text, role}, {strings.Repeat(" ", pad-pad/2), theme.Dim}, {"│", theme.Border}}, "", theme.Dim)
}

// row puts the evidence number, the time and the delta in front.
func (s *sequence) row(r *Row, body []Seg, note string, role theme.Role) string {
	number := Seg{"  ", theme.Dim}
	for ref, n := range s.c.Numbers {
		if r.about(ref) {
			number = Seg{strconv.Itoa(n), theme.Number}
		}
	}
	segs := []Seg{number}
	if len(number.Text) < gutter {
		segs = append(segs, Seg{" ", theme.Dim})
	}
	stamp, delta := "", ""
	if ev, ok := r.Event.(event.Segment); ok {
		stamp, delta = clock(ev.Meta), span(r.after)
	}
	segs = append(segs, Seg{fmt.Sprintf("%-12s %9s ", stamp, delta), theme.Dim})
	segs = append(segs, body...)
	if s.far > 0 {
		segs = append(segs, Seg{strings.Repeat(" ", s.far-1) + "┊", theme.Border})
	}
	segs = append(segs, Seg{" " + note, role})
	return paint(s.c.Theme, r.back(), segs, s.c.Width)
}

func (r *Row) back() theme.Row {
	if r.Bar {
		return theme.ErrorRow
	}
	return theme.PlainRow
}
