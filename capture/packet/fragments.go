package packet

import "net/netip"

// maxFragmented bounds the datagrams whose later fragments are waited for; the oldest
// makes room.
const maxFragmented = 64

// Fragments follow IP datagrams that come in fragments (RFC 791, 3.2; RFC 8200, 4.5).
// Only the first holds TCP's header. A later one goes on with its bytes, as a segment
// behind the one before: nothing has to be kept of either. The zero value is ready.
type Fragments struct {
	begun [maxFragmented]begun
	next  int
}

// begun is what the first fragment of a datagram told.
type begun struct {
	src, dst netip.AddrPort
	id       uint16
	seq      uint32 // that a byte at offset 0 would have
	ack      uint32
	window   uint16
	flags    Flags
	valid    bool
}

// Join makes a later fragment of TCP the segment that it goes on with, if the first one
// came before it; what is no fragment it leaves as it is.
func (f *Fragments) Join(p *Packet) {
	switch {
	case p.Proto != TCP:
	case p.Frag == 0 && p.MF:
		f.begins(p)
	case p.Frag > 0:
		f.goesOn(p)
	}
}

func (f *Fragments) begins(p *Packet) {
	head := int(p.Head)
	if head == 0 && p.Src.Addr().Is4() { // of a text: IP's options are not printed apart
		head = p.IPLength - ip4Head - p.Length
	}
	if p.Cut || p.NoSeq || head < tcpHead || head > maxTCPHead {
		return
	}
	at := f.next
	for i := range f.begun { // the same datagram again
		if b := &f.begun[i]; b.valid && b.id == p.ID && b.src == p.Src && b.dst == p.Dst {
			at = i
		}
	}
	if at == f.next {
		f.next = (f.next + 1) % maxFragmented
	}
	f.begun[at] = begun{p.Src, p.Dst, p.ID, p.Seq - uint32(head), p.Ack, p.Window, p.Flags, true}
	p.Flags &^= FIN // it is behind the bytes of the last one
}

func (f *Fragments) goesOn(p *Packet) {
	for i := range f.begun {
		b := &f.begun[i]
		if !b.valid || b.id != p.ID || b.src.Addr() != p.Src.Addr() || b.dst.Addr() != p.Dst.Addr() {
			continue
		}
		p.Seq = b.seq + uint32(p.Frag)
		if p.Off == 0 { // of a text
			p.Length = max(0, p.IPLength-ip4Head)
		}
		p.Src, p.Dst, p.Ack, p.Window, p.WScale = b.src, b.dst, b.ack, b.window, -1
		if p.Flags = b.flags &^ (FIN | SYN); !p.MF {
			p.Flags, b.valid = b.flags&^SYN, false
		}
		p.Frag = 0
		return
	}
}

// Lengths of headers (RFC 791, 3.1; RFC 9293, 3.1).
const (
	ip4Head    = 20
	tcpHead    = 20
	maxTCPHead = 60
)
