package tcpdump

import (
	"net/netip"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
)

// maxFrame bounds a frame that is rebuilt; tcpdump itself stops at 256 KiB.
const maxFrame = 256 << 10

// dump is a frame that is being rebuilt.
type dump struct {
	lines  int  // of it; the record's own are not counted
	lost   bool // white space was lost: only the addresses tell whose it is
	broken bool // its offsets do not follow each other
	raw    bool // the newest dump of this listing began with the IP header (-x)
	proven bool // raw is sure: a dump and its packet's line named the same addresses
	frame  packet.Packet
}

// hexOffset reads a line of a dump up to its bytes: one TAB, "0x", an offset, a colon.
// lost: its white space was lost.
func hexOffset(b []byte) (offset int, rest []byte, lost, ok bool) {
	if lost = b[0] != '\t'; !lost {
		b = b[1:]
	}
	if len(b) < 4 || b[0] != '0' || b[1] != 'x' {
		if !lost || b[0] != ' ' && b[0] != '0' {
			return 0, nil, false, false
		}
		for len(b) > 0 && b[0] == ' ' {
			b = b[1:]
		}
		if len(b) < 4 || b[0] != '0' || b[1] != 'x' {
			return 0, nil, false, false
		}
	}
	i := 2
	for ; i < len(b) && i < 8 && unhex[b[i]] < 16; i++ {
		offset = offset<<4 | int(unhex[b[i]])
	}
	if i < 6 || i >= len(b) || b[i] != ':' {
		return 0, nil, false, false
	}
	return offset, b[i+1:], lost, true
}

// Row reports whether a line is a row of a packet's dump to its last byte, as -x and -xx
// print it: an offset and groups of digits. No record and no command begins in one.
func Row(r redact.Raw) bool {
	b := trimEnd(r.Bytes())
	const offset, longest = len("\t0x0000:"), len("\t0x00000000:  ") + 8*5
	if len(b) < offset+4 || len(b) > longest || b[0] != '\t' || b[1] != '0' || b[2] != 'x' {
		return false
	}
	i := 3
	for ; i < 11 && unhex[b[i]] < 16; i++ {
	}
	if i < offset-1 || i+3 > len(b) || b[i] != ':' || b[i+1] != ' ' || b[i+2] != ' ' {
		return false
	}
	for _, c := range b[i+3:] {
		if unhex[c] >= 16 && c != ' ' {
			return false
		}
	}
	return true
}

// take takes up to 16 bytes of the frame. What follows two blanks behind them is -X's
// column of text and may be anything. A dump that begins anew is the packet's: a
// printer's own come first. last: the packet ends with them.
func (d *dump) take(r *record, offset int, b []byte, lost bool) (last bool) {
	d.lines++
	if offset == 0 {
		r.Frame, d.lost, d.broken = r.Frame[:0], lost, false
	}
	if offset != len(r.Frame) || d.broken || len(r.Frame) > maxFrame {
		d.broken = true
		return false
	}
	before := len(r.Frame)
	r.Frame = appendHex(r.Frame, b)
	got := len(r.Frame)
	return got-before < 16 && got >= r.Packet.IPLength && r.Packet.IPLength > 0 && !d.lost
}

// appendHex reads groups of four digits, or of two for the last byte, with one
// blank between.
func appendHex(dst, b []byte) []byte {
	for len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	for group := 0; group < 8 && len(b) >= 2; group++ {
		if len(b) >= 4 {
			w, x, y, z := unhex[b[0]], unhex[b[1]], unhex[b[2]], unhex[b[3]]
			if w|x|y|z < 16 {
				dst = append(dst, w<<4|x, y<<4|z)
				if len(b) < 6 || b[4] != ' ' {
					return dst
				}
				b = b[5:]
				continue
			}
		}
		hi, lo := unhex[b[0]], unhex[b[1]]
		if hi|lo < 16 && (len(b) == 2 || b[2] == ' ') {
			dst = append(dst, hi<<4|lo)
		}
		return dst
	}
	return dst
}

// rebuild makes the packet of the frame, where the frame can be trusted.
func (d *dump) rebuild(r *record, m *medium) {
	if r.ether != 0 && d.framed(r) {
		return
	}
	frame, p := r.Frame, r.Packet
	var src, dst netip.Addr
	if r.Kind == ItemPacket {
		src, dst = p.Src.Addr(), p.Dst.Addr()
	}
	for _, link := range m.links(frame, d.raw) {
		q := &d.frame
		q.Time, q.Dated, q.Zoned = p.Time, p.Dated, p.Zoned
		if packet.Decode(link, frame, 0, q) != nil || q.Proto == 0 && !q.ARP.Addr.IsValid() {
			continue
		}
		raw := link == packet.Raw
		switch same := src == q.Src.Addr() && dst == q.Dst.Addr(); {
		case same:
			d.raw, d.proven = raw, true
		case d.lost, d.proven && raw != d.raw, !d.proven && (raw || !m.named):
			continue // a tunnel, or a packet whose line names no addresses: only the dump's form tells
		}
		r.Kind, r.Packet, r.Level, r.Link = ItemPacket, *q, LevelHex, link
		return
	}
	r.Frame = r.Frame[:0]
}

// framed makes the packet of a frame whose line names the EtherType: tcpdump
// prints what is behind that (-x), or the whole frame (-xx).
func (d *dump) framed(r *record) bool {
	f := r.Frame
	if len(f) < ether || uint16(f[ether-2])<<8|uint16(f[ether-1]) != r.ether {
		f = append(make([]byte, ether-2, ether+len(f)), byte(r.ether>>8), byte(r.ether))
		f = append(f, r.Frame...)
	}
	p, q := &r.Packet, &d.frame
	q.Time, q.Dated, q.Zoned = p.Time, p.Dated, p.Zoned
	if packet.Decode(packet.Ethernet, f, 0, q) != nil || q.Proto == 0 {
		return false
	}
	r.Frame = append(r.Frame[:0], f...)
	r.Kind, r.Packet, r.Level, r.Link = ItemPacket, *q, LevelHex, packet.Ethernet
	return true
}

// known reports whether an EtherType that can hold IP stands at at.
func known(f []byte, at int) bool {
	if len(f) < at+2 {
		return false
	}
	switch uint16(f[at])<<8 | uint16(f[at+1]) {
	case 0x0800, 0x86dd, 0x8100, 0x88a8, 0x0806, 0x8909, 0x8903:
		return true
	}
	return false
}
