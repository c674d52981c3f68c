package capture

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// told are a text's events as Write gives them, or as read gives them.
func told(t testing.TB, text []byte, whole bool, read func(*Decoder) error) string {
	t.Helper()
	var out strings.Builder
	note := func(ev any) {
		doc, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(&out, "%T %s\n", ev, doc)
	}
	gate := redact.NewWithKey([]byte("test"))
	d := NewDecoder(event.Source{ID: 1}, gate, func(ev event.Event) {
		if answer, ok := ev.(*event.DNSAnswer); ok {
			answer.Meta = answer.Cited()
			ev = answer
		}
		note(ev)
	})
	if whole { // as an analysis does: excerpts are cut when they are cited
		d.SetFile(bytes.NewReader(text))
	}
	d.SetPassing(func(p *Passing) {
		var c Cite
		c.Keep(p)
		note(c.Meta())
		note(*p.Conn)
		note(p.Move)
		note([]any{p.Packet.Src, p.Packet.Dst, p.Packet.Seq, p.Packet.Ack, p.Packet.Length, p.Packet.Flags, p.Packet.Time, p.Packet.Checksum})
	})
	if read == nil {
		_, _ = d.Write(text)
	} else if err := read(d); err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&out, d.Lines(), d.Packets(), d.Skipped(), d.Source().Kind, d.Source().Level, gate.Counts())
	return out.String()
}

func sameEvents(t *testing.T, text []byte) {
	t.Helper()
	want := told(t, text, false, nil)
	for _, size := range []int{37, 300, 4096, 128 << 10} {
		defer func(was int) { blockSize = was }(blockSize)
		blockSize = size
		got := told(t, text, true, func(d *Decoder) error {
			_, err := d.ReadFrom(bytes.NewReader(text))
			return err
		})
		if got != want {
			w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
			for i := range w {
				if i >= len(g) || w[i] != g[i] {
					t.Fatalf("blocks of %d, event %d\nwant %s\ngot  %s", size, i, w[i], g[min(i, len(g)-1)])
				}
			}
			t.Fatalf("blocks of %d: more events", size)
		}
	}
}

// Read in chunks, a text gives the events that it gives line by line.
func TestBlocksAreTheSame(t *testing.T) {
	n := 0
	for _, pattern := range []string{"corpus/golden/hand-*.txt", "corpus/golden/t*.txt", "cases/*/tcpdump*.txt", "cases/*-layout/*", "corpus/tcpdump/tests/ip*.out"} {
		files, _ := filepath.Glob("../../shared/" + pattern) // the pattern is well formed
		for _, name := range files {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "pcap") {
				continue
			}
			n++
			t.Run(filepath.Base(name), func(t *testing.T) {
				text = text[:min(len(text), 64<<10)]
				sameEvents(t, text)
				sameEvents(t, bytes.TrimSuffix(text, []byte("\n")))
				sameEvents(t, append([]byte("Hello,\n\nsee below:\n"), bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))...))
			})
		}
	}
	if n == 0 {
		t.Skip("../shared is not there")
	}
}

// A secret among the packets is masked, and a line without an end is no packet.
func TestBlocksMaskSecrets(t *testing.T) {
	const secret = "k9X2mVb7RtQpLs4WnYc1HdEgJf0UaZo5"
	packet := "12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n" +
		"    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, options [mss 1460], length 0\n"
	text := []byte(strings.Repeat(packet, 9) + "\tclient_secret=" + secret + "\n" + strings.Repeat(packet, 9) + secret + "\n" + packet + strings.Repeat("x", 70<<10) + packet)
	sameEvents(t, text)
	out := told(t, text, true, func(d *Decoder) error {
		_, err := d.ReadFrom(bytes.NewReader(text))
		return err
	})
	if strings.Contains(out, secret[:8]) {
		t.Error("the secret is readable")
	}
	sameEvents(t, text[:200])
}

// What ends early says so; what came before it is there.
func TestBlocksEndEarly(t *testing.T) {
	bad := errors.New("the disk is gone")
	text := strings.Repeat("12:15:06.407183 IP 192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, length 0\n", 5000)
	d := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
	n, err := d.ReadFrom(io.MultiReader(strings.NewReader(text), iotest.ErrReader(bad)))
	if !errors.Is(err, bad) || n != int64(len(text)) || d.Lines() != 5000 {
		t.Errorf("%d bytes, %d lines, %v", n, d.Lines(), err)
	}
}

// A file that is another by the time it is cited shows nothing of what it is now.
func TestQuotesOfAnotherFile(t *testing.T) {
	text := strings.Repeat("12:15:06.407183 IP 192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, length 0\n", 9)
	file := []byte(text)
	var kept []Cite
	d := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
	d.SetFile(bytes.NewReader(file))
	d.SetPassing(func(p *Passing) {
		kept = append(kept, Cite{})
		kept[len(kept)-1].Keep(p)
	})
	if _, err := d.ReadFrom(strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	copy(file, strings.Repeat("client_secret=k9X2mVb7RtQpLs4WnYc1HdEgJf0UaZo5\n", 9))
	if len(kept) < 7 {
		t.Fatalf("%d packets", len(kept))
	}
	if got := kept[2].Meta().Excerpt; got != gone {
		t.Errorf("%q", got)
	}
}

// FuzzBlocks: however a text is cut into blocks, the events are the same.
func FuzzBlocks(f *testing.F) {
	f.Add([]byte("12:15:06.407183 IP (tos 0x0, ttl 64, id 7, offset 0, flags [DF], proto TCP (6), length 52)\n    192.168.10.1.57886 > 10.1.1.1.8443: Flags [S], seq 100, win 64240, options [mss 1460], length 0\n"), 90)
	files, _ := filepath.Glob("../../shared/corpus/golden/hand-*.txt") // the pattern is well formed
	for i, name := range files {
		if text, err := os.ReadFile(name); err == nil {
			f.Add(text[:min(len(text), 3<<10)], 40+i)
		}
	}
	was := blockSize
	f.Fuzz(func(t *testing.T, text []byte, size int) {
		defer func() { blockSize = was }()
		blockSize = magicLen + size&1023
		want := told(t, text, false, nil)
		if pcapLike := len(text) >= magicLen && strings.Contains(want, " pcap"); pcapLike {
			return
		}
		if got := told(t, text, true, func(d *Decoder) error {
			_, err := d.ReadFrom(bytes.NewReader(text))
			return err
		}); got != want {
			t.Fatalf("blocks of %d\nwant %s\ngot  %s", blockSize, want, got)
		}
	})
}
