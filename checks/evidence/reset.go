package evidence

import (
	"time"

	"syncscope/capture"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// reset is what tells whose a RST from the server's address is: a device on the way that
// writes one knows the ends and the numbers, and not how the host writes its own.
type reset struct {
	TTL    uint8
	Stale  bool // its timestamp lies before the server's last
	Window uint16
	// After is how long after it came the first packet that its sender must have seen: the
	// newest bytes, where it acknowledges them, else the SYN-ACK. 0: that is not known.
	After time.Duration

	stamp  uint32 // the server's last timestamp; 0: it has sent none
	to     uint32 // how far the client's bytes go,
	sent   int64  // and when the packet first came that took them there; 0: nothing is known
	opened int64  // when the SYN-ACK came; 0: it was not seen
}

// observe takes the connection's next packet.
func (r *reset) observe(ev *capture.Passing) {
	p := ev.Packet
	if ev.Dir == handshake.ToServer {
		if p.Length > 0 || p.Flags.Has(packet.SYN) {
			r.follow(p)
		}
		return
	}
	if p.Flags.Has(packet.RST) {
		r.came(p)
	}
	if p.Stamped {
		r.stamp = p.TSVal
	}
}

// follow takes the client's SYN and its bytes.
func (r *reset) follow(p *packet.Packet) {
	end := p.Seq + uint32(p.Length)
	if p.Flags.Has(packet.SYN) {
		end++
	}
	if r.sent == 0 || int32(end-r.to) > 0 {
		r.to, r.sent = end, nanos(p.Time)
	}
}

// came takes a RST of the server's.
func (r *reset) came(p *packet.Packet) {
	r.TTL, r.Window, r.After = p.TTL, p.Window, 0
	r.Stale = p.Stamped && r.stamp != 0 && int32(p.TSVal-r.stamp) < 0
	seen := r.opened
	if p.Flags.Has(packet.ACK) && !p.Cut && p.Ack == r.to {
		seen = r.sent
	}
	if seen != 0 {
		r.After = time.Duration(nanos(p.Time) - seen)
	}
}
