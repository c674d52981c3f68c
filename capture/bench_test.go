package capture_test

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"syncscope/capture"
	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// handshakes is a listing of many connections, each with a request and an answer.
func handshakes() []byte {
	var text strings.Builder
	for i := range 2000 {
		a, z := fmt.Sprintf("192.168.10.1.%d", 20000+i), "10.106.66.55.8443"
		for k, l := range []string{
			a + " > " + z + ": Flags [S], cksum 0x1779 (incorrect -> 0x82fb), seq 100, win 64240, options [mss 1460,sackOK,TS val 224098 ecr 0,nop,wscale 7], length 0",
			z + " > " + a + ": Flags [S.], cksum 0x1779 (correct), seq 900, ack 101, win 65160, options [mss 1380,sackOK,TS val 283963 ecr 224098,nop,wscale 7], length 0",
			a + " > " + z + ": Flags [.], cksum 0x1779 (incorrect -> 0x82fb), seq 1, ack 1, win 502, options [nop,nop,TS val 224098 ecr 283963], length 0",
			a + " > " + z + ": Flags [P.], seq 1:518, ack 1, win 502, options [nop,nop,TS val 224098 ecr 283963], length 517",
			z + " > " + a + ": Flags [.], cksum 0x1779 (correct), seq 1, ack 518, win 506, options [nop,nop,TS val 283963 ecr 224098], length 0",
			z + " > " + a + ": Flags [P.], seq 1:1449, ack 518, win 506, options [nop,nop,TS val 283963 ecr 224098], length 1448",
		} {
			fmt.Fprintf(&text, "12:15:%02d.%06d IP (tos 0x0, ttl 64, id %d, offset 0, flags [DF], proto TCP (6), length 60)\n    %s\n", i/60%60, k, i, l)
		}
	}
	return []byte(text.String())
}

// BenchmarkListing decodes a listing line by line.
func BenchmarkListing(b *testing.B) {
	in := handshakes()
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		d := capture.NewDecoder(event.Source{ID: 1, Kind: event.TcpdumpText}, redact.New(), func(event.Event) {})
		_, _ = d.Write(in)
		_ = d.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*bytes.Count(in, []byte(" IP "))), "ns/packet")
}

// benchCapture is the corpus's capture for speed.
func benchCapture(b *testing.B) []byte {
	b.Helper()
	data, err := os.ReadFile("../../shared/corpus/bench/bench-30k.pcap")
	if err != nil {
		data, err = os.ReadFile("../../../shared/corpus/bench/bench-30k.pcap")
	}
	if err != nil {
		b.Skip("../shared/corpus is not beside this checkout")
	}
	return data
}

// BenchmarkPcap decodes a binary capture for who takes packets as they pass.
func BenchmarkPcap(b *testing.B) {
	data := benchCapture(b)
	packets := 0
	b.SetBytes(int64(len(data)))
	b.ReportAllocs()
	for b.Loop() {
		d := capture.NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		d.SetPassing(func(*capture.Passing) {})
		_, _ = d.ReadFrom(bytes.NewReader(data))
		_ = d.Close()
		packets += d.Packets()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packets), "ns/packet")
}

// BenchmarkListingAhead reads a listing as an analysis of it alone does.
func BenchmarkListingAhead(b *testing.B) {
	in := handshakes()
	packets := 0
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		d := capture.NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		d.SetPassing(func(*capture.Passing) {})
		d.SetFile(bytes.NewReader(in))
		_, _ = d.ReadFrom(bytes.NewReader(in))
		_ = d.Close()
		packets += d.Packets()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(packets), "ns/packet")
}
