package handshake

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"
)

// Key is a packet's connection without direction, and its hash: the smaller
// end first, then both ports, then the family.
type Key struct {
	ends [37]byte
	hash uint64
}

// seed keeps whoever sends packets from choosing what hashes alike.
var seed = maphash.MakeSeed()

// KeyOf is the key of what goes between two ends; back: y comes before x in it.
func KeyOf(x, y netip.AddrPort) (k Key, back bool) {
	a, b := x.Addr().As16(), y.Addr().As16()
	from, to := x.Port(), y.Port()
	if after(&a, &b) || a == b && from > to {
		a, b, from, to, back = b, a, to, from, true
	}
	copy(k.ends[:], a[:])
	copy(k.ends[16:], b[:])
	binary.BigEndian.PutUint16(k.ends[32:], from)
	binary.BigEndian.PutUint16(k.ends[34:], to)
	if x.Addr().Is4() && y.Addr().Is4() { // not an IPv6 address that looks like one
		k.ends[36] = 4
	}
	k.hash = maphash.Bytes(seed, k.ends[:])
	return k, back
}

// after reports whether a comes after b.
func after(a, b *[16]byte) bool {
	be := binary.BigEndian
	if x, y := be.Uint64(a[:]), be.Uint64(b[:]); x != y {
		return x > y
	}
	return be.Uint64(a[8:]) > be.Uint64(b[8:])
}

// Ends are the two of a packet, x and y of KeyOf, where no IPv4 address was
// written as an IPv6 one.
func (k *Key) Ends(back bool) (x, y netip.AddrPort) {
	from, to := binary.BigEndian.Uint16(k.ends[32:]), binary.BigEndian.Uint16(k.ends[34:])
	var a, b netip.Addr
	if k.ends[36] == 4 {
		a, b = netip.AddrFrom4([4]byte(k.ends[12:16])), netip.AddrFrom4([4]byte(k.ends[28:32]))
	} else {
		a, b = netip.AddrFrom16([16]byte(k.ends[:16])).Unmap(), netip.AddrFrom16([16]byte(k.ends[16:32])).Unmap()
	}
	if back {
		return netip.AddrPortFrom(b, to), netip.AddrPortFrom(a, from)
	}
	return netip.AddrPortFrom(a, from), netip.AddrPortFrom(b, to)
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
		if s.hash == k.hash && s.flow.key.ends == k.ends {
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
