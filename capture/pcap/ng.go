package pcap

import (
	"encoding/binary"
	"math"
	"time"

	"syncscope/capture/packet"
)

// Block types (draft-ietf-opsawg-pcapng, 4).
const (
	blockSection   = 0x0a0d0d0a
	blockInterface = 1
	blockPacket    = 2 // obsolete
	blockSimple    = 3
	blockEnhanced  = 6
)

// network is an interface that a section describes.
type network struct {
	link   packet.LinkType
	snap   int
	ticks  uint64 // a second's
	offset int64  // seconds to add
}

// maxInterfaces bounds the interfaces of a section.
const maxInterfaces = 4096

// block reads a block of pcapng. Those that hold no frame are passed over.
func (s *Scanner) block(b []byte) (int, error) {
	if len(b) < 12 {
		return 12, nil
	}
	kind := binary.LittleEndian.Uint32(b)
	if kind == blockSection { // the same in both byte orders; its body begins with the one to use
		switch binary.LittleEndian.Uint32(b[8:]) {
		case 0x1a2b3c4d:
			s.order = binary.LittleEndian
		case 0x4d3c2b1a:
			s.order = binary.BigEndian
		default:
			return 0, ErrMagic
		}
	}
	if s.order == nil {
		return 0, ErrMagic
	}
	kind = s.order.Uint32(b)
	size := int(s.order.Uint32(b[4:]))
	if size < 12 || size%4 != 0 {
		return 0, ErrLength
	}
	switch kind {
	case blockSection, blockInterface, blockPacket, blockSimple, blockEnhanced:
	default:
		if size > len(b) {
			s.skip = size - len(b)
			return len(b), nil
		}
		return size, nil
	}
	if len(b) < size || size > maxItem {
		return size, nil
	}
	return size, s.known(kind, b[8:size-4])
}

// known reads the body of a block.
func (s *Scanner) known(kind uint32, b []byte) error {
	switch kind {
	case blockSection:
		s.interfaces = s.interfaces[:0]
	case blockInterface:
		if len(s.interfaces) >= maxInterfaces {
			return ErrInterfaces
		}
		if len(b) < 8 {
			return ErrLength
		}
		s.interfaces = append(s.interfaces, s.described(b))
	case blockEnhanced:
		if len(b) < 20 {
			return ErrLength
		}
		return s.enhanced(int(s.order.Uint32(b)), b[4:])
	case blockPacket:
		if len(b) < 20 {
			return ErrLength
		}
		return s.enhanced(int(s.order.Uint16(b)), b[4:])
	case blockSimple:
		if len(b) < 4 || len(s.interfaces) == 0 {
			return ErrInterface
		}
		wire := int(s.order.Uint32(b))
		captured := min(wire, len(b)-4)
		if snap := s.interfaces[0].snap; snap > 0 {
			captured = min(captured, snap)
		}
		s.give(b[4:4+captured], s.interfaces[0].link, wire, time.Time{})
	}
	return nil
}

// enhanced reads a frame: stamp, lengths, bytes.
func (s *Scanner) enhanced(n int, b []byte) error {
	if n >= len(s.interfaces) {
		return ErrInterface
	}
	i := &s.interfaces[n]
	ticks := uint64(s.order.Uint32(b))<<32 | uint64(s.order.Uint32(b[4:]))
	captured, wire := int(s.order.Uint32(b[8:])), int(s.order.Uint32(b[12:]))
	if captured > len(b)-16 {
		return ErrLength
	}
	s.give(b[16:16+captured], i.link, wire, i.time(ticks))
	return nil
}

func (i *network) time(ticks uint64) time.Time {
	seconds := ticks / i.ticks
	rest := ticks % i.ticks
	var nanos uint64
	if i.ticks <= 1e9 {
		nanos = rest * 1e9 / i.ticks
	} else {
		nanos = uint64(float64(rest) / float64(i.ticks) * 1e9)
	}
	return time.Unix(int64(seconds)+i.offset, int64(nanos)).UTC()
}

// Options of an interface (draft-ietf-opsawg-pcapng, 4.2).
const (
	optResolution = 9
	optOffset     = 14
)

// described reads an interface's description.
func (s *Scanner) described(b []byte) network {
	i := network{link: packet.LinkType(s.order.Uint16(b)), snap: int(s.order.Uint32(b[4:])), ticks: 1e6}
	for b = b[8:]; len(b) >= 4; {
		code, size := s.order.Uint16(b), int(s.order.Uint16(b[2:]))
		b = b[4:]
		if code == 0 || size > len(b) {
			break
		}
		switch {
		case code == optResolution && size == 1:
			i.ticks = resolution(b[0])
		case code == optOffset && size == 8:
			i.offset = int64(s.order.Uint64(b))
		}
		b = b[min(len(b), (size+3)&^3):]
	}
	return i
}

// resolution is how many ticks a second has: a power of ten, or of two.
func resolution(v byte) uint64 {
	if v&0x80 != 0 {
		return 1 << min(v&0x7f, 63)
	}
	return uint64(math.Pow10(int(min(v, 19))))
}
