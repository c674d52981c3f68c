package pane

import (
	"fmt"
	"strconv"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// field reads a row's values of a name; none if it has no such thing.
type field func(*Row) []string

// fields are the names that display filters know: Wireshark's for packets, ours
// for log lines.
var fields = map[string]field{
	"frame.number":          packet(func(s *event.Segment) []string { return one(s.From.Packet) }),
	"frame.len":             packet(func(s *event.Segment) []string { return one(s.Packet.IPLength + etherHeader) }),
	"ip.len":                packet(func(s *event.Segment) []string { return one(s.Packet.IPLength) }),
	"ip.ttl":                packet(func(s *event.Segment) []string { return one(int(s.Packet.TTL)) }),
	"ip.src":                packet(func(s *event.Segment) []string { return []string{s.Packet.Src.Addr().String()} }),
	"ip.dst":                packet(func(s *event.Segment) []string { return []string{s.Packet.Dst.Addr().String()} }),
	"ip.addr":               packet(addresses),
	"tcp":                   packet(func(*event.Segment) []string { return []string{"1"} }),
	"tcp.srcport":           packet(func(s *event.Segment) []string { return one(int(s.Packet.Src.Port())) }),
	"tcp.dstport":           packet(func(s *event.Segment) []string { return one(int(s.Packet.Dst.Port())) }),
	"tcp.port":              packet(ports),
	"tcp.stream":            packet(func(s *event.Segment) []string { return one(int(s.Conn.ID)) }),
	"tcp.len":               packet(func(s *event.Segment) []string { return one(s.Packet.Length) }),
	"tcp.window_size_value": packet(func(s *event.Segment) []string { return one(int(s.Packet.Window)) }),
	"tcp.options.mss_val":   packet(func(s *event.Segment) []string { return one(int(s.Packet.MSS)) }),
	"tcp.flags.fin":         flag(1 << 0),
	"tcp.flags.syn":         flag(1 << 1),
	"tcp.flags.reset":       flag(1 << 2),
	"tcp.flags.push":        flag(1 << 3),
	"tcp.flags.ack":         flag(1 << 4),
	"tls":                   packet(func(s *event.Segment) []string { _, ok := tlsTypes[s.Label]; return truth(ok) }),
	"tls.handshake.type":    packet(func(s *event.Segment) []string { return tlsTypes[s.Label] }),
	"tls.alert_message":     labelled(handshake.LabelAlert),

	"log.level":           entryField(func(e *event.LogEntry) string { return e.Severity.String() }),
	"log.source":          entryField(func(e *event.LogEntry) string { return e.Role.String() + e.Class.String() }),
	"log.text":            func(r *Row) []string { return nonEmpty(r.Raw) },
	"log.thread":          entryField(func(e *event.LogEntry) string { return e.Thread.String() }),
	"log.user":            entryField(func(e *event.LogEntry) string { return e.User.String() }),
	"log.client":          entryField(func(e *event.LogEntry) string { return e.ClientID.String() }),
	"host":                entryField(func(e *event.LogEntry) string { return e.Host.String() }),
	"http.request.method": entryField(func(e *event.LogEntry) string { return e.Method.String() }),
	"http.request.uri":    entryField(func(e *event.LogEntry) string { return e.Path.String() }),
	"http.response.code": entryField(func(e *event.LogEntry) string {
		if e.Status == 0 {
			return ""
		}
		return strconv.Itoa(e.Status)
	}),
}

func init() {
	for name, marks := range handshake.AnalysisFields {
		fields[name] = packet(func(s *event.Segment) []string {
			if s.TCP&marks == 0 {
				return nil
			}
			return []string{"1"}
		})
	}
}

// etherHeader is what a frame's length has in front of the IP datagram, as
// Wireshark counts it on Ethernet.
const etherHeader = 14

// tlsTypes are the handshake message types (RFC 8446, section 4) that a flight
// holds, as far as its place tells.
var tlsTypes = map[handshake.Label][]string{
	handshake.LabelClientHello: {"1"},
	handshake.LabelServerHello: {"2", "11", "12", "14"},
	handshake.LabelKeyExchange: {"16", "20"},
	handshake.LabelFinished:    {"20"},
	handshake.LabelRequest:     {}, handshake.LabelResponse: {}, handshake.LabelAlert: {},
}

func packet(f func(*event.Segment) []string) field {
	return func(r *Row) []string {
		if s, ok := r.Event.(event.Segment); ok {
			return f(&s)
		}
		return nil
	}
}

func entryField(f func(*event.LogEntry) string) field {
	return func(r *Row) []string {
		if e, ok := r.Event.(event.LogEntry); ok {
			return nonEmpty(f(&e))
		}
		return nil
	}
}

func flag(bit uint16) field {
	return packet(func(s *event.Segment) []string {
		return truth(uint16(s.Packet.Flags)&bit != 0)
	})
}

func labelled(label handshake.Label) field {
	return packet(func(s *event.Segment) []string {
		if s.Label != label {
			return nil
		}
		return []string{"1"}
	})
}

func addresses(s *event.Segment) []string {
	return []string{s.Packet.Src.Addr().String(), s.Packet.Dst.Addr().String()}
}

func ports(s *event.Segment) []string {
	return []string{fmt.Sprint(s.Packet.Src.Port()), fmt.Sprint(s.Packet.Dst.Port())}
}

// truth is how Wireshark writes a boolean; a bare field asks for "1".
func truth(b bool) []string {
	if b {
		return []string{"1"}
	}
	return []string{"0"}
}

func one(n int) []string { return []string{strconv.Itoa(n)} }

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}
