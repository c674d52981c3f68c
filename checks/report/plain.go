package report

import (
	"fmt"
	"strings"

	"syncscope/capture"
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
func Line(ev capture.Event, title string) string {
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

func body(ev capture.Event) string {
	switch ev := ev.(type) {
	case capture.Segment:
		return segment(ev)
	case capture.LogEntry:
		return strings.TrimSpace(fmt.Sprintf("%s %s %s", level(ev), name(ev), ev.Message))
	case capture.CaptureStarted:
		return "capture started on " + ev.Interface.String()
	case capture.CaptureFooter:
		return fmt.Sprintf("capture ended: %d captured, %d dropped by the kernel", ev.Captured, ev.Dropped)
	case capture.Mark:
		return "— " + ev.Text.String() + " —"
	case capture.Gap:
		return "gap: " + ev.Why.String()
	case capture.SourceState:
		return states[ev.State] + " " + ev.Detail.String()
	case capture.Unreachable:
		return m(ev.Meta)
	case capture.DNSAnswer:
		return m(ev.Meta)
	}
	return ""
}

func m(meta capture.Meta) string { return meta.Excerpt.String() }

var states = [...]string{"waiting", "connecting", "following", "lost", "refused", "ended"}

func segment(ev capture.Segment) string {
	word, ok := labels[ev.Label]
	if !ok {
		return ""
	}
	arrow := "→"
	if ev.Dir == handshake.ToClient {
		arrow = "←"
	}
	out := arrow + " " + word
	if ev.Packet.Length > 0 {
		out += fmt.Sprintf(" %d B", ev.Packet.Length)
	}
	if ev.Basis == handshake.Inferred {
		out += " (inferred)"
	}
	return out
}

var levels = [...]string{"DEBUG", "INFO", "NOTICE", "WARN", "ERROR", "CRIT"}

func level(ev capture.LogEntry) string { return levels[ev.Severity] }

func name(ev capture.LogEntry) string {
	if ev.Class.Empty() {
		return ev.Role.String()
	}
	return ev.Class.String()
}
