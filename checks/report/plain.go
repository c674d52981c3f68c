package report

import (
	"fmt"
	"strings"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// labels are the words for a packet's part in its connection.
var labels = map[handshake.Label]string{
	handshake.LabelSYN:            "SYN",
	handshake.LabelSYNACK:         "SYN-ACK",
	handshake.LabelACK:            "ACK, connected",
	handshake.LabelClientHello:    "Client Hello",
	handshake.LabelServerHello:    "Server Hello … Done",
	handshake.LabelKeyExchange:    "Key Exchange, Finished",
	handshake.LabelFinished:       "Finished",
	handshake.LabelRequest:        "Application Data (request)",
	handshake.LabelResponse:       "Application Data (answer)",
	handshake.LabelAlert:          "Alert",
	handshake.LabelFIN:            "FIN",
	handshake.LabelRST:            "RST",
	handshake.LabelRefused:        "RST, refused",
	handshake.LabelRetransmission: "retransmission",
	handshake.LabelZeroWindow:     "zero window",
	handshake.LabelKeepAlive:      "keep-alive",
}

// Line is an event as one plain line for a pipe or a screen reader; "" for an
// event that says nothing there (a bare acknowledgement, a prompt).
func Line(ev event.Event, title string) string {
	m := ev.Origin()
	head := title
	if m.History {
		head += " (history)"
	}
	if m.At.Text.String() != "" {
		head += " " + m.At.Text.String()
	}
	body := body(ev)
	if body == "" {
		return ""
	}
	return head + "  " + body
}

func body(ev event.Event) string {
	switch ev := ev.(type) {
	case event.Segment:
		return segment(ev)
	case event.LogEntry:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", level(ev), name(ev), ev.Message))
	case event.CaptureStarted:
		return "capture started on " + ev.Interface.String()
	case event.CaptureFooter:
		return fmt.Sprintf("capture ended: %d captured, %d dropped by the kernel", ev.Captured, ev.Dropped)
	case event.Mark:
		return "— " + ev.Text.String() + " —"
	case event.Gap:
		return "gap: " + ev.Why.String()
	case event.Disk:
		return m(ev.Meta)
	case event.SourceState:
		return ev.State.String() + " " + ev.Detail.String()
	case event.Unreachable:
		return m(ev.Meta)
	case event.DNSAnswer:
		return m(ev.Meta)
	}
	return ""
}

func m(meta event.Meta) string { return meta.Excerpt.String() }

func segment(ev event.Segment) string {
	word, ok := labels[ev.Label]
	if !ok {
		return ""
	}
	switch ev.Label { // as Wireshark names it
	case handshake.LabelRetransmission, handshake.LabelZeroWindow, handshake.LabelKeepAlive:
		if ev.TCP != 0 {
			word = ev.TCP.String()
		}
	}
	arrow := "→"
	if ev.Dir == handshake.ToClient {
		arrow = "←"
	}
	out := arrow + " " + word
	if ev.Packet.Length > 0 {
		out += fmt.Sprintf(" %d B", ev.Packet.Length)
	}
	if ev.Basis == handshake.BasisInferred {
		out += " (inferred)"
	}
	return out
}

func level(ev event.LogEntry) string { return ev.Severity.Label() }

func name(ev event.LogEntry) string {
	if ev.Class.Empty() {
		return ev.Role.String()
	}
	return ev.Class.String()
}
