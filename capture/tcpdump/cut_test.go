package tcpdump_test

import (
	"slices"
	"testing"

	"syncscope/capture/packet"
)

// A listing whose lines end at any column tells nothing else of a packet than the whole
// one does: a number or a name that was cut is not known.
func TestACutNumberIsNone(t *testing.T) {
	lines := []string{
		"12:00:02.000001 IP (tos 0x0, ttl 164, id 54917, offset 0, flags [DF], proto UDP (17), length 66)\n    10.0.0.53.53 > 192.168.10.1.40000: [udp sum ok] 4661 q: A? ssm.example. 1/0/0 ssm.example. A 10.106.66.55 (45)",
		"12:00:02.000001 IP6 (hlim 64, next-header TCP (6) payload length: 40) fd00::1.39768 > fd00::55.8443: Flags [S], cksum 0xfc53 (correct), seq 315092742, win 64800, options [mss 1440], length 0",
	}
	for _, text := range lines {
		whole := packets(scan(text))[0].Packet
		for n := range text {
			for _, it := range packets(scan(text[:n])) {
				p := it.Packet
				if p.TTL != 0 && p.TTL != whole.TTL || p.ID != 0 && p.ID != whole.ID || p.IPLength != 0 && p.IPLength != whole.IPLength || p.Proto != 0 && p.Proto != whole.Proto && p.Proto != packet.UDP {
					t.Errorf("cut at %d: %+v", n, p)
				}
				if d := p.DNS; d.Name != "" && d.Name != whole.DNS.Name || len(d.Addrs) > 0 && !slices.Equal(d.Addrs, whole.DNS.Addrs) {
					t.Errorf("cut at %d: %+v", n, d)
				}
			}
		}
	}
}
