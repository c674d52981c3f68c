package handshake_test

import (
	"net/netip"
	"testing"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
)

// segment is a packet with absolute numbers.
func segment(from, to netip.AddrPort, flags packet.Flags, seq, ack uint32, n int) packet.Packet {
	return packet.Packet{Src: from, Dst: to, Proto: packet.TCP, Flags: flags, Seq: seq, Ack: ack, Length: n, Window: 512}
}

var (
	client = netip.MustParseAddrPort("192.0.2.1:40000")
	server = netip.MustParseAddrPort("192.0.2.2:8443")
)

// What the other end acknowledged was sent, whether the capture has it or not: then
// nothing is told of silence, of a refusal, or of bytes that vanish.
func TestMissed(t *testing.T) {
	session := func() []packet.Packet {
		return []packet.Packet{
			segment(client, server, packet.SYN, 100, 0, 0), segment(server, client, packet.SYN|packet.ACK, 500, 101, 0), segment(client, server, packet.ACK, 101, 501, 0),
			segment(client, server, packet.PSH|packet.ACK, 101, 501, 300), segment(server, client, packet.ACK, 501, 401, 0),
			segment(server, client, packet.PSH|packet.ACK, 501, 401, 1400), segment(server, client, packet.PSH|packet.ACK, 1901, 401, 1400), segment(server, client, packet.PSH|packet.ACK, 3301, 401, 200),
			segment(client, server, packet.ACK, 401, 3501, 0), segment(client, server, packet.PSH|packet.ACK, 401, 3501, 100), segment(server, client, packet.PSH|packet.ACK, 3501, 501, 90),
			segment(client, server, packet.FIN|packet.ACK, 501, 3591, 0), segment(server, client, packet.FIN|packet.ACK, 3591, 502, 0), segment(client, server, packet.ACK, 502, 3592, 0),
		}
	}
	ends := func(all []packet.Packet) (last handshake.Connection) {
		tr := handshake.NewTracker()
		for _, p := range all {
			if step, ok := tr.Packet(p); ok {
				last = step.Conn
			}
		}
		return last
	}
	if c := ends(session()); c.Trouble.Missed != [2]bool{} || c.Trouble.Hole != 0 {
		t.Errorf("whole: missed %v, a hole of %d", c.Trouble.Missed, c.Trouble.Hole)
	}
	for i, left := range session() {
		all := session()
		all = append(all[:i:i], all[i+1:]...)
		c := ends(all)
		if c.State == handshake.SynSent || c.State == handshake.ConnRefused || c.Trouble.Hole != 0 {
			t.Errorf("without packet %d: %s, a hole of %d", i, c.State, c.Trouble.Hole)
		}
		dir := handshake.ToServer
		if left.Src == server {
			dir = handshake.ToClient
		}
		if left.Length > 0 && !c.Trouble.Missed[dir] || c.Trouble.Missed[1-dir] {
			t.Errorf("without packet %d (%d bytes): missed %v", i, left.Length, c.Trouble.Missed)
		}
	}
	for _, from := range []netip.AddrPort{client, server} {
		var half []packet.Packet
		for _, p := range session() {
			if p.Src == from {
				half = append(half, p)
			}
		}
		c := ends(half)
		if missing := [2]bool{from == server, from == client}; c.Trouble.Missed != missing || c.State == handshake.SynSent || c.State == handshake.ConnUnknown {
			t.Errorf("only what %s sent: %s, missed %v", from, c.State, c.Trouble.Missed)
		}
	}
	lost := session()[:6]
	lost = append(lost, segment(server, client, packet.PSH|packet.ACK, 3301, 401, 200), segment(client, server, packet.ACK, 401, 1901, 0))
	if c := ends(lost); c.Trouble.Hole != 1400 || !c.Trouble.HoleTold || c.Trouble.Missed[handshake.ToClient] {
		t.Errorf("what the client still asks for: a hole of %d, told %t, missed %v", c.Trouble.Hole, c.Trouble.HoleTold, c.Trouble.Missed)
	}
}
