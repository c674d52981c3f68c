package pcap_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"syncscope/capture/packet"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

func frames(t *testing.T, r io.Reader) (out []pcap.Record) {
	t.Helper()
	p, err := pcap.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := p.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, rec)
	}
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
	emit := func(it tcpdump.Item) {
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
		for _, rec := range frames(t, bytes.NewReader(data)) {
			if p := rec.Packet; p.Proto == packet.TCP && (p.Src.Addr() == ssm || p.Dst.Addr() == ssm) {
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

// Every frame of tcpdump's own test captures is read or refused, never more.
func TestForeignCaptures(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/corpus/tcpdump/tests/*.pcap*") // the pattern is well formed
	if len(files) == 0 {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	read := 0
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		p, err := pcap.NewReader(bufio.NewReader(f))
		for err == nil {
			var rec pcap.Record
			if rec, err = p.Next(); err == nil && rec.Number > 0 {
				read++
			}
		}
		f.Close()
	}
	t.Logf("%d frames of %d captures", read, len(files))
	if read == 0 {
		t.Error("no frame was read")
	}
}

func FuzzReader(f *testing.F) {
	f.Add([]byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00\x01\x00\x00\x00"))
	f.Add([]byte("\x0a\x0d\x0d\x0a\x1c\x00\x00\x00\x4d\x3c\x2b\x1a\x01\x00\x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\x1c\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := pcap.NewReader(bytes.NewReader(b))
		for n := 0; err == nil && n < 10_000; n++ {
			_, err = p.Next()
		}
	})
}

func BenchmarkFrame(b *testing.B) {
	data, err := os.ReadFile("../../../shared/cases/zero-window/capture.pcap")
	if err != nil {
		b.Skip("../shared/cases is not beside this checkout")
	}
	n := 0
	for b.Loop() {
		p, err := pcap.NewReader(bytes.NewReader(data))
		for err == nil {
			_, err = p.Next()
			n++
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/frame")
}
