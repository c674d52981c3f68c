package capture

import "syncscope/capture/packet"

// others keep packets that are more than numbers, in memory that is used again.
type others struct {
	made []*packet.Packet
	used int
}

// keep gives a copy of p that lasts until forget.
func (o *others) keep(p *packet.Packet) *packet.Packet {
	if o.used == len(o.made) {
		o.made = append(o.made, new(packet.Packet))
	}
	kept := o.made[o.used]
	*kept = *p
	o.used++
	return kept
}

func (o *others) forget() { o.used = 0 }
