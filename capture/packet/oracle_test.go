package packet_test

import (
	"bytes"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"syncscope/capture/packet"
)

// frame is one frame of a capture as gopacket's own readers give it.
type frame struct {
	link layers.LinkType
	data []byte
	wire int
}

// corpus gives the captures beside this checkout.
func corpus(t testing.TB) []string {
	t.Helper()
	var out []string
	for _, dir := range []string{"corpus/tcpdump/tests/*.pcap*", "corpus/zeek/*/*/*.pcap*", "corpus/zeek/*/*.pcap*", "corpus/ja4/*.pcap*", "corpus/ja4/*/*.pcap*", "corpus/wireshark/*.pcap*", "cases/*/capture.pcap"} {
		names, _ := filepath.Glob("../../../shared/" + dir) // the patterns are well formed
		out = append(out, names...)
	}
	if len(out) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	return out
}

func read(name string) (out []frame) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil
	}
	next := func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
		return nil, gopacket.CaptureInfo{}, 0, io.EOF
	}
	if ng, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true}); err == nil {
		next = func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
			b, info, err := ng.ReadPacketData()
			if err != nil {
				return nil, info, 0, err
			}
			ifc, err := ng.Interface(info.InterfaceIndex)
			return b, info, ifc.LinkType, err
		}
	} else if old, err := pcapgo.NewReader(bytes.NewReader(data)); err == nil {
		next = func() ([]byte, gopacket.CaptureInfo, layers.LinkType, error) {
			b, info, err := old.ReadPacketData()
			return b, info, old.LinkType(), err
		}
	}
	for len(out) < 20_000 {
		b, info, link, err := next()
		if err != nil {
			break
		}
		out = append(out, frame{link, b, info.Length})
	}
	return out
}

// What gopacket reads of a frame's headers, Decode reads as well.
func TestSameAsGopacket(t *testing.T) {
	frames, shown := 0, 0
	differ := func(name string, n int, what string, got, want any) {
		if shown++; shown <= 20 {
			t.Errorf("%s frame %d: %s is %v, gopacket has %v", filepath.Base(name), n, what, got, want)
		}
	}
	for _, name := range corpus(t) {
		for n, f := range read(name) {
			var p packet.Packet
			_ = packet.Decode(packet.LinkType(f.link), f.data, f.wire, &p)
			whole := gopacket.NewPacket(f.data, f.link, gopacket.NoCopy)
			if whole.ErrorLayer() != nil {
				continue // gopacket gives up where the snap length cut
			}
			tcp, ok := whole.TransportLayer().(*layers.TCP)
			if !ok || tunnelled(whole) {
				continue
			}
			frames++
			same(p, tcp, whole, func(what string, got, want any) { differ(name, n+1, what, got, want) })
		}
	}
	t.Logf("%d segments compared", frames)
	if frames == 0 {
		t.Error("nothing was compared")
	}
}

// tunnelled: gopacket names the outer addresses, Decode the inner ones.
func tunnelled(p gopacket.Packet) bool {
	n := 0
	for _, l := range p.Layers() {
		if l.LayerType() == layers.LayerTypeIPv4 || l.LayerType() == layers.LayerTypeIPv6 {
			n++
		}
	}
	return n != 1
}

func same(p packet.Packet, tcp *layers.TCP, whole gopacket.Packet, differ func(string, any, any)) {
	src, dst := whole.NetworkLayer().NetworkFlow().Endpoints()
	addr := func(e gopacket.Endpoint) netip.Addr {
		a, _ := netip.AddrFromSlice(e.Raw())
		return a.Unmap()
	}
	if want := netip.AddrPortFrom(addr(src), uint16(tcp.SrcPort)); p.Src != want {
		differ("source", p.Src, want)
	}
	if want := netip.AddrPortFrom(addr(dst), uint16(tcp.DstPort)); p.Dst != want {
		differ("destination", p.Dst, want)
	}
	if p.Seq != tcp.Seq || p.Ack != tcp.Ack || p.Window != tcp.Window || p.Sum != tcp.Checksum {
		differ("seq, ack, win, sum", []any{p.Seq, p.Ack, p.Window, p.Sum}, []any{tcp.Seq, tcp.Ack, tcp.Window, tcp.Checksum})
	}
	for bit, set := range []bool{tcp.FIN, tcp.SYN, tcp.RST, tcp.PSH, tcp.ACK, tcp.URG, tcp.ECE, tcp.CWR} {
		if p.Flags.Has(1<<bit) != set {
			differ("flag", p.Flags, bit)
		}
	}
	if p.Captured != len(tcp.Payload) {
		differ("captured", p.Captured, len(tcp.Payload))
	}
	if !p.MF && !whole.Metadata().Truncated && p.Captured == p.Length {
		if err := tcp.SetNetworkLayerForChecksum(whole.NetworkLayer()); err != nil {
			return
		}
		if err, result := tcp.VerifyChecksum(); err == nil && (p.Checksum == packet.ChecksumCorrect) != result.Valid {
			differ("checksum", p.Checksum, result)
		}
	}
	for _, o := range tcp.Options {
		switch {
		case o.OptionType == layers.TCPOptionKindMSS && len(o.OptionData) == 2 && p.MSS != uint16(o.OptionData[0])<<8|uint16(o.OptionData[1]):
			differ("mss", p.MSS, o)
		case o.OptionType == layers.TCPOptionKindSACKPermitted && !p.SACKOK:
			differ("sackOK", p.SACKOK, o)
		case o.OptionType == layers.TCPOptionKindTimestamps && !p.Stamped:
			differ("timestamps", p.Stamped, o)
		case o.OptionType == layers.TCPOptionKindWindowScale && p.WScale < 0:
			differ("wscale", p.WScale, o)
		}
	}
}

// A frame is decoded without a byte of memory.
func TestDecodeAllocatesNothing(t *testing.T) {
	var p packet.Packet
	b := segment()
	if n := testing.AllocsPerRun(100, func() { _ = packet.Decode(packet.Ethernet, b, len(b), &p) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkDecode(b *testing.B) {
	var p packet.Packet
	f := segment()
	b.SetBytes(int64(len(f)))
	b.ReportAllocs()
	for b.Loop() {
		_ = packet.Decode(packet.Ethernet, f, len(f), &p)
	}
}

// segment is an Ethernet frame with a SYN and the usual options.
func segment() []byte {
	b := []byte{0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 6, 8, 0}
	b = append(b, 0x45, 0, 0, 60, 0x12, 0x34, 0x40, 0, 64, 6, 0, 0, 192, 168, 10, 1, 10, 106, 66, 55)
	b = append(b, 0xe2, 0x1e, 0x20, 0xfb, 0, 0, 0, 7, 0, 0, 0, 0, 0xa0, 2, 0xff, 0xff, 0x12, 0x34, 0, 0)
	return append(b, 2, 4, 5, 0xb4, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 1, 3, 3, 7)
}
