package pane

import (
	"syncscope/capture/handshake"
	"syncscope/tui/theme"
)

// labelWords is how a packet's part in its connection is told.
type labelWords struct {
	words string
	role  theme.Role
	bad   bool
}

func (s labelWords) weight() Weight {
	switch {
	case s.bad:
		return Error
	case s.role == theme.Warn:
		return Warning
	}
	return Quiet
}

// labels by label. A label that is not here is no row.
var labels = map[handshake.Label]labelWords{
	handshake.LabelSYN:            {"SYN", theme.Bright, false},
	handshake.LabelSYNACK:         {"SYN-ACK", theme.Bright, false},
	handshake.LabelACK:            {"ACK  connected", theme.Pass, false},
	handshake.LabelClientHello:    {"Client Hello", theme.Bright, false},
	handshake.LabelServerHello:    {"Server Hello … Done", theme.Bright, false},
	handshake.LabelKeyExchange:    {"Key Exchange, Finished", theme.Bright, false},
	handshake.LabelFinished:       {"Finished", theme.Pass, false},
	handshake.LabelRequest:        {"Application Data  request", theme.Bright, false},
	handshake.LabelResponse:       {"Application Data  answer", theme.Bright, false},
	handshake.LabelAlert:          {"TLS Alert", theme.Fail, true},
	handshake.LabelFIN:            {"FIN", theme.Dim, false},
	handshake.LabelRST:            {"RST", theme.Fail, true},
	handshake.LabelRefused:        {"RST  refused", theme.Fail, true},
	handshake.LabelRetransmission: {"retransmission", theme.Warn, false},
	handshake.LabelZeroWindow:     {"zero window", theme.Warn, false},
	handshake.LabelKeepAlive:      {"keep-alive", theme.Dim, false},
	handshake.LabelCloseNotify:    {"close notify", theme.Dim, false},
}
