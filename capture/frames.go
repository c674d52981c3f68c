package capture

import (
	"fmt"

	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
)

// frames reads a binary capture as it is written.
type frames struct {
	flows
	scan *pcap.Scanner
	p    packet.Packet
	gate func(string) redact.Text
}

func newFrames(d *Decoder) *frames {
	f := &frames{flows: newFlows(d), gate: d.gate.Foreign}
	f.scan = pcap.NewScanner(f.frame)
	return f
}

// frame emits what one frame is.
func (f *frames) frame(fr *pcap.Frame) {
	p := &f.p
	p.Time, p.Dated = fr.Time, true
	if err := packet.Decode(fr.Link, fr.Data, fr.Wire, p); err != nil || p.Frag > 0 {
		f.d.packets.Add(1)
		return
	}
	m := f.d.meta(0, redact.Text{})
	m.From.Packet = fr.Number
	switch {
	case p.Proto == packet.TCP && f.d.take != nil:
		p.Stamp, m.brief = "", briefOf(p, f.gate)
	default:
		p.Stamp = p.Time.Format(stampForm)
		m.Excerpt = f.d.gate.Foreign(words(p))
	}
	payload := p.Payload(fr.Data)
	f.packet(p, payload, m)
	m.At = f.at
	if p.ARP.Addr.IsValid() {
		f.d.emit(Neighbour{m, p.ARP.Addr, p.ARP.Asker, p.ARP.Reply})
		return
	}
	if p.Proto != packet.TCP {
		return
	}
	if l := handshake.Clear(payload); l != (handshake.Line{}) {
		f.d.emit(HTTPLine{m.Cited(), f.seg.Step, l.Status, f.d.gate.Foreign(l.Method), f.d.gate.Foreign(l.Target)})
	}
}

// words tell a packet as tcpdump would.
func words(p *packet.Packet) string {
	switch {
	case p.Proto == packet.TCP:
		return listed(p)
	case p.ARP.Addr.IsValid():
		return fmt.Sprintf("%s ARP %s", p.Stamp, p.ARP.Addr)
	case p.DNS.Query || p.DNS.Response:
		return fmt.Sprintf("%s IP %s > %s: DNS %s %s", p.Stamp, p.Src, p.Dst, p.DNS.Name, p.DNS.RCode)
	}
	return fmt.Sprintf("%s IP %s > %s: ICMP about %s", p.Stamp, p.Src.Addr(), p.Dst.Addr(), p.About)
}

// write takes the capture's next bytes.
func (f *frames) write(b []byte) { _, _ = f.scan.Write(b) } // a capture that is broken is told of at its end

// close gives what was wrong with the capture, if anything.
func (f *frames) close() error { return f.scan.Close() }
