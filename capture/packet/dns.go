package packet

import (
	"encoding/binary"
	"net/netip"
)

// Bounds of what is read of one message: more is no answer to a host's name.
const (
	maxAnswers = 64
	maxName    = 255 // RFC 1035, 2.3.4
)

// The types and response codes that we name (RFC 1035, RFC 3596).
const (
	typeA    = 1
	typeAAAA = 28
)

var rcodes = [16]string{2: "ServFail", 3: "NXDomain", 5: "Refused"}

// dnsTCP reads a message that begins a segment behind its length (RFC 1035,
// 4.2.2). One that begins elsewhere is not looked for.
func (p *Packet) dnsTCP(b []byte) {
	if n := int(binary.BigEndian.Uint16(b)); n >= 12 && len(b) >= 14 && binary.BigEndian.Uint16(b[6:]) == 1 && n <= p.Length {
		p.dns(b[2:])
	}
}

// dns reads a query or an answer (RFC 1035, 4.1), as far as it was captured.
func (p *Packet) dns(b []byte) {
	if len(b) < 12 {
		return
	}
	flags := binary.BigEndian.Uint16(b[2:])
	questions, answers := binary.BigEndian.Uint16(b[4:]), binary.BigEndian.Uint16(b[6:])
	d := &p.DNS
	d.ID, d.Response = binary.BigEndian.Uint16(b), flags&0x8000 != 0
	d.Query = !d.Response
	if d.Response {
		d.RCode = rcodes[flags&15]
	}
	at := 12
	for i := range int(questions) {
		if i == 0 {
			var name [maxName]byte
			var n int
			n, at = readName(b, at, name[:])
			d.Name = string(name[:n])
		} else {
			at = skipName(b, at)
		}
		if at += 4; at > len(b) || i >= maxAnswers {
			return
		}
	}
	for i := 0; i < int(answers) && i < maxAnswers; i++ {
		if at = skipName(b, at); at+10 > len(b) {
			return
		}
		kind, size := binary.BigEndian.Uint16(b[at:]), int(binary.BigEndian.Uint16(b[at+8:]))
		if at += 10; at+size > len(b) {
			return
		}
		switch {
		case kind == typeA && size == 4:
			d.Addrs = append(d.Addrs, netip.AddrFrom4([4]byte(b[at:at+4])))
		case kind == typeAAAA && size == 16:
			d.Addrs = append(d.Addrs, netip.AddrFrom16([16]byte(b[at:at+16])).Unmap())
		}
		at += size
	}
}

// skipName is the place after the name at at.
func skipName(b []byte, at int) int {
	for at < len(b) {
		switch n := int(b[at]); {
		case n == 0:
			return at + 1
		case n >= 0xc0:
			return at + 2
		default:
			at += 1 + n
		}
	}
	return at
}

// readName writes the name at at to out with dots between its labels, and the
// letters that a host name has only. Pointers lead backwards (RFC 1035, 4.1.4).
func readName(b []byte, at int, out []byte) (n, end int) {
	end = skipName(b, at)
	for limit := len(b); at < len(b); {
		size := int(b[at])
		switch {
		case size == 0:
			return n, end
		case size >= 0xc0:
			if at+2 > len(b) {
				return n, end
			}
			to := int(binary.BigEndian.Uint16(b[at:])) & 0x3fff
			if to >= limit || to >= at {
				return n, end
			}
			limit, at = to, to
		default:
			if n > 0 && n < len(out) {
				out[n] = '.'
				n++
			}
			for _, c := range b[at+1 : min(at+1+size, len(b))] {
				if hostLetter(c) && n < len(out) {
					out[n] = c
					n++
				}
			}
			at += 1 + size
		}
	}
	return n, end
}

func hostLetter(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '-' || c == '_'
}
