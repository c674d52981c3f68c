package report

import (
	"fmt"
	"strings"

	"syncscope/capture"
)

// labels are the words for a packet's part in its connection.
var labels = map[capture.Label]string{
	capture.LabelSYN:            "SYN",
	capture.LabelSYNACK:         "SYN-ACK",
	capture.LabelACK:            "ACK, connected",
	capture.LabelClientHello:    "Client Hello",
	capture.LabelServerHello:    "Server Hello … Done",
	capture.LabelKeyExchange:    "Key Exchange, Finished",
	capture.LabelFinished:       "Finished",
	capture.LabelRequest:        "Application Data (request)",
	capture.LabelResponse:       "Application Data (answer)",
	capture.LabelAlert:          "Alert",
	capture.LabelFIN:            "FIN",
	capture.LabelRST:            "RST",
	capture.LabelRefused:        "RST, refused",
	capture.LabelRetransmission: "retransmission",
	capture.LabelZeroWindow:     "zero window",
	capture.LabelKeepAlive:      "keep-alive",
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
		return ev.State.String() + " " + ev.Detail.String()
	case capture.Unreachable:
		return m(ev.Meta)
	case capture.DNSAnswer:
		return m(ev.Meta)
	}
	return ""
}

func m(meta capture.Meta) string { return meta.Excerpt.String() }

func segment(ev capture.Segment) string {
	word, ok := labels[ev.Label]
	if !ok {
		return ""
	}
	switch ev.Label { // as Wireshark names it
	case capture.LabelRetransmission, capture.LabelZeroWindow, capture.LabelKeepAlive:
		if ev.TCP != 0 {
			word = ev.TCP.String()
		}
	}
	arrow := "→"
	if ev.Dir == capture.ToClient {
		arrow = "←"
	}
	out := arrow + " " + word
	if ev.Packet.Length > 0 {
		out += fmt.Sprintf(" %d B", ev.Packet.Length)
	}
	if ev.Basis == capture.BasisInferred {
		out += " (inferred)"
	}
	return out
}

func level(ev capture.LogEntry) string { return ev.Severity.Label() }

func name(ev capture.LogEntry) string {
	if ev.Class.Empty() {
		return ev.Role.String()
	}
	return ev.Class.String()
}
