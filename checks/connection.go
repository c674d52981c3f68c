package checks

import (
	"net/netip"
	"time"

	"syncscope/capture"
)

// observe takes the connection's next packet.
func (c *connection) observe(ev *capture.Segment) {
	c.Connection = ev.Conn
	c.last = ev.Meta
	if c.TLS.Chain != nil && c.cert.From == (capture.Ref{}) {
		c.cert = ev.Meta
	}
	switch ev.Label {
	case capture.LabelSYNACK, capture.LabelRefused:
		c.answer = ev.Meta
	case capture.LabelKeyExchange, capture.LabelFinished:
		if c.finished.From == (capture.Ref{}) || ev.Label == capture.LabelKeyExchange {
			c.finished = ev.Meta
		}
	case capture.LabelRequest, capture.LabelResponse:
		c.data = ev.Meta
	case capture.LabelRST:
		c.reset, c.resetTTL = ev.Meta, ev.Packet.TTL
	case capture.LabelRetransmission:
		c.lost = ev.Meta
	case capture.LabelZeroWindow:
		c.shut = ev.Meta
	case capture.LabelAlert:
		if c.alert.From == (capture.Ref{}) {
			c.alert = ev.Meta
		}
	}
	switch ev.Label {
	case capture.LabelSYNACK:
		c.answered = ev.Packet.TTL
	case capture.LabelRefused:
		c.resetTTL = ev.Packet.TTL
	}
	if ev.Packet.Checksum == capture.ChecksumIncorrect && c.offload.From == (capture.Ref{}) {
		c.offload = ev.Meta
	}
}

// tlsDone reports whether TLS finished, as far as the lengths tell.
func (c *connection) tlsDone() bool {
	return c.TLS.Stage == capture.TLSFinished || c.TLS.Stage == capture.TLSApplicationData
}

// heard reports whether anything came back from the server's address.
func (c *connection) heard() bool {
	switch c.State {
	case capture.ConnUnknown, capture.SynSent:
		return false
	}
	return true
}

// zoneStep is the grid that zone offsets lie on: two stamps of one clock in
// unknown zones differ by a multiple of it.
const zoneStep = 15 * time.Minute

// gap is b minus a. It is exact where both arrived live or both zones and
// dates are sure; else it is known only up to a multiple of zoneStep, and the
// smallest is given. ok is false where one has no time.
func gap(a, b capture.When) (d time.Duration, ok bool) {
	if !a.Arrival.IsZero() && !b.Arrival.IsZero() {
		return b.Arrival.Sub(a.Arrival), true
	}
	if a.Time.IsZero() || b.Time.IsZero() {
		return 0, false
	}
	if a.Zoned && b.Zoned && a.Dated && b.Dated {
		return b.Time.Sub(a.Time), true
	}
	// Undated times lie centuries apart, which no Duration holds.
	d = time.Duration((b.Time.Unix()-a.Time.Unix())%int64(zoneStep/time.Second)) * time.Second
	d = (d + time.Duration(b.Time.Nanosecond()-a.Time.Nanosecond())) % zoneStep
	switch {
	case d > zoneStep/2:
		d -= zoneStep
	case d < -zoneStep/2:
		d += zoneStep
	}
	return d, true
}

// distinct leaves out a connection that two captures show: the same ends and
// the same first packet.
func distinct(conns []*connection) []*connection {
	type same struct {
		client, server netip.AddrPort
		isn            uint32
	}
	if len(conns) == 0 {
		return nil
	}
	seen := make(map[same]bool, len(conns))
	out := make([]*connection, 0, len(conns))
	for _, c := range conns {
		key := same{c.Client, c.Server, c.isn}
		if !seen[key] {
			seen[key] = true
			out = append(out, c)
		}
	}
	return out
}
