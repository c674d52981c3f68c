package tcpdump_test

import (
	"strings"
	"testing"

	"syncscope/capture/packet"
	"syncscope/capture/redact"
	"syncscope/capture/tcpdump"
)

// The packet inside a tunnel's is the one that is read, in each form that tcpdump
// prints of it.
func TestInsideATunnel(t *testing.T) {
	const inner = "10.9.9.1.57078 > 10.9.9.2.8443: Flags [S], seq 1706575076, win 64240, options [mss 1460,sackOK,TS val 3469167838 ecr 0,nop,wscale 10], length 0"
	const header = "IP (tos 0x0, ttl 64, id 39015, offset 0, flags [DF], proto TCP (6), length 60)\n    "
	for name, lines := range map[string]string{
		"GRE":      "12:24:50.592426 IP 1.1.1.1 > 2.2.2.2: GREv0, length 64: IP " + inner,
		"GRE, -v":  "12:24:50.592426 IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto GRE (47), length 84)\n    1.1.1.1 > 2.2.2.2: GREv0, Flags [none], length 64\n\t" + header + inner,
		"IPIP":     "12:24:50.592426 IP 1.1.1.1 > 2.2.2.2: IP " + inner,
		"IPIP, -v": "12:24:50.592426 IP (tos 0x0, ttl 64, id 7, offset 0, flags [none], proto IPIP (4), length 80)\n    1.1.1.1 > 2.2.2.2: " + header + inner,
	} {
		s := tcpdump.NewScanner()
		var got []packet.Packet
		take := func(it *tcpdump.Item) {
			if it.Kind == tcpdump.ItemPacket {
				got = append(got, it.Packet)
			}
		}
		for i, line := range strings.Split(lines, "\n") {
			s.Line(i+1, redact.Wrap([]byte(line)), take)
		}
		s.Close(take)
		if len(got) != 1 || got[0].Proto != packet.TCP || got[0].Dst.Port() != 8443 || got[0].MSS != 1460 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}
