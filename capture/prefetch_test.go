package capture

import (
	"encoding/binary"
	"fmt"
	"slices"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// rawCapture is a pcap of n packets of some connections: raw IPv4, a payload
// in every other one.
func rawCapture(n int) []byte {
	le, be := binary.LittleEndian, binary.BigEndian
	out := []byte("\xd4\xc3\xb2\xa1\x02\x00\x04\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00")
	out = le.AppendUint32(out, uint32(packet.Raw))
	for i := range n {
		payload := make([]byte, i%2*(i%700))
		size := 40 + len(payload)
		out = le.AppendUint32(out, uint32(1000+i/100))
		out = le.AppendUint32(out, uint32(i%100))
		out = le.AppendUint32(out, uint32(size))
		out = le.AppendUint32(out, uint32(size))
		out = append(out, 0x45, 0)
		out = be.AppendUint16(out, uint16(size))
		out = append(out, 0, 0, 0, 0, 64, 6, 0, 0, 10, 0, 0, 1, 10, 0, 0, 2)
		out = be.AppendUint16(out, uint16(40000+i%7))
		out = be.AppendUint16(out, 8443)
		out = be.AppendUint32(out, uint32(i*100))
		out = append(out, 0, 0, 0, 1, 0x50, 0x10, 0xff, 0, 0, 0, 0, 0)
		out = append(out, payload...)
	}
	return out
}

// Frames that are decoded ahead give the same packets in the same order,
// whether they fill no batch, end with one, or leave a rest, and however the
// capture is split.
func TestAheadIsTheSame(t *testing.T) {
	for _, n := range []int{0, 1, batchSize - 1, batchSize, batchSize + 1, 3000} {
		file := rawCapture(n)
		var want, got []string
		note := func(to *[]string, s *event.Segment) {
			*to = append(*to, fmt.Sprint(s.From.Packet, s.Packet.Src, s.Packet.Seq, s.Packet.Length, s.Label, s.TCP, s.Conn.ID, s.Conn.ToServerBytes))
		}
		plain := NewDecoder(event.Source{ID: 1}, redact.New(), func(ev event.Event) {
			if s, ok := ev.(event.Segment); ok {
				note(&want, &s)
			}
		})
		_, _ = plain.Write(file)
		ahead := NewDecoder(event.Source{ID: 1}, redact.New(), func(event.Event) {})
		ahead.SetPassing(func(p *Passing) {
			var c Cite
			c.Keep(p)
			note(&got, &event.Segment{Meta: c.Meta(), Step: handshake.Step{Conn: *p.Conn, Packet: *p.Packet, Move: p.Move}})
		})
		for part := range slices.Chunk(file, 997) {
			_, _ = ahead.Write(part)
		}
		if err, other := ahead.Close(), plain.Close(); err != nil || other != nil {
			t.Fatal(err, other)
		}
		if len(want) != n || !slices.Equal(got, want) || ahead.Packets() != n {
			t.Errorf("%d packets: %d ahead, %d without, or they differ", n, len(got), len(want))
		}
	}
}
