package capture

import "syncscope/capture/packet"

// keeper keeps packets that are more than numbers, in memory that is used again.
type keeper struct {
	made []*packet.Packet
	used int
}

// keep gives a copy of p that lasts until forget.
func (k *keeper) keep(p *packet.Packet) *packet.Packet {
	if k.used == len(k.made) {
		k.made = append(k.made, new(packet.Packet))
	}
	kept := k.made[k.used]
	*kept = *p
	k.used++
	return kept
}

func (k *keeper) forget() { k.used = 0 }
