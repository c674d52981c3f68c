package pcap_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/pcapgo"

	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// frames decodes all frames of a capture.
func frames(t *testing.T, r io.Reader) (out []packet.Packet) {
	t.Helper()
	p, err := pcap.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	err = p.Each(func(f *pcap.Frame) {
		k := packet.Packet{Time: f.Time, Dated: true}
		_ = packet.Decode(f.Link, f.Data, f.Wire, &k) // what is unknown has no protocol
		out = append(out, k)
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// listed gives the TCP packets of a listing.
func listed(t *testing.T, name string) (out []packet.Packet) {
	t.Helper()
	f, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s := tcpdump.NewScanner()
	emit := func(it *tcpdump.Item) {
		if it.Kind == tcpdump.ItemPacket && it.Packet.Proto == packet.TCP {
			out = append(out, it.Packet)
		}
	}
	in := bufio.NewScanner(f)
	for n := 1; in.Scan(); n++ {
		s.Line(n, redact.Wrap(in.Bytes()), emit)
	}
	s.Close(emit)
	return out
}

// The recorded captures and tcpdump's listings of them hold the same segments.
func TestSameAsTheListing(t *testing.T) {
	dirs, _ := filepath.Glob("../../../shared/cases/*/capture.pcap") // the pattern is well formed
	if len(dirs) == 0 {
		t.Skip("../shared/cases is not beside this checkout")
	}
	same, all := 0, 0
	for _, name := range dirs {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		var truth struct {
			SSM string `json:"ssm_ip"`
		}
		text, err := os.ReadFile(filepath.Join(filepath.Dir(name), "truth.json"))
		if err := errors.Join(err, json.Unmarshal(text, &truth)); err != nil {
			t.Fatal(err)
		}
		ssm := netip.MustParseAddr(truth.SSM)
		var got []packet.Packet
		for _, p := range frames(t, bytes.NewReader(data)) {
			if p.Proto == packet.TCP && (p.Src.Addr() == ssm || p.Dst.Addr() == ssm) {
				got = append(got, p)
			}
		}
		want := listed(t, filepath.Join(filepath.Dir(name), "tcpdump.txt"))
		if len(got) != len(want) {
			t.Logf("%s: %d frames, %d listed", filepath.Dir(name), len(got), len(want))
		}
		if slices.ContainsFunc(want, func(p packet.Packet) bool { return p.Cut }) {
			continue // a listing that a page cut: it holds less than the capture
		}
		for i := range min(len(got), len(want)) {
			g, w := got[i], want[i]
			all++
			if g.Src == w.Src && g.Dst == w.Dst && g.Flags == w.Flags && g.Seq == w.Seq && (w.Ack == g.Ack || !g.Flags.Has(packet.ACK)) && g.Window == w.Window && g.Length == w.Length && g.TTL == w.TTL && g.MSS == w.MSS {
				same++
			} else if all-same < 6 {
				t.Logf("%s %d:\n%+v\n%+v", filepath.Base(filepath.Dir(name)), i, g, w)
			}
		}
	}
	t.Logf("%d of %d segments are the same", same, all)
	if same != all || all == 0 {
		t.Error("the captures and their listings differ")
	}
}

// all gives the captures of the corpus.
func all(t testing.TB) []string {
	var out []string
	for _, dir := range []string{"tcpdump/tests/*.pcap*", "zeek/traces/*/*", "ja4/pcap/*", "wireshark/*.pcap*"} {
		names, _ := filepath.Glob("../../../shared/corpus/" + dir) // the patterns are well formed
		out = append(out, names...)
	}
	if len(out) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	return out
}

// raw are a frame's bytes as a reader gives them.
type raw struct {
	link, wire int
	data       string
	at         time.Time
}

// oracle reads a capture with gopacket's own readers.
func oracle(data []byte) (out []raw, err error) {
	if string(data[:2]) == "\x1f\x8b" {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		if data, err = io.ReadAll(z); err != nil {
			return nil, err
		}
	}
	if !bytes.HasPrefix(data, []byte("\x0a\x0d\x0d\x0a")) {
		r, err := pcapgo.NewReader(bytes.NewReader(data))
		for err == nil {
			b, info, err := r.ReadPacketData()
			if err != nil {
				return out, err
			}
			out = append(out, raw{int(r.LinkType()), info.Length, string(b), info.Timestamp})
		}
		return out, err
	}
	r, err := pcapgo.NewNgReader(bytes.NewReader(data), pcapgo.NgReaderOptions{WantMixedLinkType: true, SkipUnknownVersion: true})
	for err == nil {
		b, info, err := r.ReadPacketData()
		if err != nil {
			return out, err
		}
		ifc, err := r.Interface(info.InterfaceIndex)
		if err != nil {
			return out, err
		}
		out = append(out, raw{int(ifc.LinkType), info.Length, string(b), info.Timestamp})
	}
	return out, err
}

// What gopacket reads of a capture, this reads as well.
func TestSameAsGopacket(t *testing.T) {
	frames, refused := 0, 0
	for _, name := range all(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		want, err := oracle(data)
		if !errors.Is(err, io.EOF) {
			refused++ // tcpdump's own odd files: tcpdump reads them
		}
		var got []raw
		r, err := pcap.NewReader(bytes.NewReader(data))
		if err == nil {
			_ = r.Each(func(f *pcap.Frame) { got = append(got, raw{int(f.Link), f.Wire, string(f.Data), f.Time}) })
		}
		if len(got) < len(want) {
			t.Errorf("%s: %d frames, gopacket has %d", name, len(got), len(want))
			continue
		}
		for i, w := range want {
			frames++
			if g := got[i]; g.link != w.link || g.wire != max(w.wire, len(w.data)) || g.data != w.data || !g.at.Equal(w.at) && w.at.Unix() > 0 && g.at.Sub(w.at).Abs() < time.Minute { // gopacket's stamps overflow where µs are above a million
				t.Errorf("%s frame %d: link %d, %d bytes, %s; gopacket has %d, %d, %s", filepath.Base(name), i+1, g.link, g.wire, g.at, w.link, w.wire, w.at)
				break
			}
		}
	}
	t.Logf("%d frames, %d captures that gopacket does not read to their end", frames, refused)
	if frames == 0 {
		t.Error("nothing was compared")
	}
}

// scan gives what a scanner makes of a capture, written in pieces of n bytes.
func scan(data []byte, n int) (sum [32]byte, frames int, err error) {
	h := sha256.New()
	s := pcap.NewScanner(func(f *pcap.Frame) {
		fmt.Fprintln(h, f.Number, f.Link, f.Wire, f.Time.UnixNano())
		h.Write(f.Data)
	})
	for len(data) > 0 {
		k := min(n, len(data))
		_, _ = s.Write(data[:k]) // it never fails
		data = data[k:]
	}
	err = s.Close()
	return [32]byte(h.Sum(nil)), s.Frames(), err
}

// However a capture is split, its frames are the same.
func TestSplit(t *testing.T) {
	for i, name := range all(t) {
		if i%7 != 0 || strings.HasSuffix(name, ".gz") {
			continue
		}
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		data = data[:min(len(data), 40_000)]
		want, n, _ := scan(data, len(data))
		for _, size := range []int{1, 3, 17, 100, 4096} {
			if got, k, _ := scan(data, size); got != want {
				t.Fatalf("%s in pieces of %d: %d frames, want %d", name, size, k, n)
			}
		}
	}
}

// Of a capture that breaks off, what was read counts.
func TestBreaksOff(t *testing.T) {
	data := []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00")
	frame := append([]byte{1, 0, 0, 0, 2, 0, 0, 0, 4, 0, 0, 0, 4, 0, 0, 0}, "abcd"...)
	data = append(append(data, frame...), frame[:18]...)
	_, n, err := scan(data, 1000)
	var broken *pcap.BrokenError
	if n != 1 || !errors.As(err, &broken) || broken.After != 1 || !errors.Is(err, pcap.ErrShort) {
		t.Errorf("%d frames, %v", n, err)
	}
	if _, n, err := scan(data[:24+20], 1000); n != 1 || err != nil {
		t.Errorf("whole: %d frames, %v", n, err)
	}
	if _, _, err := scan([]byte("no capture at all"), 1000); !errors.Is(err, pcap.ErrMagic) {
		t.Errorf("no capture: %v", err)
	}
}

func FuzzScanner(f *testing.F) {
	f.Add([]byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00"), uint8(3))
	f.Add([]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00"), uint8(5))
	f.Fuzz(func(t *testing.T, b []byte, n uint8) {
		begun := time.Now()
		want, _, err := scan(b, len(b)+1)
		got, _, err2 := scan(b, int(n)+1)
		if got != want || (err == nil) != (err2 == nil) {
			t.Errorf("in pieces of %d: %v, whole: %v", n+1, err2, err)
		}
		if took := time.Since(begun); took > time.Second {
			t.Errorf("it took %s", took)
		}
	})
}

func BenchmarkScanner(b *testing.B) {
	data, err := os.ReadFile("../../../shared/cases/zero-window/capture.pcap")
	if err != nil {
		b.Skip("../shared/cases is not beside this checkout")
	}
	n := 0
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		s := pcap.NewScanner(func(*pcap.Frame) { n++ })
		_, _ = s.Write(data) // it never fails
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/frame")
}

// A limit names itself.
func TestTooManyInterfaces(t *testing.T) {
	le := binary.LittleEndian
	block := func(kind uint32, body []byte) []byte {
		b := le.AppendUint32(le.AppendUint32(nil, kind), uint32(12+len(body)))
		return le.AppendUint32(append(b, body...), uint32(12+len(body)))
	}
	file := block(0x0a0d0d0a, []byte("\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff"))
	for range 4097 {
		file = append(file, block(1, []byte{1, 0, 0, 0, 0, 0, 0, 0})...)
	}
	s := pcap.NewScanner(func(*pcap.Frame) {})
	_, _ = s.Write(file) // its Close tells what is wrong
	if err := s.Close(); !errors.Is(err, pcap.ErrInterfaces) || !strings.Contains(err.Error(), "4096") {
		t.Error(err)
	}
}
