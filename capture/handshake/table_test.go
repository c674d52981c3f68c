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
