package handshake

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"syncscope/capture/packet"
)

// The table holds what a map would, however its places are taken and given
// back; and a key is the same for both directions.
func TestTableIsAMap(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	end := func() netip.AddrPort {
		if r.IntN(3) == 0 {
			return netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 1, 15: byte(r.IntN(9))}), uint16(r.IntN(9)))
		}
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(9))}), uint16(r.IntN(9)))
	}
	type pair struct{ a, b netip.AddrPort }
	var tab table
	want := map[pair]*Flow{}
	for i := range 50_000 {
		a, b := end(), end()
		if a.Compare(b) > 0 {
			a, b = b, a
		}
		var k, other packet.Key
		back, forth := k.Set(&b, &a), other.Set(&a, &b)
		var x, y, v, w netip.AddrPort
		k.Ends(back, &x, &y)
		k.Ends(forth, &v, &w)
		if k != other || x != b || y != a || v != a || w != b {
			t.Fatal(a, b, "has two keys, or its ends got lost")
		}
		p := pair{a, b}
		if got := tab.get(&k); got != want[p] || tab.n != len(want) {
			t.Fatalf("step %d: %p of %d, want %p of %d", i, got, tab.n, want[p], len(want))
		}
		if r.IntN(5) < 2 {
			tab.remove(&k)
			delete(want, p)
			continue
		}
		f := &Flow{key: k}
		tab.put(f)
		want[p] = f
	}
}

// A packet's ends are those of its key, whether they come of the key or of the
// connection, and whatever was taken in between.
func TestEndsAreTheKeys(t *testing.T) {
	at := func(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }
	ends := []netip.AddrPort{at("10.0.0.9:40000"), at("10.0.0.1:8443"), at("10.0.0.9:8443"), at("[fd77::9]:40000"), at("[fd77::1]:8443"), at("[::1]:1")}
	tracker, m := NewTracker(), Move{}
	for round := range 3 {
		for _, src := range ends {
			for _, dst := range ends {
				if src.Addr().Is4() != dst.Addr().Is4() {
					continue
				}
				want := packet.Packet{Src: src, Dst: dst, Proto: packet.TCP, Flags: packet.ACK}
				if round == 1 {
					want.Flags = packet.SYN // another connection on the same ends
					want.Seq = 7
				}
				var key packet.Key
				back := key.Set(&want.Src, &want.Dst)
				got := want
				got.Src, got.Dst = ends[0], ends[0]
				tracker.Ends(&got, &key, back)
				if got.Src != src || got.Dst != dst {
					t.Fatalf("round %d: %s > %s, not %s > %s", round, got.Src, got.Dst, src, dst)
				}
				if round == 2 { // another packet comes first
					other := packet.KeyOf(ends[0], ends[1])
					tracker.Take(&packet.Packet{Src: ends[0], Dst: ends[1], Proto: packet.TCP, Flags: packet.ACK}, &other, &m)
				}
				if f := tracker.Take(&got, &key, &m); f != tracker.conns.get(&key) || (m.Dir == ToClient) != (src == f.Server) {
					t.Fatalf("round %d: %s > %s is taken for another connection's", round, src, dst)
				}
			}
		}
	}
}
