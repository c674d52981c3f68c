package capture_test

import (
	"os"
	"slices"
	"testing"

	"syncscope/capture/event"
	"syncscope/capture/handshake"
)

// A device that answers the SYN for the server, with a number of its own, hides
// nothing of what the server says.
func TestSYNProxy(t *testing.T) {
	f, err := os.Open(corpus + "missing/drop-ok12-x25519-0.pcap")
	if err != nil {
		t.Skip("../shared/corpus is not beside this checkout")
	}
	defer f.Close()
	list := shots(f)
	n := slices.IndexFunc(list, func(s shot) bool { return s.data[47]&0x12 == 0x12 })
	if n < 0 {
		t.Fatal("no SYN-ACK")
	}
	for _, by := range []uint32{1 << 27, 1 << 31, 3 << 30} {
		again := list[n]
		again.data = append([]byte(nil), again.data...)
		for i, d := 0, by; i < 4; i++ { // the number, from its last byte
			sum := uint32(again.data[41-i]) + d&0xff
			again.data[41-i], d = byte(sum), d>>8+sum>>8
		}
		whole, part := ends(asPcap(list, 1<<20)), ends(asPcap(slices.Insert(slices.Clone(list), n, again), 1<<20))
		after := ends(asPcap(slices.Insert(slices.Clone(list), n+1, again), 1<<20))
		for name, got := range map[string][]ended{"before": part, "after": after} {
			if len(got) != 1 || !same(got[0].Connection, whole[0].Connection) {
				t.Errorf("a SYN-ACK %s the server's, by %d: %d connections, %+v, without %+v", name, by, len(got), got[0].Connection, whole[0].Connection)
			}
		}
	}
}

func same(a, b event.Connection) bool {
	return a.TLS.Stage.Is() == b.TLS.Stage.Is() && a.TLS.Stage.Is() >= handshake.TLSFinished && a.TLS.Version == b.TLS.Version && a.ToClientBytes == b.ToClientBytes
}
