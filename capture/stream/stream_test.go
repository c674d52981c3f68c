package stream

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// log writes down what a Sink is given: bytes, and "[n]" for a gap.
type log struct {
	bytes.Buffer
	calls int
}

func (l *log) Data(b []byte) { l.calls++; l.Write(b) }
func (l *log) Gap(n int)     { fmt.Fprintf(l, "[%d]", n) }

type seg struct {
	seq  uint32
	data string
	cut  int // bytes that the snap length took
}

func TestOrder(t *testing.T) {
	for _, tt := range []struct {
		name string
		segs []seg
		want string
	}{
		{"in order", []seg{{1, "ab", 0}, {3, "cd", 0}}, "abcd"},
		{"swapped", []seg{{3, "cd", 0}, {1, "ab", 0}}, "abcd"},
		{"sent again", []seg{{1, "ab", 0}, {1, "ab", 0}, {3, "cd", 0}}, "abcd"},
		{"sent again, and more", []seg{{1, "ab", 0}, {1, "abcd", 0}}, "abcd"},
		{"overlap: the first copy counts", []seg{{1, "ab", 0}, {2, "XYZ", 0}}, "abYZ"},
		{"overlap while waiting", []seg{{5, "ef", 0}, {3, "XYZW", 0}, {1, "ab", 0}}, "abXYef"},
		{"around what waits", []seg{{4, "d", 0}, {2, "XYZWV", 0}, {1, "a", 0}}, "aXYdWV"},
		{"snap length", []seg{{1, "ab", 10}, {13, "cd", 0}}, "ab[10]cd"},
		{"snap length, waiting", []seg{{5, "e", 2}, {1, "abcd", 0}, {8, "h", 0}}, "abcde[2]h"},
		{"before the first byte", []seg{{0xffffffff, "xyab", 0}}, "ab"},
	} {
		var h Half
		var got log
		h.Start(1)
		for _, s := range tt.segs {
			h.Segment(s.seq, []byte(s.data), len(s.data)+s.cut, &got)
		}
		if got.String() != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got.String(), tt.want)
		}
	}
}

func TestAckedWithoutBeingCaptured(t *testing.T) {
	var h Half
	var got log
	h.Start(1)
	h.Segment(5, []byte("ef"), 2, &got)
	h.Acked(4, &got) // not all of the hole: it may still come
	if got.Len() > 0 {
		t.Errorf("after an acknowledgement within the hole: %s", got.String())
	}
	h.Acked(7, &got)
	if got.String() != "[4]ef" || h.Gaps != 4 {
		t.Errorf("%s, %d bytes missing", got.String(), h.Gaps)
	}
}

// However much is missing and however long nothing fills the hole, no more
// waits than the caps allow.
func TestCaps(t *testing.T) {
	var h Half
	var got log
	h.Start(0)
	b := bytes.Repeat([]byte{'x'}, 1400)
	seq := uint32(1 << 30) // a gap of 1 GB
	for i := range 100_000 {
		h.Segment(seq, b, len(b), &got)
		seq += uint32(len(b)) + uint32(i%7)*1000
		if len(h.pending) > MaxSegments || h.Held() > MaxBytes {
			t.Fatalf("%d segments of %d bytes wait", len(h.pending), h.Held())
		}
		got.Reset()
	}
	if h.Gaps < 1<<30 {
		t.Errorf("%d bytes are missing", h.Gaps)
	}
	h.Flush(&got)
	if h.Waiting() || h.Held() != 0 {
		t.Error("something waits after Flush")
	}
}

// What arrives in order is not copied.
func TestInOrderAllocatesNothing(t *testing.T) {
	var h Half
	var got log
	got.Grow(1 << 20)
	b := make([]byte, 1000)
	seq := uint32(0)
	h.Start(seq)
	if n := testing.AllocsPerRun(100, func() {
		h.Segment(seq, b, len(b), &got)
		seq += 1000
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// shuffled cuts a text into segments, doubles and disorders them.
func shuffled(text string, start uint32, r *rand.Rand) []seg {
	var out []seg
	for at := 0; at < len(text); {
		n := min(1+r.IntN(9), len(text)-at)
		out = append(out, seg{start + uint32(at), text[at : at+n], 0})
		if r.IntN(4) == 0 { // again, cut elsewhere
			back := r.IntN(at + 1)
			out = append(out, seg{start + uint32(back), text[back : at+n], 0})
		}
		at += n
	}
	for i := range out {
		j := min(len(out)-1, i+r.IntN(12))
		out[i], out[j] = out[j], out[i]
	}
	return out
}

// Whatever the order, the bytes come once and in their order, across the wrap
// of sequence numbers too.
func TestAnyOrder(t *testing.T) {
	text := strings.Repeat("the quick brown fox jumps over the lazy dog. ", 4)
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 1))
		start := r.Uint32()
		if seed%3 == 0 {
			start = -uint32(r.IntN(len(text)))
		}
		var h Half
		var got log
		h.Start(start)
		for _, s := range shuffled(text, start, r) {
			h.Segment(s.seq, []byte(s.data), len(s.data), &got)
		}
		if got.String() != text || h.Waiting() {
			t.Fatalf("seed %d: %q", seed, got.String())
		}
	}
}

// FuzzHalf: as many bytes come out, with the gaps, as the numbers say.
func FuzzHalf(f *testing.F) {
	f.Add([]byte{0, 0, 3, 3, 1, 8, 2, 2, 4, 0})
	f.Add([]byte{255, 255, 9, 9, 0, 4, 1, 9, 2, 7, 3, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		var h Half
		sum := counter{}
		h.Start(0xffffff00)
		for ; len(b) >= 3; b = b[3:] {
			data := make([]byte, b[1])
			h.Segment(0xffffff00+uint32(b[0])*3, data, len(data)+int(b[2]%4), &sum)
			if len(h.pending) > MaxSegments || h.Held() > MaxBytes {
				t.Fatal("over the caps")
			}
			if b[2] > 250 {
				h.Acked(0xffffff00+uint32(b[2]), &sum)
			}
		}
		h.Flush(&sum)
		if want := int(h.next - 0xffffff00); sum.bytes+sum.gaps != want || int64(sum.gaps) != h.Gaps {
			t.Errorf("%d bytes and gaps of %d, want %d together", sum.bytes, sum.gaps, want)
		}
	})
}

type counter struct{ bytes, gaps int }

func (c *counter) Data(b []byte) { c.bytes += len(b) }
func (c *counter) Gap(n int)     { c.gaps += n }

func BenchmarkInOrder(b *testing.B) {
	var h Half
	var sum counter
	data := make([]byte, 1400)
	h.Start(0)
	b.SetBytes(1400)
	b.ReportAllocs()
	for seq := uint32(0); b.Loop(); seq += 1400 {
		h.Segment(seq, data, len(data), &sum)
	}
}

func BenchmarkSwapped(b *testing.B) {
	var h Half
	var sum counter
	data := make([]byte, 1400)
	h.Start(0)
	b.SetBytes(2800)
	b.ReportAllocs()
	for seq := uint32(0); b.Loop(); seq += 2800 {
		h.Segment(seq+1400, data, len(data), &sum)
		h.Segment(seq, data, len(data), &sum)
	}
}
