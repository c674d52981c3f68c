package pane

import (
	"syncscope/capture"
	"syncscope/tui/theme"
)

// story is how a packet's part in its connection is told.
type story struct {
	words string
	role  theme.Role
	bad   bool
}

func (s story) weight() Weight {
	switch {
	case s.bad:
		return Error
	case s.role == theme.Warn:
		return Warning
	}
	return Quiet
}

// stories by label. A label that is not here is no row.
var stories = map[capture.Label]story{
	capture.LabelSYN:            {"SYN", theme.Bright, false},
	capture.LabelSYNACK:         {"SYN-ACK", theme.Bright, false},
	capture.LabelACK:            {"ACK  connected", theme.Pass, false},
	capture.LabelClientHello:    {"Client Hello", theme.Bright, false},
	capture.LabelServerHello:    {"Server Hello … Done", theme.Bright, false},
	capture.LabelKeyExchange:    {"Key Exchange, Finished", theme.Bright, false},
	capture.LabelFinished:       {"Finished", theme.Pass, false},
	capture.LabelRequest:        {"Application Data  request", theme.Bright, false},
	capture.LabelResponse:       {"Application Data  answer", theme.Bright, false},
	capture.LabelAlert:          {"TLS Alert", theme.Fail, true},
	capture.LabelFIN:            {"FIN", theme.Dim, false},
	capture.LabelRST:            {"RST", theme.Fail, true},
	capture.LabelRefused:        {"RST  refused", theme.Fail, true},
	capture.LabelRetransmission: {"retransmission", theme.Warn, false},
	capture.LabelZeroWindow:     {"zero window", theme.Warn, false},
	capture.LabelKeepAlive:      {"keep-alive", theme.Dim, false},
	capture.LabelCloseNotify:    {"close notify", theme.Dim, false},
}
