package capture

import (
	"encoding/binary"
	"io"
	"slices"
	"strings"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/redact"
)

// What is not read is counted by what it is, whichever path reads the capture.
func TestUnread(t *testing.T) {
	le := binary.LittleEndian
	b := le.AppendUint32([]byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00"), 1)
	frame := func(times int, kind uint16, body string) {
		for range times {
			f := append(binary.BigEndian.AppendUint16(make([]byte, 12), kind), body...)
			b = le.AppendUint32(append(b, 0, 0, 0, 0, 0, 0, 0, 0), uint32(len(f)))
			b = append(le.AppendUint32(b, uint32(len(f))), f...)
		}
	}
	frame(3, 0x88cc, "a neighbour tells of itself")
	frame(1, 0x0800, "E")
	frame(2, 38, "a bridge's spanning tree, in LLC frames")
	want := []string{"3 frames (EtherType 0x88cc)", "2 frames (802.2)", "1 frame (cut before the addresses)"}
	for _, reference := range []bool{true, false} {
		d := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		if reference {
			d.SetReference()
		} else {
			d.SetPassing(func(*Passing) {})
		}
		if _, err := io.Copy(d, strings.NewReader(string(b))); err != nil {
			t.Fatal(err)
		}
		if err := d.Close(); err != nil || !slices.Equal(d.Unread(), want) || d.Packets() != 6 {
			t.Errorf("reference %t: %q of %d packets, %v", reference, d.Unread(), d.Packets(), err)
		}
	}
}
