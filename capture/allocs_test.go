package capture

import (
	"bytes"
	"os"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/pcap"
	"syncscope/capture/redact"
)

// decodedAhead are a capture's frames as one goroutine hands them to the other.
func decodedAhead(data []byte) *batch {
	var why unread
	b := &batch{}
	s := pcap.NewScanner(func(fr *pcap.Frame) { b.add(fr, true, false, &why) })
	_, _ = s.Write(data) // it never fails
	return b
}

// passes takes a decoder's packets as analyze does.
func passes() *frames {
	d := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
	d.SetPassing(func(*Passing) {})
	return newFrames(d)
}

// again takes a batch that is not emptied.
func (f *frames) again(b *batch) {
	one := *b
	f.batch(&one)
}

// Once a connection is known and its handshake is over, its packets cost no
// memory: neither where frames are decoded nor where they are followed.
func TestNoMemoryAPacket(t *testing.T) {
	var why unread
	file := rawCapture(3000) // a few connections, joined mid-stream
	scratch := decodedAhead(file)
	if n := testing.AllocsPerRun(20, func() {
		scratch.empty()
		s := pcap.NewScanner(func(fr *pcap.Frame) { scratch.add(fr, true, false, &why) })
		_, _ = s.Write(file)
	}); n > 4 { // the scanner itself, whatever the number of frames
		t.Errorf("decoding 3000 frames: %v allocations", n)
	}
	f := passes()
	f.again(scratch)
	if n := testing.AllocsPerRun(20, func() { f.again(scratch) }); n > 0 {
		t.Errorf("following 3000 packets: %v allocations", n)
	}
}

// A handshake costs at most 12 allocations from its first frame to its last,
// over all connections of a capture: good ones, refused ones, with alerts,
// losses and lookups of names between.
func TestMemoryAHandshake(t *testing.T) {
	data, err := os.ReadFile("../../shared/corpus/bench/bench-30k.pcap")
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	conns, hellos := 0, 0
	n := testing.AllocsPerRun(5, func() {
		conns, hellos = 0, 0
		d := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		d.SetPassing(func(p *Passing) {
			conns = max(conns, int(p.Conn.ID))
			if p.Label == handshake.LabelKeyExchange || p.Label == handshake.LabelFinished {
				hellos++
			}
		})
		_, _ = d.ReadFrom(bytes.NewReader(data))
		_ = d.Close()
	})
	if hellos < 500 || conns < 500 {
		t.Fatalf("%d connections, %d packets of handshakes: the capture holds too few", conns, hellos)
	}
	t.Logf("%.0f allocations over %d connections: %.1f each", n, conns, n/float64(conns))
	if each := n / float64(conns); each > 12 {
		t.Errorf("%.1f allocations a handshake", each)
	}
}

// stages are the two goroutines of a binary capture, each by itself.
func stages(b *testing.B) []byte {
	b.Helper()
	data, err := os.ReadFile("../../shared/corpus/bench/bench-30k.pcap")
	if err != nil {
		b.Skip("../shared/corpus is not beside this checkout")
	}
	b.ReportAllocs()
	return data
}

func perPacket(b *testing.B, n int) {
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(n), "ns/packet")
}

// BenchmarkFramesDecoded: the frames of many handshakes, up to what the other
// goroutine gets.
func BenchmarkFramesDecoded(b *testing.B) {
	var why unread
	data, n, scratch := stages(b), 0, &batch{}
	for b.Loop() {
		s := pcap.NewScanner(func(fr *pcap.Frame) {
			if scratch.add(fr, true, false, &why); scratch.n == batchSize {
				scratch.empty()
			}
			n++
		})
		_, _ = s.Write(data)
	}
	perPacket(b, n)
}

// BenchmarkFramesFollowed: what comes after that, from their connections' first
// packet on.
func BenchmarkFramesFollowed(b *testing.B) {
	all, n := decodedAhead(stages(b)), 0
	for b.Loop() {
		passes().again(all)
		n += all.n
	}
	perPacket(b, n)
}

// BenchmarkSteady: packets of connections that are known, no handshake among them.
func BenchmarkSteady(b *testing.B) {
	all, n := decodedAhead(rawCapture(3000)), 0
	f := passes()
	f.again(all)
	b.ReportAllocs()
	for b.Loop() {
		f.again(all)
		n += all.n
	}
	perPacket(b, n)
}
