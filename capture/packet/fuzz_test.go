package packet_test

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"syncscope/capture/packet"
)

// frames seeds a fuzz target with the first frames of captures of every kind.
func frames(f *testing.F, add func(frame)) {
	f.Helper()
	for _, pattern := range []string{"corpus/tcpdump/tests/*.pcap*", "corpus/zeek/*/*/*.pcap*", "cases/dns-*/capture.pcap", "cases/icmp-*/capture.pcap"} {
		names, _ := filepath.Glob("../../../shared/" + pattern) // the pattern is well formed
		for i, name := range names {
			if i%8 > 0 && i > 8 {
				continue
			}
			for _, fr := range read(name)[:min(2, len(read(name)))] {
				if len(fr.data) < 512 {
					add(fr)
				}
			}
		}
	}
}

// quickly fails for what takes long three times: a busy machine is no slow input.
func quickly(t *testing.T, f func()) {
	t.Helper()
	var took time.Duration
	for range 3 {
		began := time.Now()
		f()
		if took = time.Since(began); took < 50*time.Millisecond {
			return
		}
	}
	t.Fatalf("it took %v", took)
}

// FuzzDecode: whatever the bytes, what Decode says depends on nothing else, its
// payload lies in the frame, and a frame that the snap length cut shorter says
// nothing of its segment that the longer one does not.
func FuzzDecode(f *testing.F) {
	f.Add(uint16(packet.Ethernet), segment(), 0)
	frames(f, func(fr frame) { f.Add(uint16(fr.link), fr.data, fr.wire-len(fr.data)) })
	f.Fuzz(func(t *testing.T, link uint16, b []byte, more int) {
		if len(b) > 4096 {
			return
		}
		wire := len(b) + max(0, more&0xffff)
		var p packet.Packet
		quickly(t, func() { _ = packet.Decode(packet.LinkType(link), b, wire, &p) })
		err := packet.Decode(packet.LinkType(link), b, wire, &p)
		used := p
		if again := packet.Decode(packet.LinkType(link), b, wire, &used); fmt.Sprint(used, again) != fmt.Sprint(p, err) {
			t.Fatalf("\nfirst %+v %v\nthen  %+v %v", p, err, used, again)
		}
		if err != nil {
			if p.Proto != 0 {
				t.Fatalf("%v, and protocol %d", err, p.Proto)
			}
			return
		}
		if p.Captured > 0 && (p.Off < 0 || len(p.Payload(b)) != p.Captured || p.Captured > max(p.Length, 0)) {
			t.Fatalf("payload at %d of %d in %d bytes, %d on the wire", p.Off, p.Captured, len(b), p.Length)
		}
		for n := range b {
			var q packet.Packet
			if packet.Decode(packet.LinkType(link), b[:n], wire, &q) != nil || q.Cut || q.Proto != packet.TCP || p.Proto != packet.TCP || q.Src.Addr() != p.Src.Addr() || q.Frag != p.Frag {
				continue // cut before its segment, or before the packet within a tunnel's
			}
			if q.Src != p.Src || q.Dst != p.Dst || q.Seq != p.Seq || q.Ack != p.Ack || q.Flags != p.Flags || q.Length != p.Length {
				t.Fatalf("of %d bytes %d\nsay %+v\nall %+v", len(b), n, q, p)
			}
		}
	})
}

// answer is a UDP datagram from a resolver, in an IPv4 packet without a link
// header.
func answer(message []byte) []byte {
	b := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 0, 53, 10, 0, 0, 1, 0, 53, 0xc3, 0x50, 0, 0, 0, 0}
	b = append(b, message...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	binary.BigEndian.PutUint16(b[24:], uint16(len(b)-20))
	return b
}

// FuzzDNS: a name holds a host name's letters only, and a message that the snap
// length cut says the beginning of what the whole says.
func FuzzDNS(f *testing.F) {
	f.Add([]byte("\x12\x34\x81\x80\x00\x01\x00\x02\x00\x00\x00\x00\x03www\x07example\x03com\x00\x00\x01\x00\x01\xc0\x0c\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\xc0\x10\xc0\x10\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x0a\x01\x02\x03"))
	f.Add([]byte("\x12\x34\x81\x83\x00\x01\x00\x00\x00\x00\x00\x00\xc0\x0c\xc0\x0e\x00\x01\x00\x01"))
	frames(f, func(fr frame) {
		var p packet.Packet
		if packet.Decode(packet.LinkType(fr.link), fr.data, fr.wire, &p) == nil && (p.DNS.Query || p.DNS.Response) {
			f.Add(p.Payload(fr.data))
		}
	})
	f.Fuzz(func(t *testing.T, message []byte) {
		if len(message) > 2048 {
			return
		}
		b := answer(message)
		var whole packet.Packet
		quickly(t, func() { _ = packet.Decode(packet.Raw, b, len(b), &whole) })
		d := whole.DNS
		if len(d.Name) > 255 || strings.Trim(strings.ToLower(d.Name), "abcdefghijklmnopqrstuvwxyz0123456789.-_") != "" {
			t.Fatalf("name %q", d.Name)
		}
		if len(d.Addrs) > 64 || slices.ContainsFunc(d.Addrs, func(a netip.Addr) bool { return !a.IsValid() }) {
			t.Fatalf("%d addresses: %v", len(d.Addrs), d.Addrs)
		}
		for n := range message {
			var cut packet.Packet
			if packet.Decode(packet.Raw, b[:len(b)-len(message)+n], len(b), &cut) != nil {
				t.Fatalf("cut at %d: no packet", n)
			}
			c := cut.DNS
			if !c.Query && !c.Response {
				continue
			}
			if c.ID != d.ID || c.Response != d.Response || c.RCode != d.RCode || !strings.HasPrefix(d.Name, strings.TrimSuffix(c.Name, ".")) || len(c.Addrs) > len(d.Addrs) || !slices.Equal(c.Addrs, d.Addrs[:len(c.Addrs)]) {
				t.Fatalf("cut at %d of %d\nsays %+v\nall  %+v", n, len(message), c, d)
			}
		}
	})
}
