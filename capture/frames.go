package capture

import (
	"fmt"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
)

// frames reads a binary capture as it is written.
type frames struct {
	flowTable
	scan     *pcap.Scanner
	prefetch *prefetch // who takes packets as they pass gets them from a goroutine of its own
	p        packet.Packet
	m        event.Meta // of the newest that is told as an event
	gate     func(string) redact.Text
	joined   packet.Fragments // who decodes joins them
}

func newFrames(d *Decoder) *frames {
	f := &frames{flowTable: newFlowTable(d), gate: d.gate.Foreign}
	if d.take != nil && d.arrival == nil {
		f.prefetch = newPrefetch(f)
		f.scan = pcap.NewScanner(f.prefetch.frame)
	} else {
		f.scan = pcap.NewScanner(f.frame)
	}
	return f
}

// frame decodes a frame and takes it.
func (f *frames) frame(fr *pcap.Frame) {
	p := &f.p
	p.Time, p.Dated, p.Zoned, p.Stamp = fr.Time, true, true, ""
	err := packet.Decode(fr.Link, fr.Data, fr.Wire, p)
	if err != nil {
		f.d.unread.count(fr, err)
	}
	if p.MF || p.Frag > 0 {
		f.joined.Join(p)
	}
	f.take(fr.Number, p, err == nil && p.Frag == 0, p.Payload(fr.Data))
}

// passing takes a TCP packet that was decoded ahead.
func (f *frames) passing(h *head) {
	p := &f.p
	h.fill(p)
	f.track.Ends(p, &h.key, h.marks.has(markBack))
	if _, ok := f.follow(p, &h.key, h.payload); !ok {
		return
	}
	f.d.take(f.about(p, nil, f, &h.numbers, lines{}))
	if h.other != nil || h.marks.has(markClear) {
		m := f.pass.later()
		if h.other != nil {
			f.lookup(h.other, &m)
		}
		f.clear(h.payload, m)
	}
}

// take emits what one frame is; not ok: it holds no header that is known.
func (f *frames) take(number int, p *packet.Packet, ok bool, payload []byte) {
	if !ok {
		f.d.packets.Add(1)
		return
	}
	f.m = f.d.meta(0, redact.Text{})
	m := &f.m
	m.From.Packet = number
	switch {
	case f.prefetch != nil && tells(p):
		m.Postpone(otherOf(p, f.gate))
	case p.Proto == packet.TCP || tells(p):
		p.Stamp = p.Time.Format(stampForm)
		m.Excerpt = f.d.gate.Foreign(summary(p))
	}
	f.packet(p, payload, m)
	switch {
	case p.ARP.Addr.IsValid():
		f.d.emit(event.Neighbour{Meta: *m, Addr: p.ARP.Addr, Asker: p.ARP.Asker, Reply: p.ARP.Reply})
	case p.Proto == packet.TCP:
		f.clear(payload, *m)
	}
}

// clear tells the first line of HTTP, if a payload begins with one.
func (f *frames) clear(payload []byte, m event.Meta) {
	if l := handshake.Clear(payload); l != (handshake.Line{}) {
		f.d.emit(event.HTTPLine{Meta: m, Conn: f.newest(), Status: l.Status, Login: l.Login, Method: f.gate(l.Method), Target: f.gate(l.Target)})
	}
}

// tells reports whether an event comes of a packet that is no TCP.
func tells(p *packet.Packet) bool {
	return p.Proto == packet.ICMP || p.Proto == packet.ICMPv6 || p.DNS.Query || p.DNS.Response || p.ARP.Addr.IsValid()
}

// summary tells a packet as tcpdump would.
func summary(p *packet.Packet) string {
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
func (f *frames) close() error {
	err := f.scan.Close()
	if f.prefetch != nil {
		f.prefetch.close()
	}
	return err
}
