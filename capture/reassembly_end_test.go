package capture

import (
	"net/netip"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// The memory of a connection that has said all goes to the next one; what was
// sent again behind both FINs begins nothing, and of one that lacks bytes before
// its FIN they may still come.
func TestTalkEnds(t *testing.T) {
	us, ssm := netip.MustParseAddrPort("192.168.10.1:40000"), netip.MustParseAddrPort("10.106.66.55:8443")
	d := NewDecoder(event.Source{ID: 1, Kind: event.Pcap}, redact.New(), func(event.Event) {})
	d.SetPassing(func(*Passing) {})
	f := newFlowTable(d)
	send := func(back bool, flags packet.Flags, seq uint32, size int) {
		p := packet.Packet{Proto: packet.TCP, Src: us, Dst: ssm, Flags: flags, Seq: seq, Ack: 101, Length: size, WScale: -1}
		if back {
			p.Src, p.Dst = ssm, us
		}
		f.packet(&p, make([]byte, size), &event.Meta{})
	}
	begin := func() {
		us = netip.AddrPortFrom(us.Addr(), us.Port()+1)
		send(false, packet.SYN, 100, 0)
		send(true, packet.SYN|packet.ACK, 100, 0)
		f.flow.Note = f.flow.Talk // what it was
	}

	begin()
	first := f.flow
	send(false, packet.ACK, 101, 50)
	send(false, packet.ACK|packet.FIN, 151, 0)
	send(true, packet.ACK|packet.FIN, 101, 0)
	send(false, packet.ACK, 101, 50)
	send(false, packet.ACK|packet.FIN, 151, 0)
	send(true, packet.RST, 102, 0)
	if _, ended := first.Talk.(over); !ended || f.reassembler.live != 0 {
		t.Fatalf("its talk is %T, %d are held", first.Talk, f.reassembler.live)
	}
	begin()
	if f.flow.Talk != first.Note || f.reassembler.live != 1 {
		t.Errorf("the next connection has memory of its own, %d are held", f.reassembler.live)
	}

	late := f.flow
	send(false, packet.ACK|packet.FIN, 151, 0) // 50 bytes are not here yet
	send(true, packet.ACK|packet.FIN, 101, 0)
	if reassemblyOf(late) == nil {
		t.Error("bytes before a FIN were given up")
	}
	for range 3000 { // the list of them is bounded by those that are held
		begin()
		send(false, packet.ACK|packet.FIN, 101, 0)
		send(true, packet.ACK|packet.FIN, 101, 0)
	}
	if n := len(f.reassembler.order); n > 1100 || f.reassembler.live != 1 || len(f.reassembler.spare) > 1 {
		t.Errorf("%d in order, %d held, %d spare", n, f.reassembler.live, len(f.reassembler.spare))
	}
}
