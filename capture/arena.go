package capture

import "syncscope/capture/packet"

// arena keeps packets that are more than numbers, in memory that is used again.
type arena struct {
	made []*packet.Packet
	used int
}

// keep gives a copy of p that lasts until forget.
func (k *arena) keep(p *packet.Packet) *packet.Packet {
	if k.used == len(k.made) {
		k.made = append(k.made, new(packet.Packet))
	}
	kept := k.made[k.used]
	*kept = *p
	k.used++
	return kept
}

func (k *arena) forget() { k.used = 0 }
