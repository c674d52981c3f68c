package packet

import (
	"encoding/binary"
	"math/bits"
	"math/rand/v2"
	"net/netip"
)

// Key is the connection of a TCP or UDP packet without direction, and its hash:
// the end that comes first as a number, then the other.
type Key struct {
	low, high [2]uint64 // addresses
	ports     uint32
	family    uint32 // 4, or 0: others
	hash      uint64
}

// secrets keep whoever sends packets from choosing what hashes alike.
var secrets = [4]uint64{rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1, rand.Uint64() | 1}

// Set makes k the key of what goes between two ends; back: y comes before x in it.
func (k *Key) Set(x, y *netip.AddrPort) (back bool) {
	var a0, a1, b0, b1 uint64
	be := binary.BigEndian
	k.family = 0
	if a, b := x.Addr(), y.Addr(); a.Is4() && b.Is4() {
		p, q := a.As4(), b.As4()
		a1, b1, k.family = uint64(be.Uint32(p[:])), uint64(be.Uint32(q[:])), 4
	} else {
		p, q := a.As16(), b.As16()
		a0, a1, b0, b1 = be.Uint64(p[:]), be.Uint64(p[8:]), be.Uint64(q[:]), be.Uint64(q[8:])
	}
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
	k.low[0], k.low[1], k.high[0], k.high[1], k.ports = a0, a1, b0, b1, from<<16|to
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
	k.Set(&x, &y)
	return k
}

// Hash is the connection's in 64 bits, with a seed of this process.
func (k *Key) Hash() uint64 { return k.hash }

// Same reports whether both are of one connection.
func (k *Key) Same(o *Key) bool {
	return k.low == o.low && k.high == o.high && k.ports == o.ports && k.family == o.family
}

// Ends sets x and y of Set, where no IPv4 address was written as an IPv6 one.
func (k *Key) Ends(back bool, x, y *netip.AddrPort) {
	if back {
		x, y = y, x
	}
	*x = netip.AddrPortFrom(k.addr(&k.low), uint16(k.ports>>16))
	*y = netip.AddrPortFrom(k.addr(&k.high), uint16(k.ports))
}

func (k *Key) addr(n *[2]uint64) netip.Addr {
	if k.family == 4 {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(n[1]))
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:], n[0])
	binary.BigEndian.PutUint64(b[8:], n[1])
	return netip.AddrFrom16(b).Unmap()
}
