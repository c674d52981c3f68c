package diagnose

import (
	"time"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/checks"
)

// observe takes the connection's next packet.
func (c *connection) observe(ev *capture.Passing) {
	c.last.Keep(ev)
	if c.cert == nil && c.TLS.Chain != nil {
		kept(&c.cert).Keep(ev)
	}
	if at := c.worth(ev); at != nil {
		at.Keep(ev)
	}
	switch ev.Label {
	case handshake.LabelSYNACK:
		c.answered = ev.Packet.TTL
	case handshake.LabelRefused, handshake.LabelRST:
		c.resetTTL = ev.Packet.TTL
	}
	if ev.Packet.Checksum == packet.ChecksumIncorrect && c.offload == nil {
		kept(&c.offload).Keep(ev)
	}
}

// kept makes a packet's place that few connections need.
func kept(c **capture.Cite) *capture.Cite {
	if *c == nil {
		*c = new(capture.Cite)
	}
	return *c
}

// worth is what a packet is kept as beside the last; nil: nothing.
func (c *connection) worth(ev *capture.Passing) *capture.Cite {
	switch ev.Label {
	case handshake.LabelSYNACK, handshake.LabelRefused:
		return &c.answer
	case handshake.LabelKeyExchange, handshake.LabelFinished:
		if c.finished.Empty() || ev.Label == handshake.LabelKeyExchange {
			return &c.finished
		}
	case handshake.LabelRequest, handshake.LabelResponse:
		return &c.data
	case handshake.LabelRST:
		return kept(&c.reset)
	case handshake.LabelRetransmission:
		return kept(&c.lost)
	case handshake.LabelZeroWindow:
		return kept(&c.shut)
	case handshake.LabelAlert:
		if c.alert == nil {
			return kept(&c.alert)
		}
	}
	return nil
}

// tlsDone reports whether TLS finished, as far as the lengths tell.
func (c *connection) tlsDone() bool {
	return c.TLS.Stage == handshake.TLSFinished || c.TLS.Stage == handshake.TLSApplicationData
}

// heard reports whether anything came back from the server's address.
func (c *connection) heard() bool {
	switch c.State {
	case handshake.ConnUnknown, handshake.SynSent:
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
func gap(a, b event.When) (d time.Duration, ok bool) {
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
// the same first packet. Few others have its number and its ports.
func distinct(conns []*connection) []*connection {
	if len(conns) == 0 {
		return nil
	}
	type mark struct {
		isn  uint32
		from uint16
		to   uint16
	}
	first := make(map[mark]int32, len(conns)) // of those that have it, the newest in out, from 1
	before := make([]int32, 0, len(conns))    // and the one before it
	out := make([]*connection, 0, len(conns))
	for _, c := range conns {
		key := mark{c.isn, c.Client.Port(), c.Server.Port()}
		at := first[key]
		for at > 0 && (out[at-1].Client != c.Client || out[at-1].Server != c.Server) {
			at = before[at-1]
		}
		if at > 0 {
			continue
		}
		out, before = append(out, c), append(before, first[key])
		first[key] = int32(len(out))
	}
	return out
}

// states are the connections as they are now.
func (e *Engine) states() []checks.ConnectionState {
	conns := distinct(e.conns)
	if len(conns) == 0 {
		return nil
	}
	out := make([]checks.ConnectionState, len(conns))
	for i, c := range conns {
		out[i] = checks.ConnectionState{Connection: *c.Connection, Source: c.source, Ours: c.ours}
	}
	return out
}
