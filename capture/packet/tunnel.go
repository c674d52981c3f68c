package packet

import (
	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// peel looks for an IP packet behind link headers that Decode does not know:
// link types of other kinds, PPPoE, MPLS. gopacket finds where it begins.
func (d *decoder) peel(link LinkType) error {
	return d.inside(d.f, layers.LinkType(link))
}

// tunnel looks for an IP packet inside the one whose header is at at (GRE,
// VXLAN, Geneve). Where there is none, the outer one is a packet like others.
func (d *decoder) tunnel(at int) {
	outer := *d.p
	var first gopacket.Decoder = layers.LayerTypeUDP
	if outer.Proto == nextGRE {
		first = layers.LayerTypeGRE
	}
	if err := d.inside(d.f[min(at, len(d.f)):], first); err != nil {
		*d.p = outer
	}
}

// inside takes b apart and reads the first IP packet in it.
func (d *decoder) inside(b []byte, first gopacket.Decoder) error {
	if d.nested++; d.nested > maxNested || len(b) == 0 {
		return ErrUnknown
	}
	whole := gopacket.NewPacket(b, first, gopacket.DecodeOptions{Lazy: true, NoCopy: true})
	for _, l := range whole.Layers() {
		if kind := l.LayerType(); kind != layers.LayerTypeIPv4 && kind != layers.LayerTypeIPv6 {
			continue
		}
		if at := cap(d.f) - cap(l.LayerContents()); at > 0 && at < len(d.f) {
			return d.ip(at)
		}
	}
	return ErrUnknown
}
