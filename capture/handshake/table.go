package handshake

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"net/netip"
)

// Key is a packet's connection without direction, and its hash: the end that
// comes first as a number, then the other.
type Key struct {
	low, high [2]uint64 // addresses
	ports     uint32
	family    uint32 // 4, or 0: others
	hash      uint64
}

// secrets keep whoever sends packets from choosing what hashes alike.
var secrets = [4]uint64{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1}

// Set makes k the key of what goes between two ends; back: y comes before x in it.
func (k *Key) Set(x, y netip.AddrPort) (back bool) {
	be := binary.BigEndian
	a, b := x.Addr().As16(), y.Addr().As16()
	a0, a1, b0, b1 := be.Uint64(a[:]), be.Uint64(a[8:]), be.Uint64(b[:]), be.Uint64(b[8:])
	from, to := uint32(x.Port()), uint32(y.Port())
	if a1 != b1 {
		back = a1 > b1
	} else if a0 != b0 {
		back = a0 > b0
	} else {
		back = from > to
	}
	if back {
		a0, a1, b0, b1, from, to = b0, b1, a0, a1, to, from
	}
	k.low[0], k.low[1], k.high[0], k.high[1], k.ports, k.family = a0, a1, b0, b1, from<<16|to, 0
	if x.Addr().Is4() && y.Addr().Is4() { // not an IPv6 address that looks like one
		k.family = 4
	}
	h := mixed(a0^secrets[0], a1^secrets[1])
	h = mixed(h^b0, b1^secrets[2])
	k.hash = mixed(h^uint64(k.ports), secrets[3]^uint64(k.family))
	return back
}

// mixed is the two halves of a product, folded.
func mixed(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// KeyOf is the key of what goes between two ends.
func KeyOf(x, y netip.AddrPort) (k Key) {
	k.Set(x, y)
	return k
}

func (k *Key) same(o *Key) bool {
	return k.low == o.low && k.high == o.high && k.ports == o.ports && k.family == o.family
}

// Ends are x and y of Set, where no IPv4 address was written as an IPv6 one.
func (k *Key) Ends(back bool) (x, y netip.AddrPort) {
	a, b := k.addr(&k.low), k.addr(&k.high)
	from, to := uint16(k.ports>>16), uint16(k.ports)
	if back {
		return netip.AddrPortFrom(b, to), netip.AddrPortFrom(a, from)
	}
	return netip.AddrPortFrom(a, from), netip.AddrPortFrom(b, to)
}

func (k *Key) addr(n *[2]uint64) netip.Addr {
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], n[0])
	binary.BigEndian.PutUint64(b[8:], n[1])
	if k.family == 4 {
		return netip.AddrFrom4([4]byte(b[12:]))
	}
	return netip.AddrFrom16(b).Unmap()
}

// table finds connections by their key: open addressing, at most half full.
type table struct {
	slots []slot
	n     int
}

type slot struct {
	hash uint64
	flow *Flow // nil: empty
}

// find gives the place of a key: its own, or the empty one where it belongs.
func (t *table) find(k *Key) int {
	mask := len(t.slots) - 1
	at := int(k.hash) & mask
	for s := &t.slots[at]; s.flow != nil; s = &t.slots[at] {
		if s.hash == k.hash && s.flow.key.same(k) {
			break
		}
		at = (at + 1) & mask
	}
	return at
}

func (t *table) get(k *Key) *Flow {
	if t.n == 0 {
		return nil
	}
	return t.slots[t.find(k)].flow
}

// put takes f under its key, in place of another.
func (t *table) put(f *Flow) {
	if 2*(t.n+1) > len(t.slots) {
		t.grow()
	}
	s := &t.slots[t.find(&f.key)]
	if s.flow == nil {
		t.n++
	}
	s.hash, s.flow = f.key.hash, f
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]slot, max(64, 2*len(old)))
	for _, s := range old {
		if s.flow != nil {
			t.slots[t.find(&s.flow.key)] = s
		}
	}
}

// remove takes a key out, and moves up what had to go past its place.
func (t *table) remove(k *Key) {
	if t.n == 0 {
		return
	}
	mask, hole := len(t.slots)-1, t.find(k)
	if t.slots[hole].flow == nil {
		return
	}
	t.n--
	for at := (hole + 1) & mask; t.slots[at].flow != nil; at = (at + 1) & mask {
		home := int(t.slots[at].hash) & mask
		if (at-home)&mask >= (at-hole)&mask { // its place is at the hole or before
			t.slots[hole], hole = t.slots[at], at
		}
	}
	t.slots[hole] = slot{}
}
