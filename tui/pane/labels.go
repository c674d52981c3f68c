package pane

import (
	"fmt"
	"strings"

	"syncscope/capture/event"
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

// tlsWords tells what a packet's bytes say in TLS; ok is false where ev is
// nothing of the kind.
func tlsWords(ev event.Event) (text string, role theme.Role, ok bool) {
	switch ev := ev.(type) {
	case event.ClientHello:
		return hello(ev), theme.Dim, true
	case event.ServerHello:
		if ev.Hello.Retry {
			return "Hello Retry Request: another key share is wanted", theme.Warn, true
		}
		return strings.TrimSpace("chosen: " + tlsVersion(ev.Hello.Version) + " " + handshake.CipherName(ev.Hello.Cipher)), theme.Dim, true
	case event.Certificate:
		return certificate(ev), theme.Dim, true
	case event.Alert:
		if ev.Alert.Encrypted {
			return "", 0, false // the packet's own row says it
		}
		who := "SSM"
		if ev.Alert.From == handshake.Client {
			who = "Manager"
		}
		role = theme.Warn
		if ev.Alert.Fatal() {
			role = theme.Fail
		}
		return fmt.Sprintf("%s: %s (%s)", who, ev.Alert.Name(), ev.Alert.LevelName()), role, true
	}
	return "", 0, false
}

func hello(ev event.ClientHello) string {
	h := ev.Hello
	out := fmt.Sprintf("offered: %s, %d suites", tlsVersion(h.Highest()), len(h.Ciphers))
	if !h.SNI.Empty() {
		out += ", for " + h.SNI.String()
	}
	if h.Partial {
		out += " (cut by the snap length)"
	}
	return out
}

func certificate(ev event.Certificate) string {
	leaf := ev.Chain.Certificates[0]
	if leaf.Unparsed {
		return "certificate that cannot be read"
	}
	out := fmt.Sprintf("certificate %s by %s, until %s", part(leaf.Subject.String()), part(leaf.Issuer.String()), leaf.NotAfter.UTC().Format("2006-01-02"))
	if leaf.SelfSigned {
		out += ", self-signed"
	}
	if n := len(ev.Chain.Certificates); n > 1 {
		out += fmt.Sprintf(", %d in all", n)
	}
	return out
}

// part is the first part of a name: the CN as a rule.
func part(name string) string {
	first, _, _ := strings.Cut(name, ",")
	return strings.TrimPrefix(first, "CN=")
}

func tlsVersion(v uint16) string {
	if v < 0x0301 || v > 0x0304 {
		return "TLS"
	}
	return fmt.Sprintf("TLS 1.%d", v-0x0301)
}
