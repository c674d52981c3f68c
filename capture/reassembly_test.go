package capture

import (
	"encoding/binary"
	"net/netip"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// However many connections open and never close, those whose bytes are read
// stay under the caps, and the watched peer's is still among them.
func TestCapsHold(t *testing.T) {
	peer := netip.MustParseAddrPort("10.106.66.55:8443")
	us := netip.MustParseAddrPort("192.168.10.1:40000")
	d := NewDecoder(event.Source{ID: 1, Kind: event.Pcap}, redact.New(), func(event.Event) {})
	d.SetPassing(func(*Passing) {})
	d.SetPeer(peer.Addr())
	f := newFlowTable(d)
	open := func(from, to netip.AddrPort) {
		f.packet(&packet.Packet{Proto: packet.TCP, Src: from, Dst: to, Flags: packet.SYN, Seq: 1, WScale: -1}, nil, &event.Meta{})
		f.packet(&packet.Packet{Proto: packet.TCP, Src: to, Dst: from, Flags: packet.SYN | packet.ACK, Seq: 1, Ack: 2, WScale: -1}, nil, &event.Meta{})
		// Data behind a hole of nearly 1 GB: it waits.
		p := packet.Packet{Proto: packet.TCP, Src: from, Dst: to, Flags: packet.ACK, Seq: 1 << 30, Ack: 2, Length: 1000, WScale: -1}
		f.packet(&p, make([]byte, 1000), &event.Meta{})
	}
	open(us, peer)
	ssm := f.flow
	for i := range uint32(80_000) {
		var a [4]byte
		binary.BigEndian.PutUint32(a[:], 0x0b000000+i)
		open(netip.AddrPortFrom(netip.AddrFrom4(a), 50000), netip.MustParseAddrPort("10.9.9.9:443"))
		if f.reassembler.live > maxTalks || f.reassembler.held > maxWaiting {
			t.Fatalf("%d connections are read, %d bytes wait", f.reassembler.live, f.reassembler.held)
		}
	}
	if f.reassembler.evicted == 0 || f.track.Evicted == 0 {
		t.Errorf("%d and %d connections made room", f.reassembler.evicted, f.track.Evicted)
	}
	if ssm.Talk == nil {
		t.Error("the connection to the watched peer made room")
	}
	next := f.track.Evicted
	f.packet(&packet.Packet{Proto: packet.TCP, Src: us, Dst: peer, Flags: packet.ACK, Seq: 2, Ack: 2, WScale: -1}, nil, &event.Meta{})
	if f.flow.ID != 1 || f.track.Evicted != next {
		t.Errorf("its next packet begins connection %d", f.flow.ID)
	}
}
