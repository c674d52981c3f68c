package capture

import (
	"os"
	"testing"

	"syncscope/capture/pcap"
	"syncscope/capture/redact"
)

// The two goroutines of a binary capture, each by itself.
func stages(b *testing.B) (data []byte) {
	b.Helper()
	data, err := os.ReadFile("../../shared/corpus/bench/bench-30k.pcap")
	if err != nil {
		b.Skip("../shared/corpus is not beside this checkout")
	}
	b.ReportAllocs()
	return data
}

func BenchmarkStageDecode(b *testing.B) {
	data := stages(b)
	n := 0
	bt := &batch{}
	for b.Loop() {
		s := pcap.NewScanner(func(fr *pcap.Frame) {
			if bt.add(fr, true, false); bt.n == batchSize {
				bt.n, bt.used, bt.heads, bt.copied = 0, 0, bt.heads[:0], bt.copied[:0]
			}
			n++
		})
		_, _ = s.Write(data)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/packet")
}

func BenchmarkStageFollow(b *testing.B) {
	data := stages(b)
	bt := &batch{}
	s := pcap.NewScanner(func(fr *pcap.Frame) { bt.add(fr, true, false) })
	_, _ = s.Write(data)
	n := 0
	for b.Loop() {
		d := NewDecoder(Source{ID: 1}, redact.New(), func(Event) {})
		d.SetPassing(func(*Passing) {})
		f := newFrames(d)
		one := *bt
		f.batch(&one)
		n += bt.n
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/packet")
}
