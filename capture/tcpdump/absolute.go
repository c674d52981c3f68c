package tcpdump

import "syncscope/capture/packet"

// Absolute makes the numbers of a listing absolute that another grammar than the
// Scanner's reads: tools print them as tcpdump does.
type Absolute struct{ bases bases }

// Make gives a packet its numbers on the wire.
func (a *Absolute) Make(p *packet.Packet) {
	var key packet.Key
	back := key.Set(&p.Src, &p.Dst)
	a.bases.absolute(p, key.Hash(), back)
}
