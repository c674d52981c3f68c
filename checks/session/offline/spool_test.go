package offline

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"syncscope/capture/redact"
)

// A spool gives back what it was given, from everywhere, however its input came
// and whether it packs or not.
func TestSpoolIsItsInput(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, size := range []int{0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 3*chunkSize + 17} {
		for _, noise := range []bool{false, true} {
			data := []byte(strings.Repeat("Jan 13 12:15:06 ssm-onprem nginx: a line like any other\n", size/56+1))[:size]
			for i := 0; noise && i+8 <= size; i += 8 {
				binary.LittleEndian.PutUint64(data[i:], rnd.Uint64())
			}
			var s spool
			if err := s.fill(t.Context(), iotest.HalfReader(bytes.NewReader(data))); err != nil {
				t.Fatal(err)
			}
			if !noise && size > chunkSize && s.held > int64(size/5) || s.held > int64(size) {
				t.Errorf("%d bytes of %d are held", s.held, size)
			}
			if err := iotest.TestReader(s.reader(), data); err != nil {
				t.Errorf("%d bytes, noise %v: %v", size, noise, err)
			}
			s.free()
		}
	}
}

// A reader that fails fails each reading: what came before is not all.
func TestAPipeThatFails(t *testing.T) {
	p := newPipe(io.MultiReader(strings.NewReader(strings.Repeat("a line\n", 200)), iotest.ErrReader(errors.New("torn"))), false, nil)
	for range 2 {
		if _, err := p.read(t.Context(), false); err == nil || !strings.Contains(err.Error(), "torn") {
			t.Errorf("%v", err)
		}
	}
}

// endless is a capture of so many SYNs that is made while it is read; high is
// the most that the heap held meanwhile.
type endless struct {
	left int
	buf  []byte
	high uint64
}

func (e *endless) Read(b []byte) (int, error) {
	if len(e.buf) == 0 && e.left == 0 {
		return 0, io.EOF
	}
	if len(e.buf) == 0 {
		e.left--
		frame := make([]byte, 16+1054)
		copy(frame, []byte{0, 0, 0xc1, 0x63, 0, 0, 0, 0, 30, 4, 0, 0, 30, 4, 0, 0, 2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 8, 0, 0x45, 0, 4, 16, 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2, 0x80, 1, 8443 >> 8, 8443 & 0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 2, 0xfa, 0xf0})
		for range 64 {
			e.buf = append(e.buf, frame...)
		}
		if e.left%64 == 0 {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			e.high = max(e.high, m.HeapAlloc)
		}
	}
	n := copy(b, e.buf)
	e.buf = e.buf[n:]
	return n, nil
}

// A capture on standard input is not held: 128 MB of it need no more than a few.
func TestACaptureOnAPipeStreams(t *testing.T) {
	e := &endless{left: 2000, buf: []byte{0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0}}
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	r, err := Analyze(t.Context(), []string{"-"}, Options{Gate: redact.New(), Stdin: e})
	if err != nil || len(r.Sources) != 1 || r.Sources[0].Packets != 2000*64 {
		t.Fatalf("%v, %+v", err, r.Sources)
	}
	if most := before.HeapAlloc + 60<<20; e.high > most { // the collector waits for 40 MB
		t.Errorf("%d MB were held", (e.high-before.HeapAlloc)>>20)
	}
}

// again is a terminal: behind its end it would go on.
type again struct {
	text string
	ends int
}

func (a *again) Read(b []byte) (int, error) {
	if a.text == "" {
		a.ends++
		return 0, io.EOF
	}
	n := copy(b, a.text)
	a.text = a.text[n:]
	return n, nil
}

// What is pasted on a terminal ends with one ctrl+d.
func TestOneEndIsEnough(t *testing.T) {
	tty := &again{text: "curl: (7) Failed to connect to ssm port 8443: Connection refused\n"}
	if _, err := Analyze(t.Context(), []string{"-"}, Options{Gate: redact.New(), Stdin: tty}); err != nil || tty.ends != 1 {
		t.Errorf("its end was read %d times: %v", tty.ends, err)
	}
}
