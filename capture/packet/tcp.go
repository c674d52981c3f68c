package packet

import (
	"encoding/binary"
	"math/bits"
	"net/netip"
)

// tcp reads a TCP header (RFC 9293, 3.1). The segment's length is the one on
// the wire, whatever the snap length left: what IP says less all headers.
func (d *decoder) tcp(at, end int) {
	p := d.p
	have := d.f[min(at, len(d.f)):min(end, len(d.f))]
	if len(have) < 20 {
		d.cutTCP(have)
		return
	}
	h := have[:20]
	p.Src = netip.AddrPortFrom(p.Src.Addr(), binary.BigEndian.Uint16(h))
	p.Dst = netip.AddrPortFrom(p.Dst.Addr(), binary.BigEndian.Uint16(h[2:]))
	head := int(h[12]>>4) * 4
	if head < 20 || at+head > end {
		p.Cut, p.LengthCut, p.Length, p.Captured = true, true, 0, 0
		return
	}
	p.Seq, p.Ack = binary.BigEndian.Uint32(h[4:]), binary.BigEndian.Uint32(h[8:])
	p.Flags = Flags(h[13])
	p.Window, p.Sum, p.Urgent = binary.BigEndian.Uint16(h[14:]), binary.BigEndian.Uint16(h[16:]), binary.BigEndian.Uint16(h[18:])
	p.Head, p.Off, p.Length = uint8(head), at+head, end-at-head
	p.Captured = max(0, len(have)-head)
	if head > 20 {
		p.options(have[20:min(head, len(have))], len(have) < head)
	}
	if len(have) == end-at && !p.MF {
		p.check(have)
	}
	if p.Captured > 2 && (p.Src.Port() == portDNS || p.Dst.Port() == portDNS) {
		p.dnsTCP(have[head:])
	}
}

// cutTCP keeps what the snap length left of a header: the ports at least.
func (d *decoder) cutTCP(have []byte) {
	p := d.p
	p.Cut, p.LengthCut, p.Length, p.Captured = true, true, 0, 0
	if len(have) >= 4 {
		p.Src = netip.AddrPortFrom(p.Src.Addr(), binary.BigEndian.Uint16(have))
		p.Dst = netip.AddrPortFrom(p.Dst.Addr(), binary.BigEndian.Uint16(have[2:]))
	}
}

// The kinds of options (IANA).
const (
	optEnd     = 0
	optNop     = 1
	optMSS     = 2
	optScale   = 3
	optSACKOK  = 4
	optSACK    = 5
	optStamps  = 8
	optMD5     = 19
	optAuth    = 29
	optMPTCP   = 30
	optFast    = 34
	optExp     = 253
	optExpMore = 254
)

// stamped is what stands in front of both stamps, where they are aligned (RFC 7323,
// appendix A).
const stamped = optNop<<24 | optNop<<16 | optStamps<<8 | 10

// maxScale is the largest shift (RFC 7323, 2.3).
const maxScale = 14

// options reads TCP options. cut: the snap length left only some.
func (p *Packet) options(b []byte, cut bool) {
	p.OptionCut = cut
	if len(b) == 12 && binary.BigEndian.Uint32(b) == stamped { // most segments have stamps, and nothing else
		p.Stamped, p.TSVal, p.TSEcr = true, binary.BigEndian.Uint32(b[4:]), binary.BigEndian.Uint32(b[8:])
		return
	}
	for len(b) > 0 {
		switch b[0] {
		case optEnd:
			return
		case optNop:
			b = b[1:]
			continue
		}
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			p.OptionCut = true
			return
		}
		p.option(b[0], b[2:b[1]])
		b = b[b[1]:]
	}
}

func (p *Packet) option(kind uint8, v []byte) {
	switch {
	case kind == optMSS && len(v) == 2:
		p.MSS = binary.BigEndian.Uint16(v)
	case kind == optScale && len(v) == 1:
		p.WScale = int8(min(v[0], maxScale))
	case kind == optSACKOK && len(v) == 0:
		p.SACKOK = true
	case kind == optStamps && len(v) == 8:
		p.Stamped, p.TSVal, p.TSEcr = true, binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:])
	case kind == optSACK && len(v)%8 == 0:
		for ; len(v) > 0 && int(p.SACKs) < len(p.SACK); v = v[8:] {
			p.SACK[p.SACKs] = [2]uint32{binary.BigEndian.Uint32(v), binary.BigEndian.Uint32(v[4:])}
			p.SACKs++
		}
	case kind == optMPTCP:
		p.MPTCP = true
	case kind == optFast, kind == optMD5, kind == optAuth, kind == optExp, kind == optExpMore:
	default:
		p.Unknown++
	}
}

// check works out whether the checksum of a whole segment is right (RFC 9293,
// 3.1; the pseudo-header of RFC 8200, 8.1 has the same sum).
func (p *Packet) check(segment []byte) {
	total := sum(segment) + uint64(TCP) + uint64(len(segment))
	if p.Src.Addr().Is4() && p.Dst.Addr().Is4() {
		a, b := p.Src.Addr().As4(), p.Dst.Addr().As4()
		x, y := uint64(binary.BigEndian.Uint32(a[:])), uint64(binary.BigEndian.Uint32(b[:]))
		total += x>>16 + x&0xffff + y>>16 + y&0xffff
	} else {
		a, b := p.Src.Addr().As16(), p.Dst.Addr().As16()
		total += sum(a[:]) + sum(b[:])
	}
	left := fold(total)
	if left == 0xffff {
		p.Checksum = ChecksumCorrect
		return
	}
	p.Checksum = ChecksumIncorrect
	p.Want = ^fold(uint64(left) + uint64(^p.Sum))
}

// sum is the ones' complement sum of b's 16-bit words, not folded yet but
// small enough that several add up (RFC 1071). It is the same in any byte
// order but for the order of its own bytes.
func sum(b []byte) uint64 {
	var s, c uint64
	le := binary.LittleEndian
	for len(b) >= 64 {
		s, c = bits.Add64(s, le.Uint64(b), 0)
		s, c = bits.Add64(s, le.Uint64(b[8:]), c)
		s, c = bits.Add64(s, le.Uint64(b[16:]), c)
		s, c = bits.Add64(s, le.Uint64(b[24:]), c)
		s, c = bits.Add64(s, le.Uint64(b[32:]), c)
		s, c = bits.Add64(s, le.Uint64(b[40:]), c)
		s, c = bits.Add64(s, le.Uint64(b[48:]), c)
		s, c = bits.Add64(s, le.Uint64(b[56:]), c)
		s, c = bits.Add64(s, 0, c)
		s += c
		b = b[64:]
	}
	for ; len(b) >= 8; b = b[8:] {
		s, c = bits.Add64(s, le.Uint64(b), 0)
		s += c
	}
	s = s>>32 + s&0xffffffff
	for ; len(b) >= 2; b = b[2:] {
		s += uint64(le.Uint16(b))
	}
	if len(b) == 1 {
		s += uint64(b[0])
	}
	return uint64(bits.ReverseBytes16(fold(s)))
}

func fold(s uint64) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}
