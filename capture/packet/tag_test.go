package packet_test

import (
	"bytes"
	"testing"

	"syncscope/capture/packet"
)

// A tag between an Ethernet frame's addresses and its type changes where the
// payload begins, and nothing else.
func TestTags(t *testing.T) {
	tags := map[string][]byte{
		"802.1Q":     {0x81, 0x00, 0x00, 0x64},
		"SGT":        {0x89, 0x09, 1, 1, 0, 1, 0, 2},
		"FabricPath": append([]byte{0x89, 0x03, 0x12, 0x34}, make([]byte, 12)...),
	}
	n := 0
	for _, name := range corpus(t) {
		for i, fr := range read(name) {
			var plain, tagged packet.Packet
			if packet.LinkType(fr.link) != packet.Ethernet || i > 50 || packet.Decode(packet.Ethernet, fr.data, fr.wire, &plain) != nil {
				continue
			}
			if k := fr.data[12]; k != 8 && k != 0x86 { // tags in tags are bounded
				continue
			}
			for tag, b := range tags {
				n++
				f := append(append(bytes.Clone(fr.data[:12]), b...), fr.data[12:]...)
				if err := packet.Decode(packet.Ethernet, f, fr.wire+len(b), &tagged); err != nil {
					t.Errorf("%s, frame %d with %s: %v", name, i+1, tag, err)
					continue
				}
				if tagged.Captured > 0 || tagged.Off > 0 {
					tagged.Off -= len(b)
				}
				if plain.Src != tagged.Src || plain.Dst != tagged.Dst || plain.Seq != tagged.Seq || plain.Flags != tagged.Flags || plain.Length != tagged.Length || plain.Captured != tagged.Captured || plain.Off != tagged.Off {
					t.Errorf("%s, frame %d with %s: %+v, without %+v", name, i+1, tag, tagged, plain)
				}
			}
		}
	}
	if n == 0 {
		t.Error("nothing was compared")
	}
}
